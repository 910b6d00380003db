"""Headings have the anchors by which rendered pages are linked to, and every place knows the one above it."""

from __future__ import annotations

import pytest
from tests.core import document
from tests.growth import assert_linear

from chipbot.model import Document
from chipbot.text.lines import place_at


def anchors(made: Document) -> list[str]:
    headings = [block for block in made.blocks if block.kind == "heading"]
    return [place_at(made.text, made.places, block.start).anchor for block in headings]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Set up\n\nx\n\n## On Linux, quickly\n\ny", ["set-up", "on-linux-quickly"]),
        ("# A\n\nx\n\n## A\n\ny\n\n## A\n\nz\n\n## A-1\n\nw", ["a", "a-1", "a-2", "a-1-1"]),
        ("# Set up {#start}\n\nx\n\n## Set up\n\ny", ["start", "set-up"]),
        ("# Set up { .big #start }\n\nx", ["start"]),
        ('# <a name="go"></a>Set up\n\nx', ["go"]),
        ("Set up\n======\n\nx\n\nMore {#more}\n----\n\ny", ["set-up", "more"]),
        ("# Où ça ? `--all` & _more_\n\nx", ["où-ça----all--more"]),
        ("# 料金について\n\nx\n\n## कीमत\n\ny", ["料金について", "कीमत"]),
        ("# !\n\nx\n\n# ?\n\ny", ["", "-1"]),
    ],
)
def test_headings_have_the_anchors_of_their_rendered_page(source: str, expected: list[str]) -> None:
    for newline in ("\n", "\r\n"):
        assert anchors(document(source.replace("\n", newline), "a.md")) == expected


def test_every_place_knows_the_heading_above_it_and_its_own_line() -> None:
    source = "Before.\n\n# One\n\n\n\nFirst\nline.\n\n## Two\n\nSecond.\n"
    made = document(source, "a.md")
    found = {
        words: place_at(made.text, made.places, made.text.index(words))
        for words in ("Before", "One", "First", "Two", "Second")
    }
    assert {words: (place.anchor, place.line) for words, place in found.items()} == {
        "Before": ("", 1),
        "One": ("one", 3),
        "First": ("one", 7),
        "Two": ("two", 10),
        "Second": ("two", 12),
    }


@pytest.mark.parametrize("piece", ["# a\n\n", "# {#", "# {a", '# <a id="', "# <a x ", "# a {#b}\n\nx\n\n"])
def test_anchors_are_found_in_linear_time(piece: str) -> None:
    assert_linear(lambda text: document(text, "a.md"), piece)
