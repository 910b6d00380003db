"""What a reader sees: a small, slow and obvious renderer of Discord's Markdown dialect to plain text with
styles.

It knows the constructs of Discord's client, and is eager: where clients differ, what any of them might take
for markup counts as markup. So text that comes through it unchanged comes through all of them unchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>|<id:\w+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^>\n]+:\d+>")
_EVERYONE = re.compile(r"@(?:everyone|here)", re.IGNORECASE)
_AUTOLINK = re.compile(r"<((?:https?|mailto|tel|steam):[^ >\n]+)>")
_ADDRESS = re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"')\]\s]")
_SHORTCODE = re.compile(r":[^\s:]+:")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<?([^\s)>]+)>?\)")
_SHRUG = "¯\\_(ツ)_/¯"
_DELIMITED = (
    ("code", re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)),
    ("bold", re.compile(r"(\*\*)((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(r"(__)((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)),
    ("italic", re.compile(r"(\*)(?=\S)((?:\*\*|\\.|[^*\\])+?)\*(?!\*)", re.DOTALL)),
    ("italic", re.compile(r"(_)((?:__|\\.|[^_\\])+?)_", re.DOTALL)),
    ("strike", re.compile(r"(~~)((?:\\.|[^\\])+?)~~", re.DOTALL)),
    ("spoiler", re.compile(r"(\|\|)((?:\\.|[^\\])+?)\|\|", re.DOTALL)),
)
_LINE_MARKERS = (
    ("heading", re.compile(r"[\s\ufeff]*#{1,6}(?:\s+|$)")),
    ("subtext", re.compile(r"[\s\ufeff]*-#(?:\s+|$)")),
    ("list", re.compile(r"[\s\ufeff]*(?:[*+-]|\d+[.)])(?:\s+|$)")),
    ("quote", re.compile(r"[\s\ufeff]*>{1,3}(?:\s+|$)")),
    ("rule", re.compile(r"[\s\ufeff]*(?:[=*_-][ \t]*){3,}$")),
)


@dataclass
class Seen:
    """A rendered text: its characters, and for each of them the styles it is drawn in."""

    text: str = ""
    styles: list[frozenset[str]] = field(default_factory=list)

    def add(self, text: str, styles: frozenset[str]) -> None:
        self.text += text
        self.styles += [styles] * len(text)

    def used(self) -> set[str]:
        """All the styles that occur."""
        return set().union(*self.styles)

    def styled(self, style: str) -> str:
        """The characters in that style."""
        return "".join(c for c, styles in zip(self.text, self.styles, strict=True) if style in styles)


def visible(text: str) -> str:
    """`text` as anything on a screen shows it: line ends are alike, and spaces before them and blank last
    lines are invisible."""
    lines = re.split(r"\r\n?|\n", text)
    return "\n".join(line.rstrip() for line in lines).rstrip()


def seen(markdown: str) -> Seen:
    """The markdown as Discord draws it; block quotes first, then what is in them."""
    result = Seen()
    for quote, block in _blocks(markdown):
        if result.text:
            result.add("\n", frozenset())
        _lines(block, frozenset({"quote"}) if quote else frozenset(), result)
    return result


def _blocks(markdown: str) -> list[tuple[bool, str]]:
    """Runs of lines with and without `> ` before them, without it."""
    blocks: list[tuple[bool, list[str]]] = []
    for line in re.split(r"\r\n?|\n", markdown):
        match = re.match(r" *> (.*)", line, re.DOTALL)
        if not blocks or blocks[-1][0] != bool(match):
            blocks.append((bool(match), []))
        blocks[-1][1].append(match.group(1) if match else line)
    return [(quote, "\n".join(lines)) for quote, lines in blocks]


def _lines(block: str, styles: frozenset[str], result: Seen) -> None:
    """Marks at the beginnings of lines, then everything else; emphasis may span lines."""
    marked = {}
    lines = block.split("\n")
    for number, line in enumerate(lines):
        for style, pattern in _LINE_MARKERS:
            match = pattern.match(line)
            if match:
                marked[number] = style
                lines[number] = line[match.end() :]
                break
    start = 0
    for number, style in [*marked.items(), (len(lines), "")]:
        if number > start:
            _inline("\n".join(lines[start:number]), styles, result)
            if number < len(lines):
                result.add("\n", styles)
        if style:
            _inline(lines[number], styles | {style}, result)
            if number < len(lines) - 1:
                result.add("\n", styles)
        start = number + 1


def _inline(source: str, styles: frozenset[str], result: Seen) -> None:
    position = 0
    while position < len(source):
        position = _token(source, position, styles, result)


def _token(source: str, position: int, styles: frozenset[str], result: Seen) -> int:
    """Render what stands at `position`; where the next token begins."""
    rest = source[position:]
    if rest.startswith(_SHRUG):
        result.add(_SHRUG, styles)
        return position + len(_SHRUG)
    if re.match(r"\\[^0-9A-Za-z\s]", rest):
        result.add(rest[1], styles)
        return position + 2
    for style, pattern in _DELIMITED:
        match = pattern.match(rest)
        if match:
            if style == "code":
                result.add(match.group(2), styles | {style})
            else:
                _inline(match.group(2), styles | {style}, result)
            return position + match.end()
    return position + _leaf(rest, styles, result)


def _leaf(rest: str, styles: frozenset[str], result: Seen) -> int:
    """Links, mentions, emoji, or a plain character; how long it was."""
    link = _LINK.match(rest)
    if link:
        _inline(link.group(1), styles | {"link"}, result)
        return link.end()
    for style, pattern in (("mention", _MENTION), ("mention", _EVERYONE), ("emoji", _SHORTCODE)):
        match = pattern.match(rest)
        if match:
            result.add("□", styles | {style})  # drawn as something else than it is written
            return match.end()
    for pattern in (_AUTOLINK, _ADDRESS):
        match = pattern.match(rest)
        if match:
            shown = match.group(match.lastindex or 0)
            result.add("□" if "discord" in shown else shown, styles | {"link"})
            return match.end()
    result.add(rest[0], styles)
    return 1
