"""Faults of the network and of Discord: questions go in over a true gateway, replies are counted coming out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.wire.bots import FUND, MONEY, Gated, club, running
from tests.wire.faults import page, rate_limit, refused, reset, server_error, slow
from tests.wire.gateway import CLOSE_CODES, FATAL
from tests.wire.members import Question, text_of
from tests.wire.objects import APPLICATION, Object
from tests.wire.wire import Wire

PATIENCE = 45.0
"""Seconds within which each question must have its reply."""
ROUNDS = 4
"""How often a mention, a direct message and a command come; the fault in the midst."""
SETTLED = 0.3
"""Seconds after that in which a second one would come."""
MESSAGES = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*"
WEBHOOK = "* /webhooks/*"


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the questions of one fault."""

    fault: str
    """What went wrong."""
    injected: int
    """How often."""
    delivered: int
    """Questions that reached the bot."""
    answered: int
    """Those answered, exactly once."""
    refused: int
    """Those refused where the member sees it, exactly once: by a sentence or a reaction."""
    expired: int
    """Commands of which Discord itself says that nobody answers: nothing got through for three seconds."""
    lost: int
    """Those without any reply."""
    twice: int
    """Those with more than one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and how it comes."""

    fault: str
    inject: Callable[[Wire], Awaitable[int]]
    """Lets it come, in the midst of questions; returns how often."""
    gated: bool = False
    """Whether all answers wait for a second, so that the bot shows that it is typing."""


def _on(request: str, *faults: object, times: int = 2) -> Callable[[Wire], Awaitable[int]]:
    async def inject(wire: Wire) -> int:
        wire.rest.faults.add(request, *faults, times=times)  # type: ignore[arg-type]  # they are Faults
        return 0  # counted as they come

    return inject


def _drop(code: int) -> Callable[[Wire], Awaitable[int]]:
    async def inject(wire: Wire) -> int:
        await wire.gateway.drop(code)
        return 1

    return inject


async def _refuse_resume(wire: Wire) -> int:
    wire.gateway.resumes = False
    await wire.gateway.drop(4000)
    return 1


async def _reconnect(wire: Wire) -> int:
    await wire.gateway.reconnect()
    return 1


async def _invalidate(wire: Wire) -> int:
    await wire.gateway.invalidate(resumable=False)
    return 1


async def _invalidate_resumably(wire: Wire) -> int:
    await wire.gateway.invalidate(resumable=True)
    return 1


async def _duplicate(wire: Wire) -> int:
    wire.gateway.copies = 2
    return 1


async def _repeat(wire: Wire) -> int:
    await wire.gateway.repeat(6)
    return 6


async def _late(wire: Wire) -> int:
    wire.gateway.delay = 0.05
    return 1


async def _deaf(wire: Wire) -> int:
    """Stop acknowledging heartbeats until the bot connects again."""
    wire.gateway.acknowledges = False
    before = wire.gateway.asked["op 6"]
    async with asyncio.timeout(PATIENCE):
        while wire.gateway.asked["op 6"] == before:  # noqa: ASYNC110  # the gateway has no event for this
            await asyncio.sleep(0.05)
    wire.gateway.acknowledges = True
    return 1


def _send(data: str | bytes) -> Callable[[Wire], Awaitable[int]]:
    async def inject(wire: Wire) -> int:
        await wire.gateway.send_raw(data)
        return 1

    return inject


async def _outage(wire: Wire) -> int:
    """Neither the gateway nor REST can be reached for some seconds."""
    wire.rest.faults.add("GET /gateway", server_error(503), times=2)
    wire.rest.faults.add("* /channels/*", reset(), times=12)
    await wire.gateway.drop(1006)
    return 1


async def _revoke(wire: Wire) -> int:
    await wire.revoke(wire.world.channels["102"], send_messages=True)
    return 1


async def _revoke_history(wire: Wire) -> int:
    await wire.revoke(wire.world.channels["102"], read_message_history=True)
    return 1


CASES = [
    *(Case(f"websocket closed with {code}", _drop(code)) for code in (1000, 1001, 1006)),
    *(
        Case(f"websocket closed with {code} ({meaning})", _drop(code))
        for code, meaning in CLOSE_CODES.items()
        if code not in FATAL
    ),
    Case("resume refused", _refuse_resume),
    Case("told to reconnect (op 7)", _reconnect),
    Case("session invalid (op 9)", _invalidate),
    Case("session invalid, resumable (op 9)", _invalidate_resumably),
    Case("heartbeats unacknowledged", _deaf),
    Case("each event sent twice", _duplicate),
    Case("last events replayed", _repeat),
    Case("events late", _late),
    Case("unreadable frame: no JSON", _send("{")),
    Case("unreadable frame: a list", _send("[]")),
    Case("unreadable frame: no zlib", _send(b"\x00\x00\xff\xff")),
    Case("greeting without content", _send('{"op": 10, "d": null}')),
    Case("unknown operation", _send('{"op": 77, "d": {}}')),
    Case("unknown event", _send('{"op": 0, "t": "TOMORROW", "s": null, "d": {}}')),
    Case("malformed event", _send('{"op": 0, "t": "MESSAGE_CREATE", "s": null, "d": {"id": []}}')),
    *(
        Case(f"{what} to {name}", _on(request, fault))
        for what, fault in (
            ("500 before acting", server_error(500)),
            ("502 after acting", server_error(502, after=True)),
            ("503 before acting", server_error(503)),
            ("503 after acting", server_error(503, after=True)),
            ("reset before acting", reset()),
            ("reset after acting", reset(after=True)),
            ("HTML in place of JSON", page()),
            ("HTML with 403", page(403)),
            ("429 of a bucket", rate_limit(0.05)),
            ("429 of everything", rate_limit(0.05, everywhere=True)),
            ("429 without Via", rate_limit(0.05, via=False)),
            ("slow answers", slow(0.2)),
        )
        for name, request in (("messages", MESSAGES), ("first answers", CALLBACK), ("later answers", WEBHOOK))
    ),
    Case(
        "typing refused",
        _on("POST /channels/*/typing", refused(403, 50013, "Missing Permissions"), times=9),
        gated=True,
    ),
    Case("Discord out of reach for some seconds", _outage),
    Case("permission to write revoked", _revoke),
    Case("permission to read history revoked", _revoke_history),
]
"""Everything that goes wrong while the bot answers, and must not cost a reply."""


async def survive(case: Case, rounds: int = ROUNDS) -> Count:
    """Ask in each round by mention, direct message and command, with the fault in the midst of it; count replies."""
    wire = Wire([club()])
    guild, general = wire.world.guilds["100"], wire.world.channels["102"]
    wire.gateway.heartbeat = 100
    shelf = Gated(Shelf.shipped().documents)
    client = client_of(shelf)
    if case.gated:
        shelf.gate.clear()
    client._connection.heartbeat_timeout = 1.0  # what 60 s are outside of a test
    people = [wire.members.join(f"member {number}", guild) for number in range(rounds)]
    async with running(wire, client):
        injected = 0
        for number, who in enumerate(people):
            if number == rounds // 2:
                injected = await case.inject(wire)
            await wire.members.ask(who, general, FUND)
            await wire.members.ask(who, wire.members.direct(who), FUND)
            await wire.members.slash(who, general, "ask", question=FUND)
        if case.gated:
            await asyncio.sleep(1)
            shelf.gate.set()
        delivered = [each for each in wire.members.questions if each.reached]
        await _settle(wire, delivered)
    replies = [_replies(wire, each) for each in delivered]
    expired = sum(map(_expired, delivered))
    bare = sum(
        "message_reference" not in one for one in _by_the_bot(wire)
    )  # it may not say what they reply to
    answered = sum(len(each) == 1 and MONEY in each[0] for each in replies)
    return Count(
        fault=case.fault,
        injected=injected + wire.rest.faults.injected,
        delivered=len(delivered),
        answered=answered + bare,
        refused=sum(len(each) == 1 for each in replies) - answered,
        expired=expired,
        lost=replies.count([]) - bare - expired,
        twice=sum(len(each) > 1 for each in replies),
    )


def _expired(question: Question) -> bool:
    return question.interaction is not None and not question.interaction.callback


def _by_the_bot(wire: Wire) -> list[Object]:
    """The bot's messages that answer messages."""
    mine = (one for one in wire.world.messages.values() if one["author"]["id"] == APPLICATION)
    return [one for one in mine if "interaction_metadata" not in one]


def _replies(wire: Wire, question: Question) -> list[str]:
    """What a member sees for a question."""
    shown = [text_of(one) for one in wire.members.shown(question)]
    return [*shown, "a reaction"] if wire.members.refused(question) else shown


async def _settle(wire: Wire, delivered: list[Question]) -> None:
    """Wait until there are as many replies as questions, or none comes any more; then for those too many."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while loop.time() < end:
        answered = sum(bool(_replies(wire, each)) or _expired(each) for each in delivered)
        bare = sum("message_reference" not in one for one in _by_the_bot(wire))
        if answered + bare >= len(delivered):
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(SETTLED)
