"""Documents → an index: analyse each document once, then lay all of them out in flat arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chipbot.analysis import analyzer
from chipbot.analysis.signals import signals
from chipbot.index import ARRAYS, WIDER, Array, DocumentRow, Index, spread
from chipbot.index.searching import LEVELS
from chipbot.model import Document
from chipbot.passages import Cut, cut
from chipbot.ranking.bm25 import idf, saturations

Ints = npt.NDArray[np.int64]

COMMON = 8
"""A term is common if at least one passage in so many holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzedDocument:
    """A document's share of the index, independent of every other document: its own vocabulary numbers its terms."""

    row: DocumentRow
    """What is kept besides the text."""
    text: bytes
    """The text in UTF-8."""
    terms: tuple[str, ...]
    """The document's vocabulary."""
    headings: tuple[tuple[str, ...], ...]
    """The heading path of each context."""
    context_terms: tuple[Array, ...]
    """The terms of each context: those of the title and the headings."""
    passages: Array
    """One row a passage: start, end, byte start, byte end, line, page, context, sentences; int64, shape (P, 8)."""
    sentences: Array
    """One row a sentence: start, end, signals, tokens; int64, shape (S, 4)."""
    tokens: Array
    """The sentences' terms in order; int32."""


def analyze(document: Document, *, size: int = 0, mtime_ns: int = 0) -> AnalyzedDocument:
    """Cut a document into passages and make terms of them.

    Raises AssertionError if a passage is not the slice of the document that it claims to be.
    """
    row = DocumentRow(document.id, document.title, document.sha256, document.language, document.url, size, mtime_ns)
    cuts = cut(document)
    vocabulary: dict[str, int] = {}
    make_terms = analyzer(document.language).terms

    def number(text: str) -> list[int]:
        return [vocabulary.setdefault(term, len(vocabulary)) for term in make_terms(text)]

    contexts = list(dict.fromkeys(one.passage.heading for one in cuts))
    context_terms = [number("\n".join((document.title, *heading))) for heading in contexts]
    sentences: list[tuple[int, int, int, int]] = []
    tokens: list[int] = []
    for one in cuts:
        for start, end in one.sentences:
            sentence = document.text[start:end]
            numbers = number(sentence)
            tokens.extend(numbers)
            sentences.append((start, end, signals(sentence), len(numbers)))
    data = document.text.encode()
    return AnalyzedDocument(
        row=row,
        text=data,
        terms=tuple(vocabulary),
        headings=tuple(contexts),
        context_terms=tuple(np.array(numbers, np.int32) for numbers in context_terms),
        passages=_passage_rows(document, data, cuts, contexts),
        sentences=np.array(sentences, np.int64).reshape(-1, 4),
        tokens=np.array(tokens, np.int32),
    )


def from_index(index: Index, number: int, row: DocumentRow) -> AnalyzedDocument:
    """Take document `number` out of an index as it went in, so that an unchanged file need not be analysed again."""
    a = index.arrays
    first, last = a["document_passages"][number : number + 2]
    byte_start, byte_end = a["document_bytes"][number : number + 2]
    s_first, s_last = a["passage_sentences"][first], a["passage_sentences"][last]
    tokens = a["tokens"][a["sentence_tokens"][s_first] : a["sentence_tokens"][s_last]]
    contexts = np.unique(a["passage_context"][first:last])
    spans = [a["context_terms"][a["context_tokens"][c] : a["context_tokens"][c + 1]] for c in contexts]
    used, renumbered = np.unique(np.concatenate([*spans, tokens]), return_inverse=True)
    pieces = np.split(renumbered.astype(np.int32), np.cumsum([len(span) for span in spans]))
    passages = np.stack(
        [
            a["passage_start"][first:last],
            a["passage_end"][first:last],
            a["passage_byte_start"][first:last] - byte_start,
            a["passage_byte_end"][first:last] - byte_start,
            a["passage_line"][first:last],
            a["passage_page"][first:last],
            np.searchsorted(contexts, a["passage_context"][first:last]),
            np.diff(a["passage_sentences"][first : last + 1]),
        ],
        axis=1,
    ).astype(np.int64)
    sentences = np.stack(
        [
            a["sentence_start"][s_first:s_last],
            a["sentence_end"][s_first:s_last],
            a["sentence_signals"][s_first:s_last],
            np.diff(a["sentence_tokens"][s_first : s_last + 1]),
        ],
        axis=1,
    ).astype(np.int64)
    return AnalyzedDocument(
        row=row,
        text=a["text"][byte_start:byte_end].tobytes(),
        terms=tuple(index.terms[term] for term in used),
        headings=tuple(index.heading(context) for context in contexts),
        context_terms=tuple(pieces[:-1]),
        passages=passages,
        sentences=sentences,
        tokens=pieces[-1],
    )


def build(documents: Iterable[AnalyzedDocument]) -> dict[str, Array]:
    """Lay out documents, which come in the order of their ids, as the arrays of one index.

    Returns every array that `ARRAYS` names, in the type that it or `WIDER` names.
    """
    parts = list(documents)
    vocabulary = sorted({term for part in parts for term in part.terms}, key=str.encode)
    numbers = {term: i for i, term in enumerate(vocabulary)}
    maps = [np.array([numbers[term] for term in part.terms], np.int32) for part in parts]
    arrays: dict[str, Array] = {}
    arrays.update(_document_arrays(parts))
    arrays.update(_passage_arrays(parts))
    arrays["tokens"] = _joined([mapping[part.tokens] for part, mapping in zip(parts, maps, strict=True)])
    contexts = [mapping[terms] for part, mapping in zip(parts, maps, strict=True) for terms in part.context_terms]
    arrays["context_terms"] = _joined(contexts)
    arrays["context_tokens"] = _offsets([len(terms) for terms in contexts])
    arrays["term_text"], arrays["term_offsets"] = _strings(vocabulary)
    arrays.update(_postings(arrays, len(vocabulary)))
    return {name: _typed(arrays[name], name) for name in ARRAYS}


def _typed(array: Array, name: str) -> Array:
    """Return an array in the type that `ARRAYS` names, or in the wider one where its values need that."""
    narrow, wide = np.dtype(ARRAYS[name]), np.dtype(WIDER.get(name, ARRAYS[name]))
    fits = narrow == wide or int(array.max(initial=0)) <= np.iinfo(narrow).max
    return np.ascontiguousarray(array, narrow if fits else wide)


def _passage_rows(document: Document, data: bytes, cuts: Sequence[Cut], contexts: Sequence[tuple[str, ...]]) -> Array:
    """Locate each passage in code points, bytes and lines, and hold it against the document."""
    rows = []
    contexts_by_heading = {heading: i for i, heading in enumerate(contexts)}
    text, position, byte, line = document.text, 0, 0, 1
    for one in cuts:
        start, end = one.passage.start, one.passage.end
        between = text[position:start]
        byte += len(between.encode())
        line += line_breaks(text, position, start)
        content = text[start:end].encode()
        if data[byte : byte + len(content)] != content or not content:
            raise AssertionError(f"passage {start}:{end} of {document.id} is not a slice of it")
        page = one.passage.page or 0
        context = contexts_by_heading[one.passage.heading]
        rows.append((start, end, byte, byte + len(content), line, page, context, len(one.sentences)))
        byte += len(content)
        line += line_breaks(text, start, end)
        position = end
    return np.array(rows, np.int64).reshape(-1, 8)


def line_breaks(text: str, start: int, end: int) -> int:
    """Count the line breaks in a span: LF, CR LF or a lone CR, each once, at the place where it ends."""
    if "\r" not in text[start:end]:
        return text.count("\n", start, end)
    pairs = text.count("\r\n", start, end)
    count = text.count("\n", start, end) + text.count("\r", start, end) - pairs
    return count - 1 if text[end - 1] == "\r" and text[end : end + 1] == "\n" else count


def _document_arrays(parts: Sequence[AnalyzedDocument]) -> dict[str, Array]:
    rows = [json.dumps(part.row, ensure_ascii=False, separators=(",", ":")) for part in parts]
    headings = [json.dumps(heading, ensure_ascii=False) for part in parts for heading in part.headings]
    row_text, row_offsets = _strings(rows)
    heading_text, heading_offsets = _strings(headings)
    return {
        "text": np.frombuffer(b"".join(part.text for part in parts), np.uint8),
        "document_bytes": _offsets([len(part.text) for part in parts]),
        "document_passages": _offsets([len(part.passages) for part in parts]),
        "document_rows": row_text,
        "document_row_offsets": row_offsets,
        "context_headings": heading_text,
        "context_heading_offsets": heading_offsets,
    }


def _passage_arrays(parts: Sequence[AnalyzedDocument]) -> dict[str, Array]:
    rows = _joined([part.passages for part in parts], width=8)
    sentences = _joined([part.sentences for part in parts], width=4)
    counts = [len(part.passages) for part in parts]
    bytes_before = np.repeat(_offsets([len(part.text) for part in parts])[:-1], counts)
    contexts_before = np.repeat(_offsets([len(part.headings) for part in parts])[:-1], counts)
    return {
        "passage_document": np.repeat(np.arange(len(parts)), counts),
        "passage_start": rows[:, 0],
        "passage_end": rows[:, 1],
        "passage_byte_start": rows[:, 2] + bytes_before,
        "passage_byte_end": rows[:, 3] + bytes_before,
        "passage_line": rows[:, 4],
        "passage_page": rows[:, 5],
        "passage_context": rows[:, 6] + contexts_before,
        "passage_sentences": _offsets(rows[:, 7]),
        "sentence_start": sentences[:, 0],
        "sentence_end": sentences[:, 1],
        "sentence_signals": sentences[:, 2],
        "sentence_tokens": _offsets(sentences[:, 3]),
    }


def _postings(arrays: dict[str, Array], terms: int) -> dict[str, Array]:
    """Count each term in each passage, context included, and weigh it."""
    token_counts = np.diff(arrays["sentence_tokens"][arrays["passage_sentences"]])
    context_starts = arrays["context_tokens"][arrays["passage_context"]]
    context_counts = np.diff(arrays["context_tokens"])[arrays["passage_context"]]
    passages = len(token_counts)
    lengths = token_counts + context_counts
    from_contexts = arrays["context_terms"][spread(context_starts, context_counts)]
    numbers = np.arange(passages, dtype=np.int64)
    keys = np.concatenate(
        [
            arrays["tokens"].astype(np.int64) * passages + np.repeat(numbers, token_counts),
            from_contexts.astype(np.int64) * passages + np.repeat(numbers, context_counts),
        ]
    )
    keys, frequencies = np.unique(keys, return_counts=True)
    posting_terms, posting_passages = np.divmod(keys, max(passages, 1))
    document_frequencies = np.bincount(posting_terms, minlength=terms)
    idfs = np.array([idf(passages, int(df)) for df in document_frequencies])
    average = int(lengths.sum()) / max(passages, 1)
    table, pairs = saturations(frequencies, lengths[posting_passages], average)
    levels = _levels(idfs[posting_terms] * table[pairs])
    return {
        **_common_rows(document_frequencies, posting_passages, levels, passages),
        "passage_length": lengths,
        "term_idf": idfs,
        "posting_offsets": _offsets(document_frequencies),
        "posting_passages": posting_passages,
        "posting_levels": levels,
        "posting_pairs": pairs,
        "pair_saturations": table,
    }


def _levels(weights: Array) -> npt.NDArray[np.uint16]:
    """Return each weight in steps of which the largest weight has `LEVELS`, rounded up."""
    step = weights.max(initial=0) / LEVELS
    return np.clip(np.ceil(weights / step), 1, LEVELS).astype(np.uint16) if step else np.zeros(0, np.uint16)


def _common_rows(frequencies: Array, passages: Array, levels: Array, count: int) -> dict[str, Array]:
    """Return the levels of the terms that stand in many of `count` passages, as one row a term."""
    common = np.flatnonzero(frequencies * COMMON > count)
    offsets = _offsets(frequencies)
    rows = np.zeros((len(common), count), np.uint16)
    for row, term in zip(rows, common.tolist(), strict=True):
        span = slice(offsets[term], offsets[term + 1])
        row[passages[span]] = levels[span]
    return {"common_terms": common, "common_highest": rows.max(axis=1, initial=0), "common_levels": rows.ravel()}


def _offsets(counts: Sequence[int] | Array) -> Ints:
    """Return 0 and the running sums of `counts`."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def _strings(strings: Sequence[str]) -> tuple[Array, Ints]:
    encoded = [string.encode() for string in strings]
    return np.frombuffer(b"".join(encoded), np.uint8), _offsets([len(one) for one in encoded])


def _joined(parts: Sequence[Array], width: int = 0) -> Array:
    if parts:
        return np.concatenate(parts)
    return np.zeros((0, width) if width else 0, np.int64)
