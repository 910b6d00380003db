"""Documents → batches: each document is cut into passages and made terms of, independently of every other one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, DocumentRow, Index
from chipbot.index.words import Words
from chipbot.model import Document
from chipbot.passages import Cut, cut

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some documents' share of an index, which does not depend on any other document but for how its terms are numbered."""

    rows: tuple[DocumentRow, ...]
    """What is kept of each document besides the text, in the order of ids."""
    document_bytes: Ints
    """How many bytes of `text` each document has."""
    document_passages: Ints
    """How many passages each document has."""
    text: bytes
    """The texts, one after the other, in UTF-8."""
    source: str
    """Which batches number their terms alike: those of one source, which come in order; empty for a batch of its own."""
    terms: tuple[str, ...]
    """The terms that the batch has and those of its source before it have not, or more; their numbers follow on from those."""
    headings: tuple[tuple[str, ...], ...]
    """The heading path of each context."""
    context_counts: Ints
    """How many terms each context has: those of the title and the headings."""
    context_terms: Array
    """The contexts' terms, one after the other; int32."""
    passages: Array
    """One row a passage: start, end, byte start and end in `text`, line, page, context, sentences; int64, shape (P, 8)."""
    sentences: Array
    """One row a sentence: start, end, signals, tokens; int64, shape (S, 4)."""
    tokens: Array
    """The sentences' terms in order; int32."""


class Analysis:
    """Analyses documents, one after the other, for one batch; `words` are what is remembered from batches before."""

    def __init__(self, words: Words | None = None) -> None:
        self._words = words or Words()
        self._words.forget_some()
        self._rows: list[DocumentRow] = []
        self._texts: list[bytes] = []
        self._size = 0
        self._headings: list[tuple[str, ...]] = []
        self._context_chunks: list[int] = []
        self._context_counts: list[int] = []
        self._passages: list[Array] = []
        self._sentences: list[tuple[int, int, int, int]] = []
        self._chunks: list[int] = []

    def add(self, document: Document, *, size: int = 0, mtime_ns: int = 0) -> None:
        """Cut a document into passages and make terms of them.

        Raises AssertionError if a passage is not the slice of the document that it claims to be; nothing is added then.
        """
        row = DocumentRow(document.id, document.title, document.sha256, document.language, document.url, size, mtime_ns)
        cuts = cut(document)
        contexts = list(dict.fromkeys(one.passage.heading for one in cuts))
        data = document.text.encode()
        passages = _passage_rows(document, data, cuts, contexts)
        passages[:, 2:4] += self._size
        passages[:, 6] += len(self._headings)
        look_up, text, language = self._words.look_up, document.text, document.language
        for heading in contexts:
            chunks, _ = look_up("\n".join((document.title, *heading)), language)
            self._context_chunks += chunks
            self._context_counts.append(len(chunks))
        for one in cuts:
            for start, end in one.sentences:
                chunks, mask = look_up(text[start:end], language)
                self._chunks += chunks
                self._sentences.append((start, end, mask, len(chunks)))
        self._rows.append(row)
        self._texts.append(data)
        self._size += len(data)
        self._headings += contexts
        self._passages.append(passages)

    def batch(self) -> Batch:
        """Return the documents that have been added; to be called once."""
        words, sentences = self._words, np.array(self._sentences, np.int64).reshape(-1, 4)
        tokens, sentences[:, 3] = words.terms_of(self._chunks, sentences[:, 3])
        in_contexts, context_counts = words.terms_of(self._context_chunks, self._context_counts)
        return Batch(
            rows=tuple(self._rows),
            document_bytes=np.array([len(text) for text in self._texts], np.int64),
            document_passages=np.array([len(rows) for rows in self._passages], np.int64),
            text=b"".join(self._texts),
            source=words.source,
            terms=words.new_terms(),
            headings=tuple(self._headings),
            context_counts=context_counts,
            context_terms=in_contexts,
            passages=np.concatenate([np.zeros((0, 8), np.int64), *self._passages]),
            sentences=sentences,
            tokens=tokens,
        )


def analyze(document: Document, *, size: int = 0, mtime_ns: int = 0) -> Batch:
    """Analyse one document, as `Analysis` does it."""
    analysis = Analysis()
    analysis.add(document, size=size, mtime_ns=mtime_ns)
    return analysis.batch()


class Taken:
    """Takes documents out of an index as they went in, so that unchanged files need not be analysed again."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._source = os.urandom(8).hex()
        self._begun = False

    def take(self, rows: Sequence[DocumentRow], first: int) -> Batch:
        """Return those numbered `first` and up, as many as there are `rows`, which stand in for what the index keeps of them.

        The first batch brings all of the index's terms.
        """
        index, terms = self._index, () if self._begun else tuple(self._index.terms.all())
        self._begun = True
        a = index.arrays
        last = first + len(rows)
        p0, p1 = a["document_passages"][[first, last]]
        b0, b1 = a["document_bytes"][[first, last]]
        s0, s1 = a["passage_sentences"][[p0, p1]]
        contexts = a["passage_context"][p0:p1].astype(np.int64)
        c0, c1 = (int(contexts.min()), int(contexts.max()) + 1) if len(contexts) else (0, 0)
        context_terms = a["context_terms"][a["context_tokens"][c0] : a["context_tokens"][c1]]
        tokens = a["tokens"][a["sentence_tokens"][s0] : a["sentence_tokens"][s1]]
        spans = [a["passage_start"], a["passage_end"], a["passage_byte_start"], a["passage_byte_end"], a["passage_line"]]
        passages = [
            *(span[p0:p1] for span in (*spans, a["passage_page"])),
            contexts - c0,
            np.diff(a["passage_sentences"][p0 : p1 + 1]),
        ]
        sentences = [a[f"sentence_{name}"][s0:s1] for name in ("start", "end", "signals")]
        made = np.stack(passages, axis=1, dtype=np.int64)
        made[:, 2:4] -= b0
        return Batch(
            rows=tuple(rows),
            document_bytes=np.diff(a["document_bytes"][first : last + 1]),
            document_passages=np.diff(a["document_passages"][first : last + 1]),
            text=a["text"][b0:b1].tobytes(),
            source=self._source,
            terms=terms,
            headings=tuple(index.heading(context) for context in range(c0, c1)),
            context_counts=np.diff(a["context_tokens"][c0 : c1 + 1]),
            context_terms=context_terms,
            passages=made,
            sentences=np.stack([*sentences, np.diff(a["sentence_tokens"][s0 : s1 + 1])], axis=1, dtype=np.int64),
            tokens=tokens,
        )


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
