"""A question → an Answer with quotes, or a NoAnswer with its reason."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.answering.confidence import assess
from chipbot.answering.features import FEATURES, Evidence, gather
from chipbot.answering.follow_up import ContextDependence, Understood, held, own_bonus, understand
from chipbot.answering.query import Query, read_question
from chipbot.answering.query_expansion import Synonyms
from chipbot.answering.snippets import quote
from chipbot.answering.turns import Turns
from chipbot.answering.weights import RANK
from chipbot.index import Index
from chipbot.model import Answer, NoAnswer, Quote, Reason
from chipbot.text.tokenizer import DEFAULT_LANGUAGE

__all__ = ["CANDIDATES", "DEFAULT_THRESHOLD", "Answerer", "Ranked"]

DEFAULT_THRESHOLD = 0.4
"""The confidence below which a question is refused."""

CANDIDATES = 50
"""How many passages BM25 hands over for a closer look."""

_SAME = 0.8  # share of terms in common (Jaccard) from which a passage says nothing new
_BEHIND = 3.0  # rank score by which a passage stays so far behind the best that it is not worth its length
_SUGGESTIONS = 3

_RANK_WEIGHTS = np.array([RANK[name] for name in FEATURES])


class Ranked(NamedTuple):
    """A candidate passage after the closer look."""

    passage: int
    """Its number in the index."""
    score: float
    """Its rank score: its best sentence's."""
    row: int
    """That sentence's row in the evidence."""


def best_first(evidence: Evidence, weights: npt.NDArray[np.float64] = _RANK_WEIGHTS) -> list[Ranked]:
    """Return the candidate passages by their best sentence's rank score: a linear function of its
    features.
    """
    scores = evidence.features @ weights
    rows = _best_rows(evidence, scores)
    return [
        Ranked(int(evidence.passages[candidate]), float(scores[row]), row) for candidate, row in rows.items()
    ]


def _best_rows(evidence: Evidence, scores: npt.NDArray[np.float64]) -> dict[int, int]:
    """Return candidate → the row of its sentence with the highest score, the highest of all first."""
    best: dict[int, int] = {}
    for row in np.argsort(-scores, kind="stable").tolist():
        best.setdefault(int(evidence.candidate[row]), row)
    return best


def _with_own_sentences(ranked: Sequence[Ranked], understood: Understood, evidence: Evidence) -> list[Ranked]:
    """Return the passages in the same order, each with the sentence that is best for the follow-up's own
    words.
    """
    rows = _best_rows(evidence, evidence.features @ _RANK_WEIGHTS + own_bonus(understood, evidence))
    return [one._replace(row=rows[int(evidence.candidate[one.row])]) for one in ranked]


class Answerer:
    """Answers questions from one index. It keeps no state between questions and may be shared between
    threads.

    They take turns: most of an answer holds Python's lock, and threads that hand it to and fro at every array
    answer half as many questions as one does (tests/benchmarks/answers.py).
    """

    def __init__(self, index: Index, *, threshold: float = DEFAULT_THRESHOLD, quotes: int = 3) -> None:
        self.index = index
        self._threshold = threshold
        self._quotes = quotes
        self.languages = index.languages or (DEFAULT_LANGUAGE,)
        self._synonyms = Synonyms(index.synonyms, self.languages)
        self._turns: Turns[Answer | NoAnswer] = Turns()

    def answer(self, question: str, *, context: tuple[str, ...] = ()) -> Answer | NoAnswer:
        """Return the documents' answer to a question, or why there is none.

        `context` are the questions asked before it in the same conversation, oldest first.
        """
        return self._turns.take(lambda: self._answered(question, context))

    def _answered(self, question: str, context: tuple[str, ...]) -> Answer | NoAnswer:
        began = time.perf_counter()
        understood = understand(question, context, self)
        query = understood.query
        if not query.terms:
            return self._refusal(question, understood, "empty_question", began)
        ranked, evidence = self.rank(query)
        if evidence is None:
            return self._refusal(question, understood, "no_match", began)
        if understood.dependence is not ContextDependence.NONE:
            ranked = _with_own_sentences(ranked, understood, evidence)
        confidence = self._assessed(understood, ranked, evidence)
        quotes = self._quoted(ranked, evidence)
        if confidence < self._threshold:
            return self._refusal(question, understood, "low_confidence", began, quotes, confidence)
        return Answer(
            question=question,
            quotes=quotes,
            confidence=confidence,
            corrections=query.corrections,
            milliseconds=_since(began),
        )

    def _assessed(self, understood: Understood, ranked: Sequence[Ranked], evidence: Evidence) -> float:
        """Return the confidence; in a follow-up neither its own words nor its topic can make up for the
        other.
        """
        confidence = assess(self.index, understood.query, evidence, ranked)
        return round(confidence * held(understood, ranked[0].row, evidence), 4)

    def read(self, question: str, languages: tuple[str, ...] = ()) -> Query:
        """Read a question in the light of the index and its synonyms; as one in `languages`, or else in the
        documents'.
        """
        return read_question(question, self.index, languages or self.languages, self._synonyms)

    def best(self, query: Query) -> tuple[int, Evidence] | None:
        """Return the row of the best sentence for a query, with the evidence; None where nothing is found."""
        ranked, evidence = self.rank(query) if query.terms else ([], None)
        return (ranked[0].row, evidence) if evidence is not None else None

    def rank(self, query: Query) -> tuple[list[Ranked], Evidence | None]:
        """Return the candidate passages, best first, with the evidence that ranked them; nothing where no
        term is known.
        """
        hits = self.index.search(query.numbers, CANDIDATES)
        if not hits:
            return [], None
        evidence = gather(self.index, query, hits)
        if not evidence.scores.any():  # passages with parts only of what documents may write for a term
            return [], None
        return best_first(evidence), evidence

    def best_passages(self, question: str, k: int) -> list[int]:
        """Return the numbers of the `k` passages ranked best for a question: for measuring, more than an
        answer quotes.
        """
        query = self.read(question)
        return [one.passage for one in self.rank(query)[0][:k]] if query.terms else []

    def _quoted(self, ranked: Sequence[Ranked], evidence: Evidence) -> tuple[Quote, ...]:
        """Quote the best passages that differ from one another and are near the best, each with its best
        sentence highlighted.
        """
        arrays = self.index.arrays
        quotes: list[Quote] = []
        shown: list[set[int]] = []
        for one in ranked:
            if one.score < ranked[0].score - _BEHIND:
                break
            terms = self._terms_of(one.passage)
            if any(len(terms & other) >= _SAME * len(terms | other) for other in shown):
                continue
            sentence = int(evidence.sentence[one.row])
            highlight = (int(arrays["sentence_start"][sentence]), int(arrays["sentence_end"][sentence]))
            quotes.append(quote(self.index, one.passage, (highlight,), round(one.score, 4)))
            shown.append(terms)
            if len(quotes) == self._quotes:
                break
        return tuple(quotes)

    def _terms_of(self, passage: int) -> set[int]:
        arrays = self.index.arrays
        first, last = arrays["sentence_tokens"][arrays["passage_sentences"][passage : passage + 2]]
        return set(arrays["tokens"][first:last].tolist())

    def _refusal(
        self,
        question: str,
        understood: Understood,
        reason: Reason,
        began: float,
        rejected: tuple[Quote, ...] = (),
        confidence: float = 0.0,
    ) -> NoAnswer:
        return NoAnswer(
            question=question,
            reason=reason,
            suggestions=self._suggestions(rejected),
            missing=understood.missing,
            rejected=rejected,
            confidence=confidence,
            milliseconds=_since(began),
        )

    def _suggestions(self, rejected: Sequence[Quote]) -> tuple[str, ...]:
        """Return the headings nearest to the question: those of the rejected quotes, or else the first
        documents' titles.
        """
        near = [" › ".join((one.citation.title, *one.citation.heading)) for one in rejected]
        if not near:
            near = [
                self.index.document(number).title
                for number in range(min(self.index.document_count, _SUGGESTIONS))
            ]
        return tuple(dict.fromkeys(near))[:_SUGGESTIONS]


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
