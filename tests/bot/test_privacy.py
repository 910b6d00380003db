"""Members see what is kept of them, and have it deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.bot.town import FUND, Town, break_down, control, shown

from chipbot.bot import privacy_strings, strings
from chipbot.bot.commands import Tree
from chipbot.bot.privacy import FILE

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal


@pytest.mark.parametrize(
    ("kept", "gap_channel", "said"),
    [
        (False, None, "- Your questions are not kept, only counted.\n"),
        (True, None, "- Your questions are kept for 90 days, without your name.\n"),
        (False, 7, "- Your questions here are kept for 90 days, without your name: those that"),
    ],
)
async def test_privacy_says_what_is_kept_here(
    town: Town, journal: Journal, kept: bool, gap_channel: int | None, said: str
) -> None:
    journal.questions.kept = kept
    guild = town.channel.guild
    assert guild is not None
    await journal.settings.change(guild.id, "gap_channel", gap_channel, by=town.boss.id)
    result = await town.ann.slash(town.channel, "privacy")
    assert result.ephemeral
    assert result.response is not None
    assert said in result.response.content
    assert "90 days" in result.response.content
    assert "</forget-me:" in result.response.content, "something to click"


async def test_a_member_sees_their_own_data_and_deletes_them(town: Town, journal: Journal) -> None:
    journal.questions.kept = True
    await town.ann.slash(town.channel, "ask", question=FUND)
    await town.boss.slash(town.channel, "ask", question="When was that?")
    assert await own_data(town, town.ann) == [FUND]
    assert await own_data(town, town.boss) == ["When was that?"]
    asked = await town.ann.slash(town.channel, "forget-me")
    assert asked.ephemeral
    assert asked.response is not None
    assert asked.response.content == privacy_strings.FORGET_SURE
    assert await own_data(town, town.ann) == [FUND]
    await town.ann.click(asked.response, label=str(privacy_strings.FORGET))
    result = await town.ann.slash(town.channel, "my-data")
    assert result.response is not None
    assert result.response.content == "I remember nothing of you."
    assert await own_data(town, town.boss) == ["When was that?"]


async def test_what_is_forgotten_is_behind_no_button_either(town: Town) -> None:
    answer = (await town.ann.slash(town.channel, "ask", question=FUND)).response
    kept = town.client.kept
    ((number, found),) = kept._recent.items()
    assert (found.question, kept.is_asker(found, town.ann.id)) == (FUND, True)
    await town.eve.slash(town.channel, "ask", question=FUND)
    assert answer is not None
    await forget(town)
    assert await kept.find(number, town.guild.id) is None
    assert len(kept._recent) == 1, "others' answers stay"


async def test_what_others_went_on_from_is_forgotten_at_once(town: Town) -> None:
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answer = town.channel.history()[-1]
    town.clock.now += 60
    opened = await town.eve.click(answer, custom_id=control(answer, "follow_up"))
    second = (await town.eve.submit_modal(opened, {"text": "and Mexico?"})).response
    assert second is not None
    await forget(town)
    assert [each.content for each in town.client.answered.values()] == [""]
    town.clock.now += 60
    opened = await town.eve.click(second, custom_id=control(second, "follow_up"))
    await town.eve.submit_modal(opened, {"text": "and Canada?"})
    assert town.shelf.asked[-1] == ("and Canada?", ("and Mexico?",))


async def test_a_question_that_nobody_else_asked_is_no_longer_listed_for_the_team(
    town: Town, journal: Journal
) -> None:
    gaps = town.guild.create_text_channel("gaps")
    await journal.settings.change(town.guild.id, "gap_channel", gaps.id, by=town.boss.id)
    for member, question in (
        (town.ann, "Who feeds the parrots?"),
        (town.ann, "Is there a whitelist?"),
        (town.eve, "Is there a whitelist?"),
    ):
        await member.slash(town.channel, "ask", question=question)
        town.clock.now += 60
        await town.env.settle()
    assert len(gaps.history()) == 2
    await forget(town)
    (left,) = gaps.history()
    assert "Is there a whitelist?" in shown(left)
    await forget(town)
    assert len(gaps.history()) == 1


async def forget(town: Town) -> None:
    """Have Ann forgotten."""
    asked = (await town.ann.slash(town.channel, "forget-me")).response
    assert asked is not None
    await town.ann.click(asked, label=str(privacy_strings.FORGET))
    await town.env.settle()


async def test_who_opted_out_can_take_it_back_anywhere(town: Town, journal: Journal) -> None:
    member = journal.member(town.ann.id)
    await journal.opt_outs.change(member, out=True)
    result = await town.ann.slash(town.channel, "privacy")
    assert result.response is not None
    assert "is quoted" not in result.response.content
    await town.ann.click(result.response, label=str(privacy_strings.OPT_IN))
    assert journal.opt_outs.members == frozenset()
    assert str(privacy_strings.OPTED_IN) in result.response.content


async def own_data(town: Town, member: object) -> list[str]:
    result = await member.slash(town.channel, "my-data")  # type: ignore[attr-defined]  # one of the town's
    assert result.ephemeral
    message = result.response
    assert message is not None
    (attachment,) = message.attachments
    assert attachment.filename == FILE
    content = await attachment.read()
    assert b"asker" not in content
    return [question["text"] for question in json.loads(content)["questions"]]


@pytest.mark.parametrize("command", ["my-data", "forget-me"])
async def test_without_the_journal_they_say_so(town: Town, journal: Journal, command: str) -> None:
    break_down(journal)
    result = await town.ann.slash(town.channel, command)
    if command == "forget-me":
        assert result.response is not None
        result = await town.ann.click(result.response, label=str(privacy_strings.FORGET))
    said = [message.content for message in (result.response, *result.followups) if message is not None]
    assert strings.JOURNAL_DOWN in said
    town.env.errors.clear()


def test_they_work_in_direct_messages_too(town: Town) -> None:
    assert isinstance(town.client.tree, Tree)
    for name in ("privacy", "my-data", "forget-me"):
        command = town.client.tree.get_command(name)
        assert command is not None
        assert not command.default_permissions
