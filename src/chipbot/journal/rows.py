"""Small statements that several parts of the journal make, in SQL that SQLite and PostgreSQL both know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, and_, insert, update

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.sql import ColumnElement


def same(table: Table, key: Mapping[str, object]) -> ColumnElement[bool]:
    """Return the condition that a row has these values."""
    return and_(*(table.c[name] == value for name, value in key.items()))


async def put(
    connection: AsyncConnection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Give the row with this key these values; it is made where there is none."""
    changed = await connection.execute(update(table).where(same(table, key)).values(**values))
    if not changed.rowcount:
        await connection.execute(insert(table).values(**key, **values))


async def count(connection: AsyncConnection, table: Table, key: Mapping[str, Any], step: int = 1) -> None:
    """Add to the `count` of the row with this key; it is made where there is none."""
    raised = update(table).where(same(table, key)).values(count=table.c.count + step)
    if not (await connection.execute(raised)).rowcount:
        await connection.execute(insert(table).values(**key, count=step))
