"""Questions that depend on the ones before them: whether they do, and what they inherit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from typing import NamedTuple

import numpy as np
import regex

from chipbot.answering.features import ANSWER_TYPE_FEATURES
from chipbot.answering.follow_up_cues import (
    discourse_marker_end,
    has_anaphora,
    has_question_word,
    is_cue,
    strip_cues,
)
from chipbot.answering.matches import Matches
from chipbot.answering.query import MAX_TERMS, Query, QueryTerm, parse_query
from chipbot.answering.reranking import Ranking
from chipbot.answering.synonyms import Synonyms
from chipbot.arrays import Floats
from chipbot.retrieval.retriever import Retriever
from chipbot.text.answer_types import AnswerType
from chipbot.text.languages import detect
from chipbot.text.languages import language as language_of

MAX_HISTORY = 4
"""How many questions back "it" may stand for something."""

_STANDS_ALONE = 3.0  # words of its own from which a question says what it is about, whatever pronouns it has
_BIGRAM = 0.5  # words that a bigram is, in unsegmented writing
_INHERITED_WEIGHT = 0.5  # of what is inherited, beside the question's own words
# … where it is what the earlier question asked of its topic, and this one asks something else
_ASKED_WEIGHT = 0.2
# the share of a follow-up's own words, by weight, that the passage which answers it has to hold
_ENOUGH = 0.5
_ENOUGH_TOPIC = 0.6  # the same of its topic: half of a name ("Black Death") may be another's
_NEARLY_ALL = 0.99
_OWN_BOOST = (
    4.0  # rank score that all of a follow-up's own words add to a sentence; 2 to 8 choose the same ones
)
_UNSHOWN = 0.25  # what is left of the confidence where the kind of answer that was asked for does not show


class ContextDependence(Enum):
    """How much a question needs the one before it."""

    NONE = "it stands alone"
    POSSIBLE = "it goes on from there if a passage holds the words of both"
    REQUIRED = "it means nothing without it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQuestion:
    """A question in its conversation."""

    query: Query
    """What to look for."""
    dependence: ContextDependence = ContextDependence.NONE
    """How much it needs the question before it."""
    own: frozenset[str] = frozenset()
    """The terms that are its own; empty where it inherits nothing."""
    required: frozenset[str] = frozenset()
    """Those that a passage has to hold for the question's sake, whatever it inherits."""
    topic: frozenset[str] = frozenset()
    """The terms that it has to hold for the sake of what was asked before."""
    inherited_weight: float = 1.0
    """What the weights of these were multiplied by."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The words of the question itself that are in no document."""
        alone = self.dependence is ContextDependence.NONE
        return tuple(
            term.word for term in self.query.terms if not term.is_known and (alone or term.term in self.own)
        )


class Cues(NamedTuple):
    """How a question is put."""

    languages: tuple[str, ...]
    """Those it may be in: by itself, and by what was said before, which is surer for a short one."""
    start: int
    """Where it goes on after words that take up what was said before; 0 where it has none."""
    has_anaphora: bool
    """Whether a word stands for something said before."""
    asks: bool
    """Whether it asks something, and doesn't just name something else that the earlier question is asked of."""


def read_cues(question: str, before: str, languages: tuple[str, ...]) -> Cues:
    """Read how a question is put.

    Args:
        question: The question.
        before: The one before it.
        languages: The languages of the documents.
    """
    spoken = tuple(dict.fromkeys((detect(question, languages), detect(f"{before} {question}", languages))))
    start = discourse_marker_end(question, spoken)
    rest = question[start:]
    return Cues(spoken, start, has_anaphora(rest, spoken), has_question_word(rest, spoken))


def own_query(question: str, query: Query, cues: Cues, retriever: Retriever, synonyms: Synonyms) -> Query:
    """Return the query of a question in the language of its conversation, without words that only take up or ask."""
    language = cues.languages[-1]
    if language_of(language).unsegmented:  # where they would make terms with their neighbours
        bare = parse_query(strip_cues(question, language), retriever, (language,), synonyms)
        return replace(bare, answer_types=query.answer_types)
    if len(cues.languages) > 1:
        query = parse_query(question, retriever, (language,), synonyms)
    return replace(query, terms=tuple(term for term in query.terms if not is_cue(term.word, language)))


def context_dependence(query: Query, cues: Cues) -> ContextDependence:
    """Tell how much a question, read by itself, needs the one before it.

    It requires it if it has no words of its own ("when?"), a pronoun and no entity, or only names something else ("and
    Mexico?"); it may need it if it begins with a conjunction or is short.
    """
    unsegmented = language_of(cues.languages[-1]).unsegmented
    if _lacks_content_word(query, unsegmented=unsegmented):
        return (
            ContextDependence.NONE
        )  # the documents lack what it is about: what it inherits must not hide that
    words = len(content_words(query)) * (_BIGRAM if unsegmented else 1.0)
    if words >= _STANDS_ALONE:
        takes_up = cues.has_anaphora or cues.start
        return ContextDependence.POSSIBLE if takes_up else ContextDependence.NONE
    named = any(term.is_entity for term in query.terms)  # which a pronoun may stand for as well
    if not words or (cues.has_anaphora and not named) or (cues.start and not cues.asks):
        return ContextDependence.REQUIRED
    if cues.start or cues.has_anaphora or not named:
        return ContextDependence.POSSIBLE
    return ContextDependence.NONE


def inherit(
    query: Query,
    cues: Cues,
    earlier: ResolvedQuestion,
    breadcrumb: frozenset[int],
    history: tuple[str, ...],
) -> ResolvedQuestion | None:
    """Return a question with what it inherits: the topic; and what was asked of it, where it only names something else.

    What stands in the place of the question's own entities ("… in Brazil?", "and in Peru?") is left behind.

    Args:
        query: The question's own words.
        cues: How it is put.
        earlier: The question before it.
        breadcrumb: The terms in the title and headings of what answered that; they are topic, like what it named.
        history: All questions before it.

    Returns:
        None where all that it could inherit is replaced.
    """
    capitalised = _capitalised(history)
    names_only = not cues.asks and bool(query.terms)

    def is_entity(term: QueryTerm) -> bool:
        return term.is_entity or term.word in capitalised

    own = {term.term for term in query.terms}
    inherited = [_unscaled(term, earlier) for term in earlier.query.terms if term.term not in own]
    if any(term.is_entity for term in query.terms) or names_only:
        inherited = _without_parallel(
            inherited, lambda term: is_entity(term) and term.number not in breadcrumb
        )
    topic = {term.term for term in inherited if is_entity(term) or term.number in breadcrumb}
    asks_anew = topic and query.terms and not names_only
    weight = _INHERITED_WEIGHT if query.terms else 1.0  # "when?" asks the earlier question once more
    weights = [_ASKED_WEIGHT if asks_anew and term.term not in topic else weight for term in inherited]
    scaled = [replace(term, weight=term.weight * by) for term, by in zip(inherited, weights, strict=True)]
    terms = (*scaled, *query.terms)[-MAX_TERMS:]
    if len(terms) == len(query.terms):
        return None
    return ResolvedQuestion(
        query=replace(
            query,
            terms=terms,
            answer_types=query.answer_types or (earlier.query.answer_types if names_only else 0),
            expansions=tuple(dict.fromkeys(earlier.query.expansions + query.expansions)),
            related=tuple(dict.fromkeys(earlier.query.related + query.related)),
        ),
        own=frozenset(own),
        required=frozenset(term.term for term in content_words(query) if term.is_known),
        topic=frozenset(topic),
        inherited_weight=weight,
    )


def is_coherent(resolved: ResolvedQuestion, cues: Cues, ranking: Ranking | None) -> bool:
    """Whether the best passage holds enough of a question's own words and of what it inherits.

    Where nothing shows that it goes on but that it is short, enough of its own words is all of them, and there has to
    be a topic to hold.
    """
    if ranking is None or not (cues.start or resolved.topic):
        return False
    own = _share_held(ranking, lambda term: term.term in resolved.required)
    topic = _share_held(ranking, lambda term: term.term in resolved.topic)
    inherited = _share_held(ranking, lambda term: term.term not in resolved.own)
    least = _ENOUGH if cues.start or cues.has_anaphora else _NEARLY_ALL
    return own >= least and topic >= _ENOUGH_TOPIC and inherited >= _ENOUGH


def context_coverage(resolved: ResolvedQuestion, ranking: Ranking) -> float:
    """Return 1 where the best passage holds enough of a follow-up's own words and of its topic.

    Otherwise the lesser share that it does hold, which is at most that much of a reason to believe it. A question
    without words of its own ("why?") only asks for a kind of answer, so the sentence has to show that. One that
    inherits nothing has nothing to hold.
    """
    if (
        resolved.dependence is not ContextDependence.NONE
        and not resolved.required
        and resolved.query.answer_types
    ):
        features = ranking.features.row(ranking.best.sentence)
        if not any(features[name] > 0 for name in ANSWER_TYPE_FEATURES):
            return _UNSHOWN
    own = _share_held(ranking, lambda term: term.term in resolved.required)
    topic = _share_held(ranking, lambda term: term.term in resolved.topic)
    return min(1.0 if own >= _ENOUGH else own, 1.0 if topic >= _ENOUGH_TOPIC else topic)


def own_terms_boost(resolved: ResolvedQuestion, matches: Matches) -> Floats:
    """Return what to add to the rank score of each sentence for a follow-up's own words in it; shape (S,).

    The passage is the topic's; which of its sentences answers is for these words to say.
    """
    weights = [term.weight if term.term in resolved.own else 0.0 for term in resolved.query.terms]
    boost: Floats = matches.has @ np.array(weights) * (_OWN_BOOST / (sum(weights) or 1.0))
    return boost


def content_words(query: Query) -> list[QueryTerm]:
    """Return the terms that say what a question is about: neither common words nor such as only ask."""
    if (
        query.answer_types & AnswerType.DEFINITION
    ):  # "what is a fund": what it asks about is a part of how it asks
        return list(query.terms)
    return [term for term in query.terms if term.is_content_word]


def _lacks_content_word(query: Query, *, unsegmented: bool) -> bool:
    words = content_words(query)
    unknown = sum(term.weight for term in words if not term.is_known)
    if unsegmented:  # some bigrams are no word at all
        return unknown > _ENOUGH * sum(term.weight for term in words)
    return unknown > 0


def _unscaled(term: QueryTerm, question: ResolvedQuestion) -> QueryTerm:
    """Return a term at its own weight again, where the question inherited it: what lasts doesn't fade."""
    return (
        replace(term, weight=term.weight / question.inherited_weight) if term.term in question.topic else term
    )


def _without_parallel(terms: list[QueryTerm], is_entity: Callable[[QueryTerm], bool]) -> list[QueryTerm]:
    """Return the terms without the last entities that follow one another."""
    runs = [list(run) for named, run in groupby(terms, key=is_entity) if named]
    return [term for term in terms if term not in runs[-1]] if runs else terms


def _capitalised(questions: tuple[str, ...]) -> frozenset[str]:
    """Return the words that are written like names: capitalised, not at the beginning, where others are not."""
    capitalised: set[str] = set()
    for question in questions:
        words = regex.findall(r"\p{L}[\p{L}\p{M}\p{N}'’-]*", question)[1:]
        if any(word[0].islower() for word in words):
            capitalised.update(word for word in words if word[0].isupper())
    return frozenset(capitalised)


def _share_held(ranking: Ranking, which: Callable[[QueryTerm], bool]) -> float:
    """Return the share of some of a query's terms, by weight, that the best passage holds; 1 where there are none."""
    weights = np.array([term.weight if which(term) else 0.0 for term in ranking.matches.query.terms])
    total = float(weights.sum())
    return float(weights @ ranking.matches.passage_has[ranking.best.candidate]) / total if total else 1.0
