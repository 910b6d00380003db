"""Passages → quotes: slices of documents with their structure, citation and highlights."""

from __future__ import annotations

from chipbot.model import Block, Citation, Quote, Span
from chipbot.retrieval.retriever import BLOCK_KINDS, Candidates, StoredPassage
from chipbot.text.answer_types import AnswerType
from chipbot.text.lines import place_at

MAX_INTRODUCED = 500
"""Code points that a highlight may have with all that its first line introduces: some eight lines of a phone."""

_INTRODUCED = ("list_item", "table_row", "code")


def make_quote(
    stored: StoredPassage, highlights: tuple[Span, ...] = (), score: float = 0.0, confidence: float = 0.0
) -> Quote:
    """Return a passage as a quote.

    Args:
        stored: The passage, verified.
        highlights: What answers in it, in offsets into the document's text.
        score: Its rank score.
        confidence: The probability that the highlights answer.
    """
    start = stored.passage.start
    return Quote(
        text=stored.text,
        highlights=tuple((first - start, last - start) for first, last in highlights),
        citation=_citation(stored),
        score=score,
        confidence=confidence,
        blocks=tuple(_rebased(block, start) for block in stored.blocks),
        marks=tuple(mark._replace(start=mark.start - start, end=mark.end - start) for mark in stored.marks),
    )


def highlight_spans(candidates: Candidates, sentence: int) -> tuple[Span, ...]:
    """Return the smallest spans that answer: a sentence, and what it only introduces.

    A line that ends with a colon carries the next sentence along, or the list, rows or code after it as far as they
    fit `MAX_INTRODUCED` code points.

    Args:
        candidates: The sentences.
        sentence: The row of the one that was ranked first in its passage.

    Returns:
        Spans in offsets into the document's text, in order.
    """
    starts, ends, kinds = candidates.sentence_starts, candidates.sentence_ends, candidates.sentence_kinds
    spans = [(int(starts[sentence]), int(ends[sentence]))]
    if not candidates.answer_types[sentence] & AnswerType.INTRODUCES:
        return tuple(spans)
    owner = candidates.sentence_candidates
    for row in range(sentence + 1, len(owner)):
        first = row == sentence + 1
        goes_on = first or (kinds[row] == kinds[row - 1] and BLOCK_KINDS[kinds[row]] in _INTRODUCED)
        if owner[row] != owner[sentence] or not goes_on:
            break
        if not first and ends[row] - starts[sentence] > MAX_INTRODUCED:
            break
        spans.append((int(starts[row]), int(ends[row])))
    return tuple(spans)


def _citation(stored: StoredPassage) -> Citation:
    passage, start = stored.passage, stored.passage.start
    places = [place._replace(start=place.start - start) for place in stored.places]
    first = place_at(stored.text, places, 0)
    last = place_at(stored.text, places, len(stored.text) - 1)
    return Citation(
        document_id=passage.document_id,
        title=stored.title,
        heading=passage.heading,
        page=first.page,
        line_start=first.line or 1,
        line_end=last.line or first.line or 1,
        start=start,
        end=passage.end,
        url=stored.url,
        label=first.label,
        anchor=first.anchor,
    )


def _rebased(block: Block, start: int) -> Block:
    """Return a block of a document in offsets into a quote that begins at `start`."""
    question = block.question
    return block._replace(
        start=block.start - start,
        end=block.end - start,
        cells=tuple((first - start, last - start) for first, last in block.cells),
        question=None
        if question is None or question[0] < start
        else (question[0] - start, question[1] - start),
    )
