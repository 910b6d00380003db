"""The values that go into the journal and come out of it. Times are seconds since 1970, UTC; members are keyed hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chipbot.model import Answer, NoAnswer, Span

GapCause = Literal["refused", "uncertain", "voted_down"]
"""Why a question is a gap: it was refused, answered with little confidence, or its answer was voted down."""
GapState = Literal["open", "answered", "ignored"]
"""What came of a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPassage:
    """Where a quote stands, to show it again."""

    document_id: str
    """The document."""
    start: int
    """Where the quote begins in the document's text."""
    end: int
    """Where it ends."""
    highlights: tuple[Span, ...] = ()
    """The spans within the quote that answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What the buttons below an answer stand for."""

    asker: str
    """The keyed hash of the member who asked: `Journal.member(user_id)`."""
    channel_id: int
    """Where it was asked."""
    guild_id: int | None = None
    """The server; None in direct messages."""
    message_id: int | None = None
    """The message that shows the answer, once it is sent."""
    build: str = ""
    """The id of the index that the passages are of."""
    passages: tuple[KeptPassage, ...] = ()
    """The quotes, best first; of a refusal, those that were rejected."""
    outcome: str = "answered"
    """`answered`, or the reason why there is no answer."""
    confidence: float = 0.0
    """The answer's, from 0 to 1."""
    shown: int = 0
    """How many of the quotes the message shows."""
    question: str | None = None
    """The question; None where questions are not kept: see `Journal.keeps_text`."""
    history: tuple[str, ...] = ()
    """The questions before it, oldest first; kept where the question is."""
    private: bool = False
    """Whether it was asked in private."""
    kept_at: float = 0.0
    """When it was kept; set by the journal."""


def kept_passages(result: Answer | NoAnswer) -> tuple[KeptPassage, ...]:
    """Return where the quotes of a result stand."""
    quotes = result.quotes if isinstance(result, Answer) else result.rejected
    return tuple(
        KeptPassage(
            document_id=quote.citation.document_id,
            start=quote.citation.start,
            end=quote.citation.end,
            highlights=quote.highlights,
        )
        for quote in quotes
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How an answer was rated."""

    up: int = 0
    """How many members found it helpful."""
    down: int = 0
    """How many did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question that was asked and what came of it."""

    text: str
    """The question; kept only where questions are."""
    asker: str
    """The keyed hash of the member."""
    trigger: str
    """What it came by, as metrics name it."""
    outcome: str
    """`answered`, or why there is no answer."""
    confidence: float
    """The answer's, from 0 to 1."""
    documents: tuple[str, ...] = ()
    """The ids of the documents that were cited."""
    guild_id: int | None = None
    """The server; None in direct messages."""
    channel_id: int | None = None
    """The channel."""
    asked_at: float = 0.0
    """When; set by the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question that the documents do not answer, however often and by whomever it was asked."""

    id: int
    """Its number."""
    guild_id: int
    """The server that it was asked in."""
    question: str
    """The question as it was asked first."""
    terms: str
    """The terms that make it the same question, sorted, with blanks between them."""
    cause: GapCause
    """Why it is one."""
    state: GapState
    """What came of it."""
    askers: int
    """How many members asked it."""
    asked_at: float
    """When it was asked last."""
    channel_id: int | None = None
    """The channel that its entry stands in, once it has one."""
    message_id: int | None = None
    """The message that is its entry."""
    document_id: str | None = None
    """The document that answers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OftenAsked:
    """A question and how many asked it."""

    question: str
    """One of its wordings."""
    askers: int
    """How many members did."""
    asked_at: float
    """When it was asked last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAt:
    """Where somebody asked a gap's question."""

    channel_id: int
    """The channel."""
    message_id: int | None
    """The message, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """One line of the audit: who changed which setting from what to what."""

    changed_at: float
    """When."""
    changed_by: int
    """The member's id, as it is: who decides for a server answers for it."""
    channel_id: int | None
    """The channel that it holds in; None for the whole server."""
    name: str
    """The setting."""
    old: object
    """What it was; None for the default."""
    new: object
    """What it is; None for the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberData:
    """Everything that the journal knows of a member."""

    questions: tuple[AskedQuestion, ...]
    """The questions that are kept."""
    answers: int
    """How many answers to them are kept, for their buttons."""
    votes: int
    """How many votes they cast."""
    gaps: tuple[str, ...]
    """The open questions that they asked."""
    changes: int = 0
    """How many lines of the audit bear their id."""
    opted_out: bool = False
    """Whether they want no message of theirs among the documents."""
