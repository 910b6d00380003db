"""Follow-ups: which questions depend on the one before, in thirty languages; what they take over; what they
don't loosen.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import SEED, answerer

from chipbot.answering.follow_up import MAX_HISTORY, ContextDependence, ResolvedQuestion
from chipbot.model import Answer, NoAnswer

TEXTS = {
    SEED.name: SEED.read_bytes().decode(),
    "lakes.md": "# Lakes of the north\n\n"
    "Lake Arvel is 40 km long. It was mapped by Ida Brandt in 1902. Its island has a mill.\n\n"
    "Lake Birnen is 75 km long. It was mapped by Otto Lund in 1911. Boats cross it from Torsby.\n\n"
    "The ferry in Norway costs 12 crowns. The ferry in Sweden costs 30 crowns. A ferry takes 8 cars.",
    "mill.md": "# The mill on the island\n\nThe mill was built in 1780. The miller lives in Torsby and sells flour on Fridays.",
}
ASKED = answerer(TEXTS, min_confidence=0.3)


def read(*questions: str) -> ResolvedQuestion:
    return ASKED.resolve(questions[-1], questions[:-1][-MAX_HISTORY:]).question


def answered(*questions: str) -> str | None:
    """The highlighted sentence, or None where the question is refused."""
    result = ASKED.answer(questions[-1], history=questions[:-1])
    if isinstance(result, NoAnswer):
        return None
    start, end = result.quotes[0].highlights[0]
    return result.quotes[0].text[start:end]


# Whether it depends on history


@pytest.mark.parametrize(
    ("dependence", "before", "question"),
    [
        ("REQUIRED", "How long is Lake Arvel?", "why?"),
        ("REQUIRED", "How long is Lake Arvel?", "when was that?"),
        ("REQUIRED", "How long is Lake Arvel?", "who mapped it?"),
        ("REQUIRED", "How long is Lake Arvel?", "and Birnen?"),
        ("REQUIRED", "What does the ferry in Norway cost?", "And in Sweden?"),
        ("POSSIBLE", "What does the ferry in Norway cost?", "and what does Sweden cost?"),
        ("NONE", "How long is Lake Arvel?", "Who sells flour on Fridays?"),
        ("NONE", "How long is Lake Arvel?", "And who sells flour on Fridays?"),
        ("NONE", "How long is Lake Arvel?", "What is Mexico?"),
        ("NONE", "How long is Lake Arvel?", "and Zambia?"),
        ("NONE", "How long is Lake Arvel?", "what colour is it?"),
        ("NONE", "?!", "why?"),
        ("NONE", "what is it", "why?"),
    ],
)
def test_a_question_depends_on_history_only_where_it_cannot_stand_alone(
    dependence: str, before: str, question: str
) -> None:
    found = read(before, question)
    assert found.dependence is ContextDependence[dependence]
    if dependence == "NONE":
        assert found == read(question)


# What it takes over


def test_a_pronoun_takes_over_the_topic_more_than_what_was_asked_of_it() -> None:
    found = {
        term.term: term.weight / term.idf
        for term in read("Who mapped Lake Arvel?", "how long is it?").query.terms
    }
    assert found["arvel"] > found["map"] > 0


def test_a_name_takes_the_place_of_the_name_before() -> None:
    terms = [term.term for term in read("What does the ferry in Norway cost?", "and in Sweden?").query.terms]
    assert terms == ["ferri", "cost", "sweden"]


def test_a_name_inherits_the_kind_of_answer_that_was_asked_for() -> None:
    before = read("When was Lake Arvel mapped?").query
    assert read("When was Lake Arvel mapped?", "and Birnen?").query.answer_types == before.answer_types != 0
    assert read("When was Lake Arvel mapped?", "who lives there?").query.answer_types != before.answer_types


def test_what_lasts_does_not_fade_along_a_chain() -> None:
    weights = []
    chain = ["Who mapped Lake Arvel?", "how long is it?", "and what is on its island?"]
    for length in (2, 3):
        (arvel,) = (term for term in read(*chain[:length]).query.terms if term.term == "arvel")
        weights.append(arvel.weight)
    assert weights[0] == pytest.approx(weights[1])


@pytest.mark.parametrize(
    ("questions", "answer"),
    [
        (("Who mapped Lake Arvel?", "how long is it?"), "Lake Arvel is 40 km long."),
        (("How long is Lake Arvel?", "and Birnen?"), "Lake Birnen is 75 km long."),
        (("What does the ferry in Norway cost?", "and in Sweden?"), "The ferry in Sweden costs 30 crowns."),
        (
            ("How much money is in the fund?", "and what is it designed for?"),
            "The fund is designed to foster",
        ),
        (
            ("What is the first step of the cooperation?", "what will it include?"),
            "This will include an examination",
        ),
        (("How much money is in the fund?", "Who sells flour on Fridays?"), "The miller lives in Torsby"),
        (("What does the ferry in Norway cost?", "and in Mexico?"), None),
        (("What does the ferry in Norway cost?", "and in Peru?"), None),
        (("Who mapped Lake Arvel?", "and how much flour does it sell?"), None),
        (("How much money is in the fund?", "who stole it?"), None),
    ],
)
def test_a_follow_up_is_answered_from_its_topic_or_refused(
    questions: tuple[str, ...], answer: str | None
) -> None:
    found = answered(*questions)
    assert found == answer if answer is None else found is not None and found.startswith(answer)


def test_what_is_inherited_does_not_hide_that_a_word_is_missing() -> None:
    result = ASKED.answer("and Zambia?", history=("How long is Lake Arvel?",))
    assert isinstance(result, NoAnswer)
    assert result.missing == ("Zambia",)


WORDS = st.lists(
    st.sampled_from(
        [
            "and",
            "it",
            "why",
            "how",
            "long",
            "is",
            "Lake",
            "Arvel",
            "mill",
            "zebra",
            "ferry",
            "Norway",
            "the",
            "?",
        ]
    )
)


@given(st.lists(WORDS.map(" ".join), max_size=7), WORDS.map(" ".join))
def test_any_conversation_gets_an_answer_or_a_reason(before: list[str], question: str) -> None:
    result = ASKED.answer(question, history=tuple(before))
    assert isinstance(result, Answer | NoAnswer)
    assert 0 <= result.confidence <= 1
    found = read(*before, question)
    if found.dependence is ContextDependence.NONE:
        assert found == read(question)
