"""Buttons, menus and commands over the wire: acknowledged in time, however long the answer takes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.wire.answers import (
    DEADLINE,
    REFUSED,
    WHY,
    acknowledged,
    answer_to,
    asked_by_form,
    control,
    first_answer,
    labels,
)
from tests.wire.bots import FUND, MONEY, Gated, remembering, running
from tests.wire.faults import slow
from tests.wire.interactions import DEFERRED, DEFERRED_UPDATE, MESSAGE, MODAL, UPDATE
from tests.wire.members import Question, text_of
from tests.wire.objects import EPHEMERAL, Object
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient, strings
from chipbot.bot.responses import FEW
from chipbot.journal.records import KeptAnswer
from chipbot.service.questions import Origin

RULES = {"Rules": "Spam is removed.\nSpam twice means a warning.\nThe fund holds gold.\nBe kind."}


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

        opened = await press(answer, str(strings.READ_IN_CONTEXT))
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
        await until(
            lambda: any(str(strings.CHANGED_SINCE) in text_of(each) for each in wire.members.shown(gone))
        )
        assert all(each["flags"] & EPHEMERAL for each in wire.members.shown(gone))


async def test_an_answer_that_discord_takes_long_to_remove_is_removed(
    wire: Wire, general: Object, ann: Object
) -> None:
    async with running(wire):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        wire.rest.faults.add("DELETE /channels/*", slow(DEADLINE + 0.5))
        removed = await wire.members.menu(ann, str(strings.REMOVE), answer)
        await first_answer(removed)
        assert acknowledged(removed) == DEFERRED
        assert text_of(await answer_to(wire, removed)) == strings.REMOVED
        assert answer["id"] not in wire.world.messages


async def test_forms_open_and_are_answered_in_time_where_questions_are_fetched_slowly(
    wire: Wire, general: Object, ann: Object, tmp_path: Path
) -> None:
    """After a restart the questions before it are read from the channel."""
    async with remembering(tmp_path) as client, running(wire, client):
        answer = await answer_to(wire, await wire.members.ask(ann, general, FUND))
        refusal = await answer_to(wire, await wire.members.ask(ann, general, REFUSED))
    shelf = Shelf.shipped()
    async with remembering(tmp_path, shelf) as client, running(wire, client):
        wire.rest.faults.add("GET /channels/*/messages/*", slow(DEADLINE + 0.5), times=2)
        opened = await wire.members.press(ann, refusal, str(strings.REPHRASE))
        await first_answer(opened)
        assert acknowledged(opened) == MODAL
        sent = await asked_by_form(wire, ann, answer, str(strings.FOLLOW_UP), WHY)
        await first_answer(sent)
        assert acknowledged(sent) == DEFERRED
        await answer_to(wire, sent)
    assert wire.rest.faults.injected == 2
    assert shelf.asked == [(WHY, (FUND,))]


async def test_votes_are_noted_however_long_the_journal_takes(
    wire: Wire, general: Object, ann: Object, client: ChipbotClient
) -> None:
    async with running(wire, client):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        gate, vote = asyncio.Event(), client.kept.vote

        async def late(
            number: str, origin: Origin, *, helped: bool, reason: str | None = None
        ) -> KeptAnswer | None:
            await gate.wait()
            return await vote(number, origin, helped=helped, reason=reason)

        client.kept.vote = late  # type: ignore[method-assign]  # a disk that is busy
        for action, noted in (("up", strings.NOTED_UP), ("down", strings.NOTED_DOWN)):
            gate.clear()
            pressed = await wire.members.press(ann, answer, control(answer, action))
            await first_answer(pressed)
            assert acknowledged(pressed) == DEFERRED
            gate.set()
            shown = await answer_to(wire, pressed)
            assert str(noted) in text_of(shown)
            assert shown["flags"] & EPHEMERAL
        gate.clear()
        sent = await asked_by_form(wire, ann, shown, str(strings.SAY_WHY), "It is out of date.")
        await first_answer(sent)
        assert acknowledged(sent) == DEFERRED
        gate.set()
        assert text_of(await answer_to(wire, sent)) == strings.NOTED_REASON
