"""Languages: what chipbot knows of each, and which one a text is written in.

Each language is one file, named by its code (ISO 639-1, or ISO 639-3 where there is none), that holds one
`LANGUAGE`: plain data, every field of which may be left out. To add a language, write such a file; `pack.py`
explains the fields, and `es.py` is an example to copy. Its related words, if any, are lines of `related/es.txt`.
Nothing else has to be changed but the table in tests/text/test_languages.py, which says what each language has.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import islice
from pkgutil import iter_modules

from chipbot.text.languages.pack import Language

DEFAULT_LANGUAGE = "en"
_SAME_AS = {"nb": "no", "nn": "no", "yue": "zh"}  # varieties that are treated as what they are written like
_MARGIN = 12  # by how much the logarithm of a language's likelihood must exceed that of the default one: a sentence's does
_GLANCE = 500  # code points that are looked at first
_SAMPLE = 4_000  # … and where they leave a doubt; more changes nothing but the time
_CLEAR = 100  # by how much the likeliest language's logarithm exceeds every other's where there is none
_LEARNED = "# Learned from the questions of tests/communities"  # the line before related words that are
_NO_LANGUAGE = "zxx"  # what figures and codes are taken for


@cache
def codes() -> tuple[str, ...]:
    """Return the codes of the languages that have a pack, in order."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if len(module.name) <= len("yue")))


@cache
def _pack(code: str) -> Language:
    pack: Language = import_module(f"{__name__}.{code}").LANGUAGE
    return pack


def language(code: str) -> Language:
    """Return what is known of a language; for a code without a pack, a language of which nothing is."""
    return _pack(code) if code in codes() else Language(code=code)


def related_words(code: str, *, learned: bool = True) -> str:
    """Return the related words of a language, a group a line in Solr's format: what documents may say where a question
    says something else. Empty where there are none.

    Args:
        code: The language's code.
        learned: Whether those count that the project's own questions showed to be missing.
    """
    file = files(__name__) / "related" / f"{code}.txt"
    text = file.read_text(encoding="utf-8") if code in codes() and file.is_file() else ""
    return text if learned else text.partition(_LEARNED)[0]


def languages() -> list[Language]:
    """Return what is known of each language that has a pack, in the order of their codes."""
    return [_pack(code) for code in codes()]


@cache
def fillers() -> frozenset[str]:
    """Return the words around questions, of all languages: people mix them."""
    return frozenset().union(*(pack.fillers for pack in languages()))


def detect(text: str, among: Iterable[str] | None = None) -> str:
    """Return the ISO 639-1 code of the language that `text` is most likely written in, of those in `among` if
    given.

    A text with fewer than three letters says nothing and counts as English, or as the first of `among`.
    """
    return likeliest(text, among)[0]


def likeliest(text: str, among: Iterable[str] | None = None) -> list[str]:
    """Return the languages that `text` may be written in, as `detect` says it, the likeliest first; at least
    one.
    """
    sample = text[:_SAMPLE]
    candidates = sorted(set(among)) if among is not None else []
    if len(candidates) == 1:
        return candidates
    if len(list(islice(filter(str.isalpha, sample), 3))) < 3:
        return candidates[:1] if candidates and DEFAULT_LANGUAGE not in candidates else [DEFAULT_LANGUAGE]
    ranked = _ranked(sample)
    if not candidates:
        code, score = ranked[0]
        unsure = code == _NO_LANGUAGE or score - dict(ranked)[DEFAULT_LANGUAGE] < _MARGIN
        return [DEFAULT_LANGUAGE if unsure else _SAME_AS.get(code, code)]
    return [code for code, _ in ranked if code in candidates] or candidates[:1]


def _ranked(sample: str) -> list[tuple[str, float]]:
    """Return all languages with the logarithm of their likelihood, the likeliest first."""
    import py3langid  # loads its model: a tenth of a second that a one-language index never pays

    ranked: list[tuple[str, float]] = py3langid.rank(sample[:_GLANCE])
    doubtful = ranked[0][0] == _NO_LANGUAGE or ranked[0][1] - ranked[1][1] < _CLEAR
    return py3langid.rank(sample) if doubtful and len(sample) > _GLANCE else ranked
