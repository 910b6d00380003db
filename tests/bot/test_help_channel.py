"""A question without an answer goes to the team if its asker wants it to: once, and by nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
import pytest
from tests.bot.town import FUND, Town, control, controls, shown

from chipbot.bot import strings
from chipbot.service.kept_answers import KeptAnswers

if TYPE_CHECKING:
    from simcord.builders import ChannelHandle

    from chipbot.journal.journal import Journal

REFUSED = "Who is the CEO of @everyone at TSMC?"


@pytest.fixture
async def help_channel(town: Town, journal: Journal) -> ChannelHandle:
    channel = town.guild.create_text_channel("help")
    await journal.settings.change(town.guild.id, "help_channel", channel.id, by=town.boss.id)
    return channel


async def refused(town: Town) -> Any:
    await town.ann.send(town.channel, f"{town.mention} {REFUSED}")
    message = town.channel.last_message
    assert message is not None
    return message


def links(message: discord.Message) -> list[str]:
    """Where a message's buttons lead."""
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    return [item.url for item in view.walk_children() if isinstance(item, discord.ui.Button) and item.url]


async def test_who_asked_passes_the_question_on_once(town: Town, help_channel: ChannelHandle) -> None:
    message = await refused(town)
    custom_id = control(message, "team")
    told = await town.ann.click(message, custom_id=custom_id)
    assert shown(told.followups[-1]) == strings.ASKED_TEAM
    (posted,) = help_channel.history()
    assert shown(posted).startswith(f"<@{town.ann.id}> asks")
    assert "TSMC" in shown(posted)
    assert links(posted) == [message.jump_url]
    assert not posted.mention_everyone
    assert controls(town.channel.last_message) == ["✏️ Rephrase"]


async def test_others_do_not_pass_it_on(town: Town, help_channel: ChannelHandle) -> None:
    message = await refused(town)
    told = await town.eve.click(message, custom_id=control(message, "team"))
    assert told.ephemeral
    assert shown(told.response) == strings.NOT_YOUR_QUESTION
    assert help_channel.history() == []


async def test_a_private_refusal_is_passed_on_with_its_channel(
    town: Town, help_channel: ChannelHandle
) -> None:
    answer = (await town.ann.slash(town.channel, "ask", question=REFUSED, private=True)).response
    assert answer is not None
    await town.ann.click(answer, custom_id=control(answer, "team"))
    (posted,) = help_channel.history()
    assert links(posted) == [f"https://discord.com/channels/{town.guild.id}/{town.channel.id}"]


async def test_where_the_bot_may_not_write_the_button_stays(
    town: Town, help_channel: ChannelHandle, journal: Journal
) -> None:
    message = await refused(town)
    await journal.settings.change(town.guild.id, "help_channel", 1, by=town.boss.id)
    told = await town.ann.click(message, custom_id=control(message, "team"))
    assert shown(told.followups[-1]) == strings.NO_TEAM
    await journal.settings.change(town.guild.id, "help_channel", help_channel.id, by=town.boss.id)
    await town.ann.click(message, custom_id=control(message, "team"))
    assert len(help_channel.history()) == 1


async def test_a_channel_that_refuses_the_question_is_none_and_the_button_stays(
    town: Town, help_channel: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    message = await refused(town)
    town.env.inject_error("POST", f"/channels/{help_channel.id}/messages", status=403, code=50013)
    told = await town.ann.click(message, custom_id=control(message, "team"))
    assert told.followups[-1].ephemeral
    assert shown(told.followups[-1]) == strings.NO_TEAM
    assert f"could not be sent to the help channel {help_channel.id}" in caplog.text
    told = await town.ann.click(message, custom_id=control(message, "team"))
    assert shown(told.followups[-1]) == strings.ASKED_TEAM
    assert len(help_channel.history()) == 1


async def test_a_button_that_could_not_be_taken_away_asks_once(
    town: Town, help_channel: ChannelHandle
) -> None:
    message = await refused(town)
    town.env.inject_error("PATCH", "/webhooks/*/*/messages/@original", status=500)
    await town.ann.click(message, custom_id=control(message, "team"))
    told = await town.ann.click(message, custom_id=control(message, "team"))
    assert told.ephemeral
    assert shown(told.response) == strings.ASKED_TEAM_BEFORE
    assert len(help_channel.history()) == 1


async def test_a_question_that_is_not_kept_is_not_passed_on(
    town: Town, help_channel: ChannelHandle, journal: Journal
) -> None:
    message = await refused(town)
    town.client.kept = KeptAnswers(journal)  # as after a restart: the journal keeps no questions
    told = await town.ann.click(message, custom_id=control(message, "team"))
    assert told.ephemeral
    assert re.match(r"This answer is from <t:\d+:D>, and I don't keep", shown(told.response))
    assert help_channel.history() == []


@pytest.mark.usefixtures("help_channel")
async def test_there_is_no_button_without_a_help_channel_or_below_an_answer(
    town: Town, journal: Journal
) -> None:
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert "🙋 Ask the team" not in controls(town.channel.last_message)
    await journal.settings.change(town.guild.id, "help_channel", None, by=town.boss.id)
    town.clock.now += 60
    assert "🙋 Ask the team" not in controls(await refused(town))


async def test_the_help_channel_is_in_the_language_that_was_set_for_it(
    town: Town, help_channel: ChannelHandle, journal: Journal
) -> None:
    await journal.settings.change(
        town.guild.id, "language", "fr", by=town.boss.id, channel_id=help_channel.id
    )
    message = await refused(town)
    told = await town.ann.click(message, custom_id=control(message, "team"))
    assert shown(told.followups[-1]) == strings.ASKED_TEAM
    (posted,) = help_channel.history()
    assert shown(posted).startswith(f"<@{town.ann.id}> demande ce à quoi mes documents ne répondent pas")
