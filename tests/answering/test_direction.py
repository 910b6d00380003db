"""From X to Y is not from Y to X."""

from __future__ import annotations

import pytest
from tests.core import answerer

from chipbot.answering.direction import opposite
from chipbot.model import Answer


@pytest.mark.parametrize(
    ("code", "question", "other_way", "same_way"),
    [
        (
            "en",
            "how do i move from Oven to Kiln",
            ["We never move to Oven.", "to either Plain or oven"],
            ["From Oven"],
        ),
        (
            "en",
            "Can I go from oven 2.0 to kiln?",
            ["into Oven 2.0"],
            ["to the oven", "from oven 2.0 to oven 2.0"],
        ),
        (
            "en",
            "from oven to kiln",
            ["To Oven\nIt is not possible."],
            ["To\nOven", "to Kiln\nOven", "to ovens"],
        ),
        (
            "de",
            "Wie wechsle ich von Ofen zu Kiln?",
            ["Ein Wechsel zu Ofen geht nicht."],
            ["von Ofen zu Ofen"],
        ),
        ("es", "¿Cómo migro de Horno a Kiln?", ["No se puede migrar a Horno."], ["migrar de Horno"]),
        ("fr", "Comment passer de Four à Kiln ?", ["On ne passe pas à Four."], ["quitter de Four"]),
        ("pt", "Como mudo do Forno para Kiln?", ["Não se muda para Forno."], ["sair do Forno"]),
        ("it", "Come passo da Forno a Kiln?", ["Non si passa a Forno."], ["passare da Forno"]),
        ("nl", "Hoe ga ik van Oven naar Kiln?", ["Niemand gaat naar Oven."], ["van Oven"]),
    ],
)
def test_what_goes_the_other_way(code: str, question: str, other_way: list[str], same_way: list[str]) -> None:
    goes_back = opposite(question, code)
    assert goes_back is not None
    assert [text for text in (*other_way, *same_way) if goes_back(text)] == other_way


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("en", "where do I go from here"),
        ("en", "is it open from 9 to 5"),
        ("en", "how to get a refund from the shop"),
        ("ja", "from oven to kiln"),
        ("", "from oven to kiln"),
    ],
)
def test_questions_that_name_no_way(code: str, question: str) -> None:
    assert opposite(question, code) is None


GUIDE = """# Moving

## To Kiln

### From Oven

Put your bricks on the cart first, then follow the guide for carts.

## Elsewhere

### To Oven

Kiln does not support moving to Oven!
"""


def test_the_way_that_is_asked_for_is_quoted() -> None:
    asked = answerer({"guide.md": GUIDE, "club.md": "# Club\n\nThe club meets on Monday.\n"})
    there = asked.best_passages("how do i move from oven to kiln", 1)
    back = asked.best_passages("how do i move from kiln to oven", 1)
    assert asked.retriever.passage(there[0]).text.startswith("Put your bricks")
    assert asked.retriever.passage(back[0]).text.startswith("Kiln does not support")
    result = asked.answer("how do i move from kiln to oven")
    assert isinstance(result, Answer)
    assert result.quotes[0].text.startswith("Kiln does not support")
