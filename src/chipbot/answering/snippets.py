"""Passages → quotes: slices of documents with their structure, citation and highlights."""

from __future__ import annotations

from chipbot.answering.editions import version_name
from chipbot.answering.matches import NAMES
from chipbot.answering.reranking import Ranking
from chipbot.model import BLOCK_KINDS, Block, BlockKind, Citation, Quote, Span
from chipbot.retrieval.retriever import Candidates, StoredPassage
from chipbot.text.answer_types import AnswerType
from chipbot.text.lines import place_at

MAX_INTRODUCED = 500
"""Code points that a highlight may have with all that its first line introduces: some eight lines of a phone."""

_INTRODUCED = ("list_item", "table_row", "code")
_HARDLY_A_WORD = 2  # terms up to which a sentence says too little alone: "Please don't."
_NEARLY = 1.5
"""Rank score by which the sentence beside the best may stay behind: it is then as likely as one to five the answer."""


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
        citation=_citation(stored, highlights[0][0] if highlights else start),
        score=score,
        confidence=confidence,
        blocks=tuple(block.moved(-start) for block in stored.blocks),
        marks=tuple(mark.moved(-start) for mark in stored.marks),
    )


def highlight_spans(ranking: Ranking, sentence: int) -> tuple[Span, ...]:
    """Return the smallest spans that answer: those of `highlighted_sentences`; two of one paragraph are one span.

    Args:
        ranking: The passages with their sentences.
        sentence: The row of the one that was ranked first in its passage.

    Returns:
        Spans in offsets into the document's text, in order.
    """
    candidates = ranking.matches.candidates
    spans: list[Span] = []
    before = -1
    for row in highlighted_sentences(ranking, sentence):
        start, end = int(candidates.sentence_starts[row]), int(candidates.sentence_ends[row])
        if before >= 0 and {_kind(candidates, before), _kind(candidates, row)} == {"paragraph"}:
            start = spans.pop()[0]
        spans.append((start, end))
        before = row
    return tuple(spans)


def with_list_items(
    stored: StoredPassage, highlights: tuple[Span, ...], *, steps: bool = False
) -> tuple[Span, ...]:
    """Return highlights together with the list items that belong to them, as far as `MAX_INTRODUCED` code points go.

    Args:
        stored: The passage.
        highlights: Spans in offsets into the document's text, in order.
        steps: Whether the question asks how something is done: then the first item of a numbered list brings along all
            others, not only what stands in lists inside it.

    Returns:
        Such spans.
    """
    spans = list(highlights)
    for start, end in highlights:
        item = stored.block_at(start)
        if item is None or item.kind != "list_item" or end < item.end:
            continue
        place = stored.blocks.index(item)
        leads = steps and item.ordinal is not None
        leads = leads and not any(_is_beside(item, block) for block in stored.blocks[:place])
        for block in stored.blocks[place + 1 :]:
            belongs = block.depth > item.depth or (leads and _is_beside(item, block))
            if not belongs or block.end - start > MAX_INTRODUCED:
                break
            spans = [span for span in spans if not block.start <= span[0] < block.end]
            spans.append((block.start, block.end))
    return tuple(sorted(spans))


def _is_beside(item: Block, block: Block) -> bool:
    """Whether two are items of one list."""
    return (block.kind, block.unit, block.depth) == (item.kind, item.unit, item.depth)


def highlighted_sentences(ranking: Ranking, sentence: int) -> list[int]:
    """Return the rows of the sentences that are highlighted with the one ranked first in its passage, in order.

    A line that ends with a colon carries the next sentence along, or the list, rows or code after it as far as they
    fit `MAX_INTRODUCED` code points. A sentence of hardly a word carries the next one, and another that answers nearly
    as well beside it is highlighted with it.
    """
    if ranking.matches.shows(AnswerType.INTRODUCES)[sentence]:
        return _introduced(ranking.matches.candidates, sentence)
    return sorted({sentence, _companion(ranking, sentence)})


def _introduced(candidates: Candidates, sentence: int) -> list[int]:
    """Return the row of a line that introduces, and of what it does."""
    starts, ends, owner = candidates.sentence_starts, candidates.sentence_ends, candidates.sentence_candidates
    rows = [sentence]
    for row in range(sentence + 1, len(owner)):
        first, kind = row == sentence + 1, _kind(candidates, row)
        goes_on = first or (kind == _kind(candidates, row - 1) and kind in _INTRODUCED)
        if owner[row] != owner[sentence] or not goes_on:
            break
        if not first and ends[row] - starts[sentence] > MAX_INTRODUCED:
            break
        rows.append(row)
    return rows


def _companion(ranking: Ranking, sentence: int) -> int:
    """Return the row of the sentence beside one that belongs to its answer; its own where none does."""
    matches, scores = ranking.matches, ranking.scores
    beside = [
        row
        for row in (sentence + 1, sentence - 1)
        if 0 <= row < len(scores)
        and matches.candidate[row] == matches.candidate[sentence]
        and _kind(matches.candidates, row) not in NAMES
        and not matches.shows(AnswerType.ASKS)[row]
    ]
    if beside and beside[0] > sentence and matches.lengths[sentence] <= _HARDLY_A_WORD:
        return beside[0]
    near = [row for row in beside if scores[sentence] - scores[row] < _NEARLY]
    return max(near, key=lambda row: float(scores[row]), default=sentence)


def _kind(candidates: Candidates, row: int) -> BlockKind:
    return BLOCK_KINDS[int(candidates.sentence_kinds[row])]


def _citation(stored: StoredPassage, answer: int) -> Citation:
    """Return where a passage stands, by its lines; by page, label or address, where in it the answer begins."""
    passage, start = stored.passage, stored.passage.start
    places = [place._replace(start=place.start - start) for place in stored.places]
    first = place_at(stored.text, places, 0)
    last = place_at(stored.text, places, len(stored.text) - 1)
    answering = place_at(stored.text, places, answer - start)
    return Citation(
        document_id=passage.document_id,
        title=stored.title,
        heading=passage.heading,
        page=answering.page,
        line_start=first.line,
        line_end=last.line or first.line,
        start=start,
        end=passage.end,
        url=answering.url or stored.url,
        label=answering.label,
        anchor=first.anchor,
        version=version_name(passage.document_id, stored.version),
    )
