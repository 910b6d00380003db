"""Text → words: where they stand and what each is, before any language's stemming."""

from __future__ import annotations

import unicodedata

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
"""One match a word; which group matched says what it is. Word characters are Unicode's (UAX #29, without its dictionary)."""

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
_SPACED_WORD = regex.compile(rf"(?:(?!{DENSE})\p{{L}})(?:(?!{DENSE}|ʼ){_LETTER})*", regex.VERSION1)


def plain_word(chunk: str) -> str:
    """Return the word of letters alone that a text is but for marks around it, or an empty string: nearly all chunks are one."""
    word = chunk.strip(AROUND)
    return word if (word.isalpha() if word.isascii() else _SPACED_WORD.fullmatch(word)) else ""


def fold(term: str) -> str:
    """Drop what people leave out when they type: accents, vowel points and letter variants, not the marks that Indic
    scripts spell with.
    """
    if term.isascii():
        return term
    decomposed = _FOLDED_MARKS.sub("", unicodedata.normalize("NFKD", term))
    return unicodedata.normalize("NFC", decomposed).translate(_SAME_LETTERS)


def lower(word: str, language: str) -> str:
    """Lower-case `word` in compatibility form, without invisible characters; Turkish keeps its two kinds of i apart."""
    if word.isascii() and language != "tr":
        return word.lower()
    word = _IGNORABLE.sub("", unicodedata.normalize("NFKC", word))
    if language in ("tr", "az"):
        word = word.replace("I", "ı").replace("İ", "i")
    return word.lower()


def bare_number(number: str) -> str:
    """Write a figure one way: ASCII digits, no thousands separators, a point before decimals ("1,000" → "1000")."""
    digits = number if number.isascii() else "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in number)
    if "," in digits and "." in digits:
        whole, _, decimals = digits.rpartition(max(",.", key=digits.rfind))
        return f"{bare_number(whole)}.{decimals}"
    groups = digits.replace(".", ",").split(",")
    if len(groups) > 1 and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]):
        return "".join(groups)
    return digits.replace(",", ".")
