"""Markdown's inline tokens → words and marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from chipbot.model import MarkKind
from chipbot.sources.formats.readable_text import BREAK, SOFT, SPACE
from chipbot.sources.formats.source_tag import SourceTag, describes
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.sources.formats.tags import TagReader

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKS: dict[str, MarkKind] = {"strong": "strong", "em": "emphasis", "s": "strikethrough", "link": "link"}

_WORDS = frozenset(("text", "text_special", "code_inline"))
_NAMED = re.compile(r"([\w$-]+)(?:\.(?:mdx?|html?|rst))?(?:\([^()]*\)?)?/?$")
"""The last name in the target of a link: of a type, a member, a heading or a page."""
_LONGEST_NAME = 200  # code points
_ELSEWHERE = re.compile(
    r"^(?:https?:)?//|^(?:mailto|tel|data|javascript):|\.(?:png|jpe?g|gif|svg|webp|avif|mp4|webm)$",
    re.IGNORECASE,
)
"""Targets whose names say nothing: other sites, and pictures."""


class WordWriter:
    """Writes what inline tokens say; a method that is named as a token writes those."""

    def __init__(self, builder: StructureBuilder, md: MarkdownIt, env: dict[str, Any]) -> None:
        self._builder = builder
        self._out = builder.out
        self._tags = TagReader(builder, self.label)
        self._md = md
        self._env = env
        self._notes: list[tuple[list[Token], int]] = []  # that stand inside the block at hand
        self._within = False  # whether the token at hand has words of its block before and after it

    def parse(self, words: str) -> list[Token]:
        """Return the tokens of inline Markdown."""
        return self._md.inline.parse(words, self._md, self._env, [])

    def label(self, label: str, line: int) -> None:
        """Write the title of what follows, if there is one."""
        self._builder.edge()
        if label and self._builder.role is None:
            self._builder.begin("label")
            self.write(self.parse(label), line)
            self._builder.end_block()

    def write_notes(self) -> None:
        """Write the footnotes that stand inside the block that ended, each as a block."""
        while self._notes:
            self.write(*self._notes.pop(0))
            self._builder.edge()

    def write(self, children: Sequence[Token], line: int) -> None:
        """Write what inline tokens say, of which the first stands on a line."""
        out = self._out
        words = [
            place for place, child in enumerate(children) if child.type in _WORDS and child.content.strip()
        ]
        for place, child in enumerate(children):
            self._within = bool(words) and words[0] < place < words[-1]
            here = line + child.map[0] if child.map else line
            kind = child.type
            if kind == "text":
                out.write(child.content, here)
            elif kind == "softbreak":
                out.gap(SOFT)
            elif kind.endswith("_open"):
                # Blanks in targets were hidden from the parser as no-break spaces.
                target = str(child.attrs.get("href", "")).replace("\u00a0", " ")
                out.open_mark(_MARKS[kind[:-5]], target)
                if kind == "link_open" and children[place + 1].type == "link_close":
                    self._name(target, here)
            elif kind.endswith("_close"):
                out.close_mark(_MARKS[kind[:-6]])
            else:
                _INLINE[kind](self, child, here)

    def _name(self, target: str, line: int) -> None:
        """Write what a link without words leads to, as documentation does that knows the names of its targets."""
        name = _NAMED.search(target[-_LONGEST_NAME:])
        is_permalink = target.startswith("#") and not self._within
        if name and not is_permalink and not _ELSEWHERE.search(target):
            self._out.write_name(name[1], line)

    def text_special(self, token: Token, line: int) -> None:
        self._out.write(token.content, line)

    def hardbreak(self, _token: Token, _line: int) -> None:
        self._out.gap(BREAK)

    def code_inline(self, token: Token, line: int) -> None:
        out = self._out
        before, after = token.content[:1].isspace(), token.content[-1:].isspace()
        words = token.content.strip()
        if before:
            out.gap(SPACE)
        out.open_mark("code")
        line += token.content[: len(token.content) - len(token.content.lstrip())].count("\n")
        for number, part in enumerate(words.split("\n")):
            if part.strip():
                out.gap(SPACE if number else 0)
                out.write_exactly(part.strip(), line + number)
        out.close_mark("code")
        if after:
            out.gap(SPACE)

    def html_inline(self, token: Token, line: int) -> None:
        self._tags.read_source(SourceTag(token.content, line, token.block, self._within))

    def braces(self, token: Token, line: int) -> None:
        self._tags.read_template(SourceTag(token.content, line, token.block, self._within))

    def image(self, token: Token, line: int) -> None:
        """Write the words that stand for an image, without their marks, if they say anything of it."""
        if not describes(token.content):
            return
        self._out.separate()
        for child in token.children or ():
            here = line + child.map[0] if child.map else line
            if child.type == "image":
                self.image(child, here)
            elif child.type.endswith("break"):
                self._out.gap(SPACE)
            elif child.type in ("text", "text_special", "code_inline"):
                self._out.write(child.content, here)

    def footnote_ref(self, token: Token, line: int) -> None:
        """Keep a footnote that stands inside the text for after the block."""
        note = self._env["footnotes"]["list"][token.meta["id"]]
        if "tokens" in note:
            self._notes.append((note["tokens"], line))


_INLINE: dict[str, Callable[[WordWriter, Token, int], None]] = {
    "text_special": WordWriter.text_special, "hardbreak": WordWriter.hardbreak, "code_inline": WordWriter.code_inline,
    "html_inline": WordWriter.html_inline, "braces": WordWriter.braces, "image": WordWriter.image,
    "footnote_ref": WordWriter.footnote_ref,
}  # fmt: skip
"""What reads the inline tokens that are neither words nor marks."""
