"""The retriever over chipbot's own index."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chipbot.arrays import Floats, Ints, concat_ranges
from chipbot.index import DocumentRow, Index
from chipbot.index.schema import K1, B
from chipbot.model import Hit, Span
from chipbot.retrieval.retriever import Candidates, PassageDocument, StoredPassage
from chipbot.text.languages import DEFAULT_LANGUAGE
from chipbot.text.tokenizer import analyzer

if TYPE_CHECKING:
    from chipbot.retrieval.meaning import Meaning

_LOOKED_AT = 256  # passages that hold a term, or two: enough to tell how it is used
_NEAREST = 20  # sentences nearest in meaning whose passages are candidates as well
_READ = 8  # … whose text is read for the words that a term stands for


class EmbeddedVocabulary:
    """The vocabulary of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, term: str) -> int:
        """Return a term's number, or `UNKNOWN`."""
        return self._index.terms.find(term)

    def term(self, number: int) -> str:
        """Return the term of a number."""
        return self._index.terms[number]

    def idf(self, number: int) -> float:
        """Return a term's inverse document frequency."""
        return float(self._index.arrays["term_idf"][number])

    def document_frequency(self, number: int) -> int:
        """Return how many passages hold a term."""
        return len(self._postings(number))

    def similar(self, term: str, first: str) -> list[int]:
        """Return the numbers of terms that begin with `first` and may be one typing error from `term`."""
        terms = self._index.terms
        start, end = terms.lower_bound(first), terms.lower_bound(chr(ord(first) + 1))
        offsets = self._index.arrays["term_offsets"][start : end + 1]
        text = self._index.arrays["term_text"][offsets[0] : offsets[-1]]
        return [start + place for place in near(term, text, offsets - offsets[0])]

    def surface_forms(self, number: int, language: str | None = None) -> Iterator[str]:
        """Yield words that a term stands for in the first passages that hold it.

        They are read from the text, which is slow, and seldom needed.
        """
        index, term = self._index, self._index.terms[number]
        for passage, document in islice(self._holders(number, language), _READ):
            text, start = index.passage_text(passage), int(index.arrays["passage_start"][passage])
            texts = [text[a - start : b - start] for a, b in index.sentences(passage)]
            texts.append("\n".join((document.title, *index.passage(passage).heading)))
            for part in texts:
                for token in analyzer(document.language).tokens(part):
                    if token.term == term:
                        yield part[token.start : token.end]

    def is_used_in(self, number: int, language: str) -> bool:
        """Whether a document in a language holds a term: among the first passages that do."""
        return next(self._holders(number, language), None) is not None

    def are_adjacent(self, first: int, second: int) -> bool:
        """Whether in a sentence one term directly follows another: among the first passages that hold both."""
        arrays = self._index.arrays
        both = np.intersect1d(self._postings(first), self._postings(second), assume_unique=True)
        sentences, _ = _owned(arrays["passage_sentences"], both[:_LOOKED_AT])
        terms, owner = _owned(arrays["sentence_term_offsets"], sentences)
        terms = arrays["sentence_terms"][terms]
        together = (terms[:-1] == first) & (terms[1:] == second) & (owner[:-1] == owner[1:])
        return bool(together.any())

    def _postings(self, number: int) -> npt.NDArray[np.integer]:
        first, last = self._index.arrays["posting_offsets"][number : number + 2]
        postings: npt.NDArray[np.integer] = self._index.arrays["posting_passages"][first:last]
        return postings

    def _holders(self, number: int, language: str | None) -> Iterator[tuple[int, DocumentRow]]:
        """Yield the first passages that hold a term, in documents of one language or any, with their documents."""
        for passage in self._postings(number)[:_LOOKED_AT].tolist():
            document = self._index.document_of(passage)
            if language is None or document.language == language:
                yield passage, document


class EmbeddedRetriever:
    """Retrieves from an index in this process."""

    def __init__(self, index: Index, meaning: Meaning | None = None) -> None:
        self.index = index
        self.meaning = meaning
        self.vocabulary = EmbeddedVocabulary(index)
        self.languages = index.languages or (DEFAULT_LANGUAGE,)
        self.synonyms = index.synonyms
        self.unknown_idf = math.log(1 + (index.passage_count + 0.5) / 0.5)

    def retrieve(
        self, terms: Sequence[int], k: int, *, excluded: frozenset[str] = frozenset(), question: str = ""
    ) -> Candidates | None:
        """Return the `k` passages with the highest BM25 scores for some terms, and those nearest in meaning."""
        nearest = self.meaning.nearest(question, _NEAREST) if self.meaning and question else []
        hits = self._hits(terms, k, excluded, nearest)
        if not hits:
            return None
        candidates = self._candidates(hits)
        if not self.meaning or not question:
            return candidates
        return candidates._replace(similarities=self.meaning.similarities(question, candidates.passages))

    def _candidates(self, hits: Sequence[Hit]) -> Candidates:
        arrays = self.index.arrays
        passages = np.array([hit.passage for hit in hits], np.int64)
        sentences, sentence_candidates = _owned(arrays["passage_sentences"], passages)
        places, term_sentences = _owned(arrays["sentence_term_offsets"], sentences)
        breadcrumbs, breadcrumb_candidates = _owned(
            arrays["breadcrumb_term_offsets"], arrays["passage_breadcrumb"][passages]
        )
        return Candidates(
            passages=passages,
            scores=np.array([hit.score for hit in hits]),
            lengths=arrays["passage_length"][passages],
            sentence_candidates=sentence_candidates,
            sentence_starts=arrays["sentence_start"][sentences],
            sentence_ends=arrays["sentence_end"][sentences],
            sentence_kinds=arrays["sentence_kind"][sentences],
            answer_types=arrays["sentence_answer_types"][sentences],
            terms=arrays["sentence_terms"][places],
            term_sentences=term_sentences,
            breadcrumb_terms=arrays["breadcrumb_terms"][breadcrumbs],
            breadcrumb_candidates=breadcrumb_candidates,
        )

    def _hits(
        self, terms: Sequence[int], k: int, excluded: frozenset[str], nearest: Sequence[int]
    ) -> list[Hit]:
        """Return the `k` best hits, and the nearest passages with the scores that they have, none of them excluded."""
        wanted = self.index.passage_count if nearest else k  # a small index: its scores cost little
        while True:
            hits = self.index.search(terms, wanted)
            kept = [hit for hit in hits if not excluded or self._document_id(hit.passage) not in excluded]
            if len(kept) >= k or len(hits) < wanted or not excluded:
                break
            wanted *= 4
        best = kept[:k]
        scores = {hit.passage: hit.score for hit in kept}
        found = {hit.passage for hit in best}
        others = [n for n in nearest if n not in found and self._document_id(n) not in excluded]
        return best + [Hit(number, scores.get(number, 0.0)) for number in others]

    def _document_id(self, passage: int) -> str:
        return self.index.document_of(passage).id

    def saturation(self, frequencies: Ints, lengths: Ints) -> Floats:
        """Return BM25's term-frequency factor, as rank-bm25's Okapi has it, for frequencies in passages of these lengths.

        For terms that no index holds weights of: what documents write in several ways counts as one term.
        """
        norm = K1 * (1 - B + B * lengths / self._average_length)
        return np.asarray(frequencies * (K1 + 1) / (frequencies + norm))

    @cached_property
    def _average_length(self) -> float:
        """The mean number of terms in a passage, its breadcrumb's included."""
        return float(self.index.arrays["passage_length"].mean())

    def passages_below(self, folder: str) -> range:
        """Return the numbers of the passages of the documents whose ids begin with `folder`, which ends with a slash."""
        rows = self.index.documents_below(folder)
        first_passages = self.index.arrays["document_passages"]
        return range(int(first_passages[rows.start]), int(first_passages[rows.stop]))

    def passage(self, number: int) -> StoredPassage:
        """Return a passage to be quoted; raises IndexDamagedError where its text is not what was indexed."""
        text = self.index.read_passage(number)
        document = self.index.document_of(number)
        structure = self.index.passage_structure(number)
        return StoredPassage(
            passage=self.index.passage(number)._replace(page=structure.places[0].page),
            text=text,
            title=document.title,
            url=document.url,
            version=document.version,
            blocks=structure.blocks,
            marks=structure.marks,
            places=structure.places,
        )

    def log_odds(self, question: str, number: int, spans: Sequence[Span]) -> float:
        """Return what reading parts of a passage together with a question adds to the log-odds that they answer."""
        if not self.meaning or not self.meaning.knows(self.index.document_of(number).language):
            return 0.0
        return self.meaning.log_odds(question, self.passage(number).in_context(spans))

    def document_of(self, number: int) -> PassageDocument:
        """Return the document that a passage is in."""
        row = self.index.document_of(number)
        return PassageDocument(row.id, row.title, row.language, row.version)

    def passage_terms(self, number: int) -> frozenset[int]:
        """Return the numbers of the terms in a passage's sentences."""
        arrays = self.index.arrays
        first, last = arrays["sentence_term_offsets"][arrays["passage_sentences"][number : number + 2]]
        return frozenset(arrays["sentence_terms"][first:last].tolist())

    def breadcrumb_terms(self, number: int) -> frozenset[int]:
        """Return the numbers of the terms in a passage's title and headings."""
        arrays = self.index.arrays
        context = int(arrays["passage_breadcrumb"][number])
        first, last = arrays["breadcrumb_term_offsets"][context : context + 2]
        return frozenset(arrays["breadcrumb_terms"][first:last].tolist())


def _owned(offsets: npt.NDArray[np.integer], owners: npt.NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return all that `owners` have, by the `offsets` at which each one's begins; and which owner has each, from 0."""
    owners = owners.astype(np.int64)  # 32 bits would overflow at the last
    first = offsets[owners]
    counts = offsets[owners + 1] - first
    return concat_ranges(first, counts), np.repeat(np.arange(len(owners)), counts)


def near(wanted: str, text: npt.NDArray[np.uint8], offsets: npt.NDArray[np.integer]) -> list[int]:
    """Return which strings may be one typing error away from `wanted`.

    All that are and few others: they differ in length by one character at most, and the characters with which both
    begin and both end cover the longer one but for two.

    Args:
        wanted: What they are compared with.
        text: The strings in UTF-8, one after the other.
        offsets: Where each begins, and the last ends.
    """
    points: npt.NDArray[np.unsignedinteger] = text
    if text.max(initial=0) >= 128:
        points = np.frombuffer(text.tobytes().decode().encode("utf-32-le"), "<u4")
        begins = (text & 0xC0) != 0x80  # a character: other bytes continue one
        offsets = np.concatenate([[0], np.cumsum(begins)])[offsets]
    lengths, letters = np.diff(offsets), np.array(list(map(ord, wanted)), np.uint32)[:, None]
    letters = letters.astype(np.min_scalar_type(letters.max(initial=0)))  # of one type, which is quicker
    found: list[int] = []
    for length in range(max(len(wanted) - 1, 1), len(wanted) + 2):
        rows, shared = np.flatnonzero(lengths == length), min(length, len(wanted))
        table = points[offsets[rows] + np.arange(length)[:, None]]
        before = np.logical_and.accumulate(table[:shared] == letters[:shared]).sum(axis=0, dtype=np.int32)
        after = np.logical_and.accumulate(table[::-1][:shared] == letters[::-1][:shared]).sum(
            axis=0, dtype=np.int32
        )
        found += rows[before + after >= max(length, len(wanted)) - 2].tolist()
    return sorted(found)
