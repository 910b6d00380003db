"""Whether a question depends on what was asked before it, by its words; which words these are is said by the
language packs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import regex

from chipbot.text.languages import DEFAULT_LANGUAGE, language


def discourse_marker_end(text: str, languages: Iterable[str]) -> int:
    """Return where a question goes on after the words that take up the one before it; 0 where it has none."""
    matches = (_discourse_markers(code).match(text) for code in languages)
    return max((match.end() for match in matches if match), default=0)


def has_anaphora(text: str, languages: Iterable[str]) -> bool:
    """Return whether a word of the question stands for something said before."""
    return any(_pronouns(code).search(_non_anaphoric(code).sub(" ", text)) is not None for code in languages)


def has_question_word(text: str, languages: Iterable[str]) -> bool:
    """Return whether the text is a question of its own, rather than a mere name."""
    return any(_question_words(code).search(text) is not None for code in languages)


def is_cue(word: str, code: str) -> bool:
    """Return whether a word does nothing in a question but refer back or ask; one in capitals is a name."""
    if word.isupper() and len(word) > 1:
        return False
    return any(cues.fullmatch(word) is not None for cues in (_pronouns(code), _question_words(code)))


def strip_cues(text: str, code: str) -> str:
    """Return a text with blanks for the words that only refer back or ask, which are no part of what it is
    about.
    """
    start = discourse_marker_end(text, (code,))
    bare = " " * start + text[start:]
    for cues in (_pronouns(code), _question_words(code)):
        bare = cues.sub(lambda match: " " * len(match.group()), bare)
    return bare


@lru_cache(maxsize=128)
def _discourse_markers(code: str) -> regex.Pattern[str]:
    markers = language(code).discourse_markers or language(DEFAULT_LANGUAGE).discourse_markers
    longest_first = "|".join(sorted(markers.split("|"), key=len, reverse=True))
    after = "" if language(code).unsegmented else r"(?![\w'’-])"
    return regex.compile(rf"[^\w]*(?:{longest_first}){after}[^\w]*", regex.IGNORECASE)


@lru_cache(maxsize=128)
def _pronouns(code: str) -> regex.Pattern[str]:
    pack = language(code)
    return _words(code, pack.pronouns or language(DEFAULT_LANGUAGE).pronouns, pack.anaphoric)


@lru_cache(maxsize=128)
def _question_words(code: str) -> regex.Pattern[str]:
    return _words(code, language(code).question_words or language(DEFAULT_LANGUAGE).question_words)


def _words(code: str, words: Iterable[str], further: str = "") -> regex.Pattern[str]:
    """Return what finds words of a language, or what the pattern `further` finds."""
    pack = language(code)
    longest_first = "|".join(sorted(words, key=lambda word: (-len(word), word)))
    if pack.unsegmented or pack.attaches_particles:
        return regex.compile(longest_first)
    before = r"(?<!\w)" if pack.hyphenates_pronouns else r"(?<![\w-])"
    pattern = rf"{before}(?:{longest_first})(?![\w-])"
    return regex.compile(f"{pattern}|{further}" if further else pattern, regex.IGNORECASE)


@lru_cache(maxsize=128)
def _non_anaphoric(code: str) -> regex.Pattern[str]:
    return regex.compile("|".join(language(code).non_anaphoric) or r"(?!)", regex.IGNORECASE)
