"""Headings → anchors: what leads to a heading on a rendered page, as GitHub and most documentation sites name it.

Source of the rule: https://github.com/Flet/github-slugger, which documents GitHub's; a heading's own `{#anchor}`, or
`[#anchor]` as javascript.info has it, goes first. MkDocs has another, by
https://python-markdown.github.io/extensions/toc/ (`slugify` and `unique`), and so have VitePress and VuePress, by
https://github.com/mdit-vue/mdit-vue (`slugify`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import regex

from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.text.lines import count_line_breaks

_DROPPED = regex.compile(r"[^\p{L}\p{M}\p{N}\p{Pc}\- ]")
_OWN = re.compile(
    r"\{[^{}#]*+#([\w:.-]++)[^{}]*+\}|<(?:a|h[1-6])\b[^<>]*?\s(?:id|name)\s*=\s*[\"']?([\w:.-]++)"
    r"|\s\[#([\w.-]++)\]\s*$",
    re.ASCII,
)
_NOT_MKDOCS = re.compile(r"[^\w\s-]")
_DASHES = re.compile(r"[-\s]+")
_NOT_VITEPRESS = re.compile(r"[\s!-/:-@\[-`{-~“”‘’]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LINE_END = re.compile(r"\r\n?|\n")
_MAY_BE_OWN = (b"{", b"id=", b"name=", b"[#")


def anchored_places(extracted: Extracted, data: bytes) -> tuple[Place, ...]:
    """Return a document's places with the anchor of the heading above each; every heading begins one.

    Args:
        extracted: What a format made of the file. Where it has anchors of its own, they stay as they are.
        data: The file, in whose lines headings may name their own anchors.
    """
    places = extracted.places
    headings = [block for block in extracted.blocks if block.kind == "heading"]
    if not headings or any(place.anchor for place in places):
        return places
    has_own = places[0].line is not None and any(map(data.__contains__, _MAY_BE_OWN))
    lines = _LINE_END.split(decode(data)) if has_own else []
    slugs = _Slugs()
    made: list[Place] = []
    number, here, anchor = 0, places[0], ""
    for block in headings:
        while number < len(places) and places[number].start <= block.start:
            here = places[number]
            made.append(here._replace(anchor=anchor))
            number += 1
        if here.start == block.start:
            made.pop()
        else:
            here = _moved(extracted.text, here, block.start)
        own = _own_anchor(lines, here.line)
        anchor = own or slugs.next(extracted.text[block.start : block.end])
        here = here._replace(anchor=anchor)
        made.append(here)
    made += (place._replace(anchor=anchor) for place in places[number:])
    return tuple(made)


def slug(heading: str) -> str:
    """Return a heading's anchor, before a number tells it from the same heading above."""
    return _DROPPED.sub("", " ".join(heading.split()).lower()).replace(" ", "-")


def _mkdocs(heading: str, number: int) -> str:
    ascii_ = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    made = _DASHES.sub("-", _NOT_MKDOCS.sub("", ascii_).strip().lower())
    number += not made  # one without a letter counts from 1 on
    return f"{made}_{number}" if number else made


def _vitepress(heading: str, number: int) -> str:
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", heading))
    made = _NOT_VITEPRESS.sub("-", plain).strip("-").lower()
    made = f"_{made}" if made[:1] in tuple("0123456789") else made
    return f"{made}-{number}" if number else made


_OTHERS = {"mkdocs": _mkdocs, "vitepress": _vitepress}
"""Kinds of sites that name anchors in their own way → what they make of a heading that so many others above it are called."""


def anchor_on(site: str, anchor: str, heading: str) -> str:
    """Return what an anchor is called on a kind of site.

    Args:
        site: One of `ANCHORS` in collections.py.
        anchor: The anchor as `anchored_places` has it.
        heading: What the heading says.

    >>> anchor_on("mkdocs", "où-ça--là-2", "Où ça & là")
    'ou-ca-la_2'
    >>> anchor_on("vitepress", "readwrite", "Read/write")
    'read-write'
    """
    if site not in _OTHERS:
        return anchor
    base = slug(heading)
    repeated = anchor.removeprefix(f"{base}-") if anchor != base else ""
    if anchor != base and not (anchor.startswith(f"{base}-") and repeated.isdigit()):
        return anchor  # the heading's own
    return _OTHERS[site](heading, int(repeated or 0))


class _Slugs:
    """Gives each heading of a document an anchor of its own."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def next(self, heading: str) -> str:
        base = slug(heading)
        anchor = next(self._free(base))
        self._times[anchor] = 0
        return anchor

    def _free(self, base: str) -> Iterator[str]:
        if base not in self._times:
            yield base
        while True:
            self._times[base] += 1
            anchor = f"{base}-{self._times[base]}"
            if anchor not in self._times:
                yield anchor


def _moved(text: str, place: Place, offset: int) -> Place:
    line = place.line and place.line + count_line_breaks(text, place.start, offset)
    return place._replace(start=offset, line=line)


def _own_anchor(lines: Sequence[str], line: int | None) -> str:
    """Return the anchor that a heading on a line of the source gives itself; empty where there is none."""
    own = _OWN.search(lines[line - 1]) if line and line <= len(lines) else None
    return (own[1] or own[2] or own[3]) if own else ""
