"""What of a passage is highlighted: the smallest span that answers, by the sentences' rank scores."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core import answerer

from chipbot.answering.snippets import highlight_spans, with_list_items
from chipbot.text.answer_types import AnswerType

PROSE = "Club\n\nThe boat club rows. Please don't. The boat breaks. Nobody knows who built the boat.\n"
LIST = "# Boat\n\nTake a boat along:\n\n- boat rope\n- boat bell\n\n## Boat rules\n\nAlways wear a vest.\n"
NESTED = "# Boat\n\n- Boat vests\n  - boat crews always\n  - boat guests in winter\n- No boat shoes\n"


@pytest.mark.parametrize(
    ("name", "text", "scores", "expected"),
    [
        ("club.txt", PROSE, [3.0, 0.0, 0.0, 0.0], ["The boat club rows."]),
        ("club.txt", PROSE, [0.0, 3.0, 0.0, 0.0], ["Please don't. The boat breaks."]),
        ("club.txt", PROSE, [0.0, 0.0, 0.0, 3.0], ["Nobody knows who built the boat."]),
        ("club.txt", PROSE, [3.0, 2.8, 0.0, 0.0], ["The boat club rows. Please don't."]),
        ("club.txt", PROSE, [3.0, 0.0, 0.0, 2.8], ["The boat club rows."]),
        ("club.txt", PROSE, [0.0, 0.0, 3.0, 2.8], ["The boat breaks. Nobody knows who built the boat."]),
        ("boat.md", LIST, [3.0, 0.0, 0.0], ["Take a boat along:", "boat rope", "boat bell"]),
        ("n.md", NESTED, [3.0, 0.0, 0.0, 0.0], ["Boat vests", "boat crews always", "boat guests in winter"]),
        ("n.md", NESTED, [3.0, 2.8, 0.0, 0.0], ["Boat vests", "boat crews always", "boat guests in winter"]),
        ("n.md", NESTED, [0.0, 3.0, 0.0, 0.0], ["boat crews always"]),
        ("n.md", NESTED, [0.0, 0.0, 0.0, 3.0], ["No boat shoes"]),
    ],
)
def test_the_smallest_span_that_answers(
    name: str, text: str, scores: list[float], expected: list[str]
) -> None:
    asked = answerer({name: text})
    ranking = asked.rank(asked.parse("boat"), "boat")
    assert ranking is not None
    first = np.flatnonzero(ranking.matches.candidate == 0)[: len(scores)]
    everything = np.full(len(ranking.scores), -9.0)
    everything[first] = scores
    best = int(np.argmax(everything))
    stored = asked.retriever.passage(int(ranking.matches.candidates.passages[0]))
    spans = with_list_items(stored, highlight_spans(ranking._replace(scores=everything), best))
    start = stored.passage.start
    assert [stored.text[first - start : last - start] for first, last in spans] == expected


STEPS = (
    "# Boat\n\n1. Untie the boat.\n   - boat rope first\n2. Push the boat.\n3. Row the boat.\n\nBoat done.\n"
)


@pytest.mark.parametrize(
    ("question", "scores", "expected"),
    [
        (
            "how do i boat",
            [3.0, 0.0, 0.0, 0.0],
            ["Untie the boat.", "boat rope first", "Push the boat.", "Row the boat."],
        ),
        ("how do i boat", [0.0, 0.0, 3.0, 0.0], ["Push the boat."]),
        ("which boat", [3.0, 0.0, 0.0, 0.0], ["Untie the boat.", "boat rope first"]),
    ],
)
def test_who_asks_how_something_is_done_sees_all_steps(
    question: str, scores: list[float], expected: list[str]
) -> None:
    asked = answerer({"boat.md": STEPS})
    ranking = asked.rank(asked.parse(question), question)
    assert ranking is not None
    stored = asked.retriever.passage(int(ranking.matches.candidates.passages[0]))
    steps = [block for block in stored.blocks if block.kind == "list_item"]
    first = steps[scores.index(3.0)]
    quotes = with_list_items(
        stored, ((first.start, first.end),), steps=bool(ranking.matches.query.answer_types & AnswerType.STEP)
    )
    start = stored.passage.start
    assert [stored.text[a - start : b - start] for a, b in quotes] == expected
