"""Where a query's terms stand in its candidates: who holds which term, and which terms stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chipbot.answering.query import Query
from chipbot.answering.query_expansion import phrase_matches
from chipbot.answering.related import RelatedTerms
from chipbot.arrays import Floats, Ints
from chipbot.model import BLOCK_KINDS, BlockKind
from chipbot.retrieval.retriever import Candidates, Retriever
from chipbot.text.answer_types import AnswerType

Bools = npt.NDArray[np.bool_]

_NEAR = 3  # terms apart at most
_WORDING_BASE = 0x9E3779B97F4A7C15  # odd, of high and low bits alike: 2 ** 64 by the golden ratio
NAMES: tuple[BlockKind, ...] = ("heading", "table_header", "label", "question")
"""The kinds of blocks that name, and say nothing beside an answer."""


@dataclass(frozen=True)
class Matches:
    """A query compared with its candidates. C candidates, S sentences, Q terms of the query."""

    query: Query
    candidates: Candidates
    unknown_idf: float
    """The idf of a term that no passage holds."""
    scores: Floats
    """The candidates' BM25 scores, each term of the query counting as one whatever documents write for it; shape (C,)."""
    has: Bools
    """Which terms each sentence holds; shape (S, Q)."""
    body_has: Bools
    """Which terms each candidate's sentences hold; shape (C, Q)."""
    breadcrumb_has: Bools
    """Which terms its breadcrumb, its title and headings, holds; shape (C, Q)."""
    breadcrumb_precision: Floats
    """Share of the terms of each candidate's breadcrumb that the query has; shape (C,)."""
    near: Bools
    """Which neighbouring terms of the query stand close together in each sentence, in order or not; shape (S, Q - 1)."""
    adjacent: Bools
    """Which of them follow one another directly; shape (S, Q - 1)."""
    first_has: Bools
    """Which term each sentence begins with, if that is one of the query's; shape (S, Q)."""
    related: Floats
    """How well related words stand for each term in each sentence, 0 to 1, and 1 where it has the term; shape (S, Q)."""
    breadcrumb_related: Floats
    """The same of each candidate's breadcrumb; shape (C, Q)."""

    @cached_property
    def weights(self) -> Floats:
        """How much each term counts; shape (Q,)."""
        return np.array([term.weight for term in self.query.terms])

    @cached_property
    def share(self) -> Floats:
        """The same as shares of their sum; shape (Q,)."""
        share: Floats = self.weights / self.weights.sum()
        return share

    @cached_property
    def entity_share(self) -> Floats:
        """The share of each term that is an entity, 0 for others; shape (Q,)."""
        share: Floats = self.share * np.array([term.is_entity for term in self.query.terms])
        return share

    @cached_property
    def candidate(self) -> Ints:
        """Which candidate each sentence is in; shape (S,)."""
        return self.candidates.sentence_candidates

    @cached_property
    def passage_has(self) -> Bools:
        """Which terms each candidate holds, its breadcrumb included; shape (C, Q)."""
        return self.body_has | self.breadcrumb_has

    @cached_property
    def coverage(self) -> Floats:
        """The share of the query that each sentence holds; shape (S,)."""
        coverage: Floats = self.has @ self.share
        return coverage

    @cached_property
    def lengths(self) -> Ints:
        """How many terms each sentence has; shape (S,)."""
        return np.bincount(self.candidates.term_sentences, minlength=len(self.candidate))

    @cached_property
    def same_passage(self) -> Bools:
        """Whether each sentence but the first is in the passage of the one before it; shape (S - 1,)."""
        same: Bools = self.candidate[1:] == self.candidate[:-1]
        return same

    @cached_property
    def starts(self) -> Ints:
        """The row of each candidate's first sentence; shape (C,)."""
        return np.flatnonzero(np.concatenate([[True], ~self.same_passage]))

    @cached_property
    def window_has(self) -> Bools:
        """Which terms each sentence holds together with its neighbours in the passage; shape (S, Q)."""
        window, together = self.has.copy(), self.same_passage[:, None]
        window[1:] |= self.has[:-1] & together
        window[:-1] |= self.has[1:] & together
        return window

    @cached_property
    def antecedent_has(self) -> Bools:
        """Which terms it holds together with those before it, as far back as each points to the one before; (S, Q)."""
        chained = self.has.copy()
        anaphoric = (self.candidates.answer_types & AnswerType.BACKWARD) != 0
        for i in np.flatnonzero(anaphoric[1:] & self.same_passage).tolist():
            chained[i + 1] |= chained[i]
        return chained

    @cached_property
    def context_has(self) -> Bools:
        """Which terms it holds together with all that it says by where it stands: its headings, the question that it
        answers, the line or label that introduces it, and what it points back to; a heading stands for itself. Shape (S, Q).
        """
        around = self._around(self.has, self.breadcrumb_has).astype(bool) | self.antecedent_has
        result: Bools = np.where(self.is_of(NAMES)[:, None], self.has, around)
        return result

    @cached_property
    def context_related(self) -> Floats:
        """How well each term, or words related to it, stand in the same; shape (S, Q)."""
        around = np.maximum(self._around(self.related, self.breadcrumb_related), self.context_has)
        result: Floats = np.where(self.is_of(NAMES)[:, None], self.related, around)
        return result

    @cached_property
    def passage_related(self) -> Floats:
        """How well each term, or words related to it, stand in each candidate, its breadcrumb included; shape (C, Q)."""
        result: Floats = np.maximum(np.maximum.reduceat(self.related, self.starts), self.breadcrumb_related)
        return result

    def _around(self, held: Bools | Floats, above: Bools | Floats) -> Floats:
        """Return what each sentence holds of the terms with its headings, the question that it answers and the line or label that
        introduces it; shape (S, Q).

        Args:
            held: What each sentence holds; shape (S, Q).
            above: What each candidate's title and headings hold; shape (C, Q).
        """
        introduced = held[self._introducing] * self._is_introduced[:, None]
        asked = held[self._asking] * (self._asking >= 0)[:, None]
        around: Floats = np.maximum.reduce([held, above[self.candidate], introduced, asked])
        return around

    @cached_property
    def _asking(self) -> Ints:
        return self._latest(self.shows(AnswerType.ASKS) | self.is_of(("question",)))

    @cached_property
    def _introducing(self) -> Ints:
        return self._latest(self.shows(AnswerType.INTRODUCES) | self.is_of(("label",)))

    @cached_property
    def _is_introduced(self) -> Bools:
        line = self._introducing
        is_next = line == np.arange(len(line)) - 1
        introduced: Bools = (line >= 0) & (is_next | (self.kinds != BLOCK_KINDS.index("paragraph")))
        return introduced

    def _latest(self, chosen: Bools) -> Ints:
        """Return the row of the last chosen sentence before each, in its passage; -1 for none; shape (S,)."""
        rows = np.arange(len(self.candidate))
        latest = np.maximum.accumulate(np.where(chosen, rows, -1))
        line = np.concatenate([[-1], latest[:-1]])
        return np.where((line >= 0) & (self.candidate[line] == self.candidate), line, -1)

    @cached_property
    def kinds(self) -> Ints:
        """What each sentence's block is: a position in `BLOCK_KINDS`; shape (S,)."""
        return self.candidates.sentence_kinds

    @cached_property
    def wording(self) -> Ints:
        """A number for each sentence that those share which have the same terms in the same order; shape (S,)."""
        owner = self.candidates.term_sentences
        first = np.searchsorted(owner, np.arange(len(self.candidate)))
        place = np.arange(len(owner)) - first[owner]
        powers = np.full(
            int(self.lengths.max(initial=0)) + 1, _WORDING_BASE, np.uint64
        ).cumprod()  # modulo 2 ** 64
        worth = (self.candidates.terms.astype(np.uint64) + np.uint64(1)) * powers[place]
        sums = np.zeros(len(self.candidate), np.uint64)
        np.add.at(sums, owner, worth)
        numbers: Ints = np.unique(sums, return_inverse=True)[1]
        return numbers

    def is_of(self, kinds: Sequence[BlockKind]) -> Bools:
        """Return which sentences are of a block of one of these kinds; shape (S,)."""
        chosen: Bools = np.array([kind in kinds for kind in BLOCK_KINDS])
        return chosen[self.kinds]

    def shows(self, answer_type: AnswerType) -> Bools:
        """Return which sentences show an answer type; shape (S,)."""
        shown: Bools = (self.candidates.answer_types & answer_type) != 0
        return shown


def match(query: Query, candidates: Candidates, retriever: Retriever) -> Matches:
    """Find a query's terms, and what documents write for them, in its candidates."""
    count = len(query.terms)
    owners, sentences = len(candidates.passages), len(candidates.sentence_candidates)
    terms, owner = _matched(candidates.terms, candidates.term_sentences, query)
    in_breadcrumbs = _counted(
        *_matched(candidates.breadcrumb_terms, candidates.breadcrumb_candidates, query), owners, count
    )
    has = _counted(terms, owner, sentences, count) > 0
    in_bodies = _counted(terms, candidates.sentence_candidates[owner], owners, count)
    scores = candidates.scores
    if query.expansions or query.related:
        idf = np.array([term.idf for term in query.terms])
        scores = retriever.saturation(in_bodies + in_breadcrumbs, candidates.lengths[:, None]) @ idf
    related = RelatedTerms(query, retriever.vocabulary)
    in_sentences = related.strength(candidates.terms, candidates.term_sentences, sentences)
    above = related.strength(candidates.breadcrumb_terms, candidates.breadcrumb_candidates, owners)
    near, adjacent = _neighbours(terms, owner, sentences, count)
    begins = np.diff(owner, prepend=-1) > 0
    return Matches(
        query=query,
        candidates=candidates,
        unknown_idf=retriever.unknown_idf,
        scores=scores,
        has=has,
        body_has=in_bodies > 0,
        breadcrumb_has=in_breadcrumbs > 0,
        breadcrumb_precision=_precision(candidates, in_breadcrumbs),
        near=near,
        adjacent=adjacent,
        first_has=_counted(terms[begins], owner[begins], sentences, count) > 0,
        related=np.maximum(in_sentences, has),
        breadcrumb_related=np.maximum(above, in_breadcrumbs > 0),
    )


def _precision(candidates: Candidates, in_breadcrumbs: Ints) -> Floats:
    """Return the share of the terms of each candidate's breadcrumb that are the query's; shape (C,)."""
    lengths = np.bincount(candidates.breadcrumb_candidates, minlength=len(candidates.passages))
    share: Floats = np.minimum(in_breadcrumbs.sum(axis=1) / np.maximum(lengths, 1), 1.0)
    return share


def _matched(terms: npt.NDArray[np.integer], owner: Ints, query: Query) -> tuple[Ints, Ints]:
    """Return which of the query's terms each term is, or -1, and its owner.

    Where terms of one owner are an expansion of the query's terms, these stand in their place.
    """
    numbers = np.array([term.number for term in query.terms], np.int64)
    order = np.argsort(numbers)
    place = np.minimum(np.searchsorted(numbers[order], terms), len(numbers) - 1)
    matched: Ints = np.where(numbers[order][place] == terms, order[place], -1)
    places = {term.term: i for i, term in enumerate(query.terms)}
    for expansion in query.expansions:
        source = [places[term] for term in expansion.source if term in places]
        at = phrase_matches(terms, owner, expansion.target)
        if len(at) and source:
            counts = np.ones(len(terms), np.int64)
            phrase = at[:, None] + np.arange(len(expansion.target))
            counts[phrase] = matched[phrase] >= 0  # what is a term of the question itself stays
            counts[at] += len(source)
            terms, matched, owner = (np.repeat(values, counts) for values in (terms, matched, owner))
            into = (np.cumsum(counts) - counts)[at][:, None] + np.arange(len(source))
            terms[into], matched[into] = -1, source
    return matched, owner


def _counted(terms: Ints, owner: Ints, owners: int, count: int) -> Ints:
    """Return how often each owner has each of the query's terms; shape (owners, count)."""
    matched = terms >= 0
    counts = np.bincount(owner[matched] * count + terms[matched], minlength=owners * count)
    return counts.reshape(owners, count)


def _neighbours(terms: Ints, owner: Ints, sentences: int, count: int) -> tuple[Bools, Bools]:
    """Return which neighbouring terms of the query stand near each other in each sentence, and in order."""
    near = np.zeros((sentences, max(count - 1, 0)), bool)
    adjacent = near.copy()
    place = np.flatnonzero(terms >= 0)
    for step in range(1, _NEAR + 1):
        left, right = place[:-step], place[step:]
        together = (owner[left] == owner[right]) & (right - left <= _NEAR)
        a, b, row = terms[left], terms[right], owner[left]
        together &= np.abs(a - b) == 1
        near[row[together], np.minimum(a, b)[together]] = True
        together &= (b - a == 1) & (right - left == 1)
        adjacent[row[together], a[together]] = True
    return near, adjacent
