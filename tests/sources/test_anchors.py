"""Headings have the anchors by which rendered pages are linked to, and every place knows the one above it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions.toc import slugify, unique
from tests.core import document
from tests.growth import assert_linear

from chipbot.model import Document
from chipbot.sources.anchors import _OTHERS, _Slugs, anchor_on
from chipbot.sources.collections import ANCHORS
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
        ("# Set up [#start]\n\nx\n\n## [#more]\n\ny", ["start", "more"]),
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


@pytest.mark.parametrize(
    ("anchor", "heading", "expected"),
    [
        ("set-up", "Set up", "set-up"),
        ("set-up-1", "Set up", "set-up_1"),
        ("a--b-2", "A & B", "a-b_2"),
        ("où-ça-", "Où ça ?", "ou-ca"),
        ("step-1", "Step 1", "step-1"),
        ("step-1-1", "Step 1", "step-1_1"),
        ("start", "Set up", "start"),
        ("set-up-now", "Set up", "set-up-now"),
        ("料金", "料金", "_1"),
        ("料金-1", "料金", "_2"),
    ],
)
def test_on_a_site_of_mkdocs_they_are_called_otherwise(anchor: str, heading: str, expected: str) -> None:
    assert anchor_on("mkdocs", anchor, heading) == expected
    assert anchor_on("github", anchor, heading) == anchor


@pytest.mark.parametrize(
    ("heading", "expected"),  # as the npm package @mdit-vue/shared 3.0.2 has them
    [
        ("How are users and/or roles mentioned?", "how-are-users-and-or-roles-mentioned"),
        ("Step 1. Update Paper", "step-1-update-paper"),
        ("2. Set-up", "_2-set-up"),
        ("Où ça — là?", "ou-ca-—-la"),
        ("“Quoted” `code()`", "quoted-code"),
        ("料金", "料金"),
        ("snake_case", "snake-case"),
    ],
)
def test_on_a_site_of_vitepress_they_are_called_otherwise(heading: str, expected: str) -> None:
    slugs = _Slugs()
    assert anchor_on("vitepress", slugs.next(heading), heading) == expected
    assert anchor_on("vitepress", slugs.next(heading), heading) == f"{expected}-1"
    assert anchor_on("vitepress", "own", heading) == "own"


def test_each_way_to_name_anchors_can_be_chosen() -> None:
    assert set(ANCHORS) == {"github", *_OTHERS}


@given(st.lists(st.sampled_from(["A & B", "料金", "Où ça ?", "Step 1", "--all  _x_", "Ünï — 2"]), max_size=8))
def test_they_are_called_as_python_markdown_calls_them(headings: list[str]) -> None:
    taken: set[str] = set()
    slugs = _Slugs()
    for heading in headings:
        assert anchor_on("mkdocs", slugs.next(heading), heading) == unique(slugify(heading, "-"), taken)


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
