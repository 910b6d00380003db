"""Buttons, menus and forms over the wire: acknowledged in time, answered whatever goes wrong, and seen by whom they should."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.wire.bots import FUND, MONEY, Gated, club, remembering, running
from tests.wire.faults import slow
from tests.wire.interactions import COMMAND, DEFERRED, DEFERRED_UPDATE, MESSAGE, MODAL, UPDATE
from tests.wire.members import Question, components, text_of
from tests.wire.objects import EPHEMERAL, LOADING, Object
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient, strings
from chipbot.bot.responses import FEW, PATIENCE
from chipbot.journal.journal import Journal

REFUSED = "Who is the CEO of TSMC?"
WHY = "and why is it dedicated?"
RULES = {"Rules": "Spam is removed.\nSpam twice means a warning.\nThe fund holds gold.\nBe kind."}
DEADLINE = 3.0
"""Seconds after which Discord takes an interaction for failed."""


@pytest.fixture
def wire() -> Wire:
    return Wire([club()])


@pytest.fixture
def general(wire: Wire) -> Object:
    return wire.world.channels["102"]


@pytest.fixture
def ann(wire: Wire) -> Object:
    return wire.members.join("ann", wire.world.guilds["100"])


@pytest.fixture
def eve(wire: Wire) -> Object:
    return wire.members.join("eve", wire.world.guilds["100"])


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[ChipbotClient]:
    async with remembering(tmp_path) as made:
        yield made


async def answer_to(wire: Wire, question: Question) -> Object:
    """The one message that answers a question."""
    await until(lambda: wire.members.shown(question))
    (shown,) = wire.members.shown(question)
    return shown


async def first_answer(question: Question) -> None:
    """Wait until an interaction was answered first."""
    await until(lambda: question.interaction is not None and question.interaction.callback)


def acknowledged(question: Question) -> int:
    """How an interaction was answered first, which was in time."""
    assert question.interaction is not None
    assert question.interaction.answered_after is not None
    assert question.interaction.answered_after < DEADLINE
    return question.interaction.callback


async def asked_by_form(wire: Wire, who: Object, below: Object, label: str, text: str) -> Question:
    """Press a button that opens a form, and send it."""
    pressed = await wire.members.press(who, below, label)
    await until(lambda: pressed.interaction is not None and pressed.interaction.modal)
    assert acknowledged(pressed) == MODAL
    return await wire.members.submit(who, pressed, {"text": text})


async def test_a_bare_reply_to_a_command_s_answer_is_nothing_and_the_form_goes_on(
    wire: Wire, general: Object, ann: Object, eve: Object
) -> None:
    """What README and /help say: Discord keeps such replies to itself, and the button does it."""
    shelf = Shelf.shipped()
    async with running(wire, client_of(shelf)):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        bare = await wire.members.reply(ann, answer, WHY)
        sent = await asked_by_form(wire, eve, answer, strings.FOLLOW_UP, WHY)
        follow = await answer_to(wire, sent)
        assert not wire.members.shown(bare)
        assert not follow["flags"] & EPHEMERAL
        assert shelf.asked == [(FUND, ()), (WHY, (FUND,))]
        further = await asked_by_form(wire, ann, follow, strings.FOLLOW_UP, "and Mexico?")
        await answer_to(wire, further)
        assert shelf.asked[-1] == ("and Mexico?", (FUND, WHY))


def test_readme_and_help_say_the_same_of_replies() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for text in (readme, strings.help_text(0)):
        assert "replies to what a command answered" in text
        assert "*Follow-up*" in text


async def test_a_follow_up_goes_on_from_an_answer_of_before_a_restart(
    wire: Wire, general: Object, ann: Object, tmp_path: Path
) -> None:
    async with remembering(tmp_path) as client, running(wire, client):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
    shelf = Shelf.shipped()
    async with remembering(tmp_path, shelf) as client, running(wire, client):
        await answer_to(wire, await asked_by_form(wire, ann, answer, strings.FOLLOW_UP, WHY))
    assert shelf.asked == [(WHY, (FUND,))]


async def test_few_are_answered_directly_and_many_wait_deferred(wire: Wire, general: Object) -> None:
    shelf = Gated(Shelf.shipped().documents)
    people = [wire.members.join(f"member {number}", wire.world.guilds["100"]) for number in range(2 * FEW)]
    async with running(wire, client_of(shelf)):
        first = await wire.members.slash(people[0], general, "ask", question=FUND)
        await answer_to(wire, first)
        assert acknowledged(first) == MESSAGE
        shelf.gate.clear()
        many = [await wire.members.slash(who, general, "ask", question=FUND) for who in people]
        for each in many:
            await first_answer(each)
        assert {acknowledged(each) for each in many} == {DEFERRED}
        assert not any(wire.members.shown(each) for each in many)
        shelf.gate.set()
        for each in many:
            assert MONEY in text_of(await answer_to(wire, each))
        last = await wire.members.slash(people[0], general, "ask", question=FUND)
        await answer_to(wire, last)
        assert acknowledged(last) == MESSAGE


@pytest.mark.parametrize("private", [False, True])
async def test_a_slow_answer_is_deferred_and_as_private_as_asked(
    wire: Wire, general: Object, ann: Object, private: bool
) -> None:
    shelf = Gated(Shelf.shipped().documents)
    async with running(wire, client_of(shelf)):
        for question, inside in ((FUND, MONEY), (REFUSED, "no answer")):
            shelf.gate.clear()
            asked = await wire.members.slash(ann, general, "ask", question=question, private=private)
            await first_answer(asked)
            assert acknowledged(asked) == DEFERRED
            shelf.gate.set()
            answer = await answer_to(wire, asked)
            assert inside in text_of(answer)
            assert bool(answer["flags"] & EPHEMERAL) == private
            assert (strings.SHOW_TO_EVERYONE in labels(answer)) == private


def control(message: Object, action: str) -> str:
    """The custom_id of the last control of a message with an action."""
    ids = [one["custom_id"] for one in components(message) if "custom_id" in one]
    return next(str(each) for each in reversed(ids) if each.startswith(f"chipbot:{action}:"))


def labels(message: Object) -> list[str]:
    """What the buttons of a message say."""
    return [one.get("label") or "" for one in components(message) if one["type"] == 2]


@pytest.mark.parametrize("hasty", [True, False], ids=["fast", "slow"])
async def test_pages_are_shown_and_turned_however_long_they_take(
    wire: Wire, general: Object, ann: Object, hasty: bool
) -> None:
    shelf = Gated(RULES)
    async with running(wire, client_of(shelf)):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question="spam warning"))

        async def press(below: Object, label: str) -> Question:
            if not hasty:
                shelf.gate.clear()
            pressed = await wire.members.press(ann, below, label)
            await first_answer(pressed)
            shelf.gate.set()
            return pressed

        opened = await press(answer, strings.READ_IN_CONTEXT)
        assert acknowledged(opened) == (MESSAGE if hasty else DEFERRED)
        page = await answer_to(wire, opened)
        assert page["flags"] & EPHEMERAL
        assert "page 2 of 4" in text_of(page)
        turned = await press(page, control(page, "page"))
        assert acknowledged(turned) == (UPDATE if hasty else DEFERRED_UPDATE)
        await until(lambda: "page 3 of 4" in text_of(page))
        assert wire.members.shown(turned) == [page], "the page stands in place of the other"
        shelf.documents = {}
        gone = await press(page, control(page, "page"))
        await until(lambda: any(strings.CHANGED_SINCE in text_of(each) for each in wire.members.shown(gone)))
        assert all(each["flags"] & EPHEMERAL for each in wire.members.shown(gone))


async def test_an_answer_that_discord_takes_long_to_remove_is_removed(
    wire: Wire, general: Object, ann: Object
) -> None:
    async with running(wire):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        wire.rest.faults.add("DELETE /channels/*", slow(PATIENCE + 0.5))
        removed = await wire.members.menu(ann, strings.REMOVE, answer)
        await first_answer(removed)
        assert acknowledged(removed) == DEFERRED
        assert text_of(await answer_to(wire, removed)) == strings.REMOVED
        assert answer["id"] not in wire.world.messages


async def test_what_a_button_raises_is_told_and_logged(
    wire: Wire,
    general: Object,
    ann: Object,
    client: ChipbotClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object, **_other: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    async with running(wire, client):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        monkeypatch.setattr(client.questions, "page", broken)
        monkeypatch.setattr(client.kept, "vote", broken)
        monkeypatch.setattr(client.questions, "ask", broken)
        for pressed in (
            await wire.members.press(ann, answer, strings.READ_IN_CONTEXT),
            await wire.members.press(ann, answer, control(answer, "up")),
            await asked_by_form(wire, ann, answer, strings.FOLLOW_UP, WHY),
        ):
            told = await answer_to(wire, pressed)
            assert told["flags"] & EPHEMERAL
            code = text_of(told).split("`")[1]
            (record,) = [each for each in caplog.records if code in each.getMessage() and each.exc_info]
            assert "nobody foresaw this" in caplog.text
            assert "failed" in record.getMessage()
        monkeypatch.undo()
        again = await answer_to(wire, await wire.members.press(ann, answer, strings.READ_IN_CONTEXT))
        assert MONEY in text_of(again)


async def test_a_forged_or_outdated_button_is_answered_privately(
    wire: Wire, general: Object, ann: Object, client: ChipbotClient
) -> None:
    async with running(wire, client):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        for action in ("context", "more", "up", "down", "rephrase", "follow_up", "no_such_action"):
            forged = await wire.members.press_forged(ann, answer, f"chipbot:{action}:0123456789abcdef")
            told = await answer_to(wire, forged)
            assert told["flags"] & EPHEMERAL
            assert "This answer is from" in text_of(told), action


@pytest.mark.parametrize("question", [FUND, REFUSED])
async def test_what_is_shown_to_everyone_is_public_once(
    wire: Wire, general: Object, ann: Object, question: str
) -> None:
    async with running(wire):
        asked = await wire.members.slash(ann, general, "ask", question=question, private=True)
        answer = await answer_to(wire, asked)
        assert answer["flags"] & EPHEMERAL
        before = text_of(answer)
        pressed = await wire.members.press(ann, answer, strings.SHOW_TO_EVERYONE)
        await until(lambda: pressed.interaction and pressed.interaction.follow_ups)
        assert pressed.interaction is not None
        (public,) = pressed.interaction.follow_ups
        assert not public["flags"] & (EPHEMERAL | LOADING)
        assert text_of(public) == before
        for message in (public, answer):
            assert strings.SHOW_TO_EVERYONE not in labels(message)
        everyone = [
            one for one in wire.world.messages.values() if not one["flags"] & EPHEMERAL and one["components"]
        ]
        assert everyone == [public]
        assert pressed.interaction.payload["type"] != COMMAND


async def test_words_that_were_asked_in_private_stay_private(
    wire: Wire, general: Object, ann: Object
) -> None:
    async with running(wire):
        asked = await wire.members.slash(ann, general, "ask", question=REFUSED, private=True)
        refusal = await answer_to(wire, asked)
        answer = await answer_to(wire, await asked_by_form(wire, ann, refusal, strings.REPHRASE, FUND))
        assert MONEY in text_of(answer)
        assert answer["flags"] & EPHEMERAL


async def test_a_journal_that_is_away_is_said(
    wire: Wire, general: Object, ann: Object, client: ChipbotClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(client.journal, Journal)
    async with running(wire, client):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        caplog.set_level(logging.ERROR)
        await client.journal.close()
        told = await answer_to(wire, await wire.members.press(ann, answer, control(answer, "up")))
        assert told["flags"] & EPHEMERAL
        assert text_of(told) == strings.JOURNAL_DOWN
