"""Where a server says so: every message of a channel, an answer in its own thread, forum posts; and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.town import FUND, QUOTED, Town, break_down, control, controls, shown

from chipbot.bot import strings
from chipbot.bot.triggers import FORUM_CONFIDENCE
from chipbot.model import AnswerOptions

if TYPE_CHECKING:
    from simcord.builders import ChannelHandle

    from chipbot.journal.journal import Journal

REFUSED = "Who is the CEO of TSMC?"


async def allow(town: Town, journal: Journal, channel: ChannelHandle, **settings: object) -> None:
    """Set a server's settings for a channel."""
    for name, value in settings.items():
        await journal.settings.change(town.guild.id, name, value, by=town.boss.id, channel_id=channel.id)


def of_bot(town: Town, channel: ChannelHandle) -> list[discord.Message]:
    """What the bot said there."""
    kinds = (discord.MessageType.default, discord.MessageType.reply)
    return [each for each in channel.history() if each.author.id == town.me.id and each.type in kinds]


@pytest.mark.parametrize(
    ("message_content", "listen", "replies"),
    [
        (True, "addressed", [0, 1]),
        (True, "always", [1, 2]),
        (True, "never", [0, 0]),
        (False, "always", [0, 1]),
    ],
)
async def test_a_channel_is_listened_to_as_its_server_says(
    town: Town, journal: Journal, listen: str, replies: list[int]
) -> None:
    await allow(town, journal, town.channel, listen=listen)
    for content, said in zip((FUND, f"{town.mention} {FUND}"), replies, strict=True):
        town.clock.now += 60
        await town.ann.send(town.channel, content)
        assert len(of_bot(town, town.channel)) == said


@pytest.mark.parametrize("message_content", [True])
async def test_in_a_channel_for_questions_members_may_talk_to_each_other(
    town: Town, journal: Journal
) -> None:
    await allow(town, journal, town.channel, listen="always")
    question = await town.ann.send(town.channel, FUND)
    await town.eve.send(town.channel, "that is a good question", reply_to=question)
    assert len(of_bot(town, town.channel)) == 1


async def test_an_answer_opens_a_thread_where_the_server_says_so(town: Town, journal: Journal) -> None:
    await allow(town, journal, town.channel, reply_in="thread")
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert of_bot(town, town.channel) == []
    (thread,) = town.channel.threads
    assert thread.name == FUND
    (answer,) = of_bot(town, thread)
    assert QUOTED in shown(answer)
    town.clock.now += 60
    await town.eve.send(thread, f"{town.mention} and what is it designed for?")
    assert town.shelf.asked[-1] == ("and what is it designed for?", (FUND,))
    assert len(town.channel.threads) == 1
    town.clock.now += 60
    opened = await town.eve.click(answer, custom_id=control(answer, "follow_up"))
    await town.eve.submit_modal(opened, {"text": "and Mexico?"})
    assert town.shelf.asked[-1] == ("and Mexico?", (FUND,))


async def test_where_it_may_open_no_thread_it_replies(town: Town, journal: Journal) -> None:
    await allow(town, journal, town.channel, reply_in="thread")
    town.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
    (reply,) = await town.say(f"{town.mention} {FUND}")
    assert QUOTED in reply


async def post(town: Town, forum: ChannelHandle, title: str, text: str = "Hello all!") -> ChannelHandle:
    """Ann opens a post in a forum, a minute later. Without a privileged intent its text stays with Discord."""
    town.clock.now += 60
    backend = town.env.backend
    starter = backend.prepare_message(forum.id, town.ann.id, text)
    thread = backend.create_thread(forum.id, title, town.ann.id, message_id=starter.id, broadcast=False)
    starter.channel_id = thread.id
    backend.commit_message(starter, broadcast=False)
    backend.announce_thread_create(thread)
    backend.announce_message_create(starter)
    await town.env.settle()
    return next(each for each in forum.threads if each.id == thread.id)


@pytest.fixture
async def forum(town: Town, journal: Journal) -> ChannelHandle:
    forum = town.guild.create_forum_channel("support")
    await allow(town, journal, forum, listen="always")
    return forum


async def test_a_forum_post_is_answered_by_its_title(town: Town, forum: ChannelHandle) -> None:
    thread = await post(town, forum, FUND)
    (answer,) = of_bot(town, thread)
    assert QUOTED in shown(answer)
    assert controls(answer)[-2:] == ["✅ Solved", "❌ Not what I meant"]
    assert town.shelf.asked == [(FUND, ())]


@pytest.mark.parametrize("message_content", [True])
async def test_a_forum_post_is_answered_by_its_text_too_where_that_may_be_read(
    town: Town, forum: ChannelHandle
) -> None:
    await post(town, forum, "the fund", "how much money is in it?")
    assert town.shelf.asked == [("the fund how much money is in it?", ())]


@pytest.mark.parametrize("title", [REFUSED, "hello", "🎉"])
async def test_a_forum_post_that_the_documents_do_not_surely_answer_is_left_alone(
    town: Town, forum: ChannelHandle, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    asked_with: list[float] = []
    answer = town.shelf.answer

    def noting(question: str, *, history: tuple[str, ...] = (), options: AnswerOptions) -> object:
        asked_with.append(options.min_confidence)
        return answer(question, history=history, options=options)

    monkeypatch.setattr(town.shelf, "answer", noting)
    assert of_bot(town, await post(town, forum, title)) == []
    assert asked_with in ([], [FORUM_CONFIDENCE])


async def test_forum_posts_are_left_alone_where_nobody_asked_for_answers(town: Town) -> None:
    thread = await post(town, town.guild.create_forum_channel("other"), FUND)
    assert of_bot(town, thread) == []
    await town.ann.send(thread, f"{town.mention} {FUND}")
    assert len(of_bot(town, thread)) == 1


async def test_a_later_message_in_a_post_is_no_new_post(town: Town, forum: ChannelHandle) -> None:
    thread = await post(town, forum, FUND)
    town.clock.now += 60
    await town.ann.send(thread, "and how much money is that?")
    assert len(of_bot(town, thread)) == 1


def said(result: object) -> str:
    """What somebody alone sees for what they pressed."""
    response = getattr(result, "response")  # noqa: B009  the result is untyped
    assert response.ephemeral
    return shown(response)


@pytest.mark.parametrize(("who", "may"), [("ann", True), ("mod", True), ("eve", False), ("boss", False)])
async def test_its_author_and_moderators_say_that_a_post_is_solved(
    town: Town, forum: ChannelHandle, who: str, may: bool
) -> None:
    channel = town.client.get_channel(forum.id)
    assert isinstance(channel, discord.ForumChannel)
    await channel.edit(available_tags=[discord.ForumTag(name="bug"), discord.ForumTag(name="Solved")])
    thread = await post(town, forum, FUND)
    (answer,) = of_bot(town, thread)
    pressed = await getattr(town, who).click(answer, custom_id=control(answer, "solved"))
    assert said(pressed) == (strings.GLAD if may else strings.NOT_YOURS)
    found = town.client.get_channel(thread.id)
    assert isinstance(found, discord.Thread)
    assert [tag.name for tag in found.applied_tags] == ["Solved"] * may


@pytest.mark.parametrize(("who", "may"), [("ann", True), ("mod", True), ("eve", False), ("boss", False)])
async def test_its_author_and_moderators_take_an_answer_back(
    town: Town, forum: ChannelHandle, who: str, may: bool
) -> None:
    thread = await post(town, forum, FUND)
    (answer,) = of_bot(town, thread)
    pressed = await getattr(town, who).click(answer, custom_id=control(answer, "not_meant"))
    assert said(pressed) == (strings.NOT_MEANT_REMOVED if may else strings.NOT_YOURS)
    assert len(of_bot(town, thread)) == (not may)


async def test_a_post_is_solved_and_an_answer_taken_back_while_the_journal_is_down(
    town: Town, forum: ChannelHandle, journal: Journal
) -> None:
    thread = await post(town, forum, FUND)
    (answer,) = of_bot(town, thread)
    await journal.close()
    break_down(journal)
    assert said(await town.ann.click(answer, custom_id=control(answer, "solved"))) == strings.GLAD
    pressed = await town.ann.click(answer, custom_id=control(answer, "not_meant"))
    assert said(pressed) == strings.NOT_MEANT_REMOVED
    assert of_bot(town, thread) == []


NAMED = "Ask in #general or #Secret, not in #nowhere, or #General-too, ##general, C#general, but #general."


async def test_names_of_channels_in_a_quote_are_shown_as_the_channels_that_the_asker_sees(town: Town) -> None:
    secret = town.guild.create_text_channel(
        "secret", overwrites={town.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    town.shelf.documents = Shelf({"Rules": NAMED}).documents
    (reply,) = await town.say(f"{town.mention} general secret nowhere?")
    assert f"Ask in <#{town.channel.id}> or #Secret, not in #nowhere" in reply
    assert str(secret.id) not in reply
    assert reply.count("<#") == 2
    await town.ann.send_dm("general secret nowhere?")
    assert "<#" not in shown(town.ann.user.dm_channel.last_message)
