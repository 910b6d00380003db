"""Document text -> Discord Markdown that renders as that very text: the one place that knows what Discord
re-renders.

Discord parses a dialect of Markdown, and reads mentions from the raw message before any of that. So two rules
hold here: what a reader sees after rendering equals the text (line ends count as equal, and spaces before a
line end are invisible), and the raw result never holds a mention, whatever `allowed_mentions` says. A
backslash shows Discord's client that a punctuation mark is meant literally, but Discord's server does not
care for backslashes when it looks for mentions: they are broken up instead, `<\\@1>` and `@*e*veryone`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chipbot.model import Span

LINE_END = re.compile(r"\r\n?|\n")

# Escaped wherever they stand: emphasis, spoilers, code, mentions, links. Discord un-escapes any ASCII
# punctuation.
_ALWAYS = frozenset("\\*_~|`<>[]@")
# Markup only as the first thing on a line: headings, subtext, lists, quotes. U+FEFF is white space to
# Discord's client.
_LINE_START = re.compile(r"^[\s\ufeff]*(?:([#+=-])|\d+([.)]))")
# A web address is clickable, and shown as it is written, if it stays exactly as it is: no backslash may come
# near it. That holds when nothing in it needs one, up to the next space. Discord's own addresses turn into
# channel and file names.
_ADDRESS = re.compile(
    r"https?://(?!\S*discord)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?(?:[/?#][\w./?#=&%+,;:!$'()~-]*)?(?!\S)",
    re.ASCII,
)
# What RFC 3986 allows, without what could end the link, be markup, or make a mention.
_URL_SAFE = ":/?#!$&'+,;=%-._~"
# What turns the direction of all that follows: in a title it would turn the rest of the line too.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EVERYONE = re.compile(r"@(?=everyone|here)(.)(\w+)", re.IGNORECASE)


class _Piece(NamedTuple):
    """Characters that are written as one, so that bold may begin and end only between pieces."""

    start: int
    end: int
    markup: str


def escaped(text: str) -> str:
    """`text` as Markdown that renders as `text`."""
    return "\n".join(_line(line, ()) for line in LINE_END.split(text))


def quoted(text: str, bold: Sequence[Span] = (), *, before: str = "", after: str = "") -> str:
    """`text` as a block quote with the `bold` spans in bold; `before` and `after` are markup inside the
    quote's ends."""
    lines = []
    start = 0
    for end, following in _line_bounds(text):
        within = [(max(first, start) - start, min(last, end) - start) for first, last in bold]
        lines.append(_line(text[start:end], [span for span in within if span[0] < span[1]]))
        start = following
    lines[0] = before + lines[0]
    lines[-1] += after
    return "\n".join(f"> {line}" for line in lines)


def inline(text: str, limit: int) -> str:
    """A title or name as Markdown on one line: at most `limit` characters, cut at a word's end if possible.

    Not for quotes: white space is joined, and marks that would turn the line's direction are left out.
    """
    words = " ".join(_TURNS.sub("", text).split())
    if len(words) > limit:
        words = words[:limit].rsplit(" ", 1)[0] if " " in words[:limit] else words[:limit]
        words = words.rstrip() + "…"
    return escaped(words)


def link(label: str, url: str) -> str:
    """A link with `label`, which is markup, to `url`; the bare label when `url` is no web address."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return label
    return f"[{label}]({percent_encoded(url, safe=_URL_SAFE)})" if scheme in ("http", "https") else label


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units: never less than what Discord counts against its limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def _line_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Where each line of `text` ends and where the next one begins."""
    for match in LINE_END.finditer(text):
        yield match.start(), match.end()
    yield len(text), len(text)


def _line(line: str, bold: Sequence[Span]) -> str:
    """One line as Markdown, with the `bold` spans in bold."""
    pieces = list(_pieces(line))
    strong = [any(first < piece.end and piece.start < last for first, last in bold) for piece in pieces]
    result = []
    index = 0
    while index < len(pieces):
        run = index
        while run < len(pieces) and strong[run] == strong[index]:
            run += 1
        result.append(_bold(pieces[index:run]) if strong[index] else _plain(pieces[index:run]))
        index = run
    return "".join(result)


def _plain(pieces: Sequence[_Piece]) -> str:
    return "".join(piece.markup for piece in pieces)


def _bold(pieces: Sequence[_Piece]) -> str:
    """The pieces between asterisks, but for white space at either end: Markdown wants the asterisks next to a
    word."""
    markup = _plain(pieces)
    inner = markup.strip()
    if not inner:
        return markup
    lead = markup.index(inner)
    return f"{markup[:lead]}**{inner}**{markup[lead + len(inner) :]}"


def _pieces(line: str) -> Iterator[_Piece]:
    """The line's characters with their markup; a web address and the word "everyone" after an @ are one piece
    each."""
    start = _LINE_START.match(line)
    marker = start.start(start.lastindex or 0) if start else -1
    position = 0
    while position < len(line):
        character = line[position]
        address = _ADDRESS.match(line, position) if character == "h" else None
        everyone = _EVERYONE.match(line, position) if character == "@" else None
        if address:
            end, markup = address.end(), address.group()
        elif everyone:
            end, markup = everyone.end(), f"\\@*{everyone[1]}*{_escaped_word(everyone[2])}"
        else:
            end = position + 1
            following = line[end : end + 1]
            literal = (
                character in _ALWAYS or position == marker or (character == ":" and following.strip() != "")
            )
            markup = f"\\{character}" if literal else character
        yield _Piece(position, end, markup)
        position = end


def _escaped_word(word: str) -> str:
    """A word's characters; of the marks that need a backslash only the underscore counts as part of a
    word."""
    return word.replace("_", "\\_")
