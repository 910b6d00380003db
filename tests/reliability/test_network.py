"""Whatever goes wrong between Discord and the bot, each question that was delivered has exactly one reply."""

from __future__ import annotations

import asyncio
import logging

import pytest
from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.reliability.network import CASES, Case, survive
from tests.wire.bots import FUND, MONEY, Gated, club, running
from tests.wire.faults import page, refused, slow
from tests.wire.gateway import CLOSE_CODES, FATAL
from tests.wire.members import text_of
from tests.wire.objects import ME, TOKEN
from tests.wire.wire import Wire, until

from chipbot.bot import strings
from chipbot.bot.busy_notices import BusyNotices
from chipbot.errors import ChipbotError, TokenError
from chipbot.service.question_service import MAX_PENDING, MAX_TOLD


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
async def test_each_question_has_one_reply(case: Case) -> None:
    count = await survive(case)
    assert (count.lost, count.twice) == (0, 0), count
    assert count.answered + count.refused + count.expired == count.delivered
    assert count.injected


@pytest.mark.parametrize("code", sorted(FATAL))
async def test_what_only_the_operator_can_fix_ends_the_bot_in_one_line(code: int) -> None:
    wire = Wire([club()])
    client = client_of(Shelf.shipped())
    with pytest.raises(ChipbotError) as caught:  # noqa: PT012  # it is the running bot that ends
        async with running(wire, client):
            await wire.gateway.drop(code)
            await until(client.is_closed)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, TokenError) == (code in (4004, 4014)), CLOSE_CODES[code]


async def test_what_a_lost_session_missed_is_answered_in_the_next() -> None:
    wire = Wire([club()])
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]
    async with running(wire):
        first = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.members.shown(first))
        wire.gateway.resumes = False
        await wire.gateway.drop(4000)
        lost = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.gateway.asked["op 2"] == 2 and wire.gateway.connected)
        last = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.members.shown(last))
        assert lost.reached == 0, "Discord keeps nothing for a session that is over"
        await until(lambda: wire.members.answers() == [1, 1, 1])


GONE = {
    "a first answer that comes too late": (
        "POST /interactions/*",
        refused(404, 10062, "Unknown interaction"),
    ),
    "a webhook that is unknown": ("* /webhooks/*", refused(404, 10015, "Unknown Webhook")),
    "a token that is over": ("* /webhooks/*", refused(401, 50027, "Invalid Webhook Token")),
}


@pytest.mark.parametrize(("request_", "fault"), GONE.values(), ids=GONE.keys())
async def test_an_interaction_that_is_over_is_no_error(
    request_: str, fault: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wire = Wire([club()])
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]
    wire.rest.faults.add(request_, fault, times=9)  # type: ignore[arg-type]  # it is a Fault
    shelf = Gated(Shelf.shipped().documents)
    shelf.gate.clear()  # so that Discord has to be told to wait
    async with running(wire, client_of(shelf)):
        asked = await wire.members.slash(ann, general, "ask", question=FUND)
        await until(
            lambda: bool(asked.interaction and asked.interaction.callback) or wire.rest.faults.injected > 0
        )
        shelf.gate.set()
        await until(lambda: "came to nothing" in caplog.text)
        wire.rest.faults.clear()
        again = await wire.members.slash(ann, general, "ask", question=FUND)
        await until(lambda: wire.members.shown(again))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "Traceback" not in caplog.text


async def test_a_bot_that_is_removed_in_mid_answer_goes_on_elsewhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    wire = Wire([club(), club(number=200)])
    ann = wire.members.join("ann", wire.world.guilds["100"])
    bob = wire.members.join("bob", wire.world.guilds["200"])
    async with running(wire):
        wire.rest.faults.add("POST /channels/102/*", slow(0.2), times=3)
        await wire.members.ask(ann, wire.world.channels["102"], FUND)
        await wire.remove_bot(wire.world.guilds["100"])
        other = await wire.members.ask(bob, wire.world.channels["202"], FUND)
        await until(lambda: wire.members.shown(other))
        await until(lambda: "came to nothing" in caplog.text)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/users/@me", "a web page answers in its place; does this network ask for a login?"),
        ("/applications/*/commands", ""),
        ("/oauth2/applications/@me", ""),
    ],
)
async def test_a_captive_portal_is_waited_out_in_one_line(
    path: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    wire = Wire([club()])
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]
    wire.rest.faults.add(f"GET {path}", page(), times=1)
    async with running(wire):
        asked = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.members.shown(asked))
    assert said in caplog.text
    assert "Traceback" not in caplog.text


async def test_commands_that_are_answered_without_ids_cost_no_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wire = Wire([club()])
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]
    wire.rest.faults.add("PUT /applications/*/commands", refused(200, 0, ""))
    async with running(wire):
        asked = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.members.shown(asked))
        assert "$500 million" in text_of(wire.members.shown(asked)[0])
    assert "the commands could not be synced" in caplog.text
    assert "Traceback" not in caplog.text


async def test_discord_out_of_reach_at_start_is_waited_out(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire([club()])
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]
    wire.rest.faults.add("GET /users/@me", page(503), times=1)
    wire.rest.faults.add("GET /gateway", refused(503, 0, "Service Unavailable"), times=1)
    async with running(wire):
        asked = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.members.shown(asked))
    assert "Discord cannot be reached; trying again in" in caplog.text
    assert "Traceback" not in caplog.text
    assert TOKEN not in caplog.text


def _said(wire: Wire, text: str) -> int:
    """How many messages say this."""
    return sum(text in text_of(each) for each in wire.world.messages.values() if each["author"] == ME)


async def test_too_many_questions_at_once_are_each_answered_or_asked_to_come_back() -> None:
    wire, shelf = Wire([club()]), Gated(Shelf.shipped().documents)
    shelf.gate.clear()
    guild, general = wire.world.guilds["100"], wire.world.channels["102"]
    people = [wire.members.join(f"member {number}", guild) for number in range(60)]
    client = client_of(shelf)
    client.busy_notices = BusyNotices(pause=0.5)
    async with running(wire, client):
        for number in range(5 * len(people)):
            await wire.members.ask(people[number % len(people)], general, FUND)
        await until(lambda: _said(wire, str(strings.BUSY)) and _said(wire, str(strings.BUSY_FOR_ALL)))
        shelf.gate.set()
        await until(lambda: _said(wire, MONEY) >= MAX_PENDING, patience=180)
        await asyncio.sleep(0.2)
        shown = [text_of(one) for each in wire.members.questions for one in wire.members.shown(each)]
        assert max(wire.members.answers()) == 1
        answered, told = sum(MONEY in text for text in shown), shown.count(str(strings.BUSY))
        assert answered + told == len(shown)
        assert told >= 1, "the first is told at once"
        assert MAX_PENDING <= answered < len(wire.members.questions) - told, "the others are told together"
        last = await wire.members.ask(people[0], general, FUND)
        await until(lambda: wire.members.shown(last))
        assert MONEY in text_of(wire.members.shown(last)[0])


async def test_commands_beyond_all_bounds_are_left_to_discord_to_refuse() -> None:
    wire, client, over = Wire([club()]), client_of(Shelf.shipped()), asyncio.Event()
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]

    async def keep_busy() -> None:
        with client.questions.request_scope():
            await over.wait()

    async with running(wire, client):
        busy = [asyncio.create_task(keep_busy()) for _ in range(MAX_PENDING + MAX_TOLD - 1)]
        told = await wire.members.slash(ann, general, "ask", question=FUND)
        await until(lambda: wire.members.shown(told))
        assert text_of(wire.members.shown(told)[0]) == strings.BUSY
        busy.append(asyncio.create_task(keep_busy()))
        untold = await wire.members.slash(ann, general, "ask", question=FUND)
        await asyncio.sleep(0.3)
        assert untold.interaction is not None
        assert not untold.interaction.callback
        over.set()
        await asyncio.gather(*busy)
