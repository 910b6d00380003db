"""Members and managers use the commands; each is acknowledged, and answered or explained."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import MagicMock

import pytest
from discord import app_commands
from simcord.backend.errors import SetupError
from tests.bot.town import FUND, QUOTED, TITLE, Town, break_down, control, controls, shown

from chipbot.bot import index_strings, strings
from chipbot.errors import IndexMissingError, JournalError, SeedsError
from chipbot.model import Failure, Progress
from chipbot.translation import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from chipbot.journal.journal import Journal


async def test_ask_is_answered_at_once_below_its_question(town: Town) -> None:
    result = await town.ann.slash(town.channel, "ask", question=FUND)
    assert acknowledgements(town) == [4]
    assert not result.ephemeral
    (answer,) = said(result)
    assert answer.startswith(f"-# Question: {FUND}\n> ")
    assert QUOTED in answer


async def test_ask_in_private_is_shown_to_the_member_alone(town: Town) -> None:
    result = await town.ann.slash(town.channel, "ask", question=FUND, private=True)
    assert result.ephemeral
    assert QUOTED in said(result)[0]
    assert town.channel.history(viewer=town.boss) == []


async def test_where_many_wait_ask_is_deferred_and_its_deferral_edited(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.bot.responses.FEW", 0)
    for private in (False, True):
        town.clock.now += 60
        result = await town.ann.slash(town.channel, "ask", question=FUND, private=private)
        assert QUOTED in said(result)[0]
        assert result.ephemeral == private
    town.clock.now += 60
    refused = await town.ann.slash(town.channel, "ask", question="Who is the CEO of TSMC?")
    assert not refused.ephemeral  # which was decided before there was an answer
    assert controls(refused.response) == ["✏️ Rephrase"]
    assert acknowledgements(town) == [5, 5, 5]
    assert [request.method for request in town.env.http_requests if "/webhooks/" in request.path] == [
        "PATCH"
    ] * 3


async def test_a_refusal_is_seen_by_the_asker_alone_until_they_show_it(town: Town) -> None:
    result = await town.ann.slash(town.channel, "ask", question="Who is the CEO of TSMC?")
    assert result.ephemeral
    assert controls(result.response) == ["✏️ Rephrase", "📢 Show to everyone"]
    assert town.channel.history(viewer=town.eve) == []
    assert result.response is not None
    await town.ann.click(result.response, custom_id=control(result.response, "show"))
    (public,) = town.channel.history(viewer=town.eve)
    assert shown(public) == shown(result.response)
    assert controls(public) == controls(result.response) == ["✏️ Rephrase"]


async def test_a_replayed_command_is_answered_once(town: Town) -> None:
    await town.ann.slash(town.channel, "ask", question=FUND)
    (seen,) = list(town.client.interactions._values)
    town.clock.now += 60
    interaction = MagicMock(id=seen, client=town.client)
    assert not await town.client.tree.interaction_check(interaction)
    assert await town.client.tree.interaction_check(MagicMock(id=1, client=town.client))


async def test_ask_works_in_direct_messages(town: Town) -> None:
    await town.ann.send_dm("hello")
    town.clock.now += 60
    result = await town.ann.user.slash("ask", question=FUND)
    assert QUOTED in said(result)[0]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (" ", str(strings.NO_QUESTION)),
        ("🎉 <:party:123>", str(strings.NO_WORDS)),
        ("**__``__**", str(strings.NO_WORDS)),
        ("hello", "Hello! I answer questions by quoting this document:"),
        ("Who is the CEO of TSMC?", "-# Question: Who is the CEO of TSMC?\n**I found no answer"),
        (f"{FUND} " + "fund " * 1190, f"-# Question: {FUND} fund"),
    ],
)
async def test_what_is_asked_decides_the_reply(town: Town, question: str, reply: str) -> None:
    result = await town.ann.slash(town.channel, "ask", question=question)
    (sentence,) = said(result)
    assert sentence.startswith(reply)
    assert (str(strings.QUESTION_CUT) in sentence) == (len(question) > 500)
    assert result.ephemeral == (not reply.startswith(("Hello", f"-# Question: {FUND}")))


async def test_the_message_menu_asks_with_the_message(town: Town) -> None:
    message = await town.ann.send(town.channel, FUND)
    result = await town.boss.context_menu(town.channel, "Ask the documents", message)
    assert QUOTED in said(result)[0]
    town.clock.now += 60
    silent = await town.ann.send(town.channel, "", attachments=[("a.txt", b"x")])
    assert said(await town.boss.context_menu(town.channel, "Ask the documents", silent)) == [
        strings.NO_QUESTION
    ]


async def test_the_cooldown_holds_for_commands_and_messages_alike(town: Town) -> None:
    await town.say(f"{town.mention} {FUND}")
    result = await town.ann.slash(town.channel, "ask", question=FUND)
    assert result.ephemeral
    (sentence,) = said(result)
    match = re.fullmatch(r"One question at a time, please: ask me again <t:(\d+):R>\.", sentence)
    assert match
    assert 0 < int(match[1]) - time.time() <= 6


async def test_a_greeting_counts_toward_the_cooldown(town: Town) -> None:
    await town.ann.slash(town.channel, "ask", question="hello")
    assert said(await town.ann.slash(town.channel, "ask", question=FUND))[0].startswith(
        "One question at a time"
    )


async def test_help_says_how_to_ask(town: Town) -> None:
    result = await town.ann.slash(town.channel, "help")
    assert result.ephemeral
    (text,) = said(result)
    assert "`/ask`" in text
    assert "5 seconds between two questions" in text
    assert result.response is not None
    assert f"</ask:{town.client.command_ids['ask']}>" in result.response.content


async def test_status_tells_managers_about_the_index(town: Town) -> None:
    town.shelf.failures = (Failure(document_id="a_b.pdf", reasons=(Message("is not a text file"),)),) * 60
    result = await town.boss.slash(town.channel, "status")
    assert result.ephemeral
    (text,) = said(result)
    assert text.startswith(
        "**Index** `0123456789ab`, built <t:1767323045:R>\n1 document, 6 passages, 321 terms\n"
        "60 files could not be read:\n- a\\_b.pdf: is not a text file\n"
    )
    assert re.search(r"\n- and \d+ more$", text)
    assert len(text) <= strings.CONTENT_LIMIT


async def test_status_tells_what_is_indexed_all_the_same_last(town: Town) -> None:
    odd = Failure(document_id="a.md", reasons=(Message("its front matter is not YAML"),), indexed=True)
    town.shelf.failures = (odd, Failure(document_id="b.pdf", reasons=(Message("is not a text file"),)))
    (text,) = said(await town.boss.slash(town.channel, "status"))
    assert text.endswith(
        "\n1 file could not be read:\n- b.pdf: is not a text file"
        "\n- a.md: indexed, but: its front matter is not YAML"
    )


async def test_status_counts_vectors_and_files_that_hold_no_text(town: Town) -> None:
    town.shelf.failures = (
        Failure(document_id="stub.md", reasons=(Message("it holds no text"),), empty=True),
    ) * 2
    status = replace(town.shelf.status(), vectors=12, sentences=9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town.shelf, "status", lambda *_: status)
        (text,) = said(await town.boss.slash(town.channel, "status"))
    assert text.endswith(
        "6 passages, 321 terms\nmeanings compared: 12 vectors of 9 sentences\nwithout text: 2 files"
    )


async def test_status_says_that_the_journal_does_not_work(town: Town, journal: Journal) -> None:
    break_down(journal)
    with pytest.raises(JournalError):
        await journal.settings.load()
    (text,) = said(await town.boss.slash(town.channel, "status"))
    assert text.startswith(f"{strings.JOURNAL_DOWN}\n**Index**")


@pytest.mark.parametrize("command", ["status", "reindex"])
async def test_commands_for_managers_are_hidden_from_others_and_from_direct_messages(
    town: Town, command: str
) -> None:
    with pytest.raises(SetupError, match="default-member-permissions"):
        await town.ann.slash(town.channel, command)
    await town.boss.send_dm("hello")
    with pytest.raises(SetupError, match="context"):
        await town.boss.user.slash(command)


@pytest.mark.parametrize("command", ["status", "reindex"])
async def test_a_server_that_shows_them_to_others_does_not_let_them_run(town: Town, command: str) -> None:
    """Administrators can allow a command to anyone, and commands may change while a client still shows the
    old ones."""
    allow_all(town, command)
    result = await town.ann.slash(town.channel, command)
    assert result.ephemeral
    assert said(result) == [strings.NOT_ALLOWED]
    await town.boss.send_dm("hello")
    assert said(await town.boss.user.slash(command)) == [strings.NOT_IN_DMS]
    town.env.errors.clear()


async def test_reindex_shows_its_progress_now_and_then_and_the_new_index(town: Town) -> None:
    def work(progress: Callable[[Progress], None]) -> None:
        for done in range(1, 6):
            town.clock.now += 0.9
            progress(Progress(step="indexing", done=done, total=1200))

    town.shelf.reindexing = work
    result = await town.boss.slash(town.channel, "reindex")
    assert result.ephemeral
    patches = [request.json for request in town.env.http_requests if request.method == "PATCH"]
    edits = [patch["content"] for patch in patches if patch is not None]
    assert edits == [
        "Rebuilding the index… reading 0 of 1",
        "Rebuilding the index… indexing 3 of 1,200",
        "The index is rebuilt, in 4.5 s.\n" + index_strings.status_text(town.shelf.status()),
    ]
    assert said(result) == edits[-1:]


async def test_a_second_reindex_is_told_who_runs_the_first(town: Town) -> None:
    guild = town.channel.guild
    assert guild is not None
    managers = guild.roles["Managers"]
    other = guild.add_member(town.env.create_user("*star*"), roles=[managers])
    release = threading.Event()
    town.shelf.reindexing = lambda _: (release.wait(10), None)[1]
    town.env.settle_timeout = 0.3
    with pytest.raises(TimeoutError):
        await other.slash(town.channel, "reindex")
    town.clock.now += 7
    with pytest.raises(TimeoutError):
        await town.boss.slash(town.channel, "reindex")
    release.set()
    await town.env.settle(timeout=5)
    sentences = [shown(message) for message in town.channel.history(viewer=town.boss)]
    (sentence,) = sentences
    match = re.fullmatch(
        r"The index is being rebuilt already: \\\*star\\\* started it <t:(\d+):R>\.", sentence
    )
    assert match
    assert -8 <= int(match[1]) - time.time() <= -5
    town.env.errors.clear()


async def test_after_a_reindex_another_may_run(town: Town) -> None:
    for _ in range(2):
        assert said(await town.boss.slash(town.channel, "reindex"))[0].startswith("The index is rebuilt")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("ask", RuntimeError("secret cause")),
        ("status", IndexMissingError("secret cause")),
        ("reindex", SeedsError("secret cause")),
    ],
)
async def test_an_error_is_one_sentence_with_an_id(
    town: Town, caplog: pytest.LogCaptureFixture, command: str, error: Exception
) -> None:
    town.shelf.error = error
    result = await town.boss.slash(town.channel, command, **({"question": FUND} if command == "ask" else {}))
    (sentence,) = said(result)
    match = re.search(r"the cause in the log under `([0-9a-f]{8})`\.$", sentence)
    assert match
    assert f"/{command} failed [{match[1]}]: secret cause" in caplog.text
    assert "Traceback" in caplog.text
    assert "secret" not in sentence
    assert town.env.errors


async def test_an_error_when_the_interaction_is_dead_is_only_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.shelf.error = RuntimeError("secret cause")
    town.env.inject_error(
        "*", "/interactions/*", status=404, code=10062, message="Unknown interaction", times=None
    )
    await town.ann.slash(town.channel, "ask", question=FUND)
    assert "/ask failed [" in caplog.text
    assert "could not tell the member" in caplog.text
    assert town.env.errors


async def test_a_command_that_is_no_more_says_that_commands_changed(town: Town) -> None:
    town.client.tree.remove_command("help")
    result = await invoke_removed(town, "help")
    assert result == [strings.COMMAND_CHANGED]
    assert isinstance(town.env.errors[0], app_commands.CommandNotFound)


async def invoke_removed(town: Town, name: str) -> list[str]:
    return said(await town.ann.slash(town.channel, name))


def allow_all(town: Town, name: str) -> None:
    """Change what Discord has, not what the bot has, so that anyone sees the command anywhere."""
    for command in town.env.backend.commands[None].values():
        if command["name"] == name:
            command["default_member_permissions"] = None
            command["contexts"] = [0, 1]


def acknowledgements(town: Town) -> list[object]:
    """How the bot acknowledged interactions: 4 is an answer, 5 a deferral."""
    sent = [request.json for request in town.env.http_requests if request.path.endswith("/callback")]
    return [each["type"] for each in sent if each is not None]


def said(result: object) -> list[str]:
    """The texts of everything the member got for an interaction."""
    response = getattr(result, "response")  # noqa: B009  the result is untyped
    messages = ([response] if response is not None else []) + getattr(result, "followups")  # noqa: B009  as above
    return [text for text in map(shown, {message.id: message for message in messages}.values()) if text]


def test_the_shipped_title_is_what_the_tests_expect(town: Town) -> None:
    assert list(town.shelf.documents) == [TITLE]
