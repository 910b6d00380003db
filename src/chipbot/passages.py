"""Documents → passages: spans that follow the document's structure, with the sentences inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from chipbot.model import Document, Passage, Section, Span

LONGEST = 1_200
"""Code points that a passage may have before it is split at sentence ends; a quote of that length still fits a message."""

SHORT = 250
"""Blocks shorter than this (code points) are joined with the following ones under the same heading."""

_CLAUSE_END = re.compile(r"(?<=[,;:、，；：])\s*|\s+")
_LONGEST_SENTENCE = 600
_FURTHER_END = re.compile(r"(?<!។ល)[។៕]+(?=\s)|[།༎༏༐༑༔](?=\s(?!\s*[།༎]))")
"""Sentence ends that sentencex passes over: those of Khmer and Tibetan, before white space (so not within ។ល។, "and so on")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A passage with its sentences."""

    passage: Passage
    """The span that is indexed as one unit."""
    sentences: tuple[Span, ...]
    """The sentences, list items or rows inside it, in document offsets, in order; never empty, never overlapping."""


def cut(document: Document) -> list[Cut]:
    """Cut a document into passages, in order and without overlap; none straddles a heading or a page."""
    cuts: list[Cut] = []
    for (heading, page), sections in groupby(document.sections, key=lambda section: (section.heading, section.page)):
        for group in _joined(document.text, list(sections)):
            units = [unit for section in group for unit in _units(document.text, section, document.language)]
            for piece in _pieces(units):
                passage = Passage(document_id=document.id, start=piece[0][0], end=piece[-1][1], heading=heading, page=page)
                cuts.append(Cut(passage=passage, sentences=tuple(piece)))
    return cuts


def sentences(text: str, language: str) -> list[Span]:
    """Return the spans of the sentences in `text`, without the white space around them."""
    import sentencex

    spans: list[Span] = []
    for boundary in sentencex.get_sentence_boundaries(language, text):
        first, last = boundary["start_index"], boundary["end_index"]
        edges = [first, *(match.end() for match in _FURTHER_END.finditer(text, first, last)), last]
        spans += [_stripped(text, start, end) for start, end in pairwise(edges)]
    return [span for span in spans if span[0] < span[1]]


def _joined(text: str, sections: list[Section]) -> Iterator[list[Section]]:
    """Group neighbouring blocks that are too short to stand alone, within `LONGEST`; an introduction joins its list.

    Blocks with more than white space between them are no neighbours: a repeated heading, a rule or a comment stands there.
    """
    group: list[Section] = []
    for section in sections:
        if group:
            together = section.end - group[0].start
            current = group[-1].end - group[0].start
            introduced = section.kind in ("list", "table", "code") and group[-1].kind == "prose" and current < SHORT
            apart = bool(text[group[-1].end : section.start].strip())
            if apart or together > LONGEST or not (current < SHORT or introduced):
                yield group
                group = []
        group.append(section)
    if group:
        yield group


def _units(text: str, section: Section, language: str) -> list[Span]:
    """Return what a block may be split between: its sentences, or its lines where it is not prose."""
    block = text[section.start : section.end]
    if section.kind == "prose":
        spans = sentences(block, language)
    else:
        spans = [_stripped(block, match.start(), match.end()) for match in re.finditer(r"[^\r\n]+", block)]
    long_cut = [part for span in spans if span[0] < span[1] for part in _shortened(block, span)]
    return [(section.start + start, section.start + end) for start, end in long_cut]


def _shortened(text: str, span: Span) -> Iterator[Span]:
    """Split a sentence that is far too long (unpunctuated text, a data line) between clauses or words, or anywhere at last."""
    start, end = span
    while end - start > _LONGEST_SENTENCE:
        window = text[start : start + _LONGEST_SENTENCE]
        ends = [match for match in _CLAUSE_END.finditer(window) if match.start() > _LONGEST_SENTENCE // 2]
        stop, following = (ends[-1].start(), ends[-1].end()) if ends else (_LONGEST_SENTENCE, _LONGEST_SENTENCE)
        yield start, start + stop
        start += following
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _pieces(units: list[Span]) -> Iterator[list[Span]]:
    """Deal the units out to as few passages of at most `LONGEST` as they need, of much the same length."""
    if not units:
        return
    total = units[-1][1] - units[0][0]
    target = total / -(-total // LONGEST)
    piece: list[Span] = []
    for unit in units:
        if piece and (unit[1] - piece[0][0] > LONGEST or piece[-1][1] - piece[0][0] >= target):
            yield piece
            piece = []
        piece.append(unit)
    yield piece


def _stripped(text: str, start: int, end: int) -> Span:
    block = text[start:end]
    return start + len(block) - len(block.lstrip()), start + len(block.rstrip())
