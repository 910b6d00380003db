"""One typing error a word, mended with the index's own vocabulary."""

from __future__ import annotations

from chipbot.analysis import fold
from chipbot.index import Index

_MOST = 8  # candidates looked at
_SHORTEST = 5  # letters; shorter words have too many neighbours


def correct(term: str, word: str, index: Index) -> int:
    """Return the number of the indexed term that is one typing error away from `term`, or from the `word` it is made of; or -1.

    The word counts too because a mistyped ending is not stemmed like the right one. One error is a letter too many, missing,
    wrong, or swapped with its neighbour (Damerau, 1964, "A technique for computer detection and correction of spelling
    errors"). The first letter is taken to be right, or swapped with the second. Of several such terms the most frequent
    counts.
    """
    if len(term) < _SHORTEST or not term.isalpha():
        return -1
    forms = dict.fromkeys((term, fold(word.lower()), fold(word.lower()).removesuffix("s")))
    found: set[int] = set()
    for first in dict.fromkeys(term[:2]):
        numbers = _beginning_with(first, index)
        words = [index.terms[number] for number in numbers]
        found.update(numbers[i] for form in forms for i in _one_error_away(form, words))
    return max(found, key=lambda number: (index.frequency(number), -number), default=-1)


def _one_error_away(word: str, words: list[str]) -> list[int]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    near = extract(word, words, scorer=OSA.distance, score_cutoff=1, limit=_MOST)
    return [i for found, _, i in near if len(found) >= _SHORTEST - 1]


def _beginning_with(first: str, index: Index) -> range:
    """Return the numbers of the terms that begin with a character: one run, the vocabulary being sorted."""
    return range(index.terms.lower_bound(first), index.terms.lower_bound(chr(ord(first) + 1)))
