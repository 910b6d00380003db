"""Members write to the bot: by mention, in reply, directly; and get an answer or a reason, and never a
ping."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import AsyncMock, MagicMock

import discord
import pytest
from simcord.enums import MessageType
from tests.bot.library import Shelf
from tests.bot.town import FUND, QUOTED, TITLE, Town, controls, shown

from chipbot.bot import strings
from chipbot.bot.answered import Recent
from chipbot.bot.delivery import RETRIES
from chipbot.errors import IndexDamagedError, IndexWriteError, JournalError
from chipbot.journal.journal import Journal


async def test_a_mention_is_answered_with_a_quote_in_a_reply(town: Town) -> None:
    question = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answer = town.channel.last_message
    assert answer is not None
    assert QUOTED in shown(answer)
    assert shown(answer).endswith(f"\n-# {TITLE}")
    assert controls(answer) == ["💬 Follow-up", "📄 Read in context", "👍", "👎"]
    assert answer.reference is not None
    assert answer.reference.message_id == question.id
    assert answer.mentions == []
    assert town.shelf.asked == [(FUND, ())]


async def test_a_direct_message_needs_no_mention(town: Town) -> None:
    await town.ann.send_dm(FUND)
    last = town.ann.user.dm_channel.last_message
    assert last is not None
    assert QUOTED in shown(last)


async def test_a_question_without_an_answer_is_refused(town: Town) -> None:
    (reply,) = await town.say(f"{town.mention} Who is the CEO of TSMC?")
    assert "I found no answer to that" in reply
    assert "“CEO”, “TSMC”" in reply


async def test_a_reply_takes_the_question_before_it_along(town: Town) -> None:
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answer = town.channel.last_message
    town.clock.now += 60
    await town.say("and what is it designed for?", reply_to=answer)
    assert town.shelf.asked[-1] == ("and what is it designed for?", (FUND,))


async def test_a_reply_to_an_answer_whose_question_is_gone_stands_alone(town: Town) -> None:
    question = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answer = town.channel.last_message
    town.client.answered = Recent()  # as after a restart, when the answer is not taken along
    await town.ann.delete(question)
    town.clock.now += 60
    await town.say("what is it designed for?", reply_to=answer)
    assert town.shelf.asked[-1] == ("what is it designed for?", ())


async def test_after_a_restart_the_question_before_is_fetched(town: Town) -> None:
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answer = town.channel.last_message
    town.client._connection.clear(views=False)
    await town.env.restart_bot()
    town.clock.now += 60
    await town.say("what is it designed for?", reply_to=answer)
    assert town.shelf.asked[-1] == ("what is it designed for?", (FUND,))


@pytest.mark.parametrize(
    ("content", "reply"),
    [
        ("{me}", str(strings.NO_QUESTION)),
        ("  {me}  ", str(strings.NO_QUESTION)),
        ("{me} <@1> <#2>", str(strings.NO_QUESTION)),
        ("{me} 🎉🎉", str(strings.NO_WORDS)),
        ("{me} <:party:123>", str(strings.NO_WORDS)),
        ("{me} **__~~||``` ```||~~__**", str(strings.NO_WORDS)),
        ("{me} > # - ?!", str(strings.NO_WORDS)),
        ("{role}", str(strings.USE_ASK)),
        ("{role} how much?", str(strings.USE_ASK)),
        ("{me} hello!", "Hello! I answer questions by quoting this document:"),
        ("{me} thanks a lot", "You're welcome!"),
        ("{me} what do you know?", f"I answer questions by quoting this document:\n- {TITLE}"),
        ("{me} hi, is the fund substantial?", "> "),
        ("{me} **How** ~~much~~ `money` is in the __fund__?", "> "),
        ("how much money is in the fund?", None),
        ("@everyone how much money is in the fund?", None),
    ],
)
async def test_what_is_said_decides_the_reply(town: Town, content: str, reply: str | None) -> None:
    (role,) = (role for role in town.me.roles if role.managed)
    replies = await town.say(content.format(me=town.mention, role=role.mention))
    assert len(replies) == (reply is not None)
    assert reply is None or replies[0].startswith(reply)


async def test_a_long_question_is_cut_and_that_is_said(town: Town) -> None:
    (reply,) = await town.say(f"{town.mention} {FUND} " + "fund " * 380)
    assert str(strings.QUESTION_CUT) in reply
    assert QUOTED in reply
    (asked, _) = town.shelf.asked[0]
    assert 480 < len(asked) <= 500
    assert asked.endswith("fund")


async def test_bots_and_webhooks_are_ignored_unless_they_are_named(town: Town) -> None:
    guild = town.channel.guild
    assert guild is not None
    robot = guild.add_member(town.env.create_user("robot", bot=True))
    webhook = guild.create_webhook(town.channel)
    for named in ((), (robot.id, webhook.id)):
        town.client.bridges = frozenset(named)
        await robot.send(town.channel, f"{town.mention} {FUND}")
        await webhook.send(f"{town.mention} {FUND}")
        assert len(town.shelf.asked) == len(named)


async def test_a_question_that_is_edited_in_is_answered(town: Town) -> None:
    message = await town.ann.send(town.channel, "hello everybody")
    await town.ann.edit(message, f"{town.mention} {FUND}")
    assert QUOTED in shown(town.channel.last_message)
    assert town.channel.last_message is not None
    assert town.channel.last_message.reference is not None
    assert town.channel.last_message.reference.message_id == message.id


async def test_an_edited_question_edits_its_answer(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} Who is the CEO of TSMC?")
    assert controls(town.channel.last_message) == ["✏️ Rephrase"]
    for content in (
        f"{town.mention} {FUND}",
        f"{town.mention} hello",
        town.mention,
        f"{town.mention} {FUND} ",
    ):
        town.clock.now += 60
        await town.ann.edit(message, content)
        assert len(town.channel.history()) == 2
    assert QUOTED in shown(town.channel.last_message)
    asked = len(town.shelf.asked)
    town.clock.now += 60
    await town.ann.edit(message, "never mind")  # which Discord does not show to the bot
    await town.ann.edit(message, f"{town.mention} {FUND}")
    assert len(town.channel.history()) == 2
    assert len(town.shelf.asked) == asked + 1


async def test_after_a_restart_an_edited_question_edits_its_answer(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} Who is the CEO of TSMC?")
    town.client.answered = Recent()
    town.client.started_at = discord.utils.utcnow() + timedelta(days=3650)
    town.clock.now += 60
    await town.ann.edit(message, f"{town.mention} {FUND}")
    assert len(town.channel.history()) == 2
    assert QUOTED in shown(town.channel.last_message)


@pytest.mark.parametrize("minutes", [0, 10])
async def test_after_a_restart_a_deleted_question_takes_its_answer_along(
    town: Town, journal: Journal, minutes: int
) -> None:
    """The channel is read only where an answer was given soon after what is deleted."""
    first = await town.eve.send(town.channel, "hello everybody")
    town.clock.now = discord.utils.snowflake_time(first.id).timestamp() + 60 * minutes
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    await journal.flush()
    town.client.answered = Recent()
    town.client.started_at = discord.utils.utcnow() + timedelta(days=3650)
    await town.ann.delete(message)
    assert len(town.channel.history()) == (1 if minutes == 0 else 2)
    path = f"/channels/{town.channel.id}/messages"
    read = [one for one in town.env.http_requests if (one.method, one.path) == ("GET", path)]
    assert len(read) == (minutes == 0)


async def test_what_was_deleted_is_looked_for_nowhere_while_the_journal_is_away(
    town: Town, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    monkeypatch.setattr(journal.answers, "any_in", AsyncMock(side_effect=JournalError("the disk is full")))
    town.client.answered = Recent()
    town.client.started_at = discord.utils.utcnow() + timedelta(days=3650)
    await town.ann.delete(message)
    assert QUOTED in shown(town.channel.last_message)


async def test_an_edit_that_asks_the_same_is_not_answered_again(town: Town) -> None:
    """As when Discord adds the preview of a link."""
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answer = town.channel.last_message
    assert answer is not None
    town.clock.now += 60
    await town.ann.edit(message, f"{town.mention} {FUND}")
    assert len(town.shelf.asked) == 1
    assert town.channel.last_message is not None
    assert town.channel.last_message.edited_at is None


async def test_an_edited_message_of_today_is_looked_for_nowhere(town: Town) -> None:
    """Whatever the bot has answered since it started, it knows."""
    town.client.started_at = discord.utils.utcnow() - timedelta(days=3650)
    message = await town.ann.send(town.channel, "hello everybody")
    await town.ann.edit(message, f"{town.mention} {FUND}")
    assert QUOTED in shown(town.channel.last_message)
    path = f"/channels/{town.channel.id}/messages"
    assert not [one for one in town.env.http_requests if (one.method, one.path) == ("GET", path)]


async def test_a_message_of_before_a_restart_that_had_no_reply_gets_one(town: Town) -> None:
    message = await town.ann.send(town.channel, "hello everybody")
    await town.eve.send(town.channel, "hello Ann", reply_to=message)
    await town.eve.send(town.channel, f"{town.mention} {FUND}")
    theirs = town.channel.last_message
    town.client.answered = Recent()
    town.client.started_at = discord.utils.utcnow() + timedelta(days=3650)
    await town.ann.edit(message, f"{town.mention} {FUND}")
    replies = [each for each in town.channel.history() if each.author.id == town.me.id]
    assert [each.reference and each.reference.message_id for each in replies][1:] == [message.id]
    assert theirs is not None
    assert replies[0].id == theirs.id
    assert replies[0].edited_at is None


async def test_an_edit_in_haste_is_answered_by_the_next(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} Who is the CEO of TSMC?")
    await town.ann.edit(message, f"{town.mention} {FUND}")
    assert "I found no answer" in shown(town.channel.last_message)
    town.clock.now += 60
    await town.ann.edit(message, f"{town.mention} {FUND}!")
    assert QUOTED in shown(town.channel.last_message)


async def test_a_deleted_question_takes_its_answer_along(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    other = await town.eve.send(town.channel, f"{town.mention} {FUND}")
    await town.ann.delete(message)
    assert [each.author.name for each in town.channel.history()] == ["eve", town.me.name]
    assert town.channel.history()[0].id == other.id
    await town.client.on_raw_bulk_message_delete(MagicMock(message_ids={other.id}))
    assert [each.author.name for each in town.channel.history()] == ["eve"]


async def test_of_an_answer_no_more_is_remembered_than_edits_it(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    answered = town.client.answered.get(message.id)
    assert answered is not None
    assert type(answered.answer) is discord.PartialMessage, (
        "a message holds its layout: 10 KB for each of 2,000"
    )


async def test_an_answer_that_somebody_removed_stays_away(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert town.channel.last_message is not None
    await town.mod.delete(town.channel.last_message)
    town.clock.now += 60
    await town.ann.edit(message, f"{town.mention} {FUND}!")
    assert len(town.channel.history()) == 1


async def test_a_replayed_message_is_answered_once(town: Town) -> None:
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    town.clock.now += 60
    await town.client.on_message(message)
    assert len(town.channel.history()) == 2


def test_of_too_many_messages_the_oldest_are_forgotten() -> None:
    recent: Recent[str] = Recent(2)
    for number in (1, 2, 2, 3):
        recent.add(number, str(number))
    assert [recent.get(number) for number in (1, 2, 3)] == [None, "2", "3"]
    assert recent.add(1, "again")


async def test_who_asks_too_soon_sees_a_reaction_once(town: Town) -> None:
    await town.say(f"{town.mention} {FUND}")
    town.clock.now += 1.5
    hasty = [await town.ann.send(town.channel, f"{town.mention} {FUND}") for _ in range(3)]
    history = town.channel.history()
    found = [
        [str(reaction.emoji) for reaction in each.reactions]
        for each in history
        if each.id in {h.id for h in hasty}
    ]
    assert found == [["⏳"], [], []]
    assert len(history) == 5
    await town.boss.send(town.channel, f"{town.mention} {FUND}")
    town.clock.now += 3.6
    (reply,) = await town.say(f"{town.mention} {FUND}")
    assert QUOTED in reply
    assert len(town.shelf.asked) == 3


async def test_who_asks_too_soon_directly_is_told_once(town: Town) -> None:
    for _ in range(3):
        await town.ann.send_dm(FUND)
    said = [shown(each) for each in town.ann.user.dm_channel.history() if each.author.id == town.me.id]
    assert len(said) == 2
    assert re.fullmatch(r"One question at a time, please: ask me again <t:\d+:R>\.", said[1])


async def test_where_it_may_not_react_who_is_hasty_is_told_once(town: Town) -> None:
    town.env.inject_error("*", "/channels/*/messages/*/reactions/*", status=403, code=50013, times=None)
    await town.say(f"{town.mention} {FUND}")
    assert len(await town.say(f"{town.mention} {FUND}")) == 1
    assert await town.say(f"{town.mention} {FUND}") == []


@pytest.mark.parametrize("content", ["{me}", "{me} 🎉", "{me} hello", "{role}"])
async def test_nobody_makes_the_bot_talk_without_a_pause(town: Town, content: str) -> None:
    (role,) = (role for role in town.me.roles if role.managed)
    text = content.format(me=town.mention, role=role.mention)
    assert [len(await town.say(text)) for _ in range(4)] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("secret cause"), r"Something went wrong on my side; .* under `([0-9a-f]{8})`\."),
        (IndexDamagedError("secret cause"), r"I can't read my index right now; .* under `([0-9a-f]{8})`\."),
        (IndexWriteError("secret cause"), r"I can't write a new index right now, .* under `([0-9a-f]{8})`\."),
    ],
)
async def test_an_error_is_one_sentence_with_an_id(
    town: Town, caplog: pytest.LogCaptureFixture, error: Exception, sentence: str
) -> None:
    town.shelf.error = error
    (reply,) = await town.say(f"{town.mention} {FUND}")
    match = re.fullmatch(sentence, reply)
    assert match
    assert f"mention failed [{match[1]}]: secret cause" in caplog.text
    assert ("Traceback" in caplog.text) is not isinstance(error, IndexWriteError), "its message says it all"


async def test_the_log_holds_outcomes_and_no_questions(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "chipbot")
    await town.say(f"{town.mention} {FUND}")
    assert "mention: answered, confidence 0.90, 1.0 ms" in caplog.text
    assert "money" not in caplog.text


async def test_where_the_bot_may_not_speak_it_reacts(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions"
    )
    message = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert town.channel.last_message is not None
    assert town.channel.last_message.id == message.id
    assert [str(reaction.emoji) for reaction in town.channel.last_message.reactions] == ["🔇"]
    assert "no permission to send" in caplog.text


async def test_where_the_bot_may_do_nothing_it_logs(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/channels/*/messages", "/channels/*/typing", "/channels/*/reactions/*"):
        town.env.inject_error("*", path, status=403, code=50013, message="Missing Permissions", times=None)
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert "no permission to send" in caplog.text


async def test_where_the_bot_may_not_read_the_history_it_sends_without_a_reference(town: Town) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)
    (reply,) = await town.say(f"{town.mention} {FUND}")
    assert QUOTED in reply
    assert town.channel.last_message is not None
    assert town.channel.last_message.reference is None


async def test_a_greeting_comes_without_a_reference_too_where_there_can_be_none(town: Town) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)
    (reply,) = await town.say(f"{town.mention} hello")
    assert reply.startswith("Hello! I answer questions")
    assert town.channel.last_message is not None
    assert town.channel.last_message.reference is None


@pytest.mark.parametrize("times", [1, RETRIES, RETRIES + 1])
async def test_in_a_new_forum_post_it_waits_for_the_first_message(town: Town, times: int) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=400, code=40058, times=times)
    (reply,) = await town.say(f"{town.mention} {FUND}")
    assert (QUOTED in reply) == (times <= RETRIES)


async def test_what_goes_wrong_outside_of_a_reply_is_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chipbot.bot.messages.trigger_of", lambda *_: 1 / 0)
        await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert "on_message failed [" in caplog.text
    assert isinstance(town.env.errors[0], ZeroDivisionError)


async def test_system_messages_are_ignored(town: Town) -> None:
    guild = town.channel.guild
    assert guild is not None
    guild.create_system_message(town.channel, MessageType.NEW_MEMBER, author=town.ann.user)
    await town.env.settle()
    assert len(town.channel.history()) == 1


async def test_an_error_while_sending_is_logged(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=400, code=50035, message="Invalid", times=2)
    await town.ann.send(town.channel, f"{town.mention} {FUND}")
    assert "mention failed" in caplog.text


HOSTILE = {
    "everyone": "The word fund: @everyone and @here, and @Everyone again.",
    "mention": "The word fund: <@1> <@!{ann}> <@&{role}> <#{channel}> </ask:1>.",
    "ticks": "The word fund: `code` ``` fence ``` ` and **stars** __lines__ ||bars||.",
    "heading": "# The word fund: > quoted - listed -# small",
    "table": "| The word | fund: |",
    "marks": "The word fund: \u200fשלום\u202e abc\u202c \u2067مرحبا\u2069 \u200b\u200d\ufeff end.",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_whatever_a_document_holds_nobody_is_pinged(town: Town, text: str) -> None:
    """Even if the client allowed every mention, and the bot were an administrator."""
    text = text.format(ann=town.ann.id, role=town.me.guild.default_role.id, channel=town.channel.id)
    town.shelf.documents = {"A @everyone title <@1>": text}
    town.client.allowed_mentions = discord.AllowedMentions.all()
    (reply,) = await town.say(f"{town.mention} fund word")
    last = town.channel.last_message
    assert last is not None
    assert "fund" in reply
    assert (last.mentions, last.role_mentions, last.mention_everyone) == ([], [], False)
    assert not re.search(r"<@[!&]?\d+>|@everyone|@here", reply)


async def test_a_shelf_without_documents_says_so(town: Town) -> None:
    town.shelf.documents = {}
    (reply,) = await town.say(f"{town.mention} hello")
    assert reply == "Hello! I answer questions from documents, but I have none yet."


async def test_many_documents_are_named_in_part(town: Town) -> None:
    town.shelf.documents = Shelf({f"Title *{number}*": "text" for number in range(14)}).documents
    (reply,) = await town.say(f"{town.mention} what do you know?")
    assert "\n- Title \\*9\\*\nand 4 more\n" in reply
