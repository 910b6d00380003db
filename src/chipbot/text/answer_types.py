"""Types of answer: which a question asks for, and which a sentence shows. Each is one bit of a mask."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from enum import IntFlag
from functools import cache, lru_cache
from itertools import chain
from string import ascii_lowercase
from typing import NamedTuple

import regex

from chipbot.model import Span
from chipbot.text.languages import languages
from chipbot.text.languages.pack import AnswerCues


class AnswerType(IntFlag):
    """What an answer may be, as a sentence shows it on its surface."""

    NUMBER = 1
    """A figure that is not a year, or a number word."""
    DATE = 2
    """A year, a month, a weekday or a clock time."""
    AMOUNT = 4
    """Money, a percentage or a measure."""
    NAME = 8
    """A capitalised word inside the sentence."""
    REASON = 16
    """A word that introduces a cause or purpose."""
    PLACE = 32
    """A capitalised word after a preposition of place."""
    PERSON = 64
    """Two capitalised words in a row, or a title before one."""
    DEFINITION = 128
    """A form of words that says what something is."""
    BACKWARD = 256
    """It begins with a word that points back to the sentence before it."""
    INTRODUCES = 512
    """It ends with a colon: what it announces comes after it."""
    ASKS = 1024
    """It ends with a question mark."""
    POLAR = 2048
    """It begins with yes, no, or what stands for them."""
    CLOCK = 4096
    """A time of the day."""
    MONEY = 8192
    """A price, or that there is none."""
    STEP = 16384
    """It begins with what to do."""
    MODAL = 32768
    """That something may, can or must be, or is not."""


def sentence_ending(sentence: str) -> int:
    """Return the mask of what the last mark of a sentence says: that it introduces, or asks."""
    last = sentence.rstrip("\"'”’»)]*_ ")[-1:]
    if last in _COLONS:
        return int(AnswerType.INTRODUCES) if last else 0
    return int(AnswerType.ASKS) if last in _QUESTION_MARKS else 0


_COLONS, _QUESTION_MARKS = ":：", "?？؟\N{GREEK QUESTION MARK}"
_ASKED: tuple[tuple[str, int], ...] = (
    ("money", AnswerType.MONEY | AnswerType.AMOUNT | AnswerType.NUMBER),
    ("clock", AnswerType.CLOCK | AnswerType.DATE | AnswerType.NUMBER),
    ("amount", AnswerType.AMOUNT | AnswerType.NUMBER),
    ("number", AnswerType.NUMBER),
    ("date", AnswerType.DATE | AnswerType.NUMBER),
    ("person", AnswerType.PERSON | AnswerType.NAME),
    ("place", AnswerType.PLACE | AnswerType.NAME),
    ("reason", AnswerType.REASON),
    ("definition", AnswerType.DEFINITION),
    ("other", 0),
    ("step", AnswerType.STEP),
    ("polar", AnswerType.POLAR | AnswerType.MODAL),
)
"""Fields of `QuestionCues`, each with the types of answer that it asks for; the first that is met counts."""


def expected_answer_types(question: str) -> tuple[int, Span]:
    """Return the types of answer that a question asks for, and the span of the words that ask for them.

    The cues of all languages count, whichever the question is in: of a few words that is hard to tell.
    """
    for field, mask in _ASKED:
        match = _question_cues(field).search(question)
        if match:
            return int(mask), match.span()
    return 0, (0, 0)


@cache
def _question_cues(field: str) -> regex.Pattern[str]:
    cues = [(getattr(pack.question_cues, field), pack.question_cues.within_words) for pack in languages()]
    whole = "|".join(words for words, within_words in cues if words and not within_words)
    within = "|".join(words for words, within_words in cues if words and within_words)
    return regex.compile("|".join(filter(None, (rf"\b(?:{whole})\b", within))), regex.IGNORECASE)


class _Test(NamedTuple):
    """A way in which a sentence shows a type of answer."""

    answer_type: int
    search: Callable[..., object]
    """Finds it in a sentence."""
    any_case: bool = False
    """Whether it is looked for in the sentence in lower case."""


def _test(answer_type: AnswerType, pattern: str, *, any_case: bool = False) -> _Test:
    return _Test(int(answer_type), regex.compile(pattern).search, any_case)


def _opening(answer_type: AnswerType, pattern: str) -> _Test:
    return _Test(int(answer_type), regex.compile(rf"\W*(?:{pattern})").match, any_case=True)


class _Tests:
    """The ways in which sentences show types of answer, by what a sentence has to have to be worth the test.

    Args:
        cues: For each field of `AnswerCues` the phrases, or alternatives, of all languages.
    """

    def __init__(self, cues: Mapping[str, Collection[str]]) -> None:
        self.figure = [
            _test(AnswerType.NUMBER, r"(?<!\p{N})(?!(?:1[0-9]|20)\p{Nd}{2}(?!\p{N}))\p{N}"),
            _test(
                AnswerType.DATE,
                r"\b(?:1[0-9]|20)\p{Nd}{2}s?\b|\b\p{Nd}{1,2}(?::\p{Nd}{2}|\s?[ap]\.?m\b)|"
                r"\b\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{1,4}\b|\b\p{Nd}+\s(?:BC|AD|BCE|CE)\b|年|月",
            ),
            _test(
                AnswerType.CLOCK,
                r"\b(?=\p{Nd}{1,4}+(?:[:.]|\s?[aphUo時]))\p{Nd}{1,2}"
                r"(?::\p{Nd}{2}|\s?[ap]\.?m\b|[.h]?(?:\p{Nd}{2})?\s?(?:h|Uhr|o.clock|heures?|horas?)\b|時(?!間))|"
                r"(?<=\s)\p{Nd}{1,2}+(?!\p{N}|[.,/-]\p{N}|\s[\p{L}%])"
                rf"(?<=\b(?:{_any(cues['until'])})\s\p{{Nd}}{{1,2}})",
            ),
            _test(  # the last digits of a figure, so that each is looked at once
                AnswerType.AMOUNT,
                rf"\b\p{{Nd}}++(?![.,]+\p{{Nd}})[.,]*+\s?(?=[{_firsts(cues['unit'])}°])(?:{_any(cues['unit'])}|°)",
            ),
        ]
        """Where there is a figure, or a sign for one."""
        self.sign = [_test(AnswerType.AMOUNT, r"[$€£¥₹%]"), _test(AnswerType.MONEY, r"[$€£¥₹円]")]
        """Where there is anything of the kind but digits."""
        self.capital = [
            _test(AnswerType.NAME, r"(?<=[\p{Ll}\p{N},;:)’'\"] [\"'“‘(]?)\p{Lu}[\p{L}\p{N}]"),
            _test(AnswerType.PLACE, rf"\p{{Lu}}(?<=\b(?:{_any(cues['preposition'])})\s(?:the\s)?\p{{Lu}})"),
            _test(  # initials between names need no mention: the last is a word before a name, too
                AnswerType.PERSON,
                r"\p{Lu}(?:[\p{Ll}'’.-]+\s(?:(?:van|von|de|der|la|al|bin|ibn)\s)*\p{Lu}[\p{Ll}'’-]+|"
                rf"(?<=\b(?:{_any(cues['title'])})\b\.?\s\p{{Lu}}))",
            ),
        ]
        """Where there is a capital beyond the first character."""
        anaphora = "|".join(cues["anaphora"])
        self.opening = [
            _opening(AnswerType.BACKWARD, rf"(?:{anaphora})(?!\w)"),
            _opening(AnswerType.POLAR, "|".join(cues["polar"])),
            _opening(AnswerType.STEP, rf"(?:{'|'.join(cues['step'])})(?!\w)"),
        ]
        """Where the first word may begin what is looked for."""
        self._phrases: dict[str, dict[str, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )  # by word, then field
        for field in _PHRASES:
            for phrase in cues[field]:
                self._phrases[_rarest_word(phrase)][field].append(phrase)
        self.words = frozenset(filter(None, self._phrases))
        """A word of each phrase: where a sentence has it, the tests `with_word` are worth their while."""
        self.letters = frozenset(max(phrase.lower()) for phrase in chain(*self._phrases[""].values()))
        """A letter of each phrase without such a word: where a sentence has it, the tests with an empty word are."""
        self._with_word: dict[str, list[_Test]] = {}

    def with_word(self, word: str) -> list[_Test]:
        """Return the tests for the phrases that have this one of the `words`, or none of them if it is empty."""
        tests = self._with_word.get(word)
        if tests is None:
            tests = self._with_word[word] = list(self._find_phrases(word))
        return tests

    def _find_phrases(self, word: str) -> Iterator[_Test]:
        for field, phrases in self._phrases[word].items():
            answer_type, any_case = _PHRASES[field]
            yield _test(answer_type, rf"\b(?:{_any(phrases)})\b", any_case=any_case)


_PHRASES = {
    "number": (AnswerType.NUMBER, False),
    "date": (AnswerType.DATE, False),
    "reason": (AnswerType.REASON, True),
    "definition": (AnswerType.DEFINITION, True),
    "money": (AnswerType.MONEY, True),
    "modal": (AnswerType.MODAL, True),
}
"""Fields of `AnswerCues` whose phrases show a type of answer, and whether they do in any case."""

_FIGURE = regex.compile(r"[\p{N}$€£¥₹%年月円時]")
_CAPITAL = regex.compile(r"\p{Lu}")
_ASCII_WORD = re.compile("[a-z]+")
_ONLY_LETTERS = bytes(byte if chr(byte) in ascii_lowercase else ord(" ") for byte in range(256))
_NO_FIGURES = bytes(byte for byte in range(128) if not _FIGURE.search(chr(byte)))
_REMEMBERED = 1 << 16  # first words of sentences
_BEGINNING = 3  # code points of it by which most openings are told to begin nothing of the kind
_OPENING = 16  # code points of a sentence that hold its first word, or enough of it
_FREQUENT = frozenset("a an any as in of one so that the to".split())


def _any(phrases: Iterable[str]) -> str:
    """Return what finds one of the phrases, whatever white space is between their words."""
    return "|".join(regex.escape(phrase).replace(r"\ ", r"\s") for phrase in sorted(phrases))


def _firsts(phrases: Iterable[str]) -> str:
    """Return what the phrases begin with, for a set of characters in a pattern: most places begin with nothing of it."""
    return "".join(regex.escape(first) for first in sorted({phrase[0] for phrase in phrases}))


def _rarest_word(phrase: str) -> str:
    """Return a run of ASCII letters that a sentence has to have, in some case, to have the phrase; an empty
    string where the phrase has none.
    """
    words: list[str] = _ASCII_WORD.findall(phrase.lower())
    return next((word for word in words if word not in _FREQUENT), words[-1] if words else "")


@cache
def _tests() -> _Tests:
    packs = [pack.answer_cues for pack in languages()]
    cues: dict[str, Collection[str]] = {}
    for field in fields(AnswerCues):
        found = [cue for pack in packs if (cue := getattr(pack, field.name))]
        cues[field.name] = found if field.default == "" else sorted(frozenset().union(*found))
    return _Tests(cues)


@lru_cache(_REMEMBERED)
def _tests_of_opening(start: str) -> tuple[_Test, ...]:
    """Return the tests that a sentence in lower case may pass that begins so, however it goes on."""
    few = len(start) <= _BEGINNING
    known = _tests().opening if few else _tests_of_opening(start[:_BEGINNING])
    return tuple(test for test in known if test.search(start, partial=True))


def answer_types(sentence: str) -> int:
    """Return the types of answer that a sentence shows, as an AnswerType mask.

    Most sentences have little of what the types show in, so that is looked for first, which is quicker.
    """
    known = _tests()
    lower = sentence.lower()
    data = lower.encode("utf-8", "surrogatepass")  # bytes are quicker to look through
    tests = list(_tests_of_opening(lower[: lower.find(" ", 0, _OPENING) + 1 or _OPENING]))
    if not sentence.isascii() and not known.letters.isdisjoint(lower):
        tests += known.with_word("")
    figures = data.translate(None, _NO_FIGURES)
    if figures and (figures.isascii() or _FIGURE.search(sentence)):
        tests += known.figure if figures.isdigit() else known.figure + known.sign
    if not sentence[1:].islower() and _CAPITAL.search(sentence, 1):
        tests += known.capital
    for word in known.words.intersection(data.translate(_ONLY_LETTERS).decode().split()):
        tests += known.with_word(word)
    mask = 0
    for answer_type, search, any_case in tests:
        if not mask & answer_type and search(lower if any_case else sentence):
            mask |= answer_type
    return mask
