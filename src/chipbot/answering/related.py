"""How well the words of documents that are related to a query's stand for these."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chipbot.answering.query import Query
from chipbot.answering.query_expansion import phrase_matches
from chipbot.arrays import Floats, Ints
from chipbot.retrieval.retriever import Vocabulary


class RelatedTerms:
    """Terms that are related to those of a query, and what each is worth in their place; Q terms of the query.

    It is worth 1 where it is as rare as they are, and less where it is more common: then it says less.
    """

    def __init__(self, query: Query, vocabulary: Vocabulary) -> None:
        self._count = len(query.terms)
        self._phrases: dict[tuple[int, ...], Floats] = {}
        places = {term.term: place for place, term in enumerate(query.terms)}
        own = {term.number for term in query.terms}
        for expansion in query.related:
            source = [places[term] for term in expansion.source if term in places]
            if source and not own.issuperset(expansion.target):
                rarest = max(map(vocabulary.idf, expansion.target))
                worth = self._phrases.setdefault(expansion.target, np.zeros(self._count))
                for place in source:
                    worth[place] = max(worth[place], rarest / max(rarest, query.terms[place].idf))
        alone = sorted(target[0] for target in self._phrases if len(target) == 1)
        self._numbers = np.array(alone, np.int64)
        self._worths = np.array([self._phrases.pop((number,)) for number in alone])

    def strength(self, terms: npt.NDArray[np.integer], owner: Ints, owners: int) -> Floats:
        """Return how well related terms stand for each of the query's; shape (owners, Q).

        Args:
            terms: The numbers of the terms that are looked at.
            owner: Which owner has each, ascending.
            owners: How many there are.
        """
        strength = np.zeros((owners, self._count))
        for phrase, worth in self._phrases.items():
            at = owner[phrase_matches(terms, owner, phrase)]
            strength[at] = np.maximum(strength[at], worth)
        if len(self._numbers):
            place = np.minimum(np.searchsorted(self._numbers, terms), len(self._numbers) - 1)
            found = np.flatnonzero(self._numbers[place] == terms)
            np.maximum.at(strength, owner[found], self._worths[place[found]])
        return strength
