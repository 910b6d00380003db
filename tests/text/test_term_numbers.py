"""Numbered terms: the same as those of each text by itself, whatever came before."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chipbot.text.term_numbers import TermNumbers, process_numbers
from chipbot.text.tokenizer import analyzer

PIECES = st.sampled_from(
    "the House house, (House) US us WHO it IT $5 500M 3D v1.2.3 sendHeat l'eau straße 日本語 ไทย U.S. ".split(
        " "
    )
)
TEXTS = st.lists(st.lists(PIECES | st.text(max_size=8), max_size=6).map(" ".join), max_size=5)


@given(st.lists(st.tuples(st.sampled_from(["en", "de", "tr", "ja"]), TEXTS), max_size=4))
def test_texts_have_the_terms_that_each_has_by_itself(batches: list[tuple[str, list[str]]]) -> None:
    numbers, vocabulary = TermNumbers(), list[str]()
    for language, texts in batches:
        terms, offsets = numbers.number(texts, language)
        vocabulary += numbers.fresh()
        found = [[vocabulary[number] for number in terms[start:end]] for start, end in pairwise(offsets)]
        assert found == [analyzer(language).terms(text) for text in texts]
    assert len(set(vocabulary)) == len(vocabulary)
    assert not numbers.fresh()


def test_a_process_forgets_when_it_remembers_too_much() -> None:
    kept = process_numbers()
    kept.number(["some words"], "en")
    assert process_numbers() is kept
    assert process_numbers(most=1) is not kept
    assert process_numbers().size == 0


def test_what_is_too_long_to_come_again_is_not_remembered() -> None:
    numbers, long = TermNumbers(), "x" * 200
    numbers.number([long, long], "en")
    assert numbers.size == 2
    assert numbers.fresh() == [long]
