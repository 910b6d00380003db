"""What speaks for each candidate sentence: named features, one function each, in a registry.

Re-ranking, confidence, training (tests/quality/train.py) and its table of what each is worth go by this registry: a new
feature is one more function here, and a run of the training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.answering.matches import NAMES, Matches
from chipbot.arrays import Floats
from chipbot.model import BlockKind
from chipbot.text.answer_types import AnswerType

_MAX_TERM_SCORE = 1.9  # k1 + 1: what a term's weight can reach, as a multiple of its idf

Column = Floats | npt.NDArray[np.bool_]
"""A number or a truth value for each candidate sentence; shape (S,)."""

Feature = Callable[[Matches], Column]
"""Computes one number for each candidate sentence; its docstring says what it is."""

FEATURES: dict[str, Feature] = {}
"""The features of words and structure, by their names."""

MEANING_FEATURES: dict[str, Feature] = {}
"""The features of meaning, which are there where an encoder compares questions with sentences."""


class SentenceFeatures(NamedTuple):
    """The features of all candidate sentences."""

    names: tuple[str, ...]
    """The features: `FEATURES`, and `MEANING_FEATURES` where meanings are compared."""
    values: Floats
    """Shape (S, F): a row a sentence, a column a feature."""

    def row(self, sentence: int) -> dict[str, float]:
        """Return the features of a sentence by their names."""
        return dict(zip(self.names, self.values[sentence].tolist(), strict=True))


_KINDS: dict[str, tuple[BlockKind, ...]] = {
    "list_item": ("list_item",),
    "table_row": ("table_row",),
    "code": ("code",),
    "heading": ("heading",),
    "name_only": tuple(kind for kind in NAMES if kind != "heading"),
}
"""The features that say what kind of block a sentence is of, with the kinds that each stands for."""


def extract_features(matches: Matches) -> SentenceFeatures:
    """Compute every feature of every candidate sentence."""
    features = FEATURES if matches.candidates.similarities is None else FEATURES | MEANING_FEATURES
    columns = [compute(matches) for compute in features.values()]
    return SentenceFeatures(tuple(features), np.stack(columns, axis=1).astype(float))


def _feature(compute: Feature) -> Feature:
    FEATURES[compute.__name__] = compute
    return compute


@_feature
def window_coverage(m: Matches) -> Column:
    """Share of the question's idf mass in the sentence and its neighbours."""
    return m.window_has @ m.share


@_feature
def passage_coverage(m: Matches) -> Column:
    """Share of the question's idf mass in the passage."""
    return (m.body_has @ m.share)[m.candidate]


@_feature
def breadcrumb_coverage(m: Matches) -> Column:
    """Share of the question's idf mass in its title and headings."""
    return (m.breadcrumb_has @ m.share)[m.candidate]


@_feature
def sentence_or_heading_coverage(m: Matches) -> Column:
    """Share of the question's idf mass in the sentence, its title and headings together."""
    return (m.has | m.breadcrumb_has[m.candidate]) @ m.share


@_feature
def antecedent_coverage(m: Matches) -> Column:
    """Share of the question's idf mass in the sentence and, where it points back, those before it."""
    return m.antecedent_has @ m.share


@_feature
def pairs(m: Matches) -> Column:
    """Share of the question's neighbouring terms that stand close together in the sentence, in order or not."""
    return m.near @ _pair_share(m)


@_feature
def ordered_pairs(m: Matches) -> Column:
    """Share of the question's neighbouring terms that stand one right after the other in the sentence, in order."""
    return m.adjacent @ _pair_share(m)


def _pair_share(m: Matches) -> Column:
    share = m.share[:-1] + m.share[1:]
    return share / share.sum() if len(share) else share


@_feature
def bm25(m: Matches) -> Column:
    """The passage's score as a share of what the question's terms could give."""
    return np.take(m.scores / (_MAX_TERM_SCORE * m.weights.sum()), m.candidate)


@_feature
def bm25_lead(m: Matches) -> Column:
    """The passage's score as a share of the best candidate's."""
    return (m.scores / (m.scores.max() or 1.0))[m.candidate]


@_feature
def before(m: Matches) -> Column:
    """Share of the question's idf mass in the sentence before it."""
    shifted = np.zeros_like(m.coverage)
    shifted[1:] = np.where(m.same_passage, m.coverage[:-1], 0.0)
    return shifted


@_feature
def after(m: Matches) -> Column:
    """Share of the question's idf mass in the sentence after it."""
    shifted = np.zeros_like(m.coverage)
    shifted[:-1] = np.where(m.same_passage, m.coverage[1:], 0.0)
    return shifted


@_feature
def entities_in_passage(m: Matches) -> Column:
    """Share of the mass that is entities which its passage, title or headings hold."""
    return (m.passage_has @ m.entity_share)[m.candidate]


@_feature
def first_term(m: Matches) -> Column:
    """Whether the question's first term is in the sentence."""
    return m.has[:, 0]


@_feature
def last_term(m: Matches) -> Column:
    """Whether the question's last term is in the sentence."""
    return m.has[:, -1]


def _shows(name: str, answer_type: AnswerType) -> None:
    """Add a feature: +1 where an answer type that is asked for shows, -1 where it does not, 0 where it is not asked for."""

    def compute(m: Matches) -> Column:
        wanted = m.query.answer_types & answer_type
        if not wanted:
            return np.zeros(len(m.candidate))
        return np.where(m.candidates.answer_types & wanted, 1.0, -1.0)

    compute.__name__, compute.__doc__ = name, f"Whether the answer type {name} shows, if it is asked for."
    _feature(compute)


ANSWER_TYPE_FEATURES = {
    "number": AnswerType.NUMBER,
    "amount": AnswerType.AMOUNT,
    "date": AnswerType.DATE,
    "person": AnswerType.NAME,
    "full_name": AnswerType.PERSON,
    "place": AnswerType.PLACE,
    "reason": AnswerType.REASON,
    "definition": AnswerType.DEFINITION,
    "polar": AnswerType.POLAR,
    "clock": AnswerType.CLOCK,
    "money": AnswerType.MONEY,
    "step": AnswerType.STEP,
    "modal": AnswerType.MODAL,
}
"""The features that say whether the kind of answer shows that is asked for, with the kind that each looks for."""
for _name, _answer_type in ANSWER_TYPE_FEATURES.items():
    _shows(_name, _answer_type)


@_feature
def counted(m: Matches) -> Column:
    """Whether the sentence holds what is asked the number of: +1 or -1, 0 where no number is."""
    if m.query.counted is None:
        return np.zeros(len(m.candidate))
    return np.where(m.has[:, m.query.counted], 1.0, -1.0)


def _is(name: str, *kinds: BlockKind) -> None:
    """Add a feature: whether the sentence is of a block of one of these kinds."""

    def compute(m: Matches) -> Column:
        return m.is_of(kinds)

    compute.__name__, compute.__doc__ = name, f"Whether the sentence is of a block of the kind {name}."
    _feature(compute)


for _name, _kinds in _KINDS.items():
    _is(_name, *_kinds)


@_feature
def introduces(m: Matches) -> Column:
    """Whether the sentence only introduces what comes after it."""
    return m.shows(AnswerType.INTRODUCES)


@_feature
def asks(m: Matches) -> Column:
    """Whether the sentence asks."""
    return m.shows(AnswerType.ASKS)


@_feature
def context_coverage(m: Matches) -> Column:
    """Share of the question's idf mass in the sentence and in all that it says by where it stands."""
    return m.context_has @ m.share


@_feature
def related_coverage(m: Matches) -> Column:
    """Share of the question's idf mass that the sentence has in related words only."""
    return (m.related - m.has) @ m.share


@_feature
def related_context_coverage(m: Matches) -> Column:
    """Share of the question's idf mass that it has in related words only, with all that it says by where it stands."""
    return (m.context_related - m.context_has) @ m.share


@_feature
def related_passage_coverage(m: Matches) -> Column:
    """Share of the question's idf mass that its passage has in related words only."""
    return ((m.passage_related - m.passage_has) @ m.share)[m.candidate]


@_feature
def leads(m: Matches) -> Column:
    """The share of the question that the sentence's first term has."""
    return m.first_has @ m.share


@_feature
def breadcrumb_precision(m: Matches) -> Column:
    """Share of the terms in the passage's title and headings that the question has."""
    return np.take(m.breadcrumb_precision, m.candidate)


@_feature
def length(m: Matches) -> Column:
    """Logarithm of the sentence's number of terms."""
    return np.log1p(m.lengths)


@_feature
def short(m: Matches) -> Column:
    """Whether the sentence has fewer than three terms."""
    return m.lengths < 3


@_feature
def early(m: Matches) -> Column:
    """How near the passage's beginning it stands."""
    return 1 / (1 + np.arange(len(m.candidate)) - m.starts[m.candidate])


@_feature
def novelty(m: Matches) -> Column:
    """Logarithm of the number of its terms that the question does not have."""
    own: Floats = np.log1p(np.maximum(m.lengths - m.has.sum(axis=1), 0))
    return own


def _meaning(compute: Callable[[Matches, Floats], Column]) -> None:
    """Add a feature of meaning, which is made of the sentences' similarities as well; shape (S,)."""

    def computed(m: Matches) -> Column:
        if m.candidates.similarities is None:
            raise AssertionError("features of meaning are computed where meanings are compared")
        return compute(m, m.candidates.similarities)

    MEANING_FEATURES[compute.__name__] = computed
    computed.__doc__ = compute.__doc__


@_meaning
def similarity(_: Matches, similarities: Floats) -> Column:
    """Cosine of the question's vector with the sentence's."""
    return similarities


@_meaning
def similarity_lead(m: Matches, similarities: Floats) -> Column:
    """By how much the sentence is nearer than every other with other words, or less near than the nearest."""
    nearest = m.wording == m.wording[similarities.argmax()]
    first = similarities.max()
    second = similarities.max(where=~nearest, initial=-1.0) if not nearest.all() else first
    lead: Floats = similarities - np.where(nearest, second, first)
    return lead


@_meaning
def similarity_in_passage(m: Matches, similarities: Floats) -> Column:
    """The similarity of the nearest sentence of the passage."""
    return np.take(_highest(m, similarities), m.candidate)


@_meaning
def similarity_of_neighbours(m: Matches, similarities: Floats) -> Column:
    """The higher similarity of the sentences before and after it."""
    highest = np.full(len(similarities), -1.0)
    highest[1:] = np.where(m.same_passage, similarities[:-1], -1.0)
    highest[:-1] = np.maximum(highest[:-1], np.where(m.same_passage, similarities[1:], -1.0))
    return highest


def _highest(m: Matches, similarities: Floats) -> Floats:
    """Return the highest similarity in each candidate; shape (C,)."""
    highest: Floats = np.maximum.reduceat(similarities, m.starts)
    return highest
