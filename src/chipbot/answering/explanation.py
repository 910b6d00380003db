"""Why a question is answered or refused: what was looked at, what spoke for each passage and against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chipbot.answering.confidence import closeness
from chipbot.answering.features import FEATURES, MEANING_FEATURES
from chipbot.answering.pipeline import Answerer
from chipbot.answering.query import Query
from chipbot.answering.reranking import RankedPassage, Ranking, ranking_weights
from chipbot.answering.snippets import highlight_spans, make_quote
from chipbot.arrays import Floats
from chipbot.model import Answer, AnswerOptions, NoAnswer, Quote

PASSAGES = 10
"""How many passages are explained."""
_REASONS = 5  # that are told of each passage


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTerm:
    """A term of the question."""

    word: str
    """The word as it was asked."""
    share: float
    """How much of the question it is, 0 to 1."""
    is_known: bool
    """Whether some document holds it, or what documents write for it."""
    is_entity: bool
    """Whether it is written like a name or a figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A feature that puts a passage before or behind the average one."""

    feature: str
    """What it is called."""
    meaning: str
    """What it says, in words."""
    effect: float
    """What it adds to the rank score, compared with the average passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPassage:
    """A passage that was looked at closely."""

    quote: Quote
    """The passage, with its best sentence highlighted; its confidence is what it would be if this came first."""
    bm25: float
    """Its BM25 score."""
    similarity: float | None
    """How near its best sentence is in meaning, -1 to 1; None without an encoder."""
    held: tuple[str, ...]
    """The question's words that it holds, its title and headings included …"""
    missing: tuple[str, ...]
    """… and those that it does not."""
    related: tuple[str, ...]
    """Those of them for which it holds related words."""
    reasons: tuple[Reason, ...]
    """What counts most for it and against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What came of a question, and why."""

    result: Answer | NoAnswer
    min_confidence: float
    """The confidence from which it is answered."""
    terms: tuple[ExplainedTerm, ...]
    expansions: tuple[tuple[str, str], ...]
    """Words of the question with what documents write for them."""
    candidates: int
    """How many passages were looked at closely."""
    passages: tuple[ExplainedPassage, ...]
    """The best of them, best first."""
    lacks_entity: bool
    """Whether a name or figure that the question is about stands in no document: then it is refused whatever else."""


def explain(
    answerer: Answerer, question: str, options: AnswerOptions = AnswerOptions(), passages: int = PASSAGES
) -> Explanation:
    """Answer a question and say why; it stands alone, without a history.

    Args:
        answerer: Who answers.
        question: The question.
        options: What an answer may be.
        passages: How many passages are told at most.
    """
    query = answerer.parse(question)
    ranking = answerer.rank(query, question, options.excluded) if query.terms else None
    total = sum(term.weight for term in query.terms)
    return Explanation(
        result=answerer.answer(question, options=options),
        min_confidence=options.min_confidence,
        terms=tuple(
            ExplainedTerm(
                word=term.word,
                share=term.weight / total,
                is_known=term.is_known,
                is_entity=term.is_entity,
            )
            for term in query.terms
        ),
        expansions=_expansions(answerer, query),
        candidates=len(ranking.passages) if ranking else 0,
        passages=_explained(answerer, ranking, passages) if ranking else (),
        lacks_entity=query.has_unknown_entity,
    )


def _expansions(answerer: Answerer, query: Query) -> tuple[tuple[str, str], ...]:
    vocabulary = answerer.retriever.vocabulary
    return tuple(
        (" ".join(expansion.source), " ".join(map(vocabulary.term, expansion.target)))
        for expansion in query.expansions
    )


def _explained(answerer: Answerer, ranking: Ranking, passages: int) -> tuple[ExplainedPassage, ...]:
    best = [ranked.sentence for ranked in ranking.passages]
    average: Floats = ranking.features.values[best].mean(axis=0)
    return tuple(_passage(answerer, ranking, ranked, average) for ranked in ranking.passages[:passages])


def _passage(
    answerer: Answerer, ranking: Ranking, ranked: RankedPassage, average: Floats
) -> ExplainedPassage:
    matches = ranking.matches
    stored = answerer.retriever.passage(ranked.passage)
    held = matches.passage_has[ranked.candidate].tolist()
    words = [(term.word, has) for term, has in zip(matches.query.terms, held, strict=True)]
    related = matches.passage_related[ranked.candidate].tolist()
    similarities = matches.candidates.similarities
    close = round(closeness(ranking.led_by(ranked)), 4)
    return ExplainedPassage(
        quote=make_quote(stored, highlight_spans(ranking, ranked.sentence), round(ranked.score, 4), close),
        bm25=float(matches.scores[ranked.candidate]),
        similarity=None if similarities is None else float(similarities[ranked.sentence]),
        held=tuple(word for word, has in words if has),
        missing=tuple(word for word, has in words if not has),
        related=tuple(word for (word, has), worth in zip(words, related, strict=True) if worth and not has),
        reasons=_reasons(ranking, ranked.sentence, average),
    )


def _reasons(ranking: Ranking, sentence: int, average: Floats) -> tuple[Reason, ...]:
    """Return the features that count most for a sentence and against it, the strongest first."""
    features = ranking.features
    effects = (features.values[sentence] - average) * ranking_weights(features)
    strongest = np.argsort(-np.abs(effects), kind="stable")[:_REASONS].tolist()
    known = FEATURES | MEANING_FEATURES
    return tuple(
        Reason(
            feature=features.names[number].replace("_", " "),
            meaning=known[features.names[number]].__doc__ or "",
            effect=round(float(effects[number]), 2),
        )
        for number in strongest
        if round(float(effects[number]), 2)
    )
