"""What a reader sees: a small, slow and obvious renderer of Discord's Markdown dialect to plain text with
styles.

It knows the constructs of Discord's client, and is eager: where clients differ, what any of them might take
for markup counts as markup, and where they read marks differently the text is read in each of their ways and has to
come out the same. So text that comes through it unchanged comes through all of them unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PART = "\u200b"
"""Drawn by no client: what parts characters that would be a mark together."""

_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>|<id:\w+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^>\n]+:\d+>")
_EVERYONE = re.compile(r"@(?:everyone|here)", re.IGNORECASE)
_AUTOLINK = re.compile(r"<((?:https?|mailto|tel|steam):[^ >\n]+)>")
_ADDRESS = re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"')\]\s]")
_SHORTCODE = re.compile(r":[^\s:]+:")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<?([^\s)>]+)>?\)")
_TARGET = re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]\Z")  # what Discord takes for the target of a link
_SHRUG = "¯\\_(ツ)_/¯"
_FENCE = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n].*?)\n*```", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)
_BULLET = r"(?:[*+-]|\d+[.)])"
_ITEM = re.compile(rf"( *)({_BULLET})( +)")
_LINE_MARKERS = (
    ("heading", re.compile(r"[\s\ufeff]*#{1,6}(?:\s+|$)")),
    ("subtext", re.compile(r"[\s\ufeff]*-#(?:\s+|$)")),
    ("list", re.compile(rf"[\s\ufeff]*{_BULLET}(?:\s+|$)")),
    ("quote", re.compile(r"[\s\ufeff]*>{1,3}(?:\s+|$)")),
    ("rule", re.compile(r"[\s\ufeff]*(?:[=*_-][ \t]*){3,}$")),
)

Rules = tuple[tuple[str, re.Pattern[str]], ...]
_DESKTOP: Rules = (
    ("bold", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)),
    ("italic", re.compile(r"_((?:__|\\.|[^_\\])+?)_(?![0-9A-Za-z_])", re.DOTALL)),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\\.|\s+(?:\\.|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)),
    ("strike", re.compile(r"~~(.+?)~~(?!_)", re.DOTALL)),
    ("spoiler", re.compile(r"\|\|(.+?)\|\|", re.DOTALL)),
)
"""Of the client for desktops and browsers, whose longest match wins."""
_EAGER: Rules = (
    ("bold", re.compile(r"\*\*(.+?)\*\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(r"__((?:\\.|[^\\])+?)__", re.DOTALL)),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\\.|[^*\\])+?)\*(?!\*)", re.DOTALL)),
    ("italic", re.compile(r"_((?:__|\\.|[^_\\])+?)_", re.DOTALL)),
    ("strike", re.compile(r"~~((?:\\.|[^\\])+?)~~", re.DOTALL)),
    ("spoiler", re.compile(r"\|\|((?:\\.|[^\\])+?)\|\|", re.DOTALL)),
)
"""Of clients that take the first rule that matches, and anything for a mark that looks like one."""


@dataclass
class Seen:
    """A rendered text: its characters, and for each of them the styles it is drawn in."""

    text: str = ""
    styles: list[frozenset[str]] = field(default_factory=list)

    def add(self, text: str, styles: frozenset[str]) -> None:
        shown = text.replace(PART, "")
        self.text += shown
        self.styles += [styles] * len(shown)

    def used(self) -> set[str]:
        """All the styles that occur."""
        return set().union(*self.styles)

    def styled(self, style: str) -> str:
        """The characters in that style."""
        return "".join(c for c, styles in zip(self.text, self.styles, strict=True) if style in styles)

    def drawn(self) -> list[tuple[str, frozenset[str]]]:
        """The characters that can be seen, with their styles."""
        return [
            (c, s) for c, s in zip(self.text, self.styles, strict=True) if not c.isspace() and c != "\ufeff"
        ]


def visible(text: str) -> str:
    """`text` as anything on a screen shows it: line ends are alike, and spaces before them and blank last
    lines are invisible, as is what has no width."""
    lines = re.split(r"\r\n?|\n", text.replace(PART, ""))
    return "\n".join(line.rstrip() for line in lines).rstrip()


def seen(markdown: str) -> Seen:
    """The markdown as Discord draws it, whichever client draws it."""
    readings = []
    for rules in (_DESKTOP, _EAGER):
        reading = Seen()
        _Reader(rules, reading).blocks(markdown, frozenset())
        readings.append(reading)
    assert readings[0].text == readings[1].text
    assert readings[0].drawn() == readings[1].drawn()
    return readings[0]


@dataclass
class _Reader:
    """One client's way to read, and what it has drawn."""

    rules: Rules
    result: Seen

    def blocks(self, markdown: str, styles: frozenset[str]) -> None:
        """Code blocks, then block quotes, then what is in them."""
        lines = re.split(r"\r\n?|\n", markdown)
        start = 0
        while start < len(lines):
            fence = _FENCE.match("\n".join(lines[start:])) if lines[start].startswith("```") else None
            quote = re.match(r" *> ", lines[start])
            end = start + 1
            if start:
                self.result.add("\n", styles)
            if fence:
                end = start + fence.group().count("\n") + 1
                self.result.add(fence[2], styles | {"fence", f"language {fence[1] or ''}"})
                rest = "\n".join(lines[start:end])[fence.end() :]
                self.inline(rest, styles)
            elif quote:
                while end < len(lines) and re.match(r" *> ", lines[end]):
                    end += 1
                self.lines([re.sub(r"^ *> ?", "", line) for line in lines[start:end]], styles | {"quote"})
            else:
                while end < len(lines) and not re.match(r" *> |```", lines[end]):
                    end += 1
                self.lines(lines[start:end], styles)
            start = end

    def lines(self, lines: list[str], styles: frozenset[str]) -> None:
        """Lists and marks at the beginnings of lines, then everything else; emphasis may span lines."""
        start = 0
        while start < len(lines):
            if start:
                self.result.add("\n", styles)
            item = _ITEM.match(lines[start])
            marker = next(((s, m) for s, p in _LINE_MARKERS if (m := p.match(lines[start]))), None)
            end = start + 1
            if item:
                bullet = re.compile(rf"{item[1]}{_BULLET} ")
                while end < len(lines) and (lines[end].startswith(" ") or bullet.match(lines[end])):
                    end += 1
                self.list(lines[start:end], item[1], styles | {"list"})
            elif marker:
                self.inline(lines[start][marker[1].end() :], styles | {marker[0]})
            else:
                while end < len(lines) and not any(p.match(lines[end]) for _, p in _LINE_MARKERS):
                    end += 1
                self.inline("\n".join(lines[start:end]), styles)
            start = end

    def list(self, lines: list[str], indent: str, styles: frozenset[str]) -> None:
        """A list, whose items Discord numbers itself, in the way of the first."""
        bullet = re.compile(rf"{indent}({_BULLET}) +")
        starts = [number for number, line in enumerate(lines) if bullet.match(line)]
        first = bullet.match(lines[0])
        assert first
        number = max(1, int(first[1][:-1])) if len(first[1]) > 1 else None
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            if start:
                self.result.add("\n", styles)
            self.result.add("• " if number is None else f"{number}. ", styles | {"marker"})
            number = None if number is None else number + 1
            prefix = bullet.match(lines[start])
            assert prefix
            content = [lines[start][prefix.end() :]]
            content += [re.sub(rf"^ {{1,{prefix.end()}}}", "", line) for line in lines[start + 1 : end]]
            self.lines(content, styles)

    def inline(self, source: str, styles: frozenset[str]) -> None:
        position = 0
        while position < len(source):
            position += self.token(source[position:], styles)

    def token(self, rest: str, styles: frozenset[str]) -> int:
        """Render what `rest` begins with; how long that was."""
        if rest.startswith(_SHRUG):
            self.result.add(_SHRUG, styles)
            return len(_SHRUG)
        if re.match(r"\\[^0-9A-Za-z\s]", rest):
            self.result.add(rest[1], styles)
            return 2
        fence, code = _FENCE.match(rest), _CODE.match(rest)
        if fence or code:
            match = fence or code
            assert match
            self.result.add(match[2], styles | {"fence in a line" if fence else "code"})
            return match.end()
        matches = [(style, match) for style, rule in self.rules if (match := rule.match(rest))]
        if matches:
            longest = self.rules is _DESKTOP
            style, match = max(matches, key=lambda each: each[1].end()) if longest else matches[0]
            self.inline(match[1], styles | {style})
            return match.end()
        return self.leaf(rest, styles)

    def leaf(self, rest: str, styles: frozenset[str]) -> int:
        """Links, mentions, emoji, or a plain character; how long it was."""
        link = _LINK.match(rest)
        if link and _TARGET.match(link[2]) and "://" not in link[1]:
            self.inline(link[1], styles | {"link", f"to {link[2]}"})
            return link.end()
        for style, pattern in (("mention", _MENTION), ("mention", _EVERYONE), ("emoji", _SHORTCODE)):
            match = pattern.match(rest)
            if match:
                self.result.add("□", styles | {style})  # drawn as something else than it is written
                return match.end()
        for pattern in (_AUTOLINK, _ADDRESS):
            match = pattern.match(rest)
            if match:
                shown = match.group(match.lastindex or 0)
                self.result.add("□" if "discord" in shown else shown, styles | {"link"})
                return match.end()
        self.result.add(rest[0], styles)
        return 1
