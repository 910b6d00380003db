"""The variants for measuring: terse questions keep their order and lose grammar, and a typing error is one
edit.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from tests.quality.terse import terse, typo, variants

QUESTIONS = st.text("abcdefghi ABC?.,'-éß大ก", max_size=40) | st.sampled_from(
    [
        "How many people live in Paris?",
        "Кто был лидером?",
        "2015年黑豹队的防守有多少次拦截记录？",
        "किसने किया?",
    ]
)


@settings(deadline=None)
@given(QUESTIONS, st.integers(0, 100))
def test_terse_questions_are_lower_case_and_keep_their_words_in_order(question: str, seed: int) -> None:
    shorter = terse(question, "en", random.Random(seed))
    assert shorter == shorter.lower()
    remaining = iter(question.lower())
    assert all(letter in remaining for letter in shorter)
    assert bool(shorter) == bool(question)


@settings(deadline=None)
@given(QUESTIONS, st.integers(0, 100))
def test_a_typo_is_one_edit_in_a_longer_word(question: str, seed: int) -> None:
    changed = typo(question, "en", random.Random(seed))
    letters = sum(map(str.isalpha, question))
    assert (changed == question) == (changed.split() == question.split())
    if letters < 5:
        assert changed == question
    assert OSA.distance(question, changed) <= 2  # a letter with its mark is two code points


@pytest.mark.parametrize("question", ["Who is it?", "黑豹队的防守有多少次拦截记录", ""])
def test_without_a_longer_word_there_is_no_typo(question: str) -> None:
    assert typo(question, "en", random.Random(1)) == question


def test_a_variant_hangs_on_the_question_alone() -> None:
    line = {"question": "How many people live in the city of Paris?", "lang": "en", "answers": ["2"]}
    assert variants([line], typo) == variants([line | {"answers": ["2"]}] * 2, typo)[:1]
    assert variants([line], terse, seed=1)[0]["answers"] == ["2"]
    assert len({variants([line], typo, seed=seed)[0]["question"] for seed in range(20)}) > 5
