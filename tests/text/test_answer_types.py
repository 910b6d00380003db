"""Which types of answer a question asks for, and which a sentence shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from tests.core import TEXTS
from tests.growth import HARD, assert_linear

from chipbot.text.answer_types import AnswerType, _Tests, answer_types, expected_answer_types
from chipbot.text.languages import languages
from chipbot.text.languages.pack import AnswerCues

A = AnswerType


@pytest.mark.parametrize(
    ("question", "types", "words"),
    [
        ("How much money is in the fund?", A.MONEY | A.AMOUNT | A.NUMBER, "How much money"),
        ("what time is it", A.CLOCK | A.DATE | A.NUMBER, "what time"),
        ("how do I leave", A.STEP, "how do"),
        ("hi, can I park here", A.POLAR | A.MODAL, "can"),
        ("how many rivers cross Sweden", A.NUMBER, "how many"),
        ("In which year was it?", A.DATE | A.NUMBER, "which year"),
        ("Who mapped it?", A.PERSON | A.NAME, "Who"),
        ("which cities are there?", A.PLACE | A.NAME, "which cities"),
        ("why is that", A.REASON, "why"),
        ("What is a semiconductor?", A.DEFINITION, "What is "),
        ("¿… what's the fund?", A.DEFINITION, "what's "),
        ("and what is a semiconductor?", A(0), ""),
        ("what kind of boat is it?", A(0), "what kind of"),
        ("whoever sells whys", A(0), ""),
        ("¿Cuánto cuesta?", A.MONEY | A.AMOUNT | A.NUMBER, "Cuánto cuesta"),
        ("combien de chats ?", A.AMOUNT | A.NUMBER, "combien"),
        ("wie viele Hunde", A.NUMBER, "wie viele"),
        ("kuinka monta?", A.NUMBER, "kuinka monta"),
        ("川は何年に", A.DATE | A.NUMBER, "何年"),
        ("船は何がいい", A(0), "何"),
        ("몇 년에", A.NUMBER, "몇"),
        ("ومتى حدث ذلك؟", A.DATE | A.NUMBER, "متى"),
        ("", A(0), ""),
    ],
)
def test_what_a_question_asks_for(question: str, types: AnswerType, words: str) -> None:
    mask, (start, end) = expected_answer_types(question)
    assert (AnswerType(mask), question[start:end]) == (types, words)


@pytest.mark.parametrize(
    ("sentence", "types"),
    [
        ("It earmarked $500 million.", A.NUMBER | A.AMOUNT | A.MONEY | A.BACKWARD),
        ("The act was enacted in 2022.", A.DATE),
        ("Nothing of the kind here.", A(0)),
        ("Ask Ada Lovelace in London.", A.NAME | A.PERSON | A.PLACE | A.STEP),
        ("Prices rose because of it.", A.REASON),
        ("Prices rose due\nto floods.", A.REASON),
        ("A chip is a circuit.", A.DEFINITION),
        ("Boats: 1,000 or a dozen", A.NUMBER),
        ("x5 km, x.5 kg", A.NUMBER | A.AMOUNT),
        ("_5 km", A.NUMBER),
        ("by J. R. R. van Tolkien", A.NAME | A.PERSON),
        ("It is open until 9 pm", A.NUMBER | A.DATE | A.CLOCK | A.BACKWARD),
        ("それは3月だった", A.NUMBER | A.DATE),
        ("diese gibt es", A.BACKWARD),
        ("Nein, erst ab 19 Uhr.", A.POLAR | A.CLOCK | A.DATE | A.NUMBER | A.NAME),
        ("Then press the bell.", A.STEP),
        ("Guests may stay for free", A.MODAL | A.MONEY),
    ],
)
def test_what_a_sentence_shows(sentence: str, types: AnswerType) -> None:
    assert AnswerType(answer_types(sentence)) == types


def plainly(sentence: str) -> int:
    """A slower twin: each type has one pattern, tried on every sentence."""
    packs = [pack.answer_cues for pack in languages()]

    def any_of(field: str) -> str:
        phrases = sorted(frozenset().union(*(getattr(pack, field) for pack in packs)))
        return "(?:" + "|".join(phrases).replace(" ", r"\s") + ")"

    def alternatives(field: str) -> str:
        return "|".join(found for pack in packs if (found := getattr(pack, field)))

    lower = sentence.lower()
    shown = {
        A.NUMBER: rf"(?<!\p{{N}})(?!(?:1[0-9]|20)\p{{Nd}}{{2}}(?!\p{{N}}))\p{{N}}|\b{any_of('number')}\b",
        A.DATE: rf"\b(?:1[0-9]|20)\p{{Nd}}{{2}}s?\b|\b{any_of('date')}\b|"
        r"\b\p{Nd}{1,2}(?::\p{Nd}{2}|\s?[ap]\.?m\b)|\b\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{1,4}\b|"
        r"\b\p{Nd}+\s(?:BC|AD|BCE|CE)\b|年|月",
        A.CLOCK: r"\b\p{Nd}{1,2}(?::\p{Nd}{2}|\s?[ap]\.?m\b|[.h]?(?:\p{Nd}{2})?\s?(?:h|Uhr|o.clock|heures?|horas?)\b|時(?!間))|"
        rf"\b{any_of('until')}\s\p{{Nd}}{{1,2}}(?!\p{{N}}|[.,/-]\p{{N}}|\s[\p{{L}}%])",
        A.AMOUNT: rf"[$€£¥₹%]|\b\p{{Nd}}[\p{{Nd}}.,]*\s?(?:{any_of('unit')}|°)",
        A.NAME: r"(?<=[\p{Ll}\p{N},;:)’'\"] [\"'“‘(]?)\p{Lu}[\p{L}\p{N}]",
        A.PLACE: rf"\b{any_of('preposition')}\s(?:the\s)?\p{{Lu}}",
        A.PERSON: r"\p{Lu}[\p{Ll}'’.-]+\s(?:\p{Lu}\.\s)*"
        r"(?:(?:van|von|de|der|la|al|bin|ibn)\s)*\p{Lu}[\p{Ll}'’-]+|"
        rf"\b{any_of('title')}\b\.?\s\p{{Lu}}",
    }
    shown_in_any_case = {
        A.MONEY: rf"[$€£¥₹円]|\b{any_of('money')}\b",
        A.MODAL: rf"\b{any_of('modal')}\b",
        A.POLAR: rf"^\W*(?:{alternatives('polar')})",
        A.STEP: rf"^\W*(?:{alternatives('step')})(?!\w)",
        A.REASON: rf"\b{any_of('reason')}\b",
        A.DEFINITION: rf"\b{any_of('definition')}\b",
        A.BACKWARD: rf"^\W*(?:{alternatives('anaphora')})(?!\w)",
    }
    return sum(answer for answer, pattern in shown.items() if regex.search(pattern, sentence)) + sum(
        answer for answer, pattern in shown_in_any_case.items() if regex.search(pattern, lower)
    )


PIECES = """
    one twos third. Half 12 1999 2,000 1,5 x5 _5 ½ ² ٣ 年 5月 January Mondays today 10:30 9 pm p.m. 3 BC
    centuries (because Due to so that in order to as a result caused LED reasons to reduce protect, support
    word $ 50% km is A Are (was the Refers to defined as Known Mean means stands for Dr. J. R. Ann van Old
    “Bill” in Athens 5per cent — ( (The aim »it« dieselbe Она «αυτός» que+isto ſo year-long Mary’s pre-1990s
    9p.m. ½-day İs ısı . , K
""".split()
SENTENCES = st.lists(st.sampled_from(PIECES), max_size=8)


@given(st.one_of(SENTENCES.map(" ".join), SENTENCES.map("".join), SENTENCES.map("\n".join), TEXTS, st.text()))
def test_a_sentence_shows_what_the_plain_patterns_find(sentence: str) -> None:
    assert answer_types(sentence) == plainly(sentence)


@pytest.mark.parametrize(
    "form", ["{} a", "Old {}s to Bonn", "5 {}, that", "is {}?", "so {} as", "in {} to", "x_{}"]
)
def test_each_word_of_a_cue_is_looked_for(form: str) -> None:
    """Looking for words first must hide none of them."""
    words = [field.name for field in fields(AnswerCues) if isinstance(field.default, frozenset)]
    cues = {cue for pack in languages() for field in words for cue in getattr(pack.answer_cues, field)}
    for cue in cues:
        for text in (form.format(cue), form.format(cue.capitalize()), form.format(cue).upper()):
            assert answer_types(text) == plainly(text), text


def test_cues_of_any_script_are_looked_for() -> None:
    cues: dict[str, Collection[str]] = dict.fromkeys(
        (
            "unit",
            "preposition",
            "title",
            "definition",
            "anaphora",
            "polar",
            "step",
            "money",
            "until",
            "modal",
        ),
        ("zz",),
    )
    phrases: dict[str, Collection[str]] = {
        "number": ["три"],
        "date": ["Août"],
        "reason": ["потому что", "à cause de"],
    }
    tests = _Tests(cues | phrases)
    found = {
        text: sum(test.answer_type for test in tests.with_word(word) if test.search(text))
        for text, word in (
            ("вот потому что", ""),
            ("три", ""),
            ("fin à cause de", "cause"),
            ("Août", "ao"),
        )
    }
    assert tests.words == {"ao", "cause", "zz"}
    assert tests.letters == {"т", "ч"}
    assert list(found.values()) == [A.REASON, A.NUMBER, A.REASON, A.DATE]


@pytest.mark.parametrize("piece", HARD)
def test_time_grows_with_length_alone(piece: str) -> None:
    assert_linear(answer_types, piece)
    assert_linear(expected_answer_types, piece)
