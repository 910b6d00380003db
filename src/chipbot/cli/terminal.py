"""Answer | NoAnswer → text for a terminal, or for a file where there is none.

The few codes of ECMA-48 are written here: rich would cost a tenth of the time that `chipbot ask` takes to start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chipbot.model import Answer, Citation, IndexStatus, MarkKind, NoAnswer, Quote
from chipbot.service.layout import layout
from chipbot.service.lines import Code, Line, Run
from chipbot.service.links import web_address
from chipbot.service.place_names import place_name
from chipbot.text.columns import rows, width
from chipbot.text.printable import visible
from chipbot.translation import Message, gettext, joined, listed, ngettext

_BOXES = {True: "☑ ", False: "☐ ", None: ""}

REFUSALS = {
    "empty_question": Message("Ask me something about the documents, in a few words or a sentence."),
    "no_match": Message("The documents don't say anything about that."),
    "low_confidence": Message("The documents don't seem to answer that."),
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
    marks: bool = False
    """Whether inline forms are shown; links lead where they do in the document."""


PLAIN = Style(strong=("»", "«"))
"""Without a terminal: marks that survive in a file."""

ANSI = Style(strong=("\x1b[1m", "\x1b[0m"), faint=("\x1b[2m", "\x1b[0m"), marks=True)
"""On a terminal: bold and faint (ECMA-48, SGR), and links (OSC 8)."""

_CODES: dict[MarkKind, str] = {
    "strong": "1",
    "emphasis": "3",
    "link": "4",
    "strikethrough": "9",
    "code": "36",
}


def to_text(result: Answer | NoAnswer, style: Style = PLAIN, columns: int | None = None) -> str:
    """Return an answer as a person reads it in a terminal; with a number of `columns`, text is wrapped between words.

    Code and tables are never wrapped.
    """
    if isinstance(result, NoAnswer):
        return "\n".join(_refusal(result, style, columns))
    blocks = ["\n".join(_told("", correction(*pair), style, columns)) for pair in result.corrections]
    for quote in result.quotes:
        lines = [*_lines(quote, style, columns), *_told("  — ", place(quote.citation), style, columns)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def correction(word: str, other: str) -> str:
    """Return the sentence that says which word was looked for instead of a misspelt one."""
    return gettext(
        "Showing results for “{other}” instead of “{word}”.", other=visible(other), word=visible(word)
    )


def place(citation: Citation) -> str:
    """Return where a quote stands, in one line: title, headings, document and page, lines or what else it has, link."""
    where = " › ".join(citation.breadcrumb)
    here = listed(filter(None, (visible(citation.document_id), _spot(citation))))
    link = f" <{visible(citation.url)}>" if citation.url else ""
    return f"{visible(where)} ({here}){link}"


def _spot(citation: Citation) -> str:
    """Return where in its document a quote stands; empty in formats that know no such thing."""
    if citation.page or citation.label:
        return visible(place_name(citation.page, citation.label)).replace("\u00a0", " ")
    if citation.line_start is None:
        return ""
    if citation.line_end != citation.line_start:
        return gettext("lines {first}–{last}", first=citation.line_start, last=citation.line_end)
    return gettext("line {number}", number=citation.line_start)


def status_line(status: IndexStatus) -> str:
    """Return an index's size in one line."""
    return listed(
        (
            ngettext("{number} document", "{number} documents", status.documents),
            ngettext("{number} passage", "{number} passages", status.passages),
            ngettext("{number} term", "{number} terms", status.terms),
        )
    )


def _lines(quote: Quote, style: Style, columns: int | None) -> Iterator[str]:
    """Yield a quote line by line behind a bar, one more for each block quote inside it."""
    lines = layout(quote)
    while lines and isinstance(last := lines[-1], Line) and not last.runs:
        lines.pop()
    for line in lines if style.marks else _bracketed(lines, style):
        bar = "│ " * (line.quoted + 1)
        if isinstance(line, Code):
            for text in (_styled(code, style) for code in line.lines):
                hangs = line.table and not style.marks and text.startswith(style.strong[0] or " ")
                yield f"{bar} {'' if hangs else ' '}{text}"  # so that the columns stay one below the other
            continue
        room = columns - len(bar) if columns else None
        yield from (bar + text for text in _item(line, style, room))


def _item(line: Line, style: Style, room: int | None) -> Iterator[str]:
    """Yield a line as it fits into the room, indented as the lists that it is in."""
    indent = "  " * (line.depth - line.item)
    number = "• " if line.ordinal is None else f"{line.ordinal}. "
    marker = (number + _BOXES[line.checked]) if line.item else ""
    lead = indent + marker
    for row in _wrapped(line.runs, room and room - width(lead)):
        yield lead + _styled(row, style)
        lead = indent + " " * width(marker)


def _wrapped(runs: Sequence[Run], room: int | None) -> Iterator[list[Run]]:
    """Yield the runs in rows that fit the room, cut where white space is, which ends with the row; a longer word stands alone."""
    if room is None:
        yield list(runs)
        return
    start = 0
    for row in rows("".join(run.text for run in runs), room):
        yield list(_sliced(runs, start, start + len(row.rstrip())))
        start += len(row)


def _sliced(runs: Sequence[Run], start: int, end: int) -> Iterator[Run]:
    """Yield the characters from `start` to `end` of runs that follow one another."""
    for run in runs:
        if start < len(run.text) and end > 0:
            yield run._replace(text=run.text[max(start, 0) : end])
        start, end = start - len(run.text), end - len(run.text)


def _told(lead: str, text: str, style: Style, columns: int | None) -> Iterator[str]:
    """Yield what is said around an answer in lines, of which the first has a lead and the others are as far to the right."""
    for row in _wrapped([Run(text)], columns and columns - width(lead)):
        yield f"{style.faint[0]}{lead}{''.join(run.text for run in row).rstrip()}{style.faint[1]}"
        lead = " " * width(lead)


def _styled(runs: Sequence[Run], style: Style) -> str:
    """Return runs of one row as text with their codes."""
    return "".join(_run(run) if style.marks else visible(run.text) for run in runs)


def _run(run: Run) -> str:
    text = visible(run.text)
    codes = {_CODES[kind] for kind in run.kinds} | ({"1"} if run.highlighted else set())
    if not codes or not text:
        return text
    address = web_address(run.target) if "link" in run.kinds else ""
    shown = f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if address else text
    return f"\x1b[{';'.join(sorted(codes))}m{shown}\x1b[0m"


def _bracketed(lines: Sequence[Line | Code], style: Style) -> Iterator[Line | Code]:
    """Yield the lines with each highlight between its two marks, and each link's address behind its text."""
    rows = [row for line in lines for row in (line.lines if isinstance(line, Code) else [line.runs])]
    runs = [run for row in rows for run in row]
    texts = iter(_marked_up(runs, style))
    for line in lines:
        if isinstance(line, Code):
            yield line._replace(lines=tuple(tuple(next(texts) for _ in row) for row in line.lines))
        else:
            yield line._replace(runs=tuple(next(texts) for _ in line.runs))


def _marked_up(runs: Sequence[Run], style: Style) -> Iterator[Run]:
    """Yield each run with the marks that begin and end in it."""
    seen = [number for number, run in enumerate(runs) if run.text.strip()]
    first = {b for a, b in zip([None, *seen], seen, strict=False) if a is None or not runs[a].highlighted}
    last = {a for a, b in zip(seen, [*seen[1:], None], strict=False) if b is None or not runs[b].highlighted}
    for number, run in enumerate(runs):
        opening, closing = style.strong if run.highlighted else ("", "")
        core = run.text.rstrip()
        text = (opening if number in first else "") + core + (closing if number in last else "")
        following = runs[number + 1] if number + 1 < len(runs) else Run("")
        address = web_address(run.target) if "link" in run.kinds and following.target != run.target else ""
        if address and address != core:
            text += f" <{address}>"
        yield run._replace(text=text + run.text[len(core) :]) if core else run


def _refusal(result: NoAnswer, style: Style, columns: int | None) -> Iterator[str]:
    plain = Style()
    yield from _told("", str(REFUSALS[result.reason]), plain, columns)
    if result.missing and result.reason != "empty_question":
        words = listed(gettext("“{word}”", word=visible(word)) for word in result.missing)
        yield from _told("", gettext("Nowhere in them: {words}.", words=words), plain, columns)
    if result.suggestions:
        closest = gettext("Closest: {sections}", sections=joined(map(visible, result.suggestions)))
        yield from _told("", closest, style, columns)
