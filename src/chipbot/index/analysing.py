"""Documents → batches: each document is cut into passages and made terms of, independently of every other
one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, DocumentRow, Index, Strings, offsets_of
from chipbot.index.counting import Postings, counted
from chipbot.index.words import Words, depends
from chipbot.model import Document
from chipbot.text.answer_types import hinted, signals
from chipbot.text.lines import count_line_breaks, place_at
from chipbot.text.passages import Chunk, chunk_document
from chipbot.text.tokenizer import analyzer

Ints = npt.NDArray[np.int64]

_AT_ONCE = (
    1 << 18
)  # code points of texts that are looked up at once: their arrays stay in the processor's cache


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class PassageColumns(NamedTuple):
    """What is kept of passages, in one array of integers each."""

    start: Array
    """Code points in the document."""
    end: Array
    byte_start: Array
    """Bytes in the texts of the batch."""
    byte_end: Array
    line: Array
    page: Array
    context: Array
    """The number of its context in the batch."""
    sentences: Array
    """How many it has."""


class SentenceColumns(NamedTuple):
    """What is kept of sentences, in one array of integers each."""

    start: Array
    """Code points in the document."""
    end: Array
    signals: Array
    tokens: Array
    """How many it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some documents' share of an index, which does not depend on any other document but for how its terms
    are numbered.
    """

    rows: Strings
    """What is kept of each document besides the text, in the order of ids: its row as JSON."""
    document_bytes: Ints
    """How many bytes of `text` each document has."""
    document_passages: Ints
    """How many passages each document has."""
    languages: frozenset[str]
    """Those of the documents that were analysed."""
    text: Array
    """The texts, one after the other, in UTF-8; uint8."""
    source: tuple[str, str]
    """Who made it, and which batches of that one number their terms alike; they come in order."""
    terms: Strings
    """The terms that the batch has and those of its source before it have not, or more; their numbers follow
    on from those.
    """
    headings: Strings
    """The heading path of each context, as a JSON array."""
    context_counts: Ints
    """How many terms each context has: those of the title and the headings."""
    context_terms: Array
    """The contexts' terms, one after the other; int32."""
    passages: PassageColumns
    sentences: SentenceColumns
    tokens: Array
    """The sentences' terms in order; int32."""
    postings: Postings | None = None
    """Which of its passages hold which terms; None where the documents are taken out of an index, which has
    them.
    """
    taken_from: int = -1
    """The number in that index of the first passage; its terms are numbered as they are there."""


class Analysis:
    """Analyses documents, one after the other, for one batch; `words` are what is remembered from batches
    before.
    """

    def __init__(self, words: Words | None = None) -> None:
        self._words = words or Words()
        self._words.forget_some()
        self._rows: list[DocumentRow] = []
        self._texts: list[bytes] = []
        self._size = 0
        self._headings: list[tuple[str, ...]] = []
        self._contexts = _Runs(self._words)
        self._passages: list[Array] = []
        self._spans: list[int] = []  # start, end, start, end, …
        self._sentences = _Runs(self._words, signalled=True)

    def add(self, document: Document, *, size: int = 0, mtime_ns: int = 0) -> None:
        """Cut a document into passages and make terms of them.

        Raises AssertionError if a passage is not the slice of the document that it claims to be; nothing is
        added then.
        """
        row = DocumentRow(
            document.id, document.title, document.sha256, document.language, document.url, size, mtime_ns
        )
        cuts = chunk_document(document)
        contexts = list(dict.fromkeys([one.passage.heading for one in cuts]))
        data = document.text.encode()
        numbers = {heading: number for number, heading in enumerate(contexts, len(self._headings))}
        passages = _passage_rows(document, data, cuts, numbers)
        passages[:, 2:4] += self._size
        text, spans = document.text, [sentence[:2] for one in cuts for sentence in one.sentences]
        self._contexts.add(["\n".join((document.title, *heading)) for heading in contexts], document.language)
        self._sentences.add([text[start:end] for start, end in spans], document.language)
        self._spans.extend(chain.from_iterable(spans))
        self._rows.append(row)
        self._texts.append(data)
        self._size += len(data)
        self._headings += contexts
        self._passages.append(passages)

    def batch(self) -> Batch:
        """Return the documents that have been added; to be called once."""
        passages = PassageColumns(*np.concatenate([np.zeros((0, 8), np.int64), *self._passages]).T.copy())
        tokens, token_counts = self._sentences.terms()
        in_contexts, context_counts = self._contexts.terms()
        spans = np.array(self._spans, np.int64)
        batch = Batch(
            rows=Strings.of(map(_encode, self._rows)),
            languages=frozenset(row.language for row in self._rows),
            document_bytes=np.array([len(text) for text in self._texts], np.int64),
            document_passages=np.array([len(rows) for rows in self._passages], np.int64),
            text=np.frombuffer(b"".join(self._texts), np.uint8),
            source=self._words.source,
            terms=self._words.new_terms(),
            headings=Strings.of(map(_encode, self._headings)),
            context_counts=context_counts,
            context_terms=in_contexts,
            passages=passages,
            sentences=SentenceColumns(spans[::2], spans[1::2], self._sentences.signals(), token_counts),
            tokens=tokens,
        )
        return replace(batch, postings=postings_of(batch))


class _Runs:
    """Texts whose terms are wanted, and whose signals may be: contexts, or sentences."""

    def __init__(self, words: Words, *, signalled: bool = False) -> None:
        self._words = words
        self._signalled = signalled
        self._texts: list[str] = []
        self._languages: list[str] = []
        self._size = 0
        self._terms: list[Array] = []
        self._counts: list[Ints] = []
        self._signals: list[Array] = []

    def add(self, texts: Sequence[str], language: str) -> None:
        self._texts += texts
        self._languages += [language] * len(texts)
        self._size += sum(map(len, texts))
        if self._size > _AT_ONCE:
            self._read()

    def terms(self) -> tuple[Array, Ints]:
        """Return the terms of the texts, and how many each has."""
        self._read()
        return np.concatenate(self._terms), np.concatenate(self._counts)

    def signals(self) -> Array:
        """Return the signals of each text."""
        self._read()
        return np.concatenate(self._signals)

    def _read(self) -> None:
        chunks, counts = self._words.look_up(self._texts, self._languages)
        masks = hinted(self._words.hints_of(chunks), counts)
        terms, counts = self._words.terms_of(chunks, counts)
        whole = np.flatnonzero(depends(masks)).tolist()
        if whole:
            terms = self._with_whole_texts(whole, terms, counts)
        self._terms.append(terms)
        self._counts.append(counts)
        if self._signalled:
            hinted_texts = zip(self._texts, masks.tolist(), strict=True)
            self._signals.append(
                np.array([signals(text, (0, mask)) if mask else 0 for text, mask in hinted_texts], np.int64)
            )
        self._texts, self._languages, self._size = [], [], 0

    def _with_whole_texts(self, whole: Sequence[int], terms: Array, counts: Ints) -> Array:
        """Return the terms of the texts where those numbered `whole` have terms that depend on the text;
        counts them anew.
        """
        pieces, offsets, rest = list[Array](), offsets_of(counts).tolist(), 0
        for i in whole:
            own = self._words.numbers(analyzer(self._languages[i]).terms(self._texts[i]))
            pieces += [terms[rest : offsets[i]], own]
            rest = offsets[i + 1]
            counts[i] = len(own)
        return np.concatenate([*pieces, terms[rest:]])


def analyze(document: Document, *, size: int = 0, mtime_ns: int = 0) -> Batch:
    """Analyse one document, as `Analysis` does it."""
    analysis = Analysis()
    analysis.add(document, size=size, mtime_ns=mtime_ns)
    return analysis.batch()


def postings_of(batch: Batch) -> Postings:
    """Count the terms of a batch's passages."""
    return counted(
        batch.passages.sentences,
        batch.passages.context,
        batch.sentences.tokens,
        batch.tokens,
        batch.context_counts,
        batch.context_terms,
    )


def taken(index: Index, rows: Sequence[DocumentRow | None], first: int) -> Batch:
    """Take documents out of an index as they went in, so that unchanged files need not be analysed again.

    They are those numbered `first` and up, as many as there are `rows`: what is to be kept of each, or None
    for what the index keeps. Their terms are numbered as in the index.
    """
    a = index.arrays
    last = first + len(rows)
    p0, p1 = a["document_passages"][[first, last]]
    b0, b1 = a["document_bytes"][[first, last]]
    s0, s1 = a["passage_sentences"][[p0, p1]]
    contexts = a["passage_context"][p0:p1]
    c0, c1 = (int(contexts.min()), int(contexts.max()) + 1) if len(contexts) else (0, 0)
    passages = PassageColumns(
        start=a["passage_start"][p0:p1],
        end=a["passage_end"][p0:p1],
        byte_start=a["passage_byte_start"][p0:p1] - b0,
        byte_end=a["passage_byte_end"][p0:p1] - b0,
        line=a["passage_line"][p0:p1],
        page=a["passage_page"][p0:p1],
        context=contexts - c0,
        sentences=np.diff(a["passage_sentences"][p0 : p1 + 1]),
    )
    sentences = SentenceColumns(
        start=a["sentence_start"][s0:s1],
        end=a["sentence_end"][s0:s1],
        signals=a["sentence_signals"][s0:s1],
        tokens=np.diff(a["sentence_tokens"][s0 : s1 + 1]),
    )
    return Batch(
        rows=index.document_rows.between(first, last)
        if not any(rows)
        else Strings.of(
            [index.document_rows[i] if row is None else _encode(row) for i, row in enumerate(rows, first)]
        ),
        document_bytes=np.diff(a["document_bytes"][first : last + 1]),
        document_passages=np.diff(a["document_passages"][first : last + 1]),
        languages=frozenset(),
        text=a["text"][b0:b1],
        source=("", ""),
        terms=Strings.of([]),
        headings=index.headings.between(c0, c1),
        context_counts=np.diff(a["context_tokens"][c0 : c1 + 1]),
        context_terms=a["context_terms"][a["context_tokens"][c0] : a["context_tokens"][c1]],
        passages=passages,
        sentences=sentences,
        tokens=a["tokens"][a["sentence_tokens"][s0] : a["sentence_tokens"][s1]],
        taken_from=int(p0),
    )


def _passage_rows(
    document: Document, data: bytes, cuts: Sequence[Chunk], contexts: Mapping[tuple[str, ...], int]
) -> Array:
    """Locate each passage in code points, bytes and lines, and hold it against the document; `contexts` are
    numbered.
    """
    rows = []
    text, before, position, byte, line = document.text, 0, 0, 0, document.places[0].line or 0
    plain = len(data) == len(text)  # every code point is one byte
    for (_, start, end, heading, page), spans in cuts:
        encoded = None if plain else text[start:end].encode()
        byte = start if encoded is None else byte + len(text[position:start].encode())
        after = end if encoded is None else byte + len(encoded)
        if not position <= start < end <= len(text) or (encoded is not None and data[byte:after] != encoded):
            raise AssertionError(f"passage {start}:{end} of {document.id} is not a slice of it")
        if len(document.places) == 1:
            line += count_line_breaks(text, before, start)
        else:
            line = place_at(text, document.places, start).line or 0
        rows.append((start, end, byte, after, line, page or 0, contexts[heading], len(spans)))
        before, position, byte = start, end, after
    return np.array(rows, np.int64).reshape(-1, 8)
