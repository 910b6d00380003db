"""A label lends its words to what it labels: a term to its definition, the title of a box to what is in it."""

from __future__ import annotations

import pytest
from tests.core import index_of

from chipbot.answering.pipeline import Answerer
from chipbot.model import Answer
from chipbot.retrieval.embedded import EmbeddedRetriever

GLOSSARY = """# Words of the harbour

Local state
: What this boat has in its hold right now.

Global state
: What all boats have together.

Harbour dues
: What every boat pays for its berth.

Slack water
: The hour in which nothing flows.
"""


@pytest.mark.parametrize(
    ("question", "definition"),
    [
        ("what is the global state?", "What all boats have together."),
        ("what is the local state?", "What this boat has in its hold right now."),
    ],
)
def test_a_definition_is_found_by_its_term(question: str, definition: str) -> None:
    answer = Answerer(EmbeddedRetriever(index_of({"words.md": GLOSSARY}))).answer(question)

    assert isinstance(answer, Answer)
    first = answer.quotes[0]
    assert [first.text[start:end] for start, end in first.highlights] == [definition]


def test_a_heading_that_asks_is_not_in_the_breadcrumb_twice() -> None:
    index = index_of(
        {"join.md": "# Club\n\n## How do I join?\n\nJust come.\n\n### By post\n\nSend us a letter.\n"}
    )

    assert [index.passage(number).heading for number in range(index.passage_count)] == [
        ("How do I join?",),
        ("How do I join?", "By post"),
    ]
