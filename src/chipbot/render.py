"""Answer | NoAnswer → JSON and terminal text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chipbot.model import Answer, Citation, IndexStatus, NoAnswer, Quote, Span

_LINE = re.compile(r"(?P<content>[^\r\n]*)(?:\r\n|\r|\n|\Z)")
_WORD = re.compile(r"(?P<word>\S+)\s*|\s+")

REFUSALS = {
    "empty_question": "Ask me something about the documents, in a few words or a sentence.",
    "no_match": "The documents don't say anything about that.",
    "low_confidence": "The documents don't seem to answer that.",
}
"""What a member is told, by reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a terminal shows parts of an answer: the codes before and after, empty where there is no
    terminal.
    """

    strong: tuple[str, str] = ("", "")
    """The sentence that answers."""
    faint: tuple[str, str] = ("", "")
    """Citations and other things around the answer."""


PLAIN = Style(strong=("»", "«"))
"""Without a terminal: marks that survive in a file."""

ANSI = Style(strong=("\x1b[1m", "\x1b[0m"), faint=("\x1b[2m", "\x1b[0m"))
"""On a terminal: bold and faint (ECMA-48, SGR)."""


def to_json(result: Answer | NoAnswer) -> dict[str, Any]:
    """Return the object that `chipbot ask --json` prints; keys may be added, never renamed."""
    answered = isinstance(result, Answer)
    rendered: dict[str, Any] = {
        "question": result.question,
        "status": "answered" if answered else "no_answer",
        "reason": None if isinstance(result, Answer) else result.reason,
        "confidence": result.confidence,
        "quotes": [_quote(quote) for quote in result.quotes] if isinstance(result, Answer) else [],
        "suggestions": [] if isinstance(result, Answer) else list(result.suggestions),
        "corrections": [list(pair) for pair in result.corrections] if isinstance(result, Answer) else [],
        "milliseconds": result.milliseconds,
    }
    if isinstance(result, NoAnswer):
        rendered["missing"] = list(result.missing)
        rendered["rejected"] = [_quote(quote) for quote in result.rejected]
    return rendered


def to_text(result: Answer | NoAnswer, style: Style = PLAIN, width: int | None = None) -> str:
    """Return an answer as a person reads it in a terminal; with a `width`, in columns, quotes are wrapped
    between words.
    """
    if isinstance(result, NoAnswer):
        return "\n".join(_refusal(result, style))
    blocks = [f"{style.faint[0]}{correction(*pair)}{style.faint[1]}" for pair in result.corrections]
    for quote in result.quotes:
        lines = ["│ " + line for line in _lines(quote, style, width - 2 if width else None)]
        lines.append(f"  {style.faint[0]}— {place(quote.citation)}{style.faint[1]}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def correction(word: str, other: str) -> str:
    """Return the sentence that says which word was looked for instead of a misspelt one."""
    return f"Showing results for “{visible(other)}” instead of “{visible(word)}”."


def place(citation: Citation) -> str:
    """Return where a quote stands, in one line: title, headings, page, document and lines, link."""
    where = " › ".join((citation.title, *citation.heading))
    page = f", page {citation.page}" if citation.page else ""
    lines = f"line {citation.line_start}"
    if citation.line_end != citation.line_start:
        lines = f"lines {citation.line_start}–{citation.line_end}"
    link = f" <{visible(citation.url)}>" if citation.url else ""
    return f"{visible(where)}{page} ({visible(citation.document_id)}, {lines}){link}"


def status_line(status: IndexStatus) -> str:
    """Return an index's size in one line."""
    return f"{count(status.documents, 'document')}, {count(status.passages, 'passage')}, {count(status.terms, 'term')}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it takes one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def visible(text: str) -> str:
    """Replace control characters, which could drive a terminal, by U+FFFD; tabs stay, and line breaks of any
    kind become LF.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" or ord(c) > 0x9F else "\ufffd" for c in lines)


def _quote(quote: Quote) -> dict[str, Any]:
    citation = quote.citation
    return {
        "text": quote.text,
        "highlights": [list(span) for span in quote.highlights],
        "score": quote.score,
        "citation": {
            "document": citation.document_id,
            "title": citation.title,
            "heading": list(citation.heading),
            "page": citation.page,
            "line_start": citation.line_start,
            "line_end": citation.line_end,
            "start": citation.start,
            "end": citation.end,
            "url": citation.url,
        },
    }


def _lines(quote: Quote, style: Style, width: int | None) -> Iterator[str]:
    """Yield a quote line by line, highlights marked anew on each line that they reach into."""
    for match in _LINE.finditer(quote.text):
        if match.start() == len(quote.text):  # the end of a text that ends with a line break
            break
        for start, end in _wrapped(quote.text, match.start(), match.end("content"), width):
            yield _marked(quote, start, end, style)


def _wrapped(text: str, start: int, end: int, width: int | None) -> Iterator[Span]:
    """Yield the spans of a line that fit a width, cut where white space is; a longer word stands alone."""
    first = start
    last = start
    for word in _WORD.finditer(text, start, end):
        if width is not None and word.end("word") - first > width and last > first:
            yield first, last
            first = word.start()
        last = word.end()
    yield first, end


def _marked(quote: Quote, start: int, end: int, style: Style) -> str:
    parts, position = [], start
    for a, b in ((max(a, start), min(b, end)) for a, b in quote.highlights):
        if a < b:
            parts += [
                visible(quote.text[position:a]),
                style.strong[0],
                visible(quote.text[a:b]),
                style.strong[1],
            ]
            position = b
    return "".join((*parts, visible(quote.text[position:end]))).rstrip("\n")


def _refusal(result: NoAnswer, style: Style) -> Iterator[str]:
    yield REFUSALS[result.reason]
    if result.missing and result.reason != "empty_question":
        words = ", ".join(f"“{visible(word)}”" for word in result.missing)
        yield f"Nowhere in them: {words}."
    if result.suggestions:
        yield f"{style.faint[0]}Closest: {'; '.join(map(visible, result.suggestions))}{style.faint[1]}"
