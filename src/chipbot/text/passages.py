"""Documents → passages: spans that follow the document's structure, with the sentences inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from chipbot.model import Document, Passage, Section, Span

LONGEST = 1_200
"""Code points that a passage may have before it is split at sentence ends; a quote of that length still fits
a message.
"""

SHORT = 250
"""Blocks shorter than this (code points) are joined with the following ones under the same heading."""

_CLAUSE_END = re.compile(r"(?<=[,;:、，；：])\s*|\s+")
_LONGEST_SENTENCE = 600
_LINE = re.compile(r"[^\r\n]+")
_FURTHER_END = re.compile(r"(?<!។ល)[។៕]+(?=\s)|[།༎༏༐༑༔](?=\s(?!\s*[།༎]))")
"""Sentence ends that sentencex passes over: those of Khmer and Tibetan, before white space (so not within
។ល។, "and so on").
"""
_FURTHER_MARKS = "។៕།༎༏༐༑༔"


class Cut(NamedTuple):
    """A passage with its sentences."""

    passage: Passage
    """The span that is indexed as one unit."""
    sentences: tuple[Span, ...]
    """The sentences, list items or rows inside it, in document offsets, in order; never empty, never
    overlapping.
    """


def cut(document: Document) -> list[Cut]:
    """Cut a document into passages, in order and without overlap; none straddles a heading or a page."""
    cuts: list[Cut] = []
    for group in _joined(document.text, document.sections):
        first = group[0]
        units: list[Span] = []
        for section in group:
            units += _units(document.text, section, document.language)
        for piece in _pieces(units):
            passage = Passage(document.id, piece[0][0], piece[-1][1], first.heading, first.page)
            cuts.append(Cut(passage, tuple(piece)))
    return cuts


def sentences(text: str, language: str, offset: int = 0) -> list[Span]:
    """Return the spans of the sentences in `text`, without the white space around them, `offset` being where
    it begins.
    """
    import sentencex

    spans: list[Span] = []
    end = 0
    for sentence in sentencex.segment(language, text):
        words = sentence.strip()
        if words:
            start = text.index(
                words[0], end
            )  # only white space stands between, some of which sentencex leaves out
            end = start + len(words)
            spans.append((offset + start, offset + end))
    if not text.isascii() and any(mark in text for mark in _FURTHER_MARKS):
        return [part for span in spans for part in _ended_further(text, span, offset)]
    return spans


def _ended_further(text: str, span: Span, offset: int) -> list[Span]:
    """Split a sentence of `text`, which begins at `offset`, at the further ends that it has."""
    start, end = span[0] - offset, span[1] - offset
    edges = [start, *(match.end() for match in _FURTHER_END.finditer(text, start, end)), end]
    parts = [_stripped(text, *part) for part in pairwise(edges)]
    return [(offset + first, offset + last) for first, last in parts if first < last]


def _joined(text: str, sections: Iterable[Section]) -> Iterator[list[Section]]:
    """Group neighbouring blocks that are too short to stand alone, within `LONGEST`; so an introduction joins
    its list.
    """
    group: list[Section] = []
    for section in sections:
        if group and not _joins(text, group, section):
            yield group
            group = []
        group.append(section)
    if group:
        yield group


def _joins(text: str, group: list[Section], section: Section) -> bool:
    """Whether a block joins those before it: they are short, and neighbours under one heading and on one
    page.

    Blocks with more than white space between them are no neighbours: a repeated heading, a rule or a comment
    stands there.
    """
    start, last = group[0].start, group[-1]
    return (
        last.end - start < SHORT
        and section.end - start <= LONGEST
        and section.heading == last.heading
        and section.page == last.page
        and section.start >= last.end  # or the document is broken, which its passages are to show
        and not text[last.end : section.start].strip()
    )


def _units(text: str, section: Section, language: str) -> list[Span]:
    """Return what a block may be split between: its sentences, or its lines where it is not prose."""
    start, end = section.start, section.end
    if section.kind == "prose":
        spans = sentences(text[start:end], language, start)
    else:
        lines = [_stripped(text, *match.span()) for match in _LINE.finditer(text, start, end)]
        spans = [span for span in lines if span[0] < span[1]]
    if end - start <= _LONGEST_SENTENCE:
        return spans
    return [
        part
        for span in spans
        for part in (_shortened(text, span) if span[1] - span[0] > _LONGEST_SENTENCE else (span,))
    ]


def _shortened(text: str, span: Span) -> Iterator[Span]:
    """Split a sentence that is far too long (unpunctuated text, a data line) between clauses or words, or
    anywhere at last.
    """
    start, end = span
    while end - start > _LONGEST_SENTENCE:
        window = text[start : start + _LONGEST_SENTENCE]
        ends = [match for match in _CLAUSE_END.finditer(window) if match.start() > _LONGEST_SENTENCE // 2]
        stop, following = (
            (ends[-1].start(), ends[-1].end()) if ends else (_LONGEST_SENTENCE, _LONGEST_SENTENCE)
        )
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
    if total <= LONGEST:
        yield units
        return
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
