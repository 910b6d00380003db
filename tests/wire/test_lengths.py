"""Every message that the bot can send, with the longest of everything in it: Discord takes it, however it counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.wire.limits import message_problems, modal_problems
from tests.wire.objects import COMPONENTS_V2, Object

from chipbot.bot import document_strings, index_strings, privacy_strings, strings, team_strings
from chipbot.bot.answer_view import answer_view, page_view
from chipbot.bot.components import Target, form
from chipbot.bot.document_panels import FolderPanel
from chipbot.bot.error_reporting import report
from chipbot.bot.gap_controls import answer_form
from chipbot.bot.rendering import rendered_quotes
from chipbot.bot.settings_fields import FIELDS
from chipbot.bot.settings_panel import SettingsPanel
from chipbot.errors import StoredIndexError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import Gap
from chipbot.journal.report import Report
from chipbot.model import TITLES, Answer, Citation, Failure, IndexStatus, NoAnswer, Progress, Quote
from chipbot.service.document_store import Change
from chipbot.service.inventory import Entry, State
from chipbot.service.pages import PAGE, Page
from chipbot.translation import SOURCE, Message, languages, set_language

if TYPE_CHECKING:
    import discord

    from chipbot.bot.services import Interaction

TEXTS = {
    "letters": "word " * 1000,
    "one word": "x" * 5000,
    "markup": "*_`~|[](<@1>)#" * 400,
    "two units each": "\N{GRINNING FACE}" * 4000,
    "ideographs": "年" * 5000,
    "nothing to see": "\u200b" * 5000,
}
NUMBER, SNOWFLAKE = "f" * 16, (1 << 63) - 1


def quote(text: str) -> Quote:
    """A quote with the longest of everything."""
    citation = Citation(
        document_id=text[:200],
        title=text,
        heading=(text, text, text),
        page=10**6,
        line_start=10**6,
        line_end=10**6 + 1,
        start=0,
        end=len(text),
        url="https://example.org/" + "a" * 400,
    )
    return Quote(text=text, highlights=((0, len(text) // 2),), citation=citation, score=1.0)


def answers(text: str) -> Iterator[discord.ui.LayoutView]:
    """Answers, refusals, pages and further quotes."""
    quotes = (quote(text),) * 3
    for shown in (1, 3):
        answer = Answer(
            question=text, quotes=quotes, confidence=1.0, shown=shown, corrections=((text, text),) * 5
        )
        for forum in (True, False):
            notes = [str(strings.QUESTION_CUT)]
            yield answer_view(answer, NUMBER, question=text, notes=notes, private=True, forum=forum)
    near = tuple(quote(f"{number}{text}") for number in range(30))
    refusal = NoAnswer(
        question=text, reason="low_confidence", closest=near, rejected=near, missing=(text,) * 50
    )
    yield answer_view(refusal, NUMBER, question=text, notes=[str(strings.QUESTION_CUT)], private=True)
    yield page_view(Page(quote(text[:PAGE]), 10**8, 10**9), NUMBER, 2)
    yield rendered_quotes(quotes)


def gap(text: str, state: Any = "answered") -> Gap:
    """A question of the gap channel's."""
    return Gap(
        id=10**9,
        guild_id=SNOWFLAKE,
        question=text[:500],
        terms="",
        cause="voted_down",
        state=state,
        askers=10**6,
        asked_at=2e9,
        document_id=text,
    )


def sentences(text: str) -> Iterator[str]:
    """What is said in a message's content."""
    failures = tuple(
        Failure(document_id=f"{number}{text}", reasons=(Message(text),), indexed=bool(number % 2))
        for number in range(50)
    )
    status = IndexStatus(
        id=NUMBER,
        built_at="2026-01-02T03:04:05Z",
        documents=10**6,
        passages=10**9,
        terms=10**9,
        titles=(text,) * TITLES,
        failures=failures,
    )
    yield strings.help_text(86_400)
    yield f"{strings.JOURNAL_DOWN}\n{index_strings.status_text(status)}"
    yield index_strings.reindexed(status, 1e5)
    yield from (strings.small_talk(kind, status.titles, status.documents) for kind in ("greeting", "thanks"))
    yield privacy_strings.privacy("Your questions are kept for 36500 days, without your name.", 36_500)
    yield privacy_strings.my_data(["1,000,000,000 questions of yours"] * 5)
    yield index_strings.canaries_broken(text)
    yield index_strings.already_reindexing(text, 1e5)
    yield from document_sentences(text)
    yield index_strings.progress(Progress(step=text, done=10**9, total=10**9))
    yield from (team_strings.entry(gap(text, state), SNOWFLAKE) for state in ("open", "answered", "ignored"))
    yield team_strings.now_answered(gap(text))
    yield team_strings.your_text(text[:2000])
    yield team_strings.page([gap(text)] * 10, 10**6, 10**6, "Answered by the team")
    yield team_strings.digest(
        Report(
            first_day="2026-01-01",
            last_day="2026-01-07",
            days={"2026-01-01": {"answered": 10**6}},
            votes={"up": 10**6, "down": 10**6},
            documents=((text, 10**6),) * 10,
            gaps=((text, 10**6),) * 10,
            open_gaps=10**6,
        )
    )


def document_sentences(text: str) -> Iterator[str]:
    """What is said of documents that are changed."""
    states: tuple[State, ...] = ("indexed", "failed", "empty", "ignored")
    entries = [
        Entry(document=text, collection=text, state=state, reason=text, imported_from=text)
        for state in states
    ]
    change = Change(id=NUMBER, action="added", document_id=text, title=text, problems=(Message(text),) * 30)
    yield document_strings.done(change, entries[0], 1e5)
    yield document_strings.done(change, None, 1e5)
    yield document_strings.done(dataclasses.replace(change, action="removed"), None, 1e5)
    yield document_strings.undone(change)
    yield document_strings.sure(text)
    yield document_strings.page(entries * 3, 10**6, 10**6)
    yield document_strings.page([], 0, 0)
    yield document_strings.choose_folder([text] * 20)
    yield document_strings.not_named(SNOWFLAKE)


def forms(text: str) -> Iterator[discord.ui.Modal]:
    """What is filled in."""
    target = Target("follow_up_sent", NUMBER)
    yield form(target, strings.FOLLOW_UP, strings.YOUR_QUESTION, hint=strings.FOLLOW_UP_HINT)
    yield form(target, strings.REPHRASE, strings.YOUR_QUESTION, text=text)
    yield form(target, strings.SAY_WHY, strings.WHAT_WAS_WRONG)
    yield answer_form(gap(text))


def in_units(value: Any) -> Any:
    """A message in which what takes two UTF-16 code units is two characters: whichever of them Discord counts."""
    if isinstance(value, dict):
        return {name: in_units(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_units(inner) for inner in value]
    return (
        "".join("xx" if ord(each) > 0xFFFF else each for each in value) if isinstance(value, str) else value
    )


@pytest.mark.parametrize(
    ("language", "kind"),
    [*((SOURCE, kind) for kind in TEXTS), *((each, "two units each") for each in languages()[1:])],
)
async def test_discord_takes_every_message(language: str, kind: str) -> None:
    set_language(language)
    text = TEXTS[kind]
    for view in answers(text):
        components = view.to_components()  # type: ignore[no-untyped-call]  # discord.py leaves it without types
        message: Object = {"flags": COMPONENTS_V2, "components": components}
        assert message_problems(message) == message_problems(in_units(message)) == []
    for sentence in sentences(text):
        content: Object = {"content": sentence}
        assert message_problems(content) == message_problems(in_units(content)) == [], sentence[:80]
        assert sentence.strip()
    for modal in forms(text):
        assert modal_problems(modal.to_dict()) == modal_problems(in_units(modal.to_dict())) == []


@pytest.mark.parametrize("language", languages())
async def test_discord_takes_every_panel(language: str, tmp_path: Path) -> None:
    set_language(language)
    journal = Journal(journal_place(None, tmp_path / "index"))
    panel = SettingsPanel(journal, 1, tuple("x" * 200 + str(n) for n in range(25)), {"cooldown": 3600})
    for name in FIELDS:
        panel._name = name
        panel._draw()
        assert message_problems({"content": "a", "components": panel.to_components()}) == []
    await journal.close()

    async def choose(_: Interaction, __: str) -> None: ...

    folders = FolderPanel(["x" * 200 + str(n) for n in range(30)], choose)
    assert message_problems({"content": "a", "components": folders.to_components()}) == []


def test_an_error_s_sentence_fits(caplog: pytest.LogCaptureFixture) -> None:
    sentence = report("a button", StoredIndexError("word " * 1000))
    assert message_problems({"content": sentence}) == []
    assert "word" not in sentence
    assert caplog.records
