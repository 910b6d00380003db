"""A member's question → what to look for: its terms with their weights, and the kind of answer that it expects."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from chipbot.analysis import FILLERS, Token, analyzer, detect
from chipbot.analysis.signals import Signal
from chipbot.answer.spelling import correct
from chipbot.index import Index

MAX_LENGTH = 1_000
"""Code points of a question that are looked at; what is longer is not one question."""

MAX_TERMS = 32

_CORRECTED_WEIGHT = 0.8  # a corrected word may be the wrong one


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTerm:
    """One term of a question."""

    term: str
    """What BM25 counts."""
    word: str
    """The word as the member wrote it."""
    number: int
    """The term's number in the index, or -1 where the documents do not hold it."""
    weight: float
    """Its inverse document frequency: how much finding it says."""
    name: bool
    """Whether it is written like a name or a figure, which nothing else can stand for."""
    corrected: bool = False
    """Whether the word was taken for a misspelling of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question, read."""

    terms: tuple[QueryTerm, ...]
    """Its distinct terms in order."""
    expects: int
    """The Signal mask of the kinds of answer that it asks for; 0 where it does not say."""
    corrections: tuple[tuple[str, str], ...]
    """Each misspelt word with the word that was looked for instead."""


_EXPECTATIONS: tuple[tuple[regex.Pattern[str], int], ...] = tuple(
    (regex.compile(pattern, regex.IGNORECASE), int(mask))
    for pattern, mask in (
        (
            r"\bhow (?:many|much|old|long|far|often|large|big|tall|high|deep|fast|wide)\b|\bwhat (?:percent\w*|number|amount|age|"
            r"population|share|fraction|proportion|size|price|cost)\b|\bcu[aá]nt[oa]s?\b|\bquant[oiae]s?\b|\bcombien\b|\bwie ?viele?\b|"
            r"\bсколько\b|\bcâ[țt][ie]\b|\bπόσ\w+|\bkaç\b|\bbao nhiêu\b|\bkam\b|كم|कितन|多少|几|เท่าไ|กี่",
            Signal.NUMBER | Signal.AMOUNT,
        ),
        (
            r"\bwhen\b|\b(?:what|which|in what) (?:year|date|day|month|time|century|decade)\b|\bcu[aá]ndo\b|\bquando\b|\bquand\b|\bwann\b|"
            r"\bкогда\b|\bcând\b|\bπότε\b|\bne zaman\b|\bkhi nào\b|متى|कब|什么时候|何时|哪一?年|เมื่อ(?:ไหร่|ใด)",
            Signal.DATE | Signal.NUMBER,
        ),
        (
            r"\bwh(?:o|om|ose)\b|\bqui[eé]n(?:es)?\b|\bquem\b|\bqui\b|\bchi\b|\bwer\b|\bwe[mn]\b|\bкто\b|\bкого\b|\bcine\b|\bποι(?:ος|οι|α)\b|\bkim\b|"
            r"\bai\b|من هو|कौन|किस(?:ने|के)|谁|ใคร",
            Signal.PERSON | Signal.NAME,
        ),
        (
            r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|region|continent|town|river)\b|\bd[oó]nde\b|\bonde\b|\boù\b|\bwo\b|\bdove\b|"
            r"\bгде\b|\bunde\b|\bπού\b|\bnerede\b|\bở đâu\b|أين|कहाँ|कहां|哪里|在哪|ที่ไหน",
            Signal.PLACE | Signal.NAME,
        ),
        (
            r"\bwhy\b|\bhow come\b|\bpor qu[eéê]\b|\bpourquoi\b|\bwarum\b|\bперché\b|\bпочему\b|لماذا|क्यों|为什么|ทำไม",
            Signal.REASON,
        ),
        (
            r"^\W*what(?:'s|’s|s| is| are)\s(?:an?\s|the\s)?[\w-]+\W*$|\bmeaning of\b|\bdefin(?:e|ition)\b|\bmean by\b",
            Signal.DEFINITION,
        ),
    )
)


def read_question(text: str, index: Index, languages: tuple[str, ...]) -> Query:
    """Read a question in the light of an index whose documents are written in `languages`."""
    text = text[:MAX_LENGTH]
    tokens = analyzer(detect(text, languages)).tokens(text)
    kept = [token for token in tokens if text[token.start : token.end].lower() not in FILLERS] or tokens
    terms: dict[str, QueryTerm] = {}
    corrections: list[tuple[str, str]] = []
    for token in kept:
        if token.term not in terms and len(terms) < MAX_TERMS:
            found, correction = _look_up(token, text, index)
            terms.setdefault(found.term, found)
            if correction:
                corrections.append((found.word, correction))
    expects = 0
    for pattern, mask in _EXPECTATIONS:
        if pattern.search(text):
            expects = mask
            break
    return Query(terms=tuple(terms.values()), expects=expects, corrections=tuple(corrections))


def _look_up(token: Token, text: str, index: Index) -> tuple[QueryTerm, str | None]:
    word = text[token.start : token.end]
    number = index.terms.find(token.term)
    name = _is_name(word, token.start, text)
    if number >= 0:
        weight = float(index.arrays["term_idf"][number])
        return QueryTerm(term=token.term, word=word, number=number, weight=weight, name=name), None
    number = correct(token.term, index)
    if number >= 0:
        weight = float(index.arrays["term_idf"][number]) * _CORRECTED_WEIGHT
        found = QueryTerm(term=index.terms[number], word=word, number=number, weight=weight, name=name, corrected=True)
        return found, index.surfaces[number]
    return QueryTerm(term=token.term, word=word, number=-1, weight=index.unknown_idf, name=name), None


def _is_name(word: str, start: int, text: str) -> bool:
    """Whether a word is capitalised amid lower case, in capitals, or a figure."""
    if any(map(str.isdigit, word)):
        return True
    if not word[:1].isupper() or not any(map(str.islower, text)):
        return False
    others = regex.findall(r"\b\p{L}\w*", text[:start] + " " + text[start + len(word) :])
    lowered = sum(other[0].islower() for other in others)
    first = not regex.search(r"\w", text[:start])
    return lowered * 2 >= len(others) and (not first or (len(word) > 1 and word.isupper()))
