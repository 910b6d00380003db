"""What the review of quotes finds, and what it passes over."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core import document
from tests.quality.source_marks import look_through, lost_words, main, shown_marks

from chipbot.model import Block, Citation, Document, Mark, Quote

PAGE = """---
title: Kiln
---
import { A } from "b"

# The kiln manual

!!! note
    Use `kiln --hot` **only** in the [yard](https://x.example/where) at 10<sup>3</sup> degrees.

1. Open the [lid][lid]
- [x] Close it

[lid]: https://x.example
"""


def quote(text: str, *parts: Block | Mark) -> Quote:
    return Quote(
        text=text,
        highlights=(),
        citation=Citation(
            document_id="a.md",
            title="",
            heading=(),
            page=None,
            line_start=1,
            line_end=1,
            start=0,
            end=1,
            url=None,
        ),
        score=1.0,
        blocks=tuple(part for part in parts if isinstance(part, Block)),
        marks=tuple(part for part in parts if isinstance(part, Mark)),
    )


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Use **it** at [home](x).", ["**", "**", "]("]),
        ("a | b\n|---|---|", ["|---", "|---"]),
        ("# A\n:::tip\n!!! note", ["#", ":::", "!!!"]),
        ("a <br> {{ b }} &nbsp;", ["<br>", "{{", "&nbsp;"]),
        ("It costs 2 * 3 > 5, #1 of 10: e-mail a_b", []),
    ],
)
def test_source_marks_are_found(text: str, marks: list[str]) -> None:
    assert shown_marks(quote(text)) == marks


def test_code_may_look_like_anything() -> None:
    text = "Type **kwargs:\n# none"
    assert shown_marks(quote(text, Mark(5, 13, "code"), Block(15, 21, "code"))) == []


def test_words_that_a_text_lacks_are_found() -> None:
    made = document(PAGE, "a.md")
    assert lost_words(PAGE, made) == []
    without = Document(
        id="a.md", title="", text=made.text.replace("yard", ""), sha256="", language="en", blocks=made.blocks
    )
    assert lost_words(PAGE, without) == ["yard"]


def test_a_folder_is_looked_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kiln"
    folder.mkdir()
    (folder / "a.md").write_text(PAGE)
    (folder / "b.md").write_text("# The other manual\n\nThe manual has &lt;br&gt; in it.\n\n<!-- lost -->\n")
    (folder / "c.md").write_text("")
    found = look_through(folder, 2)
    assert (found.documents, len(found.quotes), found.lost) == (2, 2, [])
    assert [mark for _, mark in found.marks] == ["<br>"]
    main([str(tmp_path), "--quotes", "1", "--show"])
    assert "| kiln | 2 | 1 | " in capsys.readouterr().out
