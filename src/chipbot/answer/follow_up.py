"""Questions that lean on the ones before them: whether they do, and what they take over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

import numpy as np

from chipbot.analysis import detect
from chipbot.answer.evidence import Evidence
from chipbot.answer.leaning import UNSPACED, asks, beginning, only_leans, points_back, without_leaning
from chipbot.answer.question import MAX_TERMS, Query, QueryTerm, read_question
from chipbot.index import Index

STANDS_ALONE = 3.0
"""How many words of its own make a question say what it is about, whatever pronouns it has."""

ENOUGH = 0.5
"""The share of a follow-up's own words, by weight, that the passage which answers it has to hold."""

_NEARLY_ALL = 0.99
_KEPT = 0.5  # the weight of what is inherited, beside the question's own words
_ASKED = 0.2  # … where it is what the earlier question asked of its topic, and this one asks something else
_COMMON = 0.6  # a word that weighs less than this share of its idf is common, and says little


class Leaning(Enum):
    """How much a question needs the one before it."""

    NOT = "it stands alone"
    MAYBE = "it goes on from there if a passage holds the words of both"
    SURELY = "it means nothing without it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A question in its conversation."""

    query: Query
    """What to look for."""
    own: frozenset[str]
    """The terms that a passage has to hold for the question's sake, whatever it inherits; empty where it inherits nothing."""
    topic: frozenset[str] = frozenset()
    """Those that it has to hold for the sake of what was asked before."""


Rank = Callable[[Query], tuple[int, Evidence] | None]
"""Returns the row in the evidence of the best sentence for a query, with the evidence; None where nothing is found."""


def understand(question: str, context: tuple[str, ...], index: Index, languages: tuple[str, ...], rank: Rank) -> Understood:
    """Read a question, with what it takes over from the questions before it where it cannot stand alone.

    `context` are these questions, oldest first; `languages` are those of the documents.
    """
    query = read_question(question, index, languages)
    if not context:
        return Understood(query=query, own=frozenset())
    spoken = _spoken(question, context[-1], languages)
    alone = Understood(query=query, own=frozenset())
    query = _reread(question, query, index, spoken)
    start = beginning(question, spoken)
    words = own_words(query, unspaced=spoken[-1] in UNSPACED)
    leaning = _leaning(question, query, spoken, start, words)
    if leaning is Leaning.NOT:
        return alone
    before = understand(context[-1], context[:-1], index, languages, rank).query
    if not before.terms:
        return alone
    names_only = words > 0 and not asks(question[start:], spoken)
    understood = _joined(query, before, _title(before, index, rank), names_only=names_only)
    if leaning is Leaning.MAYBE and not _hangs_together(understood, rank, ENOUGH if start else _NEARLY_ALL):
        return alone
    return understood


def held(understood: Understood, row: int, evidence: Evidence) -> float:
    """Return the share, by weight, of a follow-up's own words in the passage of the evidence's row, or of its topic if less.

    1 where it has neither, as a question that inherits nothing.
    """
    own = _share(understood.query, row, evidence, lambda term: term.term in understood.own)
    return min(own, _share(understood.query, row, evidence, lambda term: term.term in understood.topic))


def is_hard(term: QueryTerm) -> bool:
    """Return whether a term says what a question is about: neither a common word nor one that only asks."""
    return term.name or (not term.soft and term.weight >= _COMMON * term.idf)


def own_words(query: Query, *, unspaced: bool) -> float:
    """Return how many words a question has that say what it is about; in unspaced writing a pair of characters is half of one."""
    return sum(map(is_hard, query.terms)) * (0.5 if unspaced else 1.0)


def _spoken(question: str, before: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages that a question may be in: by itself, and by what was said before, which is surer for a short one."""
    return tuple(dict.fromkeys((detect(question, languages), detect(f"{before} {question}", languages))))


def _reread(question: str, query: Query, index: Index, spoken: tuple[str, ...]) -> Query:
    """Read a question again in the language of its conversation, without the words that only lean or ask."""
    language = spoken[-1]
    if language in UNSPACED:  # where they would make terms with their neighbours
        bare = read_question(without_leaning(question, language), index, (language,))
        return replace(bare, expects=query.expects)
    query = read_question(question, index, (language,)) if len(spoken) > 1 else query
    return replace(query, terms=tuple(term for term in query.terms if not only_leans(term.word, language)))


def _leaning(question: str, query: Query, spoken: tuple[str, ...], start: int, words: float) -> Leaning:
    if _lacks_key_word(query, unspaced=spoken[-1] in UNSPACED):
        return Leaning.NOT  # the documents don't have its key word: what it inherits must not hide that
    points = points_back(question[start:], spoken)
    if words >= STANDS_ALONE:
        return Leaning.MAYBE if points or start else Leaning.NOT
    if not words or points or (start and not asks(question[start:], spoken)):
        return Leaning.SURELY
    return Leaning.MAYBE if start or not any(term.name for term in query.terms) else Leaning.NOT


def _lacks_key_word(query: Query, *, unspaced: bool) -> bool:
    hard = [term for term in query.terms if is_hard(term)]
    unknown = sum(term.weight for term in hard if term.number < 0)
    if unspaced:  # some pairs of characters are no word at all
        return unknown > ENOUGH * sum(term.weight for term in hard)
    return unknown > 0


def _joined(query: Query, before: Query, title: frozenset[int], *, names_only: bool) -> Understood:
    """Return a question with what it inherits: the topic; and what was asked of it, where it only names something else.

    What stands in the place of its own names ("… in Brazil?", "and in Peru?") is left behind.
    """
    own = {term.term for term in query.terms}
    inherited = [term for term in before.terms if term.term not in own]
    if any(term.name for term in query.terms) or names_only:
        inherited = _without_parallel(inherited, title)
    topic = {term.term for term in inherited if term.name or term.number in title}
    asks_anew = topic and query.terms and not names_only
    weights = [_ASKED if asks_anew and term.term not in topic else _KEPT for term in inherited]
    terms = [replace(term, weight=term.weight * weight) for term, weight in zip(inherited, weights, strict=True)]
    expects = query.expects or (before.expects if names_only else 0)
    return Understood(
        query=replace(query, terms=(*terms, *query.terms)[-MAX_TERMS:], expects=expects),
        own=frozenset(term.term for term in query.terms if is_hard(term) and term.number >= 0),
        topic=frozenset(topic),
    )


def _without_parallel(terms: list[QueryTerm], title: frozenset[int]) -> list[QueryTerm]:
    """Return the terms without the last names that follow one another, those in the title of what was found being the topic."""
    runs = [list(run) for is_name, run in groupby(terms, key=lambda term: term.name and term.number not in title) if is_name]
    if not runs:
        return terms
    return [term for term in terms if term not in runs[-1]]


def _title(query: Query, index: Index, rank: Rank) -> frozenset[int]:
    """Return the numbers of the terms in the title and headings of what answers a question best."""
    found = rank(query)
    if found is None:
        return frozenset()
    row, evidence = found
    context = int(index.arrays["passage_context"][evidence.passages[evidence.candidate[row]]])
    first, last = index.arrays["context_tokens"][context : context + 2]
    return frozenset(index.arrays["context_terms"][first:last].tolist())


def _hangs_together(understood: Understood, rank: Rank, least: float) -> bool:
    """Return whether the best passage holds the share `least` of the question's own words and enough of what it inherits."""
    found = rank(understood.query)
    if found is None:
        return False
    others = _share(understood.query, *found, lambda term: term.term not in understood.own)
    return held(understood, *found) >= least and others >= ENOUGH


def _share(query: Query, row: int, evidence: Evidence, which: Callable[[QueryTerm], bool]) -> float:
    weights = np.array([term.weight if which(term) else 0.0 for term in query.terms])
    total = float(weights.sum())
    return float(weights @ evidence.passage_has[evidence.candidate[row]]) / total if total else 1.0
