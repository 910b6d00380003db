"""Text → words: where they stand and what each is, before any language's stemming."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import regex

_LETTER = r"[\p{L}\p{M}\N{MIDDLE DOT}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}]"
DENSE = r"[\p{Han}\p{Hiragana}\p{Katakana}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
"""The scripts that put no spaces between words."""

WORD = regex.compile(
    rf"""(?P<dense>{DENSE}+)
    |(?P<acronym>(?<![\p{{L}}\p{{N}}])(?:(?:\p{{L}}\.){{2,}}\p{{L}}?|\p{{L}}{{1,2}}&\p{{L}}{{1,2}})(?![\p{{L}}\p{{N}}]))
    |(?P<number>\p{{Nd}}+(?:[.,]\p{{Nd}}+)*)(?P<suffix>(?:(?!{DENSE}){_LETTER})*)
    |(?P<word>\p{{L}}(?:(?!{DENSE})(?:{_LETTER}|\p{{Nd}}))*(?:['’ʼ＇](?:(?!{DENSE}){_LETTER})+)*(?:\+\+|\#(?!\w))?)
    |(?P<symbol>[%$€£¥₹])""",
    regex.VERBOSE | regex.VERSION1,
)
"""One match a word; which group matched says what it is. Word characters are Unicode's (UAX #29, without its
dictionary).
"""

UNSPACED = regex.compile(DENSE)
"""A character of those scripts."""

MARK = regex.compile(r"\p{M}")
CLUSTER = regex.compile(r"\X")
"""A grapheme cluster."""

_FOLDED_MARKS = regex.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0640\u0591-\u05c7]")
_IGNORABLE = regex.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_SAME_LETTERS = str.maketrans("أإآٱىةؤئıøłđðß", "اااايهويiolddẞ") | {
    ord("ß"): "ss",
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("þ"): "th",
}

AROUND = ".,;:!?()[]\"'“”‘’„«»–—…،؛؟"
"""The marks that may stand around a word and make no other of it."""
_SPACED_WORD = rf"(?:(?!{DENSE})\p{{L}})(?:(?!{DENSE}|ʼ){_LETTER})*"
_LINES = regex.compile(rf"^(?:({_SPACED_WORD})|.*)$", regex.VERSION1 | regex.MULTILINE)


def plain_words(chunks: Sequence[str]) -> list[str]:
    """Return the word of letters alone that each chunk is but for marks around it, or an empty string: nearly
    all are one.
    """
    words: list[str] = _LINES.findall("\n".join(chunk.strip(AROUND) for chunk in chunks)) if chunks else []
    return words


def fold(term: str) -> str:
    """Drop what people leave out when they type: accents, vowel points and letter variants, not the marks
    that Indic scripts spell with.
    """
    if term.isascii():
        return term
    decomposed = _FOLDED_MARKS.sub("", unicodedata.normalize("NFKD", term))
    return unicodedata.normalize("NFC", decomposed).translate(_SAME_LETTERS)


def folded(terms: Sequence[str]) -> list[str]:
    """Return each term as `fold` makes it; one call does for all, since none of it reaches beyond a line."""
    return fold("\n".join(terms)).split("\n") if terms else []


def lower(word: str, *, dotless_i: bool = False) -> str:
    """Lower-case `word` in compatibility form, without invisible characters.

    `dotless_i` keeps two kinds of i apart, as in Turkish: I is the capital of ı, and İ that of i.
    """
    if word.isascii() and not dotless_i:
        return word.lower()
    word = _IGNORABLE.sub("", unicodedata.normalize("NFKC", word))
    if dotless_i:
        word = word.replace("I", "ı").replace("İ", "i")
    return word.lower()


def lowered(words: Sequence[str], *, dotless_i: bool = False) -> list[str]:
    """Return each word as `lower` makes it; one call does for all that are not ASCII, since none of it
    reaches beyond a line.
    """
    others = [word for word in words if not word.isascii()]
    made = iter(lower("\n".join(others), dotless_i=dotless_i).split("\n"))
    return [lower(word, dotless_i=dotless_i) if word.isascii() else next(made) for word in words]


def bare_number(number: str) -> str:
    """Write a figure one way: ASCII digits, no thousands separators, a point before decimals ("1,000" →
    "1000").
    """
    digits = (
        number
        if number.isascii()
        else "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in number)
    )
    if "," in digits and "." in digits:
        mark = max(digits.find(","), digits.find("."))  # the first that is not as those before it
        return f"{bare_number(digits[:mark])}.{digits[mark + 1 :].replace(',', '.')}"
    groups = digits.replace(".", ",").split(",")
    if len(groups) > 1 and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]):
        return "".join(groups)
    return digits.replace(",", ".")
