"""Document text → Discord Markdown that renders as that very text: the one place that knows what Discord re-renders.

Discord parses a dialect of Markdown, and reads mentions from the raw message before any of that. So two rules hold
here: what a reader sees after rendering equals the text with exactly its marks, and the raw result never holds a
mention of anybody, whatever `allowed_mentions` says. A backslash shows Discord's client that a punctuation mark is meant
literally; where no backslash helps (code, `@everyone`, two marks that would be read as one) a zero-width space parts
what must not stand together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from chipbot.model import MarkKind
from chipbot.service.lines import LINE_END, Run
from chipbot.service.links import web_address

PART = "\u200b"
"""What parts characters that Discord would read as one mark: a zero-width space."""
URL_LIMIT = 500
"""The most characters of an address that is linked to, percent-encoded; longer ones would crowd out the quotes."""

_NO_CHANNELS: Mapping[str, int] = MappingProxyType({})

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
# What turns the direction of all that follows: in a title it would turn the rest of the line too.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EVERYONE = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_PING = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z0-9_+.#-]{1,20}\Z")
_CHANNEL = re.compile(r"(?<![\w&/#])#([\w-]{1,100})(?![\w-])")
_WORDS = re.compile(r"[^\s\ufeff]+|[\s\ufeff]+")
_BACKTICKS = re.compile("`(?=`)")

_DELIMITERS: dict[MarkKind, str] = {"strikethrough": "~~", "strong": "**", "emphasis": "_", "link": "["}
_ORDER: tuple[MarkKind, ...] = ("link", "strikethrough", "strong", "emphasis")
_STRONG: frozenset[MarkKind] = frozenset({"strong"})
# Code is written as it is, so that it can stand within another mark only without what would end that mark.
_ENDS: dict[MarkKind, frozenset[str]] = {
    "strong": frozenset("*\\"),
    "emphasis": frozenset("*_\\"),
    "strikethrough": frozenset("~\\"),
    "link": frozenset("[]\\"),
}


class _Piece(NamedTuple):
    """Characters that are drawn alike and written as one."""

    text: str
    markup: str
    kinds: frozenset[MarkKind]
    target: str

    @property
    def blank(self) -> bool:
        return not self.text.replace("\ufeff", " ").strip()


class _Token(NamedTuple):
    """A part of the line's Markdown: text, or the beginning or end of a mark."""

    markup: str
    opens: bool = False
    closes: bool = False


def escaped(text: str) -> str:
    """`text` as Markdown that renders as `text`."""
    return "\n".join(marked([Run(line)]) for line in LINE_END.split(text))


def marked(runs: Sequence[Run], channels: Mapping[str, int] = _NO_CHANNELS) -> str:
    """One line as Markdown that renders as the runs' text with their inline forms, the highlighted ones bold.

    A form that Discord cannot draw in its place is left out, never the text: a link to no web address, or round an
    address; bold around code that has asterisks. `#name` is drawn as the channel where `channels` has one of that name.
    """
    pieces = list(_pieces([_drawable(run) for run in runs], channels))
    tokens: list[_Token] = []
    _write(_without_conflicts(pieces), frozenset(), tokens)
    return _joined(tokens)


def code_block(text: str, language: str = "") -> str:
    """Lines of code as a fenced block, in the language's colours where Discord may know it."""
    name = language if _LANGUAGE.match(language) else ""
    return f"```{name}\n{_raw(text)}\n```"


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
    """A link with `label`, which is markup, to `url`; the bare label when `url` is no address that Discord links to."""
    address = target_of(url)
    return f"[{label}]({address})" if address else label


def target_of(url: str) -> str:
    """The web address as Discord takes it for a link's target; empty where there is none, or it is too long."""
    address = web_address(url)
    if address.endswith((".", ",", ":", ";")):  # such a mark ends an address, and with it the link is none
        address = f"{address[:-1]}%{ord(address[-1]):02X}"
    return address if len(address) <= URL_LIMIT else ""


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units: never less than what Discord counts against its limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def _drawable(run: Run) -> Run:
    """The run with the forms that Discord can draw, and the address that its link has there."""
    kinds: frozenset[MarkKind] = run.kinds | _STRONG if run.highlighted else run.kinds
    target = target_of(run.target) if "link" in kinds and "://" not in run.text else ""
    return Run(run.text, kinds if target else kinds - {"link"}, target)


def channel_names(text: str) -> set[str]:
    """What the text has `#` before, in lower case as Discord writes the names of channels."""
    return {match[1].casefold() for match in _CHANNEL.finditer(text)}


def _pieces(runs: Sequence[Run], channels: Mapping[str, int]) -> list[_Piece]:
    """The line's characters with their markup; a web address is one piece, and so is a stretch of code."""
    line = "".join(run.text for run in runs)
    start = _LINE_START.match(line)
    marker = start.start(start.lastindex or 0) if start else -1
    pieces: list[_Piece] = []
    offset = 0
    for run in runs:
        end = offset + len(run.text)
        if "code" in run.kinds:
            pieces += [_Piece(part, part, run.kinds, run.target) for part in _WORDS.findall(run.text)]
            offset = end
        while offset < end:
            address = (
                _ADDRESS.match(line, offset) if line[offset] == "h" and run.kinds <= {"strong"} else None
            )
            stop = address.end() if address and address.end() <= end else offset + 1
            text = line[offset:stop]
            markup = text if stop > offset + 1 else _character(line, offset, marker)
            channel = _CHANNEL.match(line, offset) if channels and line[offset] == "#" else None
            if channel and channel.end() <= end and "link" not in run.kinds:
                number = channels.get(channel[1].casefold())
                text, markup = (text, markup) if number is None else (channel[0], f"<#{number}>")
                stop = stop if number is None else channel.end()
            pieces.append(_Piece(text, markup, run.kinds, run.target))
            offset = stop
    return pieces


def _character(line: str, offset: int, marker: int) -> str:
    """One character's markup; `marker` is where the line begins with what would be a block's mark."""
    character = line[offset]
    following = line[offset + 1 : offset + 2]
    literal = character in _ALWAYS or offset == marker or (character == ":" and following.strip() != "")
    parted = PART if character == "@" and _EVERYONE.match(line, offset) else ""
    return f"\\{character}{parted}" if literal else character


def _without_conflicts(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces without marks around code that would end them, and without links that Discord does not take."""
    kept = []
    for first, last in _stretches(pieces, "code"):
        code = (
            set("".join(piece.text for piece in pieces[first:last]))
            if "code" in pieces[first].kinds
            else set()
        )
        taken = {kind for kind, ends in _ENDS.items() if ends & code}
        kept += [piece._replace(kinds=piece.kinds - taken) for piece in pieces[first:last]]
    result = []
    for first, last in _stretches(kept, "link"):
        label = "".join(piece.text for piece in kept[first:last])
        refused = {"link"} if "://" in label or set(label) & _ENDS["link"] else set()
        result += [piece._replace(kinds=piece.kinds - refused) for piece in kept[first:last]]
    return result


def _stretches(pieces: Sequence[_Piece], kind: MarkKind) -> list[tuple[int, int]]:
    """Where the pieces that are of a kind, or that are not, begin and end; links end where their target does."""
    bounds = [
        number
        for number in range(1, len(pieces))
        if (kind in pieces[number].kinds) != (kind in pieces[number - 1].kinds)
        or (kind == "link" and pieces[number].target != pieces[number - 1].target)
    ]
    return list(zip([0, *bounds], [*bounds, len(pieces)], strict=True)) if pieces else []


def _write(pieces: Sequence[_Piece], inside: frozenset[MarkKind], tokens: list[_Token]) -> None:
    """Add the Markdown of pieces that stand inside marks of these kinds: the mark that reaches furthest first.

    Markdown wants its marks next to a word: white space at a mark's ends is left outside it."""
    number = 0
    while number < len(pieces):
        piece = pieces[number]
        wanted = piece.kinds - inside
        if piece.blank or not wanted:
            tokens.append(_Token(piece.markup))
            number += 1
            continue
        kind, end = _longest(pieces, number, wanted)
        while pieces[end - 1].blank:
            end -= 1
        stretch = pieces[number:end]
        if kind == "code":
            tokens.append(_Token(_code("".join(part.text for part in stretch)), opens=True, closes=True))
        else:
            mark = _mark(pieces, number, end, kind)
            tokens.append(_Token(mark, opens=True))
            _write(stretch, inside | {kind}, tokens)
            tokens.append(
                _Token(f"]({_target(piece.target, inside)})" if kind == "link" else mark, closes=True)
            )
        number = end


def _longest(pieces: Sequence[_Piece], number: int, wanted: frozenset[MarkKind]) -> tuple[MarkKind, int]:
    """Which of the wanted kinds reaches furthest from `number` on, and where it ends; code is innermost."""
    first = pieces[number]
    if wanted == {"code"}:
        return "code", next(
            (n for n in range(number, len(pieces)) if pieces[n].kinds != first.kinds), len(pieces)
        )
    best: tuple[MarkKind, int] = ("code", number)
    for kind in (kind for kind in _ORDER if kind in wanted):
        end = number
        while (
            end < len(pieces)
            and kind in pieces[end].kinds
            and (kind != "link" or pieces[end].target == first.target)
        ):
            end += 1
        if end > best[1]:
            best = (kind, end)
    return best


def _mark(pieces: Sequence[_Piece], start: int, end: int, kind: MarkKind) -> str:
    """The delimiter; underscores make italics only where no letter stands next to them."""
    if kind != "emphasis":
        return _DELIMITERS[kind]
    before = pieces[start - 1].text[-1:] if start else ""
    after = pieces[end].text[:1] if end < len(pieces) else ""
    beside_word = any(character.isalnum() or character == "_" for character in before + after)
    return "*" if beside_word else "_"


def _target(address: str, inside: frozenset[MarkKind]) -> str:
    """The address without what would end a mark around the link."""
    return address.replace("_", "%5F").replace("~", "%7E") if inside else address


def _code(text: str) -> str:
    """Code within a line; around backticks stand two of them."""
    ticks = "``" if "`" in text else "`"
    first, last = (PART if text.startswith("`") else ""), (PART if text.endswith("`") else "")
    return f"{ticks}{first}{_raw(text)}{last}{ticks}"


def _raw(code: str) -> str:
    """Code, in which no backslash helps: mentions and rows of backticks are parted."""
    return _BACKTICKS.sub("`" + PART, _PING.sub("@" + PART, code))


def _joined(tokens: Sequence[_Token]) -> str:
    """The Markdown, with marks parted that Discord would read as others where they stand side by side."""
    written: list[str] = []
    previous = _Token("")
    for token in tokens:
        if _collide(previous, token):
            written.append(PART)
        written.append(token.markup)
        previous = token
    return "".join(written)


def _collide(left: _Token, right: _Token) -> bool:
    """Whether Discord would take the end of the one and the beginning of the other for another mark."""
    if not (right.opens or right.closes):
        return False
    ends, begins = left.markup[-1:], right.markup[:1]
    if not (left.opens or left.closes):  # some clients end bold and strikethrough in spite of a backslash
        return ends == begins and (right.markup == "*" or (right.closes and right.markup == "~~"))
    if ends == begins == "*":
        return "*" in (left.markup, right.markup)
    return (ends == begins == "`") or (left.closes and ends == "~" and begins in ("_", "~"))
