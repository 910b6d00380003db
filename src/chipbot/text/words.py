"""Text → words: where they stand and what each is, before any language's stemming."""

from __future__ import annotations

import unicodedata

import regex

_LETTER = r"[\p{L}\p{M}\N{MIDDLE DOT}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}]"

UNSEGMENTED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}"
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
)
"""The scripts that put no spaces between words."""

_SPACED = rf"(?:(?!{UNSEGMENTED}){_LETTER})"

MAX_ACRONYM = 12
"""Letters with points after them; so that no beginning of a long row of them is looked at to its end."""

_ALONE = r"""[\s`'"“”„«»‘’()\[\]{},.;:?！？、。，]"""
"""What may stand around an operator that is written by itself."""

OPERATORS = "=== == !== != => && || ++ += -= *= <= >= := <=>".split()
"""Operators of programming languages that are words where they stand alone; those that prose has, as dashes, are not."""

_OPERATOR = "|".join(regex.escape(each) for each in sorted(OPERATORS, key=len, reverse=True))

WORD = regex.compile(
    rf"""(?P<unsegmented>{UNSEGMENTED}+)
    |(?P<acronym>
        (?<![\p{{L}}\p{{N}}])
        (?:(?:\p{{L}}\.){{2,{MAX_ACRONYM}}}\p{{L}}? | \p{{L}}{{1,2}}&\p{{L}}{{1,2}})
        (?![\p{{L}}\p{{N}}])
    )
    |(?<![\p{{L}}\p{{N}}])(?P<version>[vV](?P<release>\p{{Nd}}+(?:\.\p{{Nd}}+)+))(?![\p{{L}}\p{{N}}])
    |(?<![\p{{L}}\p{{N}}/._-])(?P<dotnet>\.(?i:NET))(?!\w)
    |(?P<number>\p{{Nd}}+(?:[.,]\p{{Nd}}+)*)(?P<suffix>{_SPACED}*)
    |(?P<word>\p{{L}}(?:{_SPACED}|\p{{Nd}})*(?:['’ʼ＇]{_SPACED}+)*(?:\+\+|\#(?!\w))?)
    |(?P<symbol>[%$€£¥₹])
    |(?:(?<={_ALONE})|^)(?P<operator>{_OPERATOR})(?={_ALONE}|$)""",
    regex.VERBOSE | regex.VERSION1,
)
"""One match a word; which group matched says what it is. Word characters are Unicode's (UAX #29, without its
dictionary).
"""

_TOP_LEVEL = frozenset(
    """app at be br ca cc ch cloud club cn co com cz de dev dk es eu fi fr fun games gg host info io it jp kr live me net
    network nl no online org pl pro pt ru se site space tv uk us world xyz""".split()
)
"""The top-level domains that communities use; others end file names and identifiers as well (server.java, a.b.data)."""

_HOST = regex.compile(
    r"(?<![\p{L}\p{N}.@/_-])(?!(?:com|org|net|io)\.)(?:(?>[\p{L}\p{N}-]{1,63})\.){2,8}\p{L}{2,}$"
)
"""Three parts or more to the end of a text, not within an address or a path; and no package, which is named from the
other end (com.example.app).
"""

_LONGEST_HOST = 253  # characters, RFC 1035, section 2.3.4, less what surrounds a name where it is sent

SPACED_WORD = regex.compile(rf"(?!{UNSEGMENTED})\p{{L}}{_SPACED}*", regex.VERSION1)
"""A word of letters and marks in a script with spaces between words."""

UNSEGMENTED_CHARACTER = regex.compile(UNSEGMENTED)
"""A character of those scripts."""

PART = regex.compile(r"\p{Lu}?\p{Ll}+\d*|\p{Lu}+(?!\p{Ll})\d*")
"""A part of an identifier in camel case."""

_CAMEL = regex.compile(r"\p{Ll}{2,}\d*(?:\p{Lu}\p{Ll}+\d*)+|(?:\p{Lu}\p{Ll}+\d*){3,}")


def is_camel_case(word: str) -> bool:
    """Return whether a word is an identifier in camel case: sendHeat, PlayerJoinEvent; not iPhone, macOS, YouTube or
    McDonald, which prose has.
    """
    return not word[1:].islower() and _CAMEL.fullmatch(word) is not None  # most words are told apart at once


MARK = regex.compile(r"\p{M}")
CLUSTER = regex.compile(r"\X")
"""A grapheme cluster."""

_EXCESS_MARKS = regex.compile(r"([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+")
"""More marks on one letter than any language has (UAX #15, stream-safe text format): sorting them, as
normalising does, takes time that grows with the square of their number.
"""
_FOLDED_MARKS = regex.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0640\u0591-\u05c7]")
_IGNORABLE = regex.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_SAME_LETTERS = str.maketrans("أإآٱىةؤئıøłđðß", "اااايهويiolddẞ") | {
    ord("ß"): "ss",
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("þ"): "th",
}


def fold(term: str) -> str:
    """Drop what people leave out when they type: accents, vowel points and letter variants, not the marks
    that Indic scripts spell with.
    """
    if term.isascii():
        return term
    decomposed = _FOLDED_MARKS.sub("", unicodedata.normalize("NFKD", term))
    return unicodedata.normalize("NFC", decomposed).translate(_SAME_LETTERS)


def lower(word: str, *, dotless_i: bool = False) -> str:
    """Lower-case `word` in compatibility form, without invisible characters.

    `dotless_i` keeps two kinds of i apart, as in Turkish: I is the capital of ı, and İ that of i.
    """
    if word.isascii() and not dotless_i:
        return word.lower()
    word = _EXCESS_MARKS.sub(r"\1", word)
    word = _IGNORABLE.sub("", unicodedata.normalize("NFKC", word))
    if dotless_i:
        word = word.replace("I", "ı").replace("İ", "i")
    return word.lower()


def bare_number(number: str) -> str:
    """Write a figure one way: ASCII digits, no thousands separators, a point before decimals ("1,000" →
    "1000").
    """
    digits = (
        number
        if number.isascii()
        else "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in number)
    )
    decimals: list[str] = []
    while "," in digits and "." in digits:
        digits, _, part = digits.rpartition(max(",.", key=digits.rfind))
        decimals.insert(0, part)
    groups = digits.replace(".", ",").split(",")
    thousands = len(groups) > 1 and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    return ".".join(["".join(groups) if thousands else ".".join(groups), *decimals])


def host_before(text: str, start: int, end: int) -> int:
    """Return where the name of a host begins in `text` whose last part is the word from `start` to `end`; -1 where it is
    none: play.example.net, of three parts at least, and no part of a web page's or an e-mail address.
    """
    if text[start - 1 : start] != "." or text[start:end].lower() not in _TOP_LEVEL:
        return -1
    if regex.match(r"[\p{L}\p{N}_/(-]|\.[\p{L}\p{N}]", text[end : end + 2]):
        return -1
    first = max(0, end - _LONGEST_HOST)
    found = _HOST.search(text[first:end])
    return first + found.start() if found else -1
