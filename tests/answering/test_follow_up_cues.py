"""How a question is put: which words of it refer to what was asked before, or ask."""

from __future__ import annotations

import pytest
from tests.growth import HARD, assert_linear

from chipbot.answering.follow_up_cues import (
    discourse_marker_end,
    has_anaphora,
    has_question_word,
    is_cue,
    strip_cues,
)


@pytest.mark.parametrize(
    ("language", "question", "goes_on"),
    [
        ("en", "And Mexico?", "Mexico?"),
        ("en", "what about Mexico?", "Mexico?"),
        ("en", "…and what about Mexico?", "Mexico?"),
        ("en", "Andrew who?", "Andrew who?"),
        ("en", "so-called what?", "so-called what?"),
        ("es", "¿y el precio?", "el precio?"),
        ("es", "¿yo puedo?", "¿yo puedo?"),
        ("pt", "e o preço?", "o preço?"),
        ("fr", "et les chiens ?", "les chiens ?"),
        ("de", "und wo liegt er?", "wo liegt er?"),
        ("it", "e i cani?", "i cani?"),
        ("ru", "а когда?", "когда?"),
        ("zh", "那价格呢？", "价格呢？"),
        ("ja", "じゃあ値段は？", "値段は？"),
        ("ko", "그럼 가격은?", "가격은?"),
        ("ar", "وماذا عن السعر؟", "السعر؟"),
        ("he", "ומה עם המחיר?", "המחיר?"),
        ("th", "แล้วราคาล่ะ", "ราคาล่ะ"),
        ("hi", "और कीमत?", "कीमत?"),
        ("tr", "peki ya fiyat?", "fiyat?"),
        ("xx", "and the price?", "the price?"),
    ],
)
def test_what_a_question_begins_with(language: str, question: str, goes_on: str) -> None:
    assert question[discourse_marker_end(question, (language,)) :] == goes_on


@pytest.mark.parametrize(
    ("language", "question", "points"),
    [
        ("en", "How long is it?", True),
        ("en", "When was that?", True),
        ("en", "what's its population", True),
        ("en", "who runs this one?", True),
        ("en", "Is it true that the fund is large?", False),
        ("en", "Are there dogs?", False),
        ("en", "Which rivers are the ones that cross Sweden?", True),
        ("en", "What do fossils that lack arms have?", False),
        ("en", "What does a country gain as it grows?", False),
        ("en", "What is one rule of the server?", False),
        ("en", "What is the item worth?", False),
        ("es", "¿dónde está eso?", True),
        ("es", "¿dónde está el mercado?", False),
        ("pt", "quem a fez lá?", True),
        ("fr", "où est-il ?", True),
        ("fr", "est-ce qu'il y a un chat ?", False),
        ("de", "wer hat das Geld dafür?", True),
        ("de", "gibt es Hunde?", False),
        ("it", "dove lo fanno questi?", True),
        ("ru", "где он?", True),
        ("pl", "kiedy to było?", True),
        ("zh", "它有多长？", True),
        ("zh", "河有多长？", False),
        ("ja", "それはいつですか", True),
        ("ko", "그것은 언제입니까?", True),
        ("ar", "متى حدث ذلك؟", True),
        ("id", "berapa harganya?", True),
        ("id", "berapa harga tanya?", False),
        ("th", "มันยาวเท่าไร", True),
        ("hi", "उसका नाम क्या है?", True),
        ("xx", "is it long?", True),
    ],
)
def test_what_has_anaphora(language: str, question: str, points: bool) -> None:
    assert has_anaphora(question, (language,)) == points


def test_blanks_take_the_place_of_cues() -> None:
    assert strip_cues("那它取代了哪个市场？", "zh") == "  取代了 个市场？"
    assert [word for word in ("it", "It", "IT", "market", "where") if is_cue(word, "en")] == [
        "it",
        "It",
        "where",
    ]
    assert [has_question_word(text, ("en",)) for text in ("Mexico?", "where is it?", "its library?")] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("code", ["en", "fr", "id", "ja"])
@pytest.mark.parametrize("piece", HARD)
def test_time_grows_with_length_alone(code: str, piece: str) -> None:
    for call in (discourse_marker_end, has_anaphora, has_question_word):
        assert_linear(lambda text, call=call: call(text, (code,)), piece)  # type: ignore[misc]  # a default's type is not inferred
    assert_linear(lambda text: strip_cues(text, code), piece)
