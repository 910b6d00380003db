"""Markdown's inline rules of note-taking programs, wikis, MkDocs and Discord: links by name, highlights, remarks, keys, icons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chipbot.sources.formats.discord_markup import DRAWN, shown

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_WIKI_LINK = re.compile(
    r"(?<![^\W_]|[\])])!?\[\[(?=[^\[\]\n]{0,300}?[^\W\d])(?P<target>[^\s\[\]|][^\[\]\n|]*+)(?:\|(?P<alias>[^\[\]\n]++))?+\]\](?![(\[])"
)
_PAGE = re.compile(r"https?:|\S*[/#]\S*$|(?:[A-Z\d][^\s-]*+-)+[A-Z\d][^\s-]*+$")
"""What is a page rather than words, after the bar in a wiki of GitHub."""
_SIZE = re.compile(r"\d+(?:x\d+)?$")
_BLOCK_NAME = re.compile(r"#\^[\w-]+$")
_HIGHLIGHT = re.compile(
    r"(?<![^\W_]|[=^])(==|\^\^)(?=[^\s=^])(?P<words>[^=^\n]{1,500})(?<!\s)\1(?![^\W_]|[=^])"
)
_NOTHING = re.compile(
    r"(?<!\S)%%[^%\n]++%%|(?<=\s)\^(?=\d{0,9}[A-Za-z-])[\w-]{3,}+(?=\s*+(?:\n|\Z))"
    r"|\\\{#[\w-]++\}(?=\s*+(?:\n|\Z))|:(?:material|octicons|fontawesome|simple)-[\w-]++:(?![^\W_])"
)
"""What readers do not see: remarks and names of blocks in Obsidian, of headings in Docusaurus, and icons of MkDocs Material."""
_SMALL = re.compile(r"-#[ \t]+")
_KEYS = re.compile(r"(?<![\w+])\+\+(?P<keys>[\w-]++(?:\+[\w-]++)*+)\+\+(?![\w+])")
_RAISED = re.compile(r"(?<=[\w)])(?:\^(?P<up>[\w+-]{1,20})\^(?!\^)|~(?P<down>\w{1,20})~(?!~))")


def take_wiki_link(state: StateInline, silent: bool) -> bool:
    """Take a link to a page by its name; what another page is put in place of says nothing but its title."""
    match = _WIKI_LINK.match(state.src, state.pos) if state.src[state.pos] in "![" else None
    if match is None or match.end() > state.posMax:
        return False
    if not silent:
        state.push("text", "", 0).content = _shown(match)
    state.pos = match.end()
    return True


def _shown(link: re.Match[str]) -> str:
    """Return what readers see of a link: wikis of GitHub have the page after the bar, Obsidian and others before it."""
    target, alias = link["target"].strip(), (link["alias"] or "").strip()
    if link[0].startswith("!"):
        return "" if _SIZE.match(alias) else alias
    if alias:
        return target if _PAGE.match(alias) and not _PAGE.match(target) else alias
    return " > ".join(part for part in _BLOCK_NAME.sub("", target).split("#") if part)


def take_highlight(state: StateInline, silent: bool) -> bool:
    """Take words that are highlighted or inserted, which are like any other."""
    match = _HIGHLIGHT.match(state.src, state.pos) if state.src[state.pos] in "=^" else None
    if silent or match is None or match.end() > state.posMax:
        return False
    end, (state.pos, state.posMax) = state.posMax, match.span("words")
    state.md.inline.tokenize(state)
    state.pos, state.posMax = match.end(), end
    return True


def take_nothing(state: StateInline, silent: bool) -> bool:
    """Take what readers do not see."""
    match = _NOTHING.match(state.src, state.pos) if state.src[state.pos] in "%^:\\" else None
    if match is None or match.end() > state.posMax:
        return False
    if not silent:
        state.push("braces", "", 0)
    state.pos = match.end()
    return True


def take_drawn(state: StateInline, silent: bool) -> bool:
    """Take what Discord draws in place of ids, and leave out what makes a line small there."""
    begins_line = state.src[state.pos - 1 : state.pos] in ("", "\n")
    pattern = {"<": DRAWN, "-": _SMALL if begins_line else None}.get(state.src[state.pos])
    match = pattern.match(state.src, state.pos) if pattern else None
    if match is None or match.end() > state.posMax:
        return False
    if not silent and pattern is DRAWN:
        state.push("text", "", 0).content = shown(match)
    state.pos = match.end()
    return True


def take_keys(state: StateInline, silent: bool) -> bool:
    """Take keys to press, and letters above or below the line."""
    pattern = {"+": _KEYS, "^": _RAISED, "~": _RAISED}.get(state.src[state.pos])
    match = pattern.match(state.src, state.pos) if pattern else None
    if match is None or match.end() > state.posMax:
        return False
    if not silent and pattern is _KEYS:
        state.push("code_inline", "", 0).content = match["keys"]
    elif not silent:
        tag = "sup" if match["up"] else "sub"
        state.push("html_inline", "", 0).content = f"<{tag}>"
        state.push("text", "", 0).content = match["up"] or match["down"]
        state.push("html_inline", "", 0).content = f"</{tag}>"
    state.pos = match.end()
    return True
