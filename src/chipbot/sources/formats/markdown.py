"""Markdown (CommonMark with tables) → title and blocks; the text itself is left as it is, markup included."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from chipbot.model import Block, BlockKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_KINDS: dict[str, BlockKind] = {
    "paragraph_open": "paragraph",
    "blockquote_open": "paragraph",
    "html_block": "paragraph",
    "bullet_list_open": "list_item",
    "ordered_list_open": "list_item",
    "table_open": "table_row",
    "fence": "code",
    "code_block": "code",
}
_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+\Z", re.DOTALL)


@cache
def _parser(*, inline: bool) -> MarkdownIt:
    """Return the parser, which leaves the markup inside paragraphs alone if not `inline`: half of its time
    goes there.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    return parser if inline else parser.disable("inline")


def read_markdown(text: str, start: int, known: str | None = None) -> tuple[str | None, tuple[Block, ...]]:
    """Return the title and every block with the headings above it.

    A heading before all else is the title, not part of the heading path; where the title is `known`, only if
    it repeats it.
    """
    body = text[start:]
    offsets = _line_offsets(body, start)
    headings: list[tuple[int, str]] = []
    title = known
    titled = False
    blocks: list[Block] = []
    links: dict[str, Any] = {}  # that the body defines, for headings which name them
    tokens = _parser(inline=False).parse(_newlines(body), links)
    for i, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "heading_open":
            level, name = int(token.tag[1]), _plain(tokens[i + 1].content, links)
            opening = not (blocks or titled or any(other for _, other in headings))
            if opening and name and (known is None or _same(name, known)):
                title, titled = name, True
                continue
            headings = [(above, other) for above, other in headings if above < level] + [(level, name)]
        elif token.type in _KINDS:
            span = _stripped(text, offsets[token.map[0]], offsets[min(token.map[1], len(offsets) - 1)])
            if span[0] < span[1] and not _COMMENT.match(text, *span):
                path = tuple(name for _, name in headings if name)
                blocks += _blocks(text, span, _KINDS[token.type], path, len(blocks))
    if not blocks and (headings or titled):
        span = _stripped(text, start, len(text))
        return known, (Block(*span),)
    return title, tuple(blocks)


def _blocks(
    text: str, span: tuple[int, int], kind: BlockKind, path: tuple[str, ...], unit: int
) -> list[Block]:
    """Return a block, or one for each line of a list or table."""
    if kind in ("paragraph", "code"):
        return [Block(*span, kind, path, unit)]
    lines = [_stripped(text, *match.span()) for match in _LINE.finditer(text, *span)]
    return [Block(start, end, kind, path, unit) for start, end in lines if start < end]


def _same(heading: str, title: str) -> bool:
    return heading.casefold() == " ".join(title.casefold().split())


def _newlines(body: str) -> str:
    """Give the parser newlines that it counts as we do; only line numbers are taken from it, never text."""
    return body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _line_offsets(body: str, start: int) -> list[int]:
    """Return the offset of every line's beginning, and of the end."""
    offsets = [start]
    offsets.extend(start + match.end() for match in re.finditer(r"\r\n|\r|\n", body))
    offsets.append(start + len(body))
    return offsets


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a span to what is not white space."""
    block = text[start:end]
    return start + len(block) - len(block.lstrip()), start + len(block.rstrip())


def _plain(heading: str, links: dict[str, Any]) -> str:
    """Return a heading's words without its markup."""
    (token,) = _parser(inline=True).parseInline(heading, links)
    parts = [
        "" if child.type.endswith(("_open", "_close")) else child.content or " "
        for child in token.children or ()
    ]
    return " ".join("".join(parts).split())
