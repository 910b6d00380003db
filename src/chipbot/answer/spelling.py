"""One typing error a word, mended with the index's own vocabulary."""

from __future__ import annotations

from chipbot.index import Index

_SHORTEST = 5  # letters; shorter words have too many neighbours


def correct(term: str, index: Index) -> int:
    """Return the number of the indexed term that is one typing error away from `term`, or -1.

    One error is a letter too many, missing, wrong, or swapped with its neighbour (Damerau, 1964, "A technique for computer
    detection and correction of spelling errors"). The first letter is taken to be right, or swapped with the second. Of
    several such terms the most frequent counts.
    """
    if len(term) < _SHORTEST or not term.isalpha():
        return -1
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    best, best_frequency = -1, 0
    offsets = index.arrays["posting_offsets"]
    for first in dict.fromkeys(term[:2]):
        numbers = _beginning_with(first, index)
        words = [index.terms[number] for number in numbers]
        for _, _, i in extract(term, words, scorer=OSA.distance, score_cutoff=1, limit=8):
            if len(words[i]) < _SHORTEST - 1:
                continue
            frequency = int(offsets[numbers[i] + 1] - offsets[numbers[i]])
            if frequency > best_frequency:
                best, best_frequency = numbers[i], frequency
    return best


def _beginning_with(first: str, index: Index) -> range:
    """Return the numbers of the terms that begin with a character: one run, the vocabulary being sorted."""
    return range(index.terms.lower_bound(first), index.terms.lower_bound(chr(ord(first) + 1)))
