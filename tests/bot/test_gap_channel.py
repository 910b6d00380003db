"""What the documents don't answer is listed once for the team, who close it: with an answer that is quoted from then on."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import pytest
from tests.bot.town import shown

from chipbot.bot import digest, gap_channel, team_strings
from chipbot.bot.client import ChipbotClient
from chipbot.bot.components import Target
from chipbot.bot.gap_channel import cause_of
from chipbot.errors import CanaryError
from chipbot.journal.records import Gap, GapState, KeptAnswer
from chipbot.model import AnswerOptions, NoAnswer
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.question_service import QuestionService
from chipbot.service.questions import Origin
from chipbot.service.refresh import IndexRefresher

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.results import InteractionResult
    from tests.bot.town import Clock, Town

    from chipbot.journal.journal import Journal

QUESTION = "How do I join the raid team?"
TEXT = "To join the raid team, write to an officer in the lobby."


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "rules.md").write_text(
        "# Rules\n\nAdvertising is forbidden in all channels.\n", encoding="utf-8"
    )
    base = KnowledgeBase(seeds, tmp_path / "index")
    base.reindex()
    return base


@pytest.fixture
def simcord_bot(base: KnowledgeBase, clock: Clock, journal: Journal, tmp_path: Path) -> ChipbotClient:
    questions = QuestionService(base, clock=clock, journal=journal)
    return ChipbotClient(questions, IndexRefresher(base), seeds=tmp_path / "seeds", grace=1, retry_pause=0)


@pytest.fixture
async def gaps(town: Town, journal: Journal) -> ChannelHandle:
    """A channel that questions without an answer are listed in."""
    channel = town.guild.create_text_channel("gaps")
    await journal.settings.change(town.guild.id, "gap_channel", channel.id, by=town.boss.id)
    return channel


async def ask(town: Town, member: MemberActor, question: str) -> str:
    """Ask, wait until what is to be listed is, and return the reply."""
    result = await member.slash(town.channel, "ask", question=question)
    await town.env.settle()
    parts = [message.message for message in (result.response, *result.followups) if message is not None]
    return "\n".join(
        child.content
        for message in parts
        for component in message.components
        for child in getattr(component, "children", [])
        if hasattr(child, "content")
    )


def labels(message: discord.Message) -> list[str | None]:
    return [button.label for button in buttons(message)]


def buttons(message: discord.Message) -> list[discord.ui.Button[Any]]:
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    return [item for item in view.walk_children() if isinstance(item, discord.ui.Button)]


async def press(town: Town, member: MemberActor, message: Any, label: str) -> InteractionResult:
    result = await member.click(message, label=label)
    await town.env.settle()
    return result


def said(result: InteractionResult) -> list[str]:
    return [message.content for message in (result.response, *result.followups) if message is not None]


async def test_a_question_is_listed_once_and_counts_up(town: Town, gaps: ChannelHandle) -> None:
    other = town.guild.add_member(town.env.create_user("cat"))
    for member, question in (
        (town.ann, QUESTION),
        (town.ann, QUESTION),
        (town.boss, "how to join raid team"),
    ):
        await ask(town, member, question)
    await ask(town, other, "join the raid team how?")
    await ask(town, other, "Who feeds the parrots?")
    first, second = gaps.history()
    assert shown(first).startswith("**3 people asked** · I had no answer · <t:")
    assert f"> · <#{town.channel.id}>\n" in shown(first)
    assert shown(first).endswith(f"\n{QUESTION}")
    assert shown(second).startswith("**1 person asked**")
    assert labels(first) == [team_strings.ANSWER, team_strings.IGNORE, team_strings.JUMP]


async def test_what_is_answered_and_what_is_asked_elsewhere_is_not_listed(
    town: Town, gaps: ChannelHandle
) -> None:
    assert "forbidden" in await ask(town, town.ann, "Is advertising forbidden?")
    await town.ann.send_dm(QUESTION)
    await town.env.settle()
    assert gaps.history() == []


async def test_an_answer_is_remembered_quoted_first_and_can_be_taken_back(
    town: Town, gaps: ChannelHandle, tmp_path: Path, journal: Journal
) -> None:
    assert TEXT not in await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    form = await press(town, town.boss, entry, str(team_strings.ANSWER))
    assert form.modal is not None
    assert form.modal["title"] == QUESTION
    result = await town.boss.submit_modal(form, {"text": TEXT})
    await town.env.settle()
    assert result.ephemeral
    assert "Whoever asks that now is answered with it." in said(result)[0]
    (file,) = tmp_path.joinpath("seeds", "answers", str(town.guild.id)).iterdir()
    assert f"{TEXT}\n\n— boss, 20" in file.read_text(encoding="utf-8")
    answer = await ask(town, town.ann, QUESTION)
    assert "an officer in the lobby" in answer
    (entry,) = gaps.history()
    assert f"-# Answered by <@{town.boss.id}>" in shown(entry)
    assert labels(entry) == [team_strings.UNDO, team_strings.JUMP]

    result = await press(town, town.boss, entry, str(team_strings.UNDO))
    assert said(result) == [team_strings.UNDONE]
    assert not file.exists()
    assert "an officer in the lobby" not in await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    assert labels(entry)[0] == team_strings.ANSWER
    assert (await journal.gaps.list(town.guild.id))[1] == 1


async def test_who_asked_by_a_message_is_told_once_without_a_ping(town: Town, gaps: ChannelHandle) -> None:
    asked = await town.ann.send(town.channel, f"{town.mention} {QUESTION}")
    await town.env.settle()
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    await town.boss.submit_modal(form, {"text": TEXT})
    (entry,) = gaps.history()
    assert labels(entry) == [team_strings.UNDO, team_strings.TELL, team_strings.JUMP]
    (jump,) = [button.url for button in buttons(entry) if button.url]
    assert str(jump).endswith(f"/{town.guild.id}/{town.channel.id}/{asked.id}")
    assert said(await press(town, town.boss, entry, str(team_strings.TELL))) == ["I've told 1 person."]
    told = town.channel.history()[-1]
    assert told.content == f"This server's team has answered “{QUESTION}”. Ask me again."
    assert told.reference is not None
    assert (told.reference.message_id, told.mentions) == (asked.id, [])
    assert team_strings.TELL not in labels(gaps.history()[0])


async def test_an_answer_that_is_voted_down_is_listed(
    town: Town, gaps: ChannelHandle, journal: Journal
) -> None:
    kept = KeptAnswer(
        asker=journal.member(town.ann.id),
        guild_id=town.guild.id,
        channel_id=town.channel.id,
        question=QUESTION,
    )
    answer_id = journal.answers.keep(kept)
    unknown = journal.answers.keep(replace(kept, question=None))
    for number in (answer_id, answer_id, unknown):
        await journal.answers.vote(number, journal.member(town.boss.id), -1)
    await town.client.gap_channel.close()
    (entry,) = gaps.history()
    assert shown(entry).startswith("**1 person asked** · my answer was voted down")
    assert (await journal.gaps.list(town.guild.id, cause="voted_down"))[1] == 1


async def test_ignoring_is_silent_until_it_is_opened_again(town: Town, gaps: ChannelHandle) -> None:
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    await press(town, town.boss, entry, str(team_strings.IGNORE))
    assert "-# Ignored by" in shown(gaps.history()[0])
    await ask(town, town.boss, QUESTION)
    assert "**2 people asked**" in shown(gaps.history()[0])
    assert labels(gaps.history()[0])[0] == team_strings.REOPEN
    await press(town, town.boss, gaps.history()[0], str(team_strings.REOPEN))
    assert labels(gaps.history()[0])[0] == team_strings.ANSWER


async def test_only_the_team_closes_questions(town: Town, gaps: ChannelHandle, journal: Journal) -> None:
    helpers = town.guild.create_role("Helpers")
    helper = town.guild.add_member(town.env.create_user("helper"), roles=[helpers])
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    for intruder in (town.ann, helper):
        for label in (team_strings.ANSWER, team_strings.IGNORE):
            assert said(await press(town, intruder, entry, str(label))) == [str(team_strings.NOT_HELPER)]
    await journal.settings.change(town.guild.id, "helper_roles", [helpers.id], by=town.boss.id)
    assert (await press(town, helper, entry, str(team_strings.ANSWER))).modal is not None
    assert (await journal.gaps.list(town.guild.id))[1] == 1


@pytest.mark.usefixtures("gaps")
async def test_a_question_of_another_server_is_out_of_reach(town: Town, journal: Journal) -> None:
    """Discord checks that a button is in its message, and no more."""
    await ask(town, town.ann, QUESTION)
    ((gap,), _) = await journal.gaps.list(town.guild.id)
    elsewhere = town.env.create_guild("Elsewhere")
    chief = elsewhere.owner
    channel = elsewhere.create_text_channel("general")
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="x", custom_id=Target("gap_ignore", str(gap.id)).custom_id))
    view.stop()
    forged = await town.client.get_partial_messageable(channel.id).send("x", view=view)
    member = elsewhere.add_member(town.env.create_user("mallory"))
    assert chief.id != member.id
    await journal.settings.change(elsewhere.id, "helper_roles", [elsewhere.default_role.id], by=1)
    assert said(await member.click(forged, label="x")) == [team_strings.GONE]
    unchanged = await journal.gaps.get(gap.id)
    assert unchanged is not None
    assert unchanged.state == "open"


async def test_nothing_is_listed_in_a_channel_of_another_server(
    town: Town, gaps: ChannelHandle, journal: Journal
) -> None:
    """Nobody can choose one; a journal that was restored can name one."""
    elsewhere = town.env.create_guild("Elsewhere").create_text_channel("gaps")
    await journal.settings.change(town.guild.id, "gap_channel", elsewhere.id, by=town.boss.id)
    await ask(town, town.ann, QUESTION)
    await journal.settings.change(town.guild.id, "digest", True, by=town.boss.id)
    await digest.send_due(town.client, time.time() + 60)
    assert elsewhere.history() == []
    await journal.settings.change(town.guild.id, "gap_channel", gaps.id, by=town.boss.id)
    await ask(town, town.ann, QUESTION)
    assert len(gaps.history()) == 1


async def test_an_entry_that_was_deleted_comes_again(town: Town, gaps: ChannelHandle) -> None:
    await ask(town, town.ann, QUESTION)
    entry = town.client.get_partial_messageable(gaps.id).get_partial_message(gaps.history()[0].id)
    await entry.delete()
    await ask(town, town.boss, QUESTION)
    assert ["**2 people asked**" in shown(message) for message in gaps.history()] == [True]


async def test_empty_answers_and_failures_are_told(
    town: Town, gaps: ChannelHandle, tmp_path: Path, journal: Journal
) -> None:
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    form = await press(town, town.boss, entry, str(team_strings.ANSWER))
    assert said(await town.boss.submit_modal(form, {"text": "?!"})) == [team_strings.NOTHING_WRITTEN]
    tmp_path.joinpath("seeds", "answers").write_text("in the way")
    form = await press(town, town.boss, entry, str(team_strings.ANSWER))
    texts = said(await town.boss.submit_modal(form, {"text": TEXT}))
    assert any(text.startswith("That was not changed: ") for text in texts)
    assert f"You wrote:\n{TEXT}" in texts
    ((gap,), _) = await journal.gaps.list(town.guild.id)
    await journal.gaps.remove(gap.id)
    assert said(await press(town, town.boss, entry, str(team_strings.IGNORE))) == [str(team_strings.GONE)]


async def test_an_answer_that_breaks_a_canary_is_not_kept_and_given_back(
    town: Town, gaps: ChannelHandle, tmp_path: Path, base: KnowledgeBase
) -> None:
    def refuse(*_: object) -> None:
        raise CanaryError("the new index would break 1 of 2 canary questions (Why?)")

    base._sync._approve = refuse
    await ask(town, town.ann, QUESTION)
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    texts = said(await town.boss.submit_modal(form, {"text": TEXT}))
    assert f"You wrote:\n{TEXT}" in texts
    assert any("1 of 2 canary questions" in text for text in texts)
    assert list(tmp_path.joinpath("seeds", "answers", str(town.guild.id)).iterdir()) == []
    assert labels(gaps.history()[0])[0] == team_strings.ANSWER


async def test_an_answer_that_cannot_be_indexed_leaves_the_one_before(
    town: Town, gaps: ChannelHandle, tmp_path: Path, base: KnowledgeBase, journal: Journal
) -> None:
    def refuse(*_: object) -> None:
        raise CanaryError("the new index would break 1 of 2 canary questions (Why?)")

    await ask(town, town.ann, QUESTION)
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    await town.boss.submit_modal(form, {"text": TEXT})
    ((gap,), _) = await journal.gaps.list(town.guild.id, "answered")
    await journal.gaps.set_state(
        gap.id, "open", gap.document_id
    )  # as where it is asked again without success
    await gap_channel.show(town.client, replace(gap, state="open"))
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    base._sync._approve = refuse
    assert "You wrote:\nNobody does." in said(await town.boss.submit_modal(form, {"text": "Nobody does."}))
    (file,) = tmp_path.joinpath("seeds", "answers", str(town.guild.id)).iterdir()
    assert TEXT in file.read_text(encoding="utf-8")


async def test_an_answer_written_while_somebody_else_answered_is_given_back(
    town: Town, gaps: ChannelHandle, tmp_path: Path
) -> None:
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    first, second = [await press(town, town.boss, entry, str(team_strings.ANSWER)) for _ in range(2)]
    await town.boss.submit_modal(first, {"text": TEXT})
    texts = said(await town.boss.submit_modal(second, {"text": "Nobody does."}))
    assert texts == ["You wrote:\nNobody does.", str(team_strings.CHANGED)]
    (file,) = tmp_path.joinpath("seeds", "answers", str(town.guild.id)).iterdir()
    assert TEXT in file.read_text(encoding="utf-8")


async def test_where_the_bot_may_not_write_answers_go_on(town: Town, journal: Journal) -> None:
    everyone = town.guild.default_role
    closed = town.guild.create_text_channel(
        "closed", overwrites={everyone: discord.PermissionOverwrite(send_messages=False, view_channel=False)}
    )
    await journal.settings.change(town.guild.id, "gap_channel", closed.id, by=town.boss.id)
    assert "I found no answer" in await ask(town, town.ann, QUESTION)
    assert (await journal.gaps.list(town.guild.id))[1] == 1


@pytest.mark.parametrize(
    ("reason", "cause"), [("no_match", "refused"), ("low_confidence", "refused"), ("empty_question", None)]
)
def test_why_a_question_is_a_gap(reason: Any, cause: str | None) -> None:
    assert cause_of(NoAnswer(question="?", reason=reason), AnswerOptions()) == cause


async def listed(town: Town) -> None:
    """Wait until all that was to be listed is."""
    task = town.client.gap_channel._task
    assert task is not None
    async with asyncio.timeout(60):
        await task
    await town.env.settle()


async def test_what_comes_at_once_is_noted_before_anything_is_listed_and_each_is_listed_once(
    town: Town, gaps: ChannelHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = NoAnswer(question=QUESTION, reason="no_match")
    for member in range(1, 41):
        origin = Origin(user_id=member, guild_id=town.guild.id, channel_id=town.channel.id)
        town.client.gap_channel.note(result, origin, AnswerOptions())
    await listed(town)
    edits = [one for one in town.env.http_requests if f"/channels/{gaps.id}/messages" in one.path]
    (entry,) = gaps.history()
    assert shown(entry).startswith("**40 people asked**")
    assert len(edits) == 1
    monkeypatch.setattr(gap_channel, "MAX_NOTES", 3)
    for member in range(41, 51):
        origin = Origin(user_id=member, guild_id=town.guild.id, channel_id=town.channel.id)
        town.client.gap_channel.note(result, origin, AnswerOptions())
    await listed(town)
    (entry,) = gaps.history()
    assert shown(entry).startswith("**43 people asked**")


async def test_an_entry_that_the_team_has_just_dealt_with_stays_as_it_is(
    town: Town, gaps: ChannelHandle, journal: Journal
) -> None:
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    before = shown(entry)
    (gap,), _ = await journal.gaps.list(town.guild.id)
    await journal.gaps.set_state(gap.id, "answered", "answers/1/1-x.md")
    await town.client.gap_channel._list(gap.id)
    assert shown(gaps.history()[0]) == before


async def test_the_team_s_channel_is_in_the_server_s_language_whoever_presses(
    town: Town, gaps: ChannelHandle, tmp_path: Path, journal: Journal
) -> None:
    await journal.settings.change(town.guild.id, "language", "es", by=town.boss.id)
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    assert shown(entry).startswith("**1 persona preguntó** · no tenía respuesta · <t:")
    assert labels(entry) == ["Responder y recordar", "Ignorar", "Ir al mensaje"]
    form = await press(town, town.boss, entry, "Responder y recordar")  # whose Discord is in English
    result = await town.boss.submit_modal(form, {"text": TEXT})
    await town.env.settle()
    assert "Whoever asks that now is answered with it." in said(result)[0]
    (entry,) = gaps.history()
    assert f"-# Respondida por <@{town.boss.id}>" in shown(entry)
    (file,) = tmp_path.joinpath("seeds", "answers", str(town.guild.id)).iterdir()
    assert 'title: "Respuestas del equipo"' in file.read_text(encoding="utf-8")
    await ask(town, town.ann, "Who feeds the parrots?")
    *_, entry = gaps.history()
    await press(town, town.boss, entry, "Ignorar")
    *_, entry = gaps.history()
    assert f"-# Ignorada por <@{town.boss.id}>" in shown(entry)
    assert labels(entry)[0] == "Reabrir"


async def only_gap(town: Town, journal: Journal) -> Gap:
    (gap,), _ = await journal.gaps.list(town.guild.id)
    return gap


async def test_what_somebody_else_has_dealt_with_is_not_done_again(
    town: Town, gaps: ChannelHandle, journal: Journal
) -> None:
    """An entry on somebody's screen may be older than what became of its question."""
    await ask(town, town.ann, QUESTION)
    gap, (entry,) = await only_gap(town, journal), gaps.history()
    await journal.gaps.set_state(gap.id, "answered", "answers/1/1-x.md")
    assert said(await press(town, town.boss, entry, str(team_strings.IGNORE))) == [team_strings.CHANGED]
    now = await journal.gaps.get(gap.id)
    assert now is not None
    assert (now.state, now.document_id) == ("answered", "answers/1/1-x.md")
    assert shown(gaps.history()[0]) == shown(entry)


async def test_an_answer_is_taken_back_once(town: Town, gaps: ChannelHandle, journal: Journal) -> None:
    await ask(town, town.ann, QUESTION)
    gap = await only_gap(town, journal)
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    await town.boss.submit_modal(form, {"text": TEXT})
    await town.env.settle()
    await journal.gaps.set_state(gap.id, "open")
    result = await press(town, town.boss, gaps.history()[0], str(team_strings.UNDO))
    assert said(result) == [team_strings.CHANGED]
    assert "an officer in the lobby" in await ask(town, town.ann, QUESTION)


async def test_who_cannot_be_told_is_not_counted(
    town: Town, gaps: ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "chipbot")
    await town.ann.send(town.channel, f"{town.mention} {QUESTION}")
    await town.env.settle()
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    await town.boss.submit_modal(form, {"text": TEXT})
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=403, code=50001)
    before = len(town.channel.history())
    result = await press(town, town.boss, gaps.history()[0], str(team_strings.TELL))
    assert said(result) == ["Nobody could be told."]
    assert len(town.channel.history()) == before
    assert "somebody who asked cannot be told: 403" in caplog.text


async def test_without_a_folder_of_documents_nothing_is_taught(
    town: Town, gaps: ChannelHandle, journal: Journal, tmp_path: Path
) -> None:
    town.client.seeds = None
    await ask(town, town.ann, QUESTION)
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    texts = said(await town.boss.submit_modal(form, {"text": TEXT}))
    assert any("I don't know where my documents are" in text for text in texts)
    assert f"You wrote:\n{TEXT}" in texts
    assert (await only_gap(town, journal)).state == "open"
    assert not tmp_path.joinpath("seeds", "answers").exists()


async def test_an_answer_that_is_not_found_is_kept_and_that_is_said(
    town: Town, gaps: ChannelHandle, journal: Journal
) -> None:
    await journal.settings.change(town.guild.id, "min_confidence", 1, by=town.boss.id)
    await ask(town, town.ann, QUESTION)
    form = await press(town, town.boss, gaps.history()[0], str(team_strings.ANSWER))
    (sentence,) = said(await town.boss.submit_modal(form, {"text": "Ask the owl."}))
    assert re.match(r"Kept and indexed in [\d.]+ s\. Asked word for word, I still don't find it", sentence)


async def test_what_fails_unforeseen_leaves_the_other_questions_listed(
    town: Town, gaps: ChannelHandle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    terms = town.client.questions.terms

    async def broken(question: str, guild_id: int) -> tuple[str, ...]:
        if "parrots" in question:
            raise ZeroDivisionError("nobody foresaw this")
        return await terms(question, guild_id)

    monkeypatch.setattr(town.client.questions, "terms", broken)
    for question in ("Who feeds the parrots?", QUESTION):
        origin = Origin(user_id=town.ann.id, guild_id=town.guild.id, channel_id=town.channel.id)
        town.client.gap_channel.note(NoAnswer(question=question, reason="no_match"), origin, AnswerOptions())
    await listed(town)
    (entry,) = gaps.history()
    assert shown(entry).endswith(QUESTION)
    assert "a question is not listed" in caplog.text
    assert "nobody foresaw this" in caplog.text


async def test_an_ignored_entry_that_was_deleted_stays_away(town: Town, gaps: ChannelHandle) -> None:
    await ask(town, town.ann, QUESTION)
    (entry,) = gaps.history()
    await press(town, town.boss, entry, str(team_strings.IGNORE))
    await town.client.get_partial_messageable(gaps.id).get_partial_message(entry.id).delete()
    await ask(town, town.boss, QUESTION)
    assert gaps.history() == []


@pytest.mark.parametrize(
    ("state", "by", "said"),
    [
        ("open", None, None),
        ("answered", 7, "-# Answered by <@7>: _team/1/a.md"),
        ("answered", None, "-# Answered: _team/1/a.md"),
        ("ignored", 7, "-# Ignored by <@7>"),
        ("ignored", None, "-# Ignored"),  # asked once more: who ignored it is not kept
    ],
)
def test_an_entry_says_what_became_of_its_question_and_by_whom_where_that_is_known(
    state: GapState, by: int | None, said: str | None
) -> None:
    gap = Gap(
        id=1, guild_id=1, question=QUESTION, terms="join raid team", cause="refused", state=state, askers=2,
        asked_at=2e9, document_id="_team/1/a.md",
    )  # fmt: skip
    _, question, *dealt_with = team_strings.entry(gap, by).split("\n")
    assert question == QUESTION
    assert [line.replace("\\", "") for line in dealt_with] == ([] if said is None else [said])
