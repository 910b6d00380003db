"""Buttons, forms and commands over the wire: answered whatever goes wrong, and seen by whom they should."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.wire.answers import (
    REFUSED,
    WHY,
    answer_to,
    asked_by_form,
    control,
    labels,
)
from tests.wire.bots import FUND, MONEY, Gated, club, remembering, running
from tests.wire.interactions import COMMAND
from tests.wire.members import text_of
from tests.wire.objects import EPHEMERAL, FORUM, LOADING, Object, channel
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient, strings, team_strings
from chipbot.journal.journal import Journal


async def test_a_bare_reply_to_a_command_s_answer_is_nothing_and_the_form_goes_on(
    wire: Wire, general: Object, ann: Object, eve: Object
) -> None:
    """What README and /help say: Discord keeps such replies to itself, and the button does it."""
    shelf = Shelf.shipped()
    async with running(wire, client_of(shelf)):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        bare = await wire.members.reply(ann, answer, WHY)
        sent = await asked_by_form(wire, eve, answer, str(strings.FOLLOW_UP), WHY)
        follow = await answer_to(wire, sent)
        assert not wire.members.shown(bare)
        assert not follow["flags"] & EPHEMERAL
        assert shelf.asked == [(FUND, ()), (WHY, (FUND,))]
        further = await asked_by_form(wire, ann, follow, str(strings.FOLLOW_UP), "and Mexico?")
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
        await answer_to(wire, await asked_by_form(wire, ann, answer, str(strings.FOLLOW_UP), WHY))
    assert shelf.asked == [(WHY, (FUND,))]


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
            await wire.members.press(ann, answer, str(strings.READ_IN_CONTEXT)),
            await wire.members.press(ann, answer, control(answer, "up")),
            await asked_by_form(wire, ann, answer, str(strings.FOLLOW_UP), WHY),
        ):
            told = await answer_to(wire, pressed)
            assert told["flags"] & EPHEMERAL
            code = text_of(told).split("`")[1]
            (record,) = [each for each in caplog.records if code in each.getMessage() and each.exc_info]
            assert "nobody foresaw this" in caplog.text
            assert "failed" in record.getMessage()
        monkeypatch.undo()
        again = await answer_to(wire, await wire.members.press(ann, answer, str(strings.READ_IN_CONTEXT)))
        assert MONEY in text_of(again)


async def test_what_is_sent_twice_is_done_once(
    wire: Wire, general: Object, ann: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf.shipped()
    async with remembering(tmp_path, shelf) as client, running(wire, client):
        wire.gateway.copies = 2
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        for pressed in (
            await wire.members.press(ann, answer, str(strings.READ_IN_CONTEXT)),
            await wire.members.press(ann, answer, control(answer, "up")),
            await asked_by_form(wire, ann, answer, str(strings.FOLLOW_UP), WHY),
        ):
            await answer_to(wire, pressed)
    assert wire.members.answers() == [1, 1, 1, 0, 1], "a form is no message"
    assert shelf.asked == [(FUND, ()), (WHY, (FUND,))]
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


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
        before, button = text_of(answer), control(answer, "show")
        pressed = await wire.members.press(ann, answer, str(strings.SHOW_TO_EVERYONE))
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
        again = await wire.members.press_forged(ann, answer, button)
        await until(lambda: again.interaction and again.interaction.callback)
        await asyncio.sleep(0.05)
        assert again.interaction is not None
        assert again.interaction.follow_ups == [], "nobody makes the bot talk by one button"


async def test_words_that_were_asked_in_private_stay_private(
    wire: Wire, general: Object, ann: Object
) -> None:
    async with running(wire):
        asked = await wire.members.slash(ann, general, "ask", question=REFUSED, private=True)
        refusal = await answer_to(wire, asked)
        answer = await answer_to(wire, await asked_by_form(wire, ann, refusal, str(strings.REPHRASE), FUND))
        assert MONEY in text_of(answer)
        assert answer["flags"] & EPHEMERAL


@pytest.mark.parametrize(
    "name", ["help", "status", "settings", "questions", "privacy", "my-data", "forget-me"]
)
async def test_every_command_is_answered_privately_and_once(
    wire: Wire, general: Object, client: ChipbotClient, name: str
) -> None:
    manage = discord.Permissions(manage_guild=True).value
    boss = wire.members.join("boss", wire.world.guilds["100"], permissions=manage)
    async with running(wire, client):
        told = await answer_to(wire, await wire.members.slash(boss, general, name))
    assert told["flags"] & EPHEMERAL
    assert not told["flags"] & LOADING
    assert text_of(told)
    assert bool(told["attachments"]) == (name == "my-data")


async def test_a_forum_post_is_answered_once_its_first_message_is_there(tmp_path: Path) -> None:
    wire = Wire([club(channel(103, "help", kind=FORUM))])
    ann, forum = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["103"]
    async with remembering(tmp_path) as client, running(wire, client):
        assert client.journal is not None
        await client.journal.settings.change(100, "listen", "always", by=1, channel_id=103)
        post = await wire.members.post(ann, forum, FUND, "I wonder.", late=True)
        said = await wire.members.say(ann, post, "I wonder.", id=post["id"])
        answer = await answer_to(wire, said)
        assert MONEY in text_of(answer)
        solved = await answer_to(wire, await wire.members.press(ann, answer, str(strings.SOLVED)))
        assert text_of(solved) == strings.GLAD
        meant = await wire.members.press(ann, answer, str(strings.NOT_MEANT))
        assert text_of(await answer_to(wire, meant)) == strings.NOT_MEANT_REMOVED
        assert answer["id"] not in wire.world.messages


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


async def test_what_is_of_a_server_is_refused_in_direct_messages(
    wire: Wire, ann: Object, client: ChipbotClient
) -> None:
    """Discord offers such commands in servers alone; whoever sends one all the same is told."""
    async with running(wire, client):
        for name in ("settings", "questions"):
            told = await answer_to(wire, await wire.members.slash(ann, wire.members.direct(ann), name))
            assert text_of(told) == strings.NOT_IN_DMS


async def test_without_any_journal_it_answers_and_says_what_it_cannot_do(wire: Wire, general: Object) -> None:
    boss = wire.members.join(
        "boss", wire.world.guilds["100"], permissions=discord.Permissions(manage_guild=True).value
    )
    async with running(wire):
        told = await answer_to(wire, await wire.members.slash(boss, general, "settings"))
        assert told["flags"] & EPHEMERAL
        assert text_of(told) == strings.JOURNAL_DOWN
        answer = await answer_to(wire, await wire.members.slash(boss, general, "ask", question=FUND))
        assert MONEY in text_of(answer)


async def test_a_button_of_the_team_s_that_is_forged_in_direct_messages_does_nothing(
    wire: Wire, ann: Object, client: ChipbotClient
) -> None:
    async with running(wire, client):
        answer = await answer_to(
            wire, await wire.members.slash(ann, wire.members.direct(ann), "ask", question=FUND)
        )
        for action in ("gap_answer", "gap_undo", "gap_ignore"):
            forged = await wire.members.press_forged(ann, answer, f"chipbot:{action}:1")
            assert text_of(await answer_to(wire, forged)) == team_strings.NOT_HELPER


async def test_a_question_that_is_deleted_while_it_is_answered_has_no_answer(
    wire: Wire, general: Object, ann: Object
) -> None:
    shelf = Gated(Shelf.shipped().documents)
    shelf.gate.clear()
    async with running(wire, client_of(shelf)) as client:
        asked = await wire.members.ask(ann, general, FUND)
        assert asked.message is not None
        number = int(asked.message["id"])
        await until(lambda: number in client.answered._values)
        await wire.members.delete(asked.message)
        answered = client.answered.get(number)
        assert answered is not None
        await until(lambda: answered.deleted)
        shelf.gate.set()
        await until(lambda: any(name.startswith("DELETE") for name in wire.rest.asked))
        assert wire.rest.asked[f"POST /channels/{general['id']}/messages"]
        assert not [one for one in wire.world.messages.values() if one["channel_id"] == general["id"]]
