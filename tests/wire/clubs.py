"""Servers on several shards: one a shard, with a channel called general."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.bots import FUND, MONEY
from tests.wire.members import Question, text_of
from tests.wire.objects import channel, guild
from tests.wire.wire import Wire, until

if TYPE_CHECKING:
    from tests.wire.objects import Object


def server(shard: int) -> int:
    """The id of a server of a shard, with a channel whose id is two more."""
    return (shard << 22) + 100


def sharded(count: int) -> Wire:
    """A Discord that wants so many shards, which may all identify at once."""
    clubs = [
        guild(server(shard), f"Club {shard}", channel(server(shard) + 2, "general")) for shard in range(count)
    ]
    wire = Wire(clubs, shards=count)
    wire.gateway.concurrency = count
    return wire


def general(wire: Wire, shard: int) -> Object:
    """The channel of the server of a shard."""
    return wire.world.channels[str(server(shard) + 2)]


async def asked(wire: Wire, shard: int, who: Object | None = None) -> Question:
    """A question in the server of a shard, by a new member of it or by one who is."""
    who = who or wire.members.join("ann", wire.world.guilds[str(server(shard))])
    return await wire.members.ask(who, general(wire, shard), FUND)


async def answered(wire: Wire, *questions: Question) -> None:
    """Wait until each has been answered, once."""
    await until(lambda: all(map(wire.members.shown, questions)))
    for question in questions:
        assert [MONEY in text_of(shown) for shown in wire.members.shown(question)] == [True]
