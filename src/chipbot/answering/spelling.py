"""One typing error a word, mended with the index's own vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chipbot.index import Index
from chipbot.index.usage import is_used_in, surfaces
from chipbot.text.tokenizer import fold, function_words

_LONGEST_ENDING = 5  # letters that a stemmer takes off
_SHORTEST = 5  # letters; shorter words have too many neighbours


def correct(term: str, word: str, index: Index, language: str) -> int:
    """Return the number of the indexed term that is one typing error away from `term`, or from the `word` it
    is made of; or -1.

    The word counts too because a mistyped ending is not stemmed like the right one. One error is a letter too
    many, missing, wrong, or swapped with its neighbour (Damerau, 1964, "A technique for computer detection
    and correction of spelling errors"). The first letter is taken to be right, or swapped with the second. Of
    several such terms that documents in the question's language have, the most frequent counts.
    """
    if len(word) < _SHORTEST or not term.isalpha():
        return -1
    forms = dict.fromkeys((term, fold(word.lower()), fold(word.lower()).removesuffix("s")))
    runs = [_beginning_with(first, index) for first in dict.fromkeys(term[:2])]
    numbers = {
        number for run in runs for form in forms for number in index.terms.near(form, run.start, run.stop)
    }
    found = [
        number
        for number in numbers
        if _is_meant(index.terms[number], forms) and is_used_in(index, language, number)
    ]
    if not found:  # a mistyped ending may have kept the word from being stemmed at all
        return _stem_of(word, index, language, is_one_error_away)
    return max(found, key=lambda number: (index.frequency(number), -number))


def unaccented(word: str, index: Index, language: str) -> int:
    """Return the number of the indexed term of a word that is `word` but for accents, whose stem may be
    another; or -1.
    """
    if not word.isascii():
        return -1
    return _stem_of(word, index, language, str.__eq__)


def _stem_of(word: str, index: Index, language: str, alike: Callable[[str, str], bool]) -> int:
    """Return the number of the longest indexed term that `word` begins with and that stands for a word alike;
    or -1.
    """
    plain = fold(word.lower())
    if not word.isalpha() or len(plain) < _SHORTEST - 1:
        return -1
    for length in range(len(plain) - 1, max(_SHORTEST - 2, len(plain) - _LONGEST_ENDING) - 1, -1):
        number = index.terms.find(plain[:length])
        if number >= 0 and any(
            alike(fold(known.lower()), plain) for known in surfaces(index, number, language)
        ):
            return number
    return -1


def _is_meant(known: str, forms: Iterable[str]) -> bool:
    return len(known) >= _SHORTEST - 1 and any(is_one_error_away(known, form) for form in forms)


def is_function_word(word: str, language: str) -> bool:
    """Whether a word that no document has is a function word of at least five letters with one typing error
    in it.
    """
    folded = fold(word.lower())
    return len(folded) >= _SHORTEST - 1 and any(
        len(known) >= _SHORTEST and known[0] == folded[0] and is_one_error_away(known, folded)
        for known in function_words(language)
    )


def is_one_error_away(a: str, b: str) -> bool:
    """Whether two words are the same but for one letter too many, missing, wrong, or swapped with its
    neighbour.
    """
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    return a[1:] in (b, b[1:]) or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _beginning_with(first: str, index: Index) -> range:
    """Return the numbers of the terms that begin with a character: one run, the vocabulary being sorted."""
    return range(index.terms.lower_bound(first), index.terms.lower_bound(chr(ord(first) + 1)))
