"""JSON: questions and answers in the shapes that people use, and exports of Discord channels."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.core import document, shown
from tests.sources.samples import QUESTIONS, discord_export

from chipbot.errors import DocumentError
from chipbot.model import Document
from chipbot.translation import joined

PAIR = ["question: Why?", "paragraph: Because. ← Why?"]


def read(value: Any, name: str = "a.json") -> Document:  # any JSON
    return document(json.dumps(value), name)


@pytest.mark.parametrize(
    ("value", "blocks"),
    [
        pytest.param([{"question": "Why?", "answer": "Because."}], PAIR, id="question and answer"),
        pytest.param({"faq": [{"q": "Why?", "a": "Because."}]}, PAIR, id="q and a in a list by name"),
        pytest.param({"Why?": "Because."}, PAIR, id="a mapping"),
        pytest.param({"faqs": {"Why?": ["Because."]}}, PAIR, id="a mapping by name"),
        pytest.param([{"frage": "Why?", "antwort": "Because."}], PAIR, id="German"),
        pytest.param([{"instruction": "Why?", "output": "Because."}], PAIR, id="instructions"),
        pytest.param(
            {"mainEntity": [{"name": "Why?", "acceptedAnswer": {"@type": "Answer", "text": "Because."}}]},
            PAIR,
            id="schema.org",
        ),
        pytest.param(
            [{"messages": [
                {"role": "system", "content": "x"},
                {"role": "user", "content": "Why?"},
                {"role": "assistant", "content": "Because."},
            ]}],
            PAIR,
            id="a chat model's training data",
        ),
        pytest.param(
            {"Billing": [{"q": "Why?", "a": "Because."}], "Other": {"How is that?": "So."}},
            [
                "heading 1: Billing",
                "question: Why? | Billing",
                "paragraph: Because. ← Why? | Billing",
                "heading 1: Other",
                "question: How is that? | Other",
                "paragraph: So. ← How is that? | Other",
            ],
            id="sections by name",
        ),
        pytest.param(
            QUESTIONS,
            [
                "heading 1: Travel",
                "question: Where does the ferry depart? | Travel",
                "paragraph: From the northern jetty. ← Where does the ferry depart? | Travel",
                "question: When do the herons sleep?",
                "paragraph: After the last bell. ← When do the herons sleep?",
            ],
            id="a category and none",
        ),
        pytest.param(
            {"version": "2.0", "data": [{"title": "Herons", "paragraphs": [{"context": "Herons sleep.", "qas": [
                {"id": "1", "question": "Who sleeps?", "answers": [{"text": "Herons"}, {"text": "Herons"}]},
                {"id": "2", "question": "Who flies?", "answers": [], "is_impossible": True}]}]}]},
            [
                "heading 1: Herons",
                "paragraph: Herons sleep. | Herons",
                "question: Who sleeps? | Herons",
                "paragraph: Herons ← Who sleeps? | Herons",
            ],
            id="SQuAD",
        ),
        pytest.param(
            [{"questions": ["Why?", "How come?"], "answer": "- a\n- `b`"}],
            [
                "question: Why? How come?",
                "list_item 1: a ← Why? How come?",
                "list_item 1: b ← Why? How come?",
            ],
            id="several questions, an answer in Markdown",
        ),
        pytest.param([{"question": "W\0hy?\ud800", "answer": "Be\x07cause."}], PAIR, id="NULs and lone surrogates"),
    ],
)  # fmt: skip
def test_shapes_of_questions_and_answers(value: Any, blocks: list[str]) -> None:  # any JSON
    assert shown(read(value)) == blocks


def test_entries_are_places() -> None:
    assert [place.label for place in read(QUESTIONS).places] == ["entry 1", "entry 2"]
    lines = "\n\n".join(json.dumps(pair) for pair in QUESTIONS)
    made = document(lines, "a.jsonl")
    assert [place.line for place in made.places] == [1, 3]


def test_a_title_is_the_title() -> None:
    assert read({"title": "Help  desk", "faq": {"Why?": "Because."}}).title == "Help desk"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (1, "line 1 is no valid JSON and left out"),
        (2, "lines 1, 2 are no valid JSON and left out"),
        (20, "lines 1, 2, 3, 4, 5, … are no valid JSON and left out"),
    ],
)
def test_lines_that_are_no_json_are_named_and_the_others_read(bad: int, said: str) -> None:
    made = document("nonsense\n" * bad + '{"q":"Why?","a":"Because."}\n' * 21, "a.jsonl")
    assert joined(made.problems) == said
    assert len(made.blocks) == 42


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[" * 200_000, r"^it is no valid JSON \(it nests too deep\)$"),
        (b'{"a":' * 200_000, "^it is no valid JSON"),
        (b"[1, 2", "^it is no valid JSON .*line 1 column"),
        (b'{"name": "x", "version": "1"}', "^it has no questions and answers that could be found"),
        (b"[]", "^it has no questions and answers that could be found"),
        (b"9" * 10_000, "^it is no valid JSON"),
        (b"", "^it is no valid JSON"),
        (
            json.dumps({"messages": [1, None]}).encode(),
            "^it has no questions and answers that could be found",
        ),
    ],
)
def test_what_is_no_such_json_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        document(data, "a.json")


def test_deep_nesting_that_can_be_parsed_is_no_trouble() -> None:
    value: Any = {"q": "Why?", "a": "Because."}
    for _ in range(400):
        value = [value]
    with pytest.raises(DocumentError, match="no questions and answers"):
        read(value)


# Discord


def test_messages_have_their_links() -> None:
    made = document(discord_export(), "a.json")
    assert made.title == "rules"
    assert shown(made) == [
        "paragraph: Rule 1: be kind to the herons.",
        "paragraph: The server is play.example.net.",
        "paragraph: It restarts at four in the morning.",
    ]
    assert [(place.label, place.url) for place in made.places] == [
        ("2024-05-01 12:01", "https://discord.com/channels/77/88/1001"),
        ("2024-05-01 12:03", "https://discord.com/channels/77/88/1003"),
    ]
    assert made.blocks[1].unit == made.blocks[2].unit != made.blocks[0].unit
    assert [mark.kind for mark in made.marks] == ["strong", "code"]


def test_a_forum_posts_title_and_topic_are_read() -> None:
    made = document(discord_export(name="How do I join?", topic="Ask *here*."), "a.json")
    assert made.title == "How do I join?"
    assert shown(made)[0] == "paragraph: Ask here."
    assert made.places[0].url == ""


def test_lines_of_a_message_are_a_list_where_they_begin_with_emoji() -> None:
    export = json.loads(discord_export())
    export["messages"][0]["content"] = "Our rules:\n🔹 Be kind\n🔹 No spam"
    made = document(json.dumps(export), "a.json")
    blocks = [made.text[block.start : block.end] for block in made.blocks]
    assert [block for block in blocks if "🔹" in block or "rules" in block] == [
        "Our rules:",
        "🔹 Be kind",
        "🔹 No spam",
    ]


def test_embeds_are_read_and_odd_values_passed_over() -> None:
    export = json.loads(discord_export())
    export["messages"][0]["embeds"] = [
        {
            "title": "Opening",
            "description": "At nine.",
            "fields": [{"name": "Sunday", "value": "At noon."}, 3],
        },
        None,
    ]
    export["messages"][1:1] = [{"id": 5}, None, {"id": "6", "timestamp": 3, "content": None, "author": {}}]
    made = document(json.dumps(export), "a.json")
    assert shown(made)[1:5] == [
        "paragraph: Opening",
        "paragraph: At nine.",
        "paragraph: Sunday",
        "paragraph: At noon.",
    ]


@pytest.mark.parametrize(
    ("guild", "channel", "url"),
    [
        ("0", "88", "https://discord.com/channels/@me/88/1001"),
        ("77/../1", "88", ""),
        ("77", "x", ""),
        (77, "88", ""),
    ],
)
def test_links_are_made_of_ids_alone(guild: object, channel: object, url: str) -> None:
    export = json.loads(discord_export())
    export["guild"]["id"], export["channel"]["id"] = guild, channel
    assert document(json.dumps(export), "a.json").places[0].url == url
