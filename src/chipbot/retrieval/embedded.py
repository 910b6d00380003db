"""The retriever over chipbot's own index: the only reader of its arrays outside index/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from chipbot.index import DocumentRow, Index
from chipbot.index.arrays import concat_ranges
from chipbot.model import Hit
from chipbot.retrieval.retriever import Candidates, Floats, Ints, StoredPassage
from chipbot.text.languages import DEFAULT_LANGUAGE
from chipbot.text.tokenizer import analyzer

_LOOKED_AT = 256  # passages that hold a term, or two: enough to tell how it is used
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
        return self._index.frequency(number)

    def similar(self, term: str, first: str) -> list[int]:
        """Return the numbers of terms that begin with `first` and may be one typing error from `term`."""
        terms = self._index.terms
        return terms.near(term, terms.lower_bound(first), terms.lower_bound(chr(ord(first) + 1)))

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
            document = self._index.document(int(self._index.arrays["passage_document"][passage]))
            if language is None or document.language == language:
                yield passage, document


class EmbeddedRetriever:
    """Retrieves from an index in this process."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.vocabulary = EmbeddedVocabulary(index)
        self.languages = index.languages or (DEFAULT_LANGUAGE,)
        self.synonyms = index.synonyms
        self.unknown_idf = index.unknown_idf

    def retrieve(
        self, terms: Sequence[int], k: int, excluded: frozenset[str] = frozenset()
    ) -> Candidates | None:
        """Return the `k` passages with the highest BM25 scores for these term numbers; None where none holds any."""
        hits = self._hits(terms, k, excluded)
        if not hits:
            return None
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
            answer_types=arrays["sentence_answer_types"][sentences],
            terms=arrays["sentence_terms"][places],
            term_sentences=term_sentences,
            breadcrumb_terms=arrays["breadcrumb_terms"][breadcrumbs],
            breadcrumb_candidates=breadcrumb_candidates,
        )

    def _hits(self, terms: Sequence[int], k: int, excluded: frozenset[str]) -> list[Hit]:
        """Return the `k` best hits; more are looked at until enough are not in `excluded` documents."""
        wanted = k
        while True:
            hits = self.index.search(terms, wanted)
            if not excluded:
                return hits
            kept = [hit for hit in hits if self.index.passage(hit.passage).document_id not in excluded]
            if len(kept) >= k or len(hits) < wanted:
                return kept[:k]
            wanted *= 4

    def saturation(self, frequencies: Ints, lengths: Ints) -> Floats:
        """Return BM25's term-frequency factor for terms that passages of these lengths hold so often."""
        return self.index.saturation(frequencies, lengths)

    def passage(self, number: int) -> StoredPassage:
        """Return a passage to be quoted; raises IndexDamagedError where its text is not what was indexed."""
        text = self.index.read_passage(number)
        document = self.index.document(int(self.index.arrays["passage_document"][number]))
        structure = self.index.passage_structure(number)
        return StoredPassage(
            passage=self.index.passage(number),
            text=text,
            title=document.title,
            url=document.url,
            blocks=structure.blocks,
            marks=structure.marks,
            places=structure.places,
        )

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
