"""Questions and their answers are told in every shape in which people write them."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

import pytest
from tests.core import document

from chipbot.text.passages import chunk_document


def pairs(name: str, text: str) -> list[tuple[str, list[str]]]:
    """Each question with the blocks that answer it."""
    made = document(text, name)
    found: list[tuple[str, list[str]]] = []
    for block in made.blocks:
        if block.question:
            question = made.text[slice(*block.question)]
            if not found or found[-1][0] != question:
                found.append((question, []))
            found[-1][1].append(made.text[block.start : block.end])
    return found


def check(name: str, text: str, *expected: tuple[str, list[str]]) -> None:
    assert pairs(name, text) == list(expected)


PAIRS = (("How do I pay?", ["At the desk."]), ("Is it open?", ["Yes, on Sundays."]))
DETAILS = """<details>
<summary>How do I pay?</summary>

At the desk.

</details>

Nothing.

<details><summary><b>Is it open?</b></summary>
Yes, on Sundays.
</details>

Nothing.
"""
ACCORDIONS = """<Accordion title="How do I pay?">
At the desk.
</Accordion>
<Accordion title="Is it open?">
Yes, on Sundays.
</Accordion>

Nothing.
"""
HEAD = "# T\n\nThe house is old.\n\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "## How do I pay?\n\nAt the desk.\n\n## Is it open?\n\nYes, on Sundays.\n\n## More\n\nNothing."),
        ("a.md", "Q: How do I pay?\nA: At the desk.\n\nQ: Is it open?\nA: Yes, on Sundays."),
        ("a.md", "**Q:** How do I pay?\n\n**A:** At the desk.\n\n**Q:** Is it open?\n\n**A:** Yes, on Sundays."),
        ("a.md", "**Q1. How do I pay?**\n\nA1. At the desk.\n\n**Q2. Is it open?**\n\nA2. Yes, on Sundays."),
        ("a.md", "Q. How do I pay?\nA. At the desk.\n\nQ) Is it open?\nA) Yes, on Sundays."),
        ("a.md", "Frage: How do I pay?\nAntwort: At the desk.\n\nF: Is it open?\nA: Yes, on Sundays."),
        ("a.md", "P: How do I pay?\nR: At the desk.\nP: Is it open?\nR: Yes, on Sundays."),
        ("a.md", "**How do I pay?**\nAt the desk.\n\n**Is it open?**\n\nYes, on Sundays.\n\n## More\n\nNothing."),
        ("a.md", "**How do I pay?**<br>At the desk.\n\n__Is it open?__\n\nYes, on Sundays."),
        ("a.md", "How do I pay?\nAt the desk.\n\nIs it open?\n\nYes, on Sundays.\n\nNothing.\n\nNothing else."),
        ("a.md", "1. How do I pay?\n\n   At the desk.\n\n2. Is it open?\n   Yes, on Sundays."),
        ("a.md", "1. **How do I pay?**\n   At the desk.\n2. **Is it open?**\n\n   Yes, on Sundays."),
        ("a.md", DETAILS),
        ("a.md", ACCORDIONS),
        ("a.md", '??? question "How do I pay?"\n    At the desk.\n\n??? question "Is it open?"\n    Yes, on Sundays.\n\nNo.'),
        ("a.txt", "Q: How do I pay?\nA: At the desk.\n\nQ: Is it open?\nA: Yes, on Sundays."),
        ("a.txt", "How do I pay?\nAt the desk.\n\nIs it open?\nYes, on Sundays."),
        ("a.txt", "How do I pay?\n\nAt the desk.\n\nIs it open?\n\nYes, on Sundays."),
        ("a.txt", "1. How do I pay?\nAt the desk.\n2. Is it open?\nYes, on Sundays."),
        ("a.txt", "## How do I pay?\nAt the desk.\n\n## Is it open?\nYes, on Sundays."),
    ],
)  # fmt: skip
def test_pairs(name: str, text: str) -> None:
    check(name, HEAD + text, *PAIRS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "Who would have thought?\n\nThe house was sold.\n\nIt is gone."),
        ("a.txt", "Who would have thought?\n\nThe house was sold.\n\nIt is gone."),
        ("a.md", "Is it old? It is old.\n\nIs it new? It is not."),
        ("a.md", "**Note**\nThe house was sold."),
        ("a.md", "D. Pablo paints\nR. Ruiz plays"),
        ("a.md", "A: the first. Q: the last.\n\nP: nothing."),
        ("a.md", "- Is it old?\n- Is it new?\n- Is it red?"),
        ("a.md", "Is it old?\n\nIs it new?\n\nIs it red?"),
    ],
)
def test_no_pairs(name: str, text: str) -> None:
    check(name, HEAD + text)


def test_an_answer_goes_on_to_the_next_question() -> None:
    check(
        "a.md",
        HEAD
        + "**How do I pay?**\n\nAt the desk:\n\n- in coins\n- by card\n\nNot on Sundays.\n\n**Is it open?**\n\nYes.\n\nNo.",
        ("How do I pay?", ["At the desk:", "in coins", "by card", "Not on Sundays."]),
        ("Is it open?", ["Yes."]),
    )


def test_a_heading_below_a_question_is_about_it_and_a_title_only_about_its_introduction() -> None:
    check(
        "a.md",
        "# What is it?\n\nA house.\n\n## Can I stay?\n\nYes.\n\n### How long?\n\nA week.\n\n### Prices\n\nTen.\n\n## End\n\nNo.",
        ("What is it?", ["A house."]),
        ("Can I stay?", ["Yes."]),
        ("How long?", ["A week."]),
        ("Can I stay?", ["Ten."]),
    )


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_a_pair_is_one_unit_and_a_passage_of_its_own(name: str) -> None:
    made = document(HEAD + "Q: How do I pay?\nA: At the desk.\n\nQ: Is it open?\nA: Yes, on Sundays.", name)
    units = [
        [made.text[block.start : block.end] for block in unit]
        for _, unit in groupby(made.blocks, attrgetter("unit"))
    ]
    assert units[-2:] == [["How do I pay?", "At the desk."], ["Is it open?", "Yes, on Sundays."]]
    assert [
        (chunk.passage.heading, [made.text[sentence.start : sentence.end] for sentence in chunk.sentences])
        for chunk in chunk_document(made)
    ][1:] == [(("How do I pay?",), ["At the desk."]), (("Is it open?",), ["Yes, on Sundays."])]


def test_a_heading_asks_with_its_mark_and_its_answer_is_without() -> None:
    text = "## Q: How do I pay?\n\nA: At the desk.\n\nAsk Ann.\n\n## Q: Is it open?\n\nA: Yes, on Sundays."
    answers = (["At the desk.", "Ask Ann."], ["Yes, on Sundays."])
    check("a.md", HEAD + text, ("Q: How do I pay?", answers[0]), ("Q: Is it open?", answers[1]))
