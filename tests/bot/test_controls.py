"""What is pressed, chosen and written below an answer: by who asked, by moderators, and by others; after a restart, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.bot.alphabet import RICH
from tests.bot.library import Shelf
from tests.bot.town import FUND, QUOTED, Town, break_down, control, controls, shown

from chipbot.bot import strings
from chipbot.bot.client import CONTROLS
from chipbot.bot.components import (
    LABEL_LIMIT,
    OPTION_LIMIT,
    OPTIONS,
    Target,
    button,
    checked,
    clipped,
    form,
    menu,
    rows,
    target_of,
    without_control,
    written,
)
from chipbot.bot.markdown_escape import units
from chipbot.journal.records import Votes
from chipbot.journal.schema import vote
from chipbot.model import NoAnswer
from chipbot.service.kept_answers import MAX_ANSWERS, KeptAnswers
from chipbot.service.questions import Origin

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal

WHY = "and why is it dedicated?"
REFUSED = "Who is the CEO of TSMC?"
RULES = Shelf(
    {"Rules": "Spam is removed.\nSpam twice means a warning.\nThe fund holds gold.\nBe kind."}
).documents


async def ask(town: Town, question: str = FUND, *, private: bool = False) -> discord.Message:
    """Ann asks by command, a minute later; returns what she sees."""
    town.clock.now += 60
    result = await town.ann.slash(town.channel, "ask", question=question, private=private)
    assert result.response is not None
    return result.response.message


def said(result: object) -> str:
    """The text of what somebody sees for what they pressed, and nobody else does."""
    response = getattr(result, "response")  # noqa: B009  the result is untyped
    assert response.ephemeral
    return shown(response)


async def test_a_follow_up_is_asked_in_a_form_and_carries_the_questions_before_it(town: Town) -> None:
    """Replies to a command's answer do not reach the bot: this is the way to go on."""
    answer = await ask(town)
    for member, question, history in ((town.ann, WHY, (FUND,)), (town.eve, "and Mexico?", (FUND, WHY))):
        town.clock.now += 60
        opened = await member.click(answer, custom_id=control(answer, "follow_up"))
        sent = await member.submit_modal(opened, {"text": question})
        assert town.shelf.asked[-1] == (question, history)
        assert sent.response is not None
        assert not sent.ephemeral
        answer = sent.response.message
        assert shown(answer).startswith(f"-# Question: {question}\n> ")


async def test_a_follow_up_of_a_private_answer_is_private(town: Town) -> None:
    answer = await ask(town, private=True)
    town.clock.now += 60
    opened = await town.ann.click(answer, custom_id=control(answer, "follow_up"))
    assert "> " in said(await town.ann.submit_modal(opened, {"text": WHY}))
    assert town.channel.history(viewer=town.eve) == []


async def test_a_form_in_haste_is_answered_privately(town: Town) -> None:
    answer = await ask(town)
    opened = await town.ann.click(answer, custom_id=control(answer, "follow_up"))
    assert said(await town.ann.submit_modal(opened, {"text": WHY})).startswith("One question at a time")


async def test_a_refused_question_is_put_in_other_words(town: Town) -> None:
    refusal = await ask(town, REFUSED)
    opened = await town.ann.click(refusal, custom_id=control(refusal, "rephrase"))
    assert opened.modal is not None
    assert REFUSED in str(opened.modal)
    town.clock.now += 60
    sent = await town.ann.submit_modal(opened, {"text": FUND})
    assert not sent.ephemeral
    assert QUOTED in shown(sent.response)


async def test_a_refusal_offers_the_sections_that_are_near(town: Town) -> None:
    town.shelf.documents = RULES
    refusal = await ask(town, "gold zebra unicorn")
    assert controls(refusal)[0] == "[Closest sections: look inside]"
    chosen = await town.ann.select(refusal, custom_id=control(refusal, "section"), values=["0"])
    assert said(chosen) == "**Rules** · page 3 of 4\n> **The fund holds gold.**"
    nothing = await ask(town, "zebra unicorn")
    assert controls(nothing) == ["✏️ Rephrase", "📢 Show to everyone"]


async def test_an_answer_is_read_in_its_document_page_by_page(town: Town) -> None:
    town.shelf.documents = RULES
    answer = await ask(town, "spam warning")
    for member in (town.ann, town.eve):
        opened = await member.click(answer, custom_id=control(answer, "context"))
        assert said(opened) == "**Rules** · page 2 of 4\n> **Spam twice means a warning.**"
        page = opened.response
        assert page is not None
        for forward, number in ((True, 3), (True, 4), (False, 3)):
            ids = re.findall(r"chipbot:page:\w+:[\d.]+", str(page.message.components))
            await member.click(page, custom_id=ids[forward])
            (found,) = [each for each in town.channel.history(viewer=member) if each.id == page.id]
            assert shown(found).startswith(f"**Rules** · page {number} of 4\n")


async def test_further_quotes_are_one_press_away(town: Town) -> None:
    town.shelf.documents = RULES
    answer = await ask(town, "spam")
    assert controls(answer)[2] == "➕ 1 more"
    more = await town.eve.click(answer, custom_id=control(answer, "more"))
    assert said(more) == "> **Spam twice means a warning.**\n-# Rules"


@pytest.mark.parametrize("action", ["context", "more"])
async def test_a_document_that_changed_is_not_shown_as_what_it_was(town: Town, action: str) -> None:
    town.shelf.documents = dict(RULES)
    answer = await ask(town, "spam")
    town.shelf.documents.clear()
    assert said(await town.ann.click(answer, custom_id=control(answer, action))) == strings.CHANGED_SINCE


async def test_everybody_has_one_vote_and_may_change_it(town: Town, journal: Journal) -> None:
    answer = await ask(town)
    number = control(answer, "up").split(":")[2]
    for member, action, up, down in (
        (town.ann, "up", 1, 0),
        (town.eve, "up", 2, 0),
        (town.ann, "down", 1, 1),
        (town.ann, "down", 1, 1),
        (town.ann, "up", 2, 0),
        (town.eve, "down", 1, 1),
    ):
        noted = said(await member.click(answer, custom_id=control(answer, action)))
        assert noted == (strings.NOTED_UP if action == "up" else strings.NOTED_DOWN)
        assert await journal.answers.votes(number) == Votes(up=up, down=down)


async def reasons(journal: Journal) -> list[str]:
    """What members said about answers."""
    found = await journal._database.read(lambda connection: connection.execute(select(vote.c.reason)))
    return [row.reason for row in found]


async def test_a_vote_against_an_answer_may_say_why(town: Town, journal: Journal) -> None:
    answer = await ask(town)
    noted = await town.eve.click(answer, custom_id=control(answer, "down"))
    assert noted.response is not None
    opened = await town.eve.click(noted.response, custom_id=control(noted.response, "why"))
    assert said(await town.eve.submit_modal(opened, {"text": " out\nof date "})) == strings.NOTED_REASON
    assert await reasons(journal) == ["out of date"]


async def test_a_reason_for_an_answer_that_is_not_kept_any_more_is_not_noted(
    town: Town, journal: Journal
) -> None:
    answer = await ask(town)
    noted = await town.eve.click(answer, custom_id=control(answer, "down"))
    assert noted.response is not None
    opened = await town.eve.click(noted.response, custom_id=control(noted.response, "why"))
    await journal.forget(town.ann.id)
    town.client.kept = KeptAnswers(journal)
    sentence = said(await town.eve.submit_modal(opened, {"text": "out of date"}))
    assert re.match(r"This answer is from <t:\d+:D>, and I don't keep", sentence)
    assert await reasons(journal) == []


@pytest.mark.parametrize(("who", "may"), [("ann", True), ("mod", True), ("eve", False), ("boss", False)])
async def test_who_asked_and_moderators_remove_an_answer_after_a_vote(
    town: Town, who: str, may: bool
) -> None:
    answer = await ask(town)
    member = getattr(town, who)
    noted = await member.click(answer, custom_id=control(answer, "down"))
    assert controls(noted.response) == ["✍️ Say why"] + ["🗑️ Remove this answer"] * may
    if may:
        await member.click(noted.response, custom_id=control(noted.response, "remove"))
    assert len(town.channel.history(viewer=town.eve)) == (not may) + (who == "eve")  # her own note


@pytest.mark.parametrize("way", ["command", "mention"])
@pytest.mark.parametrize(("who", "may"), [("ann", True), ("mod", True), ("eve", False), ("boss", False)])
async def test_who_asked_and_moderators_remove_an_answer_by_its_menu(
    town: Town, way: str, who: str, may: bool
) -> None:
    if way == "command":
        answer: object = await ask(town)
    else:
        await town.say(f"{town.mention} {FUND}")
        answer = town.channel.last_message
    result = await getattr(town, who).context_menu(town.channel, strings.REMOVE, answer)
    assert said(result) == (strings.REMOVED if may else strings.NOT_YOURS)
    assert len([each for each in town.channel.history() if each.author.id == town.me.id]) == (not may)


async def test_who_moderates_no_more_when_they_press_removes_nothing(town: Town) -> None:
    """What a note offers is looked at again when it is pressed."""
    answer = await ask(town)
    noted = await town.mod.click(answer, custom_id=control(answer, "down"))
    (role,) = (
        role for role in town.env.backend.guilds[town.guild.id].roles.values() if role.name == "Moderators"
    )
    role.permissions = 0
    assert noted.response is not None
    pressed = await town.mod.click(noted.response, custom_id=control(noted.response, "remove"))
    assert said(pressed) == strings.NOT_YOURS
    assert answer.id in [each.id for each in town.channel.history(viewer=town.eve)]


async def test_an_answer_that_is_gone_already_is_as_good_as_removed(town: Town) -> None:
    answer = await ask(town)
    noted = await town.ann.click(answer, custom_id=control(answer, "down"))
    await town.mod.delete(answer)
    assert noted.response is not None
    await town.ann.click(noted.response, custom_id=control(noted.response, "remove"))
    (seen,) = town.channel.history(viewer=town.ann)
    assert shown(seen) == strings.REMOVED


async def answered_without_reference(town: Town) -> discord.Message:
    """An answer of which Discord does not say whom it answers: the bot could not refer to Ann's message."""
    town.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)
    await town.say(f"{town.mention} {FUND}")
    answer = town.channel.last_message
    assert answer is not None
    assert answer.reference is None
    return answer


@pytest.mark.parametrize(("who", "may"), [("ann", True), ("mod", True), ("eve", False)])
async def test_whose_an_answer_is_its_buttons_tell_where_discord_does_not(
    town: Town, who: str, may: bool
) -> None:
    answer = await answered_without_reference(town)
    result = await getattr(town, who).context_menu(town.channel, strings.REMOVE, answer)
    assert said(result) == (strings.REMOVED if may else strings.NOT_YOURS)
    assert (answer.id in [each.id for each in town.channel.history()]) == (not may)


async def test_an_answer_of_which_nothing_is_kept_is_removed_by_moderators_alone(
    town: Town, journal: Journal
) -> None:
    answer = await answered_without_reference(town)
    await journal.forget(town.ann.id)
    town.client.kept = KeptAnswers(journal)
    for member, sentence in ((town.ann, strings.NOT_YOURS), (town.mod, strings.REMOVED)):
        assert said(await member.context_menu(town.channel, str(strings.REMOVE), answer)) == sentence
    assert answer.id not in [each.id for each in town.channel.history()]


async def test_only_answers_are_removed(town: Town) -> None:
    message = await town.ann.send(town.channel, "hello everybody")
    assert said(await town.mod.context_menu(town.channel, str(strings.REMOVE), message)) == str(
        strings.NOTHING_TO_REMOVE
    )
    assert len(town.channel.history()) == 1


async def test_buttons_work_after_a_restart(town: Town, journal: Journal) -> None:
    town.shelf.documents = RULES
    answer = await ask(town, "spam")
    await town.env.restart_bot()
    town.client.kept = KeptAnswers(journal)
    assert said(await town.eve.click(answer, custom_id=control(answer, "up"))) == strings.NOTED_UP
    assert "page 1 of 4" in said(await town.eve.click(answer, custom_id=control(answer, "context")))
    assert "Spam twice" in said(await town.eve.click(answer, custom_id=control(answer, "more")))
    noted = await town.ann.click(answer, custom_id=control(answer, "down"))
    assert controls(noted.response) == ["✍️ Say why", "🗑️ Remove this answer"]


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_after_a_restart_a_follow_up_finds_its_question_on_discord(
    town: Town, journal: Journal, way: str
) -> None:
    """What members ask is not kept, unless the operator wants it."""
    if way == "command":
        answer = await ask(town)
    else:
        await town.say(f"{town.mention} {FUND}")
        assert town.channel.last_message is not None
        answer = town.channel.last_message
    opened = await town.ann.click(answer, custom_id=control(answer, "follow_up"))
    await town.env.restart_bot()
    town.client.kept = KeptAnswers(journal)
    number = control(answer, "up").split(":")[2]
    kept = await town.client.kept.find(number, town.guild.id)
    assert kept is not None
    assert kept.question is None
    town.clock.now += 60
    await town.ann.submit_modal(opened, {"text": WHY})
    assert town.shelf.asked[-1] == (WHY, (FUND,))


ACTIONS = ("follow_up", "context", "up", "down")


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_button_of_an_answer_that_is_not_kept_says_from_when_it_is(
    town: Town, journal: Journal, action: str
) -> None:
    answer = await ask(town)
    await journal.forget(town.ann.id)
    town.client.kept = KeptAnswers(journal)
    sentence = said(await town.ann.click(answer, custom_id=control(answer, action)))
    assert re.match(r"This answer is from <t:\d+:D>, and I don't keep", sentence)


async def test_a_button_that_fails_says_so(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    answer = await ask(town)
    town.client.kept.vote = None  # type: ignore[method-assign,assignment]  # whatever breaks
    sentence = said(await town.ann.click(answer, custom_id=control(answer, "up")))
    code = re.search(r"under `([0-9a-f]{8})`", sentence)
    assert code
    assert f"the button up failed [{code[1]}]" in caplog.text


async def test_without_its_journal_it_answers_and_says_what_it_cannot_do(
    town: Town, journal: Journal
) -> None:
    answer = await ask(town)
    break_down(journal)
    await journal._database.close()
    assert said(await town.ann.click(answer, custom_id=control(answer, "up"))) == strings.JOURNAL_DOWN
    answer = await ask(town)
    assert QUOTED in shown(answer)
    assert "page" in said(await town.eve.click(answer, custom_id=control(answer, "context")))


def test_a_row_goes_with_its_last_button() -> None:
    """Discord takes no row without one."""
    first, second = (button(Target("up", str(number)), "x") for number in (1, 2))
    alone = button(Target("team", "3"), "x")
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("text"), *rows(first, second), *rows(alone)))
    for gone, left in ((alone, [first, second]), (first, [second]), (second, [])):
        without_control(view, str(gone.custom_id))
        children = list(view.walk_children())
        assert [item for item in children if isinstance(item, discord.ui.Button)] == left
        assert sum(isinstance(item, discord.ui.ActionRow) for item in children) == bool(left)
        assert sum(isinstance(item, discord.ui.TextDisplay) for item in children) == 1


def test_every_name_of_a_control_is_one() -> None:
    for name in CONTROLS:
        target = Target(name, "0123456789abcdef", (2, 123456789))
        assert target_of(target.custom_id) == target
        assert target_of(target._replace(place=()).custom_id) == target._replace(place=())


@pytest.mark.parametrize(
    "custom_id", ["", "x", "chipbot:up", "chipbot:up:", "chipbot:up:1:", "chipbot:up:1:x", "x" * 100]
)
def test_other_ids_are_left_alone(custom_id: str) -> None:
    assert target_of(custom_id) is None


@pytest.mark.parametrize("text", ["", "x" * 81, "😀" * 41])
def test_what_discord_would_refuse_is_not_sent(text: str) -> None:
    with pytest.raises(ValueError, match="Discord takes 1 to 80 characters"):
        checked(text, LABEL_LIMIT)
    with pytest.raises(ValueError, match="Discord takes"):
        Target("up", "x" * 100).custom_id  # noqa: B018  it is the reading that is tested
    with pytest.raises(ValueError, match="Discord takes"):
        form(Target("up", "1"), "t" * 46, "label")
    if text:
        with pytest.raises(ValueError, match="Discord takes"):
            button(Target("up", "1"), text)


@given(text=st.one_of(RICH, st.text(min_size=200)), limit=st.integers(1, 100))
def test_what_others_wrote_fits_and_is_seen(text: str, limit: int) -> None:
    short = clipped(text, limit)
    assert 0 < units(short) <= max(limit, 1)
    assert short.isprintable()


@given(labels=st.lists(RICH, min_size=1, max_size=30))
def test_any_sections_make_a_menu(labels: list[str]) -> None:
    row = menu(Target("section", "1"), "Look", [(str(n), label, label) for n, label in enumerate(labels)])
    (select,) = row.to_component_dict()["components"]
    assert len(select["options"]) == min(len(labels), OPTIONS)
    assert all(0 < units(each["label"]) <= OPTION_LIMIT for each in select["options"])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, ""),
        ({"components": [{"type": 18, "component": {"custom_id": "text", "value": "why?"}}]}, "why?"),
        ({"components": [{"type": 1, "components": [{"custom_id": "text", "value": "why?"}]}]}, "why?"),
        ({"components": [{"type": 1, "components": [{"custom_id": "other", "value": "x"}]}]}, ""),
    ],
)
def test_a_form_holds_what_was_written(data: object, text: str) -> None:
    assert written(data) == text


async def test_only_so_many_answers_are_remembered() -> None:
    kept = KeptAnswers()
    refusal, origin = NoAnswer(question="?", reason="no_match"), Origin(user_id=1)
    numbers = [kept.keep(refusal, origin) for _ in range(MAX_ANSWERS + 1)]
    assert len(set(numbers)) == MAX_ANSWERS + 1
    assert await kept.find(numbers[0], None) is None
    found = await kept.find(numbers[1], None)
    assert found is not None
    assert [kept.is_asker(found, user_id) for user_id in (1, 2)] == [True, False]
