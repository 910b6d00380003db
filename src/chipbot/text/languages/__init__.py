"""Which language a text is written in, and which Snowball stemmer serves it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

STEMMERS: dict[str, str] = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""ISO 639-1 code → the name of Snowball's stemmer (https://snowballstem.org/algorithms/)."""

DEFAULT_LANGUAGE = "en"
_SAME_AS = {
    "nb": "no",
    "nn": "no",
    "yue": "zh",
}  # varieties that are treated as the language they are written like
_SAMPLE = 4_000  # code points; more changes nothing but the time


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
    import py3langid  # loads its model: a tenth of a second that a one-language index never pays

    if not candidates:
        code: str = py3langid.classify(sample)[0]
        return [_SAME_AS.get(code, code)]
    ranked: list[tuple[str, float]] = py3langid.rank(sample)
    return [code for code, _ in ranked if code in candidates] or candidates[:1]
