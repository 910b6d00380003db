"""Questions that lean on the ones before them: whether they do, and what they take over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import regex

from chipbot.answering.features import FEATURES, Evidence
from chipbot.answering.follow_up_cues import (
    discourse_marker_end,
    has_anaphora,
    has_question_word,
    is_cue,
    strip_cues,
)
from chipbot.answering.query import MAX_TERMS, Query, QueryTerm
from chipbot.index import Index
from chipbot.text.answer_types import Signal
from chipbot.text.languages import detect
from chipbot.text.languages import language as language_of

_STANDS_ALONE = 3.0  # words of its own from which a question says what it is about, whatever pronouns it has
_PAIR = 0.5  # words that a pair of characters is, in unspaced writing
_KEPT = 0.5  # the weight of what is inherited, beside the question's own words
_ASKED = 0.2  # … where it is what the earlier question asked of its topic, and this one asks something else
_ENOUGH = (
    0.5  # the share of a follow-up's own words, by weight, that the passage which answers it has to hold
)
_ENOUGH_TOPIC = 0.6  # the same of its topic: half of a name ("Black Death") may be another's
_NEARLY_ALL = 0.99
# rank score that all of a follow-up's own words add to a sentence; from 2 to 8 the same ones are chosen
_OWN_BONUS = 4.0
_UNSHOWN = 0.25  # what is left of the confidence where the kind of answer that was asked for does not show
_FIRST_KIND, _LAST_KIND = FEATURES.index("number"), FEATURES.index("definition")
_FURTHEST = 4  # how many questions back "it" may stand for something


class ContextDependence(Enum):
    """How much a question needs the one before it."""

    NONE = "it stands alone"
    POSSIBLE = "it goes on from there if a passage holds the words of both"
    REQUIRED = "it means nothing without it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A question in its conversation."""

    query: Query
    """What to look for."""
    dependence: ContextDependence = ContextDependence.NONE
    """How much it needs the question before it."""
    by_itself: frozenset[str] = frozenset()
    """The terms that are its own; empty where it inherits nothing."""
    own: frozenset[str] = frozenset()
    """The terms that a passage has to hold for the question's sake, whatever it inherits; empty where it
    inherits nothing.
    """
    topic: frozenset[str] = frozenset()
    """Those that it has to hold for the sake of what was asked before."""
    kept: float = 1.0
    """What the weights of these were multiplied by."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The words of the question itself that are in no document."""
        own = (
            self.query.terms
            if self.dependence is ContextDependence.NONE
            else [t for t in self.query.terms if t.term in self.by_itself]
        )
        return tuple(term.word for term in own if not term.known)


class _Form(NamedTuple):
    """How a question is put."""

    spoken: tuple[str, ...]
    """The languages that it may be in: by itself, and by what was said before, which is surer for a short
    one.
    """
    start: int
    """Where it goes on after words that take up what was said before; 0 where it has none."""
    points: bool
    """Whether a word stands for something said before."""
    asks: bool
    """Whether it asks something, and doesn't just name something else that the earlier question is asked of.
    """


class Reader(Protocol):
    """Reads questions and finds what answers them: the answerer."""

    index: Index
    """Where."""
    languages: tuple[str, ...]
    """Those of the documents."""

    def read(self, question: str, languages: tuple[str, ...] = ()) -> Query:
        """Read a question by itself; as one in `languages`, or else in the documents'."""

    def best(self, query: Query) -> tuple[int, Evidence] | None:
        """Return the row in the evidence of the best sentence for a query, with the evidence; None where
        nothing is found.
        """


def understand(question: str, context: tuple[str, ...], reader: Reader) -> Understood:
    """Read a question, with what it takes over from the questions before it, oldest first, where it cannot
    stand alone.
    """
    context = context[-_FURTHEST:]
    alone = Understood(query=reader.read(question))
    if not context:
        return alone
    form = _form(question, context[-1], reader.languages)
    query = _reread(question, alone.query, form, reader)
    dependence = _dependence(query, form)
    if dependence is ContextDependence.NONE:
        return alone
    earlier = understand(context[-1], context[:-1], reader)
    if not earlier.query.terms:
        return alone
    names_only = not form.asks and bool(query.terms)
    understood = _joined(
        query, earlier, _title(earlier.query, reader), _capitalised(context), names_only=names_only
    )
    if len(understood.query.terms) == len(query.terms):
        return alone  # all that it could have taken over is replaced
    if dependence is ContextDependence.POSSIBLE and not _hangs_together(understood, form, reader):
        return alone
    return replace(understood, dependence=dependence)


def held(understood: Understood, row: int, evidence: Evidence) -> float:
    """Return 1 where the passage of the evidence's row holds enough of a follow-up's own words and of its
    topic.

    Otherwise the lesser share that it does hold, which is at most that much of a reason to believe it. One
    without words of its own ("why?") only asks for a kind of answer, so the sentence has to show that. A
    question that inherits nothing has nothing to hold.
    """
    if (
        understood.dependence is not ContextDependence.NONE
        and not understood.own
        and understood.query.expects
    ):
        kinds = evidence.features[row, _FIRST_KIND : _LAST_KIND + 1]
        if not (kinds > 0).any():
            return _UNSHOWN
    own = _share(understood.query, row, evidence, lambda term: term.term in understood.own)
    topic = _share(understood.query, row, evidence, lambda term: term.term in understood.topic)
    return min(1.0 if own >= _ENOUGH else own, 1.0 if topic >= _ENOUGH_TOPIC else topic)


def own_bonus(understood: Understood, evidence: Evidence) -> npt.NDArray[np.float64]:
    """Return what to add to the rank score of each sentence, beside others of its passage, for a follow-up's
    own words in it.

    The passage is the topic's; which of its sentences answers is for these words to say.
    """
    weights = np.array(
        [term.weight if term.term in understood.by_itself else 0.0 for term in understood.query.terms]
    )
    bonus: npt.NDArray[np.float64] = evidence.has @ weights * (_OWN_BONUS / (float(weights.sum()) or 1.0))
    return bonus


def hard_terms(query: Query) -> list[QueryTerm]:
    """Return the terms that say what a question is about: neither common words nor such as only ask."""
    if query.expects & Signal.DEFINITION:  # "what is a fund": what it asks about is a part of how it asks
        return list(query.terms)
    return [term for term in query.terms if term.telling]


def _form(question: str, before: str, languages: tuple[str, ...]) -> _Form:
    spoken = tuple(dict.fromkeys((detect(question, languages), detect(f"{before} {question}", languages))))
    start = discourse_marker_end(question, spoken)
    rest = question[start:]
    return _Form(
        spoken=spoken, start=start, points=has_anaphora(rest, spoken), asks=has_question_word(rest, spoken)
    )


def _reread(question: str, query: Query, form: _Form, reader: Reader) -> Query:
    """Read a question again in the language of its conversation, without the words that only refer back or ask."""
    language = form.spoken[-1]
    if language_of(language).unsegmented:  # where they would make terms with their neighbours
        bare = reader.read(strip_cues(question, language), (language,))
        return replace(bare, expects=query.expects)
    again = reader.read(question, (language,)) if len(form.spoken) > 1 else query
    return replace(again, terms=tuple(term for term in again.terms if not is_cue(term.word, language)))


def _dependence(query: Query, form: _Form) -> ContextDependence:
    unspaced = language_of(form.spoken[-1]).unsegmented
    if _lacks_key_word(query, unspaced=unspaced):
        return (
            ContextDependence.NONE
        )  # the documents don't have its key word: what it inherits must not hide that
    words = len(hard_terms(query)) * (_PAIR if unspaced else 1.0)
    if words >= _STANDS_ALONE:
        return ContextDependence.POSSIBLE if form.points or form.start else ContextDependence.NONE
    named = any(term.name for term in query.terms)  # which a pronoun may stand for as well
    if not words or (form.points and not named) or (form.start and not form.asks):
        return ContextDependence.REQUIRED
    return ContextDependence.POSSIBLE if form.start or form.points or not named else ContextDependence.NONE


def _lacks_key_word(query: Query, *, unspaced: bool) -> bool:
    hard = hard_terms(query)
    unknown = sum(term.weight for term in hard if not term.known)
    if unspaced:  # some pairs of characters are no word at all
        return unknown > _ENOUGH * sum(term.weight for term in hard)
    return unknown > 0


def _joined(
    query: Query, earlier: Understood, title: frozenset[int], capitalised: frozenset[str], *, names_only: bool
) -> Understood:
    """Return a question with what it inherits: the topic; and what was asked of it, where it only names
    something else.

    The topic is what was named, and what is in the `title` of what answered that. What stands in the place of
    the question's own names ("… in Brazil?", "and in Peru?") is left behind.
    """

    def is_name(term: QueryTerm) -> bool:
        return term.name or term.word in capitalised

    own = {term.term for term in query.terms}
    inherited = [_unscaled(term, earlier) for term in earlier.query.terms if term.term not in own]
    if any(term.name for term in query.terms) or names_only:
        inherited = _without_parallel(inherited, lambda term: is_name(term) and term.number not in title)
    topic = {term.term for term in inherited if is_name(term) or term.number in title}
    asks_anew = topic and query.terms and not names_only
    kept = _KEPT if query.terms else 1.0  # "when?" asks the earlier question once more
    weights = [_ASKED if asks_anew and term.term not in topic else kept for term in inherited]
    terms = [
        replace(term, weight=term.weight * weight) for term, weight in zip(inherited, weights, strict=True)
    ]
    variants = tuple(dict.fromkeys(earlier.query.variants + query.variants))
    expects = query.expects or (earlier.query.expects if names_only else 0)
    return Understood(
        query=replace(query, terms=(*terms, *query.terms)[-MAX_TERMS:], expects=expects, variants=variants),
        by_itself=frozenset(own),
        own=frozenset(term.term for term in hard_terms(query) if term.known),
        topic=frozenset(topic),
        kept=kept,
    )


def _unscaled(term: QueryTerm, question: Understood) -> QueryTerm:
    """Return a term of a question at its own weight again, where the question inherited it: what lasts
    doesn't fade.
    """
    return replace(term, weight=term.weight / question.kept) if term.term in question.topic else term


def _without_parallel(terms: list[QueryTerm], is_name: Callable[[QueryTerm], bool]) -> list[QueryTerm]:
    """Return the terms without the last names that follow one another."""
    runs = [list(run) for named, run in groupby(terms, key=is_name) if named]
    if not runs:
        return terms
    return [term for term in terms if term not in runs[-1]]


def _capitalised(questions: tuple[str, ...]) -> frozenset[str]:
    """Return the words that are written like names: capitalised, not at the beginning, where others are
    not.
    """
    found: set[str] = set()
    for question in questions:
        words = regex.findall(r"\p{L}[\p{L}\p{M}\p{N}'’-]*", question)[1:]
        if any(word[0].islower() for word in words):
            found.update(word for word in words if word[0].isupper())
    return frozenset(found)


def _title(query: Query, reader: Reader) -> frozenset[int]:
    """Return the numbers of the terms in the title and headings of what answers a question best."""
    found = reader.best(query)
    if found is None:
        return frozenset()
    row, evidence = found
    arrays = reader.index.arrays
    context = int(arrays["passage_context"][evidence.passages[evidence.candidate[row]]])
    first, last = arrays["context_tokens"][context : context + 2]
    return frozenset(arrays["context_terms"][first:last].tolist())


def _hangs_together(understood: Understood, form: _Form, reader: Reader) -> bool:
    """Return whether the best passage holds enough of a question's own words and of what it inherits.

    Where it has no sign of dependence but that it is short, enough of its own words is all of them, and there
    has to be something named to hold.
    """
    found = reader.best(understood.query)
    if found is None or not (form.start or understood.topic):
        return False
    own = _share(understood.query, *found, lambda term: term.term in understood.own)
    topic = _share(understood.query, *found, lambda term: term.term in understood.topic)
    inherited = _share(understood.query, *found, lambda term: term.term not in understood.by_itself)
    least = _ENOUGH if form.start or form.points else _NEARLY_ALL
    return own >= least and topic >= _ENOUGH_TOPIC and inherited >= _ENOUGH


def _share(query: Query, row: int, evidence: Evidence, which: Callable[[QueryTerm], bool]) -> float:
    weights = np.array([term.weight if which(term) else 0.0 for term in query.terms])
    total = float(weights.sum())
    return float(weights @ evidence.passage_has[evidence.candidate[row]]) / total if total else 1.0
