"""The settings of all servers: read from memory, written through to the journal; each change leaves a line."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from chipbot.errors import SettingsError
from chipbot.journal.database import Database
from chipbot.journal.records import SettingChange
from chipbot.journal.rows import put, same
from chipbot.journal.schema import setting, setting_change
from chipbot.journal.server_settings import DEFAULTS, OF_CHANNELS, ServerSettings, checked_value
from chipbot.translation import Message

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger(__name__)

_WHOLE_GUILD = 0  # in place of a channel's id


class SettingsBook:
    """The settings of all servers: read from memory, written through to the journal."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.loaded = False
        """Whether they were read since the start; until then every server has the defaults."""
        self._database = database
        self._clock = clock
        self._values: dict[tuple[int, int], dict[str, Any]] = {}
        self._merged: dict[tuple[int, int], ServerSettings] = {}

    async def load(self) -> None:
        """Read the settings of all servers. Raises JournalError, and then leaves them as they were."""

        async def find(connection: AsyncConnection) -> list[Any]:
            return list(await connection.execute(select(setting)))

        values: dict[tuple[int, int], dict[str, Any]] = {}
        for row in await self._database.read(find):
            try:
                value = checked_value(row.name, json.loads(row.value))
            except (SettingsError, ValueError) as error:  # of another version of chipbot
                log.warning("a setting of server %d counts as not set: %s", row.guild_id, error)
                continue
            values.setdefault((row.guild_id, row.channel_id), {})[row.name] = value
        self._values, self._merged, self.loaded = values, {}, True

    def of(self, guild_id: int | None, channel_id: int | None = None) -> ServerSettings:
        """Return what holds in a server, or in a channel of it (a thread has its parent's); at once, from memory."""
        if guild_id is None or not self._values:
            return DEFAULTS
        place = (guild_id, channel_id or _WHOLE_GUILD)
        merged = self._merged.get(place)
        if merged is None:
            values = self._values.get((guild_id, _WHOLE_GUILD), {}) | self._values.get(place, {})
            merged = self._merged[place] = DEFAULTS.model_copy(update=values)
        return merged

    def own(self, guild_id: int, channel_id: int | None = None) -> dict[str, object]:
        """Return what is set for a server, or for a channel itself, by name."""
        return dict(self._values.get((guild_id, channel_id or _WHOLE_GUILD), {}))

    async def change(
        self, guild_id: int, name: str, value: object, *, by: int, channel_id: int | None = None
    ) -> None:
        """Set one setting of a server or channel, with a line that says who did; None takes it back.

        Raises SettingsError where there is no such setting or it does not take that value, JournalError where it could
        not be written: then it stays as it was.
        """
        if channel_id is not None and name not in OF_CHANNELS:
            raise SettingsError(Message("{name} is a setting of whole servers, not of channels", name=name))
        new = checked_value(name, value)
        if new == getattr(DEFAULTS, name) and channel_id is None:
            new = None
        place = {"guild_id": guild_id, "channel_id": channel_id or _WHOLE_GUILD}
        now = self._clock()

        async def write(connection: AsyncConnection) -> None:
            key = place | {"name": name}
            of_key = same(setting, key)
            old = (await connection.execute(select(setting.c.value).where(of_key))).scalar()
            if new is None:
                await connection.execute(delete(setting).where(of_key))
            else:
                await put(connection, setting, key, {"value": _json(new)})
            if old != (None if new is None else _json(new)):
                line = {
                    "changed_at": now,
                    "changed_by": by,
                    "old": old,
                    "new": None if new is None else _json(new),
                }
                await connection.execute(insert(setting_change).values(**key, **line))

        await self._database.write(write)
        values = self._values.setdefault((guild_id, channel_id or _WHOLE_GUILD), {})
        values.pop(name, None)
        if new is not None:
            values[name] = new
        self._merged.clear()
        log.info("server %d: %s is now %r (by member %d)", guild_id, name, new, by)

    async def note(self, guild_id: int, what: str, value: object, *, by: int) -> None:
        """Leave a line of something else that a server's managers changed. Raises JournalError."""
        line = {"guild_id": guild_id, "channel_id": _WHOLE_GUILD, "name": what, "new": _json(value)}
        now = self._clock()

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(setting_change).values(**line, changed_at=now, changed_by=by, old=None)
            )

        await self._database.write(write)

    async def changes(self, guild_id: int, limit: int = 10) -> tuple[SettingChange, ...]:
        """Return the last changes in a server, newest first. Raises JournalError."""

        async def find(connection: AsyncConnection) -> list[Any]:
            lines = select(setting_change).where(setting_change.c.guild_id == guild_id)
            newest = lines.order_by(setting_change.c.id.desc()).limit(limit)
            return list(await connection.execute(newest))

        return tuple(
            SettingChange(
                changed_at=row.changed_at,
                changed_by=row.changed_by,
                channel_id=row.channel_id or None,
                name=row.name,
                old=None if row.old is None else json.loads(row.old),
                new=None if row.new is None else json.loads(row.new),
            )
            for row in await self._database.read(find)
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
