"""A question's way, from top to bottom: parse, resolve the follow-up, retrieve, extract features, re-rank, weigh, decide.

question → query (`query`: spelling, synonyms, expansions) → follow-up resolved against the history (`follow_up`) →
candidates (`retrieval`) → where the query's terms stand in them (`matches`) → features of each sentence (`features`) →
passages in order, each with its best sentence (`reranking`) → the best edition first (`editions`) → calibrated confidence
(`confidence`) → quotes (`snippets`) → Answer or NoAnswer. Values go in and come out; nothing below calls back up.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from chipbot.answering.confidence import closeness, confidence
from chipbot.answering.direction import opposite
from chipbot.answering.editions import Wish, edition_of, named_versions, with_best_edition
from chipbot.answering.features import extract_features
from chipbot.answering.follow_up import (
    MAX_HISTORY,
    ContextDependence,
    ResolvedQuestion,
    context_coverage,
    context_dependence,
    inherit,
    is_coherent,
    own_query,
    own_terms_boost,
    read_cues,
)
from chipbot.answering.matches import Bools, Matches, match
from chipbot.answering.query import SHORT, Query, parse_query
from chipbot.answering.reranking import Ranking, rerank, with_other_sentences
from chipbot.answering.snippets import highlight_spans, make_quote, with_list_items
from chipbot.answering.synonyms import Synonyms
from chipbot.model import TAUGHT, Answer, AnswerOptions, NoAnswer, Quote, Reason
from chipbot.retrieval.retriever import Retriever
from chipbot.text.answer_types import AnswerType

CANDIDATES = 50
"""How many passages BM25 hands over for a closer look."""

_SAME = 0.8  # share of terms in common (Jaccard) from which a passage says nothing new
_BEHIND = 3.0  # rank score by which a passage stays so far behind the best that it is not worth its length
_NEAR = 0.1  # closeness from which a section is worth a look: it held the answer twice as often as below that
_BELOW = 0.17  # how often a quote as close as an answer is one, below another that is: 5 of 29, 15 of 146 by meaning


class SearchedQuestion(NamedTuple):
    """A resolved question with what was found for it, if it has been looked for."""

    question: ResolvedQuestion
    ranking: Ranking | None = None


class Answerer:
    """Answers questions from one retriever. It keeps no state between questions and may be shared between threads."""

    def __init__(self, retriever: Retriever, *, starter_synonyms: bool = True) -> None:
        self.retriever = retriever
        self._taught = retriever.passages_below(TAUGHT)
        self._synonyms = Synonyms(retriever.synonyms, retriever.languages, starter=starter_synonyms)

    def answer(
        self,
        question: str,
        *,
        history: tuple[str, ...] = (),
        options: AnswerOptions = AnswerOptions(),
    ) -> Answer | NoAnswer:
        """Return the documents' answer to a question, or why there is none.

        Args:
            question: The question as it was asked.
            history: The questions before it in the same conversation, oldest first.
            options: What the answer may be.
        """
        began = time.perf_counter()
        resolved, ranking = self.resolve(question, history[-MAX_HISTORY:], options.excluded)
        if not resolved.query.terms:
            return self._no_answer(question, resolved, "empty_question", began)
        ranking = ranking or self.rank(resolved.query, question, options.excluded)
        if ranking is None:
            return self._no_answer(question, resolved, "no_match", began)
        if resolved.dependence is not ContextDependence.NONE:
            ranking = with_other_sentences(ranking, own_terms_boost(resolved, ranking.matches))
        ranking = with_best_edition(ranking, self.retriever, _wish(question, resolved, options))
        # In a follow-up neither its own words nor its topic can make up for the other.
        probability, ranking = self._weighed(resolved, ranking, options.min_confidence)
        quotes = self._quotes(resolved, ranking, options.max_quotes)
        if probability < options.min_confidence:
            # What is near in meaning alone, and not near enough, shares no word with the question.
            reason: Reason = "low_confidence" if ranking.matches.scores.any() else "no_match"
            refusal = self._no_answer(question, resolved, reason, began, quotes)
            return replace(refusal, confidence=probability)
        further = [quote for quote in quotes[1:] if quote.confidence * _BELOW >= options.min_confidence]
        rest = [quote for quote in quotes[1:] if quote not in further]
        return Answer(
            question=question,
            quotes=(replace(quotes[0], confidence=probability), *further, *rest),
            confidence=probability,
            shown=1 + len(further),
            corrections=resolved.query.corrections,
            milliseconds=_since(began),
        )

    def _weighed(
        self, resolved: ResolvedQuestion, ranking: Ranking, min_confidence: float
    ) -> tuple[float, Ranking]:
        """Return the confidence in a ranking, and the ranking: led by what a server's team said, where that answers and
        has no less of the question than what ranks first.
        """
        if not self._taught:
            return self._confidence(resolved, ranking), ranking
        mass = ranking.matches.passage_has @ ranking.matches.share
        taught = [
            ranked
            for ranked in ranking.passages
            if ranked.passage in self._taught and mass[ranked.candidate] >= mass[ranking.best.candidate]
        ]
        if taught and taught[0] is not ranking.best:
            others = (ranked for ranked in ranking.passages if ranked is not taught[0])
            probability = self._confidence(resolved, ranking._replace(passages=(taught[0],)))
            if probability >= min_confidence:
                return probability, ranking._replace(passages=(taught[0], *others))
        return self._confidence(resolved, ranking), ranking

    def _confidence(self, resolved: ResolvedQuestion, ranking: Ranking) -> float:
        """Return the confidence that the best sentence answers a question, which a cross-encoder has read where there is one."""
        spans = highlight_spans(ranking, ranking.best.sentence)
        read = self.retriever.log_odds(ranking.question, ranking.best.passage, spans)
        return round(confidence(ranking, read) * context_coverage(resolved, ranking), 4)

    def parse(self, question: str) -> Query:
        """Read a question by itself, in the light of the documents and their synonyms."""
        return parse_query(question, self.retriever, self.retriever.languages, self._synonyms)

    def rank(self, query: Query, question: str, excluded: frozenset[str] = frozenset()) -> Ranking | None:
        """Return the candidate passages of a query, best first; None where nothing is found.

        Args:
            query: What to look for.
            question: The question that it was made of, for comparing meanings.
            excluded: The ids of documents whose passages are no candidates.
        """
        candidates = self.retriever.retrieve(
            query.term_numbers, CANDIDATES, excluded=excluded, question=question
        )
        if candidates is None:
            return None
        matches = match(query, candidates, self.retriever)
        # Passages that only have parts of what documents may write for a term say nothing.
        if candidates.similarities is None and not matches.passage_related.any():
            return None
        opposite_of = self._opposite(matches, question)
        return rerank(matches, extract_features(matches), opposite=opposite_of, question=question)

    def _opposite(self, matches: Matches, question: str) -> Bools | None:
        """Return which sentences go the other way than the question, or None where that names no way; shape (S,)."""
        goes_back = opposite(question, matches.query.language)
        if goes_back is None:
            return None
        found = matches.candidates
        stored = [self.retriever.passage(int(number)) for number in found.passages]
        spans = zip(found.sentence_candidates, found.sentence_starts, found.sentence_ends, strict=True)
        return np.array(
            [goes_back(stored[candidate].below_headings(start, end)) for candidate, start, end in spans]
        )

    def best_passages(self, question: str, k: int) -> list[int]:
        """Return the numbers of the `k` passages ranked best for a question: for measuring, more than are quoted."""
        query = self.parse(question)
        ranking = self.rank(query, question) if query.terms else None
        return [ranked.passage for ranked in ranking.passages[:k]] if ranking else []

    def resolve(
        self, question: str, history: tuple[str, ...], excluded: frozenset[str] = frozenset()
    ) -> SearchedQuestion:
        """Read a question, with what it inherits from those before it, oldest first, where it cannot stand alone."""
        alone = SearchedQuestion(ResolvedQuestion(query=self.parse(question)))
        if not history:
            return alone
        cues = read_cues(question, history[-1], self.retriever.languages)
        own = own_query(question, alone.question.query, cues, self.retriever, self._synonyms)
        dependence = context_dependence(own, cues)
        if dependence is ContextDependence.NONE:
            return alone
        earlier, answered = self.resolve(history[-1], history[:-1], excluded)
        if not earlier.query.terms:
            return alone
        answered = answered or self.rank(earlier.query, history[-1], excluded)
        breadcrumb = self.retriever.breadcrumb_terms(answered.best.passage) if answered else frozenset[int]()
        resolved = inherit(own, cues, earlier, breadcrumb, history)
        if resolved is None:
            return alone
        ranking = self.rank(resolved.query, f"{history[-1]} {question}", excluded)
        if dependence is ContextDependence.POSSIBLE and not is_coherent(resolved, cues, ranking):
            return alone
        return SearchedQuestion(replace(resolved, dependence=dependence), ranking)

    def _quotes(self, resolved: ResolvedQuestion, ranking: Ranking, most: int) -> tuple[Quote, ...]:
        """Quote the best passages that differ from one another and are near the best, each with its best sentence
        highlighted, and how close that is to the question by itself.
        """
        steps = bool(ranking.matches.query.answer_types & AnswerType.STEP)
        quotes: list[Quote] = []
        shown: list[frozenset[int]] = []
        pages: dict[tuple[str, ...], str] = {}  # of which an edition is quoted, and which
        for ranked in ranking.passages:
            if ranked.score < ranking.best.score - _BEHIND or len(quotes) == most:
                break
            terms = self.retriever.passage_terms(ranked.passage)
            if any(len(terms & other) >= _SAME * len(terms | other) for other in shown):
                continue
            document = self.retriever.document_of(ranked.passage)
            if pages.setdefault(edition_of(document).page, document.id) != document.id:
                continue
            stored = self.retriever.passage(ranked.passage)
            highlights = with_list_items(stored, highlight_spans(ranking, ranked.sentence), steps=steps)
            led = ranking.led_by(ranked)
            close = closeness(led) * context_coverage(resolved, led)
            quotes.append(make_quote(stored, highlights, round(ranked.score, 4), round(close, 4)))
            shown.append(terms)
        return tuple(quotes)

    def _no_answer(
        self,
        question: str,
        resolved: ResolvedQuestion,
        reason: Reason,
        began: float,
        rejected: tuple[Quote, ...] = (),
    ) -> NoAnswer:
        near = reason == "low_confidence"
        closest = tuple(quote for quote in rejected if near and quote.confidence >= _NEAR)
        return NoAnswer(
            question=question,
            reason=reason,
            suggestions=tuple(dict.fromkeys(map(_section, closest))),
            closest=closest,
            missing=resolved.missing,
            rejected=rejected,
            milliseconds=_since(began),
        )


def _wish(question: str, resolved: ResolvedQuestion, options: AnswerOptions) -> Wish:
    """Return which edition is wanted: in the language of the question, where it is long enough to tell, or the asker's."""
    told = sum(map(str.isalpha, question)) > SHORT or not options.language
    return Wish(resolved.query.language if told else options.language, named_versions(question))


def _section(quote: Quote) -> str:
    """Return the title and headings that a quote stands below."""
    return " › ".join(quote.citation.breadcrumb)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
