"""Documents → passages: spans that follow the document's structure, with the sentences inside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple

from chipbot.model import Block, BlockKind, Document, Passage, Span
from chipbot.text.sentences import sentence_spans, stripped

MAX_CHARS = 1_200
"""Code points that a passage may have before it is split at sentence ends; a quote of that length still fits
a message.
"""

MIN_CHARS = 250
"""Units shorter than this (code points) are joined with the following ones under the same heading."""

_MAX_SENTENCE = 600
_SUBJECT = 80  # code points at the beginning of a sentence that most likely name what it is about
_CUTS = (re.compile(r"(?<=[,;:、，；：])\s*"), re.compile(r"\s+"))
"""Where a sentence that is far too long may be cut, the best first: between clauses, between words."""
_STATEMENT = re.compile(r"[:：]\s*[^\s?？]|@\w|\w\.\w+/|https?://")
_LINE = re.compile(r"[^\r\n]+")
_COLUMNS = re.compile(r"^.*\S(?:[^\S\n]*\.{4,}[^\S\n]*|[^\S\n]{2,})\S", re.MULTILINE)

Unit = list[Block]
"""Blocks that belong together: one paragraph, or the items of a list, the rows of a table, an FAQ pair."""


class Sentence(NamedTuple):
    """What a highlight may be: a sentence of prose, a row of a table, a line of code, a heading that states something."""

    start: int
    """Where it begins in the document's text."""
    end: int
    """Where it ends."""
    kind: BlockKind = "paragraph"
    """What its block is."""
    context: str = ""
    """What it is read with, and searched with: the headers above a table row's cells, or how the sentence begins that it is
    a later part of.
    """


class Chunk(NamedTuple):
    """A passage with its sentences."""

    passage: Passage
    """The span that is indexed as one unit."""
    sentences: tuple[Sentence, ...]
    """The sentences inside it, in order; never empty, never overlapping."""


def chunk_document(document: Document) -> list[Chunk]:
    """Cut a document into passages, in order and without overlap.

    None straddles a heading or a page.
    """
    text, language = document.text, document.language
    chunks: list[Chunk] = []
    for units in _merge_short(document, _units(document)):
        sentences = [sentence for unit in units for sentence in _sentences(text, unit, language)]
        page = _page(document, units[0][0])
        for piece in _pack(sentences):
            passage = Passage(document.id, piece[0].start, piece[-1].end, units[0][0].heading, page)
            chunks.append(Chunk(passage, tuple(piece)))
    return chunks


def _units(document: Document) -> Iterator[tuple[int, Unit]]:
    """Yield the units that passages are made of, with the number of headings before each.

    A heading is one only where it states something, or where there is nothing else. The question of a pair is the
    innermost heading of what answers it, and no part of the passage, unless nothing does.
    """
    text, blocks = document.text, document.blocks
    counts = list(accumulate(block.kind == "heading" for block in blocks))
    answered = {block.question for block in blocks if block.question is not None}
    kept = [
        (count, _under_question(text, block))
        for count, block in zip(counts, blocks, strict=True)
        if (block.kind != "heading" or _states(text[block.start : block.end]))
        and (block.kind != "question" or (block.start, block.end) not in answered)
    ]
    for (count, _), unit in groupby(
        kept or zip(counts, blocks, strict=True), key=lambda pair: (pair[0], pair[1].unit)
    ):
        yield count, [block for _, block in unit]


def _under_question(text: str, block: Block) -> Block:
    """Return a block under what is asked there: the question that it answers, or the heading that it is."""
    if block.kind == "heading":
        return block._replace(heading=(*block.heading, text[block.start : block.end]))
    if block.question is None:
        return block
    question = " ".join(text[slice(*block.question)].split())
    return block if question in block.heading else block._replace(heading=(*block.heading, question))


def _states(heading: str) -> bool:
    """Whether a heading says something of its subject: "Server address: play.example.net"."""
    return _STATEMENT.search(heading) is not None


def _merge_short(document: Document, units: Iterable[tuple[int, Unit]]) -> Iterator[list[Unit]]:
    """Group neighbouring units that are too short to stand alone, within `MAX_CHARS`; so an introduction joins
    its list.
    """
    group: list[Unit] = []
    section = 0
    for number, unit in units:
        if group and (number != section or not _joins(document, group, unit)):
            yield group
            group = []
        group.append(unit)
        section = number
    if group:
        yield group


def _joins(document: Document, group: list[Unit], unit: Unit) -> bool:
    """Whether a unit joins those before it under one heading: they are short, on one page, about one question, and no
    rule stands between them.
    """
    start, last, first = group[0][0].start, group[-1][-1], unit[0]
    return (
        last.end - start < MIN_CHARS
        and unit[-1].end - start <= MAX_CHARS
        and first.heading == last.heading
        and not first.after_rule
        and first.start >= last.end  # or the document is broken, which its passages are to show
        and _asked(first) == _asked(last)
        and _page(document, first) == _page(document, last)
    )


def _asked(block: Block) -> Span | None:
    """Return the question that a block is, or is about."""
    return (block.start, block.end) if block.kind == "question" else block.question


def _page(document: Document, block: Block) -> int | None:
    places = document.places
    return places[max(bisect_right(places, block.start, key=attrgetter("start")) - 1, 0)].page


def _sentences(text: str, unit: Unit, language: str) -> Iterator[Sentence]:
    """Yield what a unit may be split between; in a long one no sentence is longer than `_MAX_SENTENCE`."""
    long = unit[-1].end - unit[0].start > _MAX_SENTENCE
    for block in unit:
        filled = [
            header for header, (start, end) in zip(block.headers, block.cells, strict=False) if start < end
        ]
        context = "\n".join(filled)
        for start, end in _spans(text, block, language):
            read_with = context
            for part in _shorten(text, start, end) if long else [(start, end)]:
                yield Sentence(*part, block.kind, read_with)
                read_with = "\n".join(filter(None, (context, _beginning(text[start:end]))))


def _spans(text: str, block: Block, language: str) -> list[Span]:
    start, end = block.start, block.end
    if block.kind in ("table_header", "table_row", "heading"):
        return [(start, end)]
    if block.kind == "code" or _is_columns(text[start:end]):
        lines = [stripped(text, *match.span()) for match in _LINE.finditer(text, start, end)]
        return [span for span in lines if span[0] < span[1]]
    return sentence_spans(text[start:end], language, start)


def _is_columns(paragraph: str) -> bool:
    """Whether lines have two columns, dots or spaces between them: "/anon TEXT ..... asks without a name"."""
    lines = paragraph.count("\n") + 1
    return lines > 1 and len(_COLUMNS.findall(paragraph)) * 3 >= lines * 2


def _shorten(text: str, start: int, end: int) -> Iterator[Span]:
    """Split a sentence that is far too long (unpunctuated text, a data line) between clauses or words, or
    anywhere at last.
    """
    while end - start > _MAX_SENTENCE:
        window = text[start : start + _MAX_SENTENCE]
        found = ([m.span() for m in cut.finditer(window, _MAX_SENTENCE // 2 + 1)] for cut in _CUTS)
        stop, following = next((spans[-1] for spans in found if spans), (_MAX_SENTENCE, _MAX_SENTENCE))
        yield start, start + stop
        start += following
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _beginning(sentence: str) -> str:
    """Return the first words of a sentence that is far too long."""
    return sentence[:_SUBJECT].rpartition(" ")[0] or sentence[:_SUBJECT]


def _pack(sentences: list[Sentence]) -> Iterator[list[Sentence]]:
    """Deal sentences out to as few passages of at most `MAX_CHARS` as they need, of much the same length."""
    if not sentences:
        return
    total = sentences[-1].end - sentences[0].start
    if total <= MAX_CHARS:
        yield sentences
        return
    target = total / -(-total // MAX_CHARS)
    piece: list[Sentence] = []
    for sentence in sentences:
        if piece and (sentence.end - piece[0].start > MAX_CHARS or piece[-1].end - piece[0].start >= target):
            yield piece
            piece = []
        piece.append(sentence)
    yield piece
