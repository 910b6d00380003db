"""Quotes become nested elements: lists in lists, quotations around them, tables with their headers, marks."""

from __future__ import annotations

import pytest
from tests.quotes import part, quote_of

from chipbot.model import Quote
from chipbot.web.elements import Element, ElementReader, Line


def drawn(quote: Quote) -> str:
    return " ".join(map(shown, ElementReader(lambda target: target).read(quote)))


def shown(element: Element) -> str:
    """An element in short: its kind, its lines, what is in it."""
    lines = "/".join(map(words, element.lines))
    if element.kind == "table":
        rows = [element.header, *element.rows]
        return f"table[{'; '.join(','.join(map(words, row)) for row in rows)}]"
    inside = " ".join(map(shown, element.children))
    name = {"list": "ol" if element.ordered else "ul", "paragraph": "p", "item": "li"}.get(
        element.kind, element.kind
    )
    number = "" if element.start is None else f"#{element.start}"
    done = {None: "", True: "☑", False: "☐"}[element.checked]
    return f"{name}{number}{done}[{lines}{' ' if lines and inside else ''}{inside}]"


def words(line: Line) -> str:
    return "".join(
        f"{'!' if text.first_mark else ''}{'*' if text.marked else ''}{text.text}"
        + (f"<{','.join(text.tags)}>" if text.tags else "")
        + (f"({text.link})" if text.link else "")
        for text in line
    )


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        pytest.param(quote_of(part("paragraph", "a\nb")), "p[a/b]", id="lines"),
        pytest.param(
            quote_of(
                part("list_item", "a", depth=1, ordinal=1),
                part("list_item", "b", depth=2),
                part("paragraph", "c", depth=2),
                part("list_item", "d", depth=1, ordinal=2),
                part("paragraph", "e"),
                part("list_item", "f", depth=1),
            ),
            "ol[li#1[a ul[li[b p[c]]]] li#2[d]] p[e] ul[li[f]]",
            id="lists in lists",
        ),
        pytest.param(
            quote_of(part("list_item", "a", depth=3), part("list_item", "b", depth=1, ordinal=4)),
            "ul[li[ul[li[ul[li[a]]]]]] ol[li#4[b]]",
            id="a deep item first",
        ),
        pytest.param(
            quote_of(part("list_item", "a", checked=True), part("list_item", "b", checked=False)),
            "ul[li☑[a] li☐[b]]",
            id="tasks",
        ),
        pytest.param(
            quote_of(
                part("label", "Note", quoted=1),
                part("list_item", "a", quoted=1, depth=1),
                part("paragraph", "b", quoted=2),
                part("paragraph", "c"),
            ),
            "quote[label[Note] ul[li[a]] quote[p[b]]] p[c]",
            id="quotations",
        ),
        pytest.param(
            quote_of(
                part("table_header", "", "k", "v"),
                part("table_row", "", "a", "1", headers=("k", "v")),
                part("table_row", "", "b", "2", headers=("k", "v")),
            ),
            "table[k,v; a,1; b,2]",
            id="a table",
        ),
        pytest.param(
            quote_of(part("table_row", "", "b", "2", headers=("k", "v"))),
            "table[k,v; b,2]",
            id="a table's rest",
        ),
        pytest.param(
            quote_of(part("table_row", "", "b", "2")), "table[; b,2]", id="a table without a header"
        ),
        pytest.param(
            quote_of(part("table_row", "", "a", unit=1), part("table_row", "", "b", unit=2)),
            "table[; a] table[; b]",
            id="two tables",
        ),
        pytest.param(quote_of(part("code", "a\n  b", label="sh")), "code[a/  b]", id="code"),
        pytest.param(
            quote_of(
                part("paragraph", "is red, and blue"),
                highlight=["red", "blue"],
                marks=[("strong", "red", ""), ("link", "blue", "https://x.org")],
            ),
            "p[is !*red<strong>, and *blue(https://x.org)]",
            id="marks",
        ),
        pytest.param(
            quote_of(part("question", "Why?"), part("heading", "So")), "label[Why?] label[So]", id="others"
        ),
    ],
)
def test_blocks_are_nested_as_they_are_meant(quote: Quote, expected: str) -> None:
    assert drawn(quote) == expected


def test_a_quote_without_blocks_is_its_text() -> None:
    quote = quote_of(part("paragraph", "a\nb"))
    object.__setattr__(quote, "blocks", ())
    assert drawn(quote) == "p[a/b]"
