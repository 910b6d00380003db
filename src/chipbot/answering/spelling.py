"""Words that the documents lack → terms that they have: one typing error, or left-out accents, corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chipbot.retrieval.retriever import UNKNOWN, Vocabulary
from chipbot.text.tokenizer import fold, function_words

_MAX_ENDING = 5  # letters that a stemmer takes off
_ENDINGS_DIFFER = 2  # letters by which the endings of a word and of a misspelling of it may
_MIN_LETTERS = 5  # shorter words have too many neighbours
_SHORT_STEM = 6  # letters up to which stems of words that have nothing in common are alike: "scared", "spare"


def correct(term: str, word: str, vocabulary: Vocabulary, language: str) -> int:
    """Return the indexed term that is one typing error away from a word of a question.

    One error is a letter too many, missing, wrong, or swapped with its neighbour (Damerau, 1964, "A technique for
    computer detection and correction of spelling errors"). The first letter is taken to be right, or swapped with the
    second. Of several such terms that documents in the question's language have, the most frequent counts.

    Args:
        term: What the tokenizer made of the word.
        word: The word as it was typed; a mistyped ending is not stemmed like the right one, so both are looked up.
        vocabulary: The documents' terms.
        language: The question's language.

    Returns:
        The term's number, or `UNKNOWN`.
    """
    if len(word) < _MIN_LETTERS or not term.isalpha():
        return UNKNOWN
    folded = fold(word.lower())
    forms = dict.fromkeys((term, folded, folded.removesuffix("s")))
    similar = {
        number
        for first in dict.fromkeys(term[:2])
        for form in forms
        for number in vocabulary.similar(form, first)
    }
    meant = [
        number
        for number in similar
        if _is_meant(vocabulary.term(number), forms)
        and vocabulary.is_used_in(number, language)
        and (
            len(vocabulary.term(number)) > _SHORT_STEM
            or (
                len(term) >= _MIN_LETTERS
                and vocabulary.term(number).startswith(term[:-1])
                and _is_about_as_long(number, folded, vocabulary, language)
            )
            or _is_written_alike(number, folded, vocabulary, language)
        )
    ]
    if not meant:  # a mistyped ending may have kept the word from being stemmed at all
        return _stem_of(word, vocabulary, language, is_one_error_away)
    return max(meant, key=lambda number: (vocabulary.document_frequency(number), -number))


def unaccented(word: str, vocabulary: Vocabulary, language: str) -> int:
    """Return the number of the indexed term of a word that is `word` but for accents, whose stem may be another;
    or `UNKNOWN`.
    """
    return _stem_of(word, vocabulary, language, str.__eq__) if word.isascii() else UNKNOWN


def _stem_of(word: str, vocabulary: Vocabulary, language: str, alike: Callable[[str, str], bool]) -> int:
    """Return the number of the longest indexed term that begins `word` and stands for a word alike, or `UNKNOWN`."""
    plain = fold(word.lower())
    if not word.isalpha() or len(plain) < _MIN_LETTERS - 1:
        return UNKNOWN
    for length in range(len(plain) - 1, max(_MIN_LETTERS - 2, len(plain) - _MAX_ENDING) - 1, -1):
        for stem in (plain[:length], plain[:length] + "e"):  # which English stems keep: "trade" of "trading"
            number = vocabulary.find(stem)
            if number != UNKNOWN:
                forms = vocabulary.surface_forms(number, language)
                if any(alike(fold(form.lower()), plain) for form in forms):
                    return number
    return UNKNOWN


def _is_written_alike(number: int, word: str, vocabulary: Vocabulary, language: str) -> bool:
    """Whether a word, folded, is one error away from a word that a term stands for, but for the plural's ending."""
    forms = (fold(form.lower()) for form in vocabulary.surface_forms(number, language))
    return any(
        is_one_error_away(a, b)
        for form in forms
        for a, b in ((form, word), (form.removesuffix("s"), word.removesuffix("s")))
    )


def _is_about_as_long(number: int, word: str, vocabulary: Vocabulary, language: str) -> bool:
    """Whether a term stands for a word of about as many letters: "beginners" is no misspelt "begins"."""
    return any(
        abs(len(form) - len(word)) <= _ENDINGS_DIFFER for form in vocabulary.surface_forms(number, language)
    )


def _is_meant(known: str, forms: Iterable[str]) -> bool:
    return len(known) >= _MIN_LETTERS - 1 and any(is_one_error_away(known, form) for form in forms)


def is_function_word(word: str, language: str) -> bool:
    """Whether a word that no document has is a function word of at least five letters with one typing error in it."""
    folded = fold(word.lower())
    return len(folded) >= _MIN_LETTERS - 1 and any(
        len(known) >= _MIN_LETTERS and known[0] == folded[0] and is_one_error_away(known, folded)
        for known in function_words(language)
    )


def is_one_error_away(a: str, b: str) -> bool:
    """Whether two words are the same but for one letter too many, missing, wrong, or swapped with its neighbour."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    return a[1:] in (b, b[1:]) or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
