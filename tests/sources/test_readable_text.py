"""Properties of readable text: every word of a document once, in order, without its marks, in blocks that are slices."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count, pairwise
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core import TEXTS, document, lines_of
from tests.growth import growth

from chipbot.errors import DocumentError
from chipbot.model import Document
from chipbot.text.lines import place_at
from chipbot.text.passages import chunk_document
from chipbot.text.tokenizer import analyzer

# Documents: trees of blocks, which are written as Markdown with words w1, w2, … in reading order.

_WRAPS = {
    "strong": "**{}**",
    "under": "__{}__",
    "emphasis": "*{}*",
    "strike": "~~{}~~",
    "link": "[{}](https://x.example/a_b?c=*d* 't')",
    "tag": "<b class='x'>{}</b>",
    "span": '<span\nid="a">{}</span>',
    "comment": "{} <!-- **x** -->",
    "template": "{{% if a %}} {} {{% endif %}}",
    "image": "![{}](x_y.png)",
    "highlight": "=={}==",
    "wiki link": "[[{}]]",
    "reference": "[{}][x.y]",
    "attributes": "[{}]{{.x}}",
    "icon": "{} :material-x:",
    "remark": "{} %%x%%",
    "badge": "[![{}](x.svg)](https://y.example)",
}
_SEPARATORS = [" ", "\n", "  \n", "\\\n", " <br>\n", " <br/> "]


def wrapped(kind: str, part: str) -> str:
    """Inline Markdown with a form around it, unless CommonMark says that it would be none: links hold no links."""
    nested = {
        "link": r"\]\(|https|\]\]",
        "badge": r"\]\(|https|\]\]",
        "strong": r"\*",
        "emphasis": r"\*",
        "under": "_",
        "strike": "~",
        "highlight": r"[=\n]|^\s|\s$",
        "wiki link": r"[^@.]",
        "reference": r"[\[\]`\n]",
        "attributes": r"[\[\]`\n]",
    }
    return part if re.search(nested.get(kind, "$^"), part) else _WRAPS[kind].format(part)


def inline(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Inline Markdown; every `@` is a word."""
    return st.tuples(st.sampled_from(sorted(_WRAPS)), parts).map(lambda pair: wrapped(*pair))


WORD = st.sampled_from(
    ["@", "@", "@", "`@`", "``@ ` @``", "\\*@\\*", "&lt;@&gt;", "<https://@.example>", "@."]
)
INLINES = st.recursive(
    WORD,
    lambda inner: st.one_of(
        inline(inner),
        st.lists(inner, min_size=1, max_size=4).flatmap(
            lambda parts: st.sampled_from(_SEPARATORS).map(lambda gap: gap.join(parts))
        ),
    ),
    max_leaves=6,
)
ONE_LINE = INLINES.map(lambda text: re.sub(r"\\?\s*\n", " ", text))


def indented(text: str, indent: str, first: str | None = None) -> str:
    head, *rest = text.split("\n")
    return "\n".join(
        [(indent if first is None else first) + head, *(indent + line if line else "" for line in rest)]
    )


def listed(blocks: list[str], marker: str) -> str:
    return "\n".join(indented(block, " " * len(marker), marker) for block in blocks)


def table(cells: list[str]) -> str:
    rows = [cells[i : i + 2] for i in range(0, len(cells) - 1, 2)]
    lines = [f"| {' | '.join(cell.replace('|', '') for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "|---|:-:|", *lines[1:]])


def directive(text: str) -> str:
    """Return text in a fence longer than those in it, which says "Warning"."""
    fence = "`" * (1 + max(map(len, re.findall("``+", text)), default=2))
    return f"{fence}{{warning}} @\n:class: b\n{text}\n{fence}"


LEAVES = st.one_of(
    INLINES,
    INLINES,
    st.tuples(st.integers(1, 4), ONE_LINE).map(lambda pair: f"{'#' * pair[0]} {pair[1]}"),
    st.sampled_from(
        [
            "```sh\n@ @\n\n# @\n```",
            "~~~\n@\n~~~",
            "***",
            "<!-- x -->",
            "[a]: b",
            "%%\nx\n%%",
            "::: x.y\n    options:",
            "{{< x\n>}}",
        ]
    ),
    st.lists(ONE_LINE, min_size=2, max_size=6).map(table),
    ONE_LINE.map(lambda text: f'<div align="center">\n{text}\n</div>'),
    ONE_LINE.map(lambda text: f"<details>\n<summary>{text}</summary>\n\n@\n\n</details>"),
    ONE_LINE.map(lambda text: f"<ul>\n  <li>{text}</li>\n  <li>@</li>\n</ul>"),
)
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.lists(inner, min_size=1, max_size=3), st.sampled_from(["- ", "1. ", "* "])).map(
            lambda pair: listed(*pair)
        ),
        inner.map(lambda text: "\n".join("> " + line for line in text.split("\n"))),
        inner.map(lambda text: f'!!! note "@"\n\n{indented(text, "    ")}'),
        inner.map(lambda text: f'??? note "@"\n    @\n\n\n{indented(text, "    ")}'),
        inner.map(lambda text: f"## @\n\n: @\n\n{indented(text, '    ')}"),
        inner.map(lambda text: f'=== "@"\n\n{indented(text, "    ")}'),
        inner.map(lambda text: f"::: tip @\n\n{text}\n\n:::"),
        inner.map(directive),
        inner.map(lambda text: "> [!WARNING] @\n> \n" + "\n".join("> " + line for line in text.split("\n"))),
        st.lists(inner, min_size=1, max_size=2).map("\n\n".join),
    ),
    max_leaves=8,
)
DOCUMENTS = st.lists(BLOCKS, min_size=1, max_size=6).map("\n\n".join)


def numbered(template: str) -> tuple[str, list[str]]:
    """Number the words of a document."""
    numbers = count(1)
    source = re.sub("@", lambda _: f"w{next(numbers)}w", template)
    return source, [f"w{i}w" for i in range(1, next(numbers))]


@given(DOCUMENTS)
@example("__[@]{.x}__ __@ :material-x:__ __==@==__ __[@][x.y]__ __[[@]]__")
def test_readable_text_holds_every_word_once_in_order_and_no_mark(template: str) -> None:
    source, words = numbered(template)
    if not words:
        return
    made = document(source, "a.md")
    assert re.findall(r"w\d+w", made.text) == words
    rest = re.sub(r"w\d+w|https://|\.example|Warning", " ", made.text)
    assert set(rest.split()) <= {"*", "`", "<", ">", "<>", "**", "#", "."}, rest
    assert_lines_hold(made, source)
    assert_structure_holds(made)
    inside = "".join(made.text[block.start : block.end] for block in made.blocks)
    assert re.findall(r"w\d+w", inside) == words


def assert_lines_hold(made: Document, source: str) -> None:
    for match in re.finditer(r"w\d+w", made.text):
        place = place_at(made.text, made.places, match.start())
        assert place.line == lines_of(source, source.index(match[0])), match[0]


def assert_structure_holds(made: Document) -> None:
    """Check what holds of every document's blocks, marks and places."""
    text, before = made.text, 0
    for block in made.blocks:
        assert before <= block.start < block.end <= len(text)
        words = text[block.start : block.end]
        assert words.strip() if block.kind == "code" else words == words.strip()
        before = block.start
        for start, end in block.cells:
            assert before <= start <= end <= block.end
            assert text[start:end] == text[start:end].strip()
            before = end
        before = block.end
        assert not block.headers or len(block.headers) == len(block.cells)
        assert bool(block.cells) == block.kind.startswith("table")
        if block.question:
            assert any(other[:2] == block.question and other.start < block.start for other in made.blocks)
        assert all(heading == " ".join(heading.split()) != "" for heading in block.heading)
    assert all((a.start, -a.end) <= (b.start, -b.end) for a, b in pairwise(made.marks))
    assert all(b.end <= a.end or b.start >= a.end for a, b in pairwise(made.marks))
    assert all(0 <= mark.start < mark.end <= len(text) for mark in made.marks)
    assert made.places[0].start == 0
    assert all(a.start < b.start for a, b in pairwise(made.places))
    assert made.title


@given(
    st.sampled_from(["a.txt", "a.md"]),
    st.one_of(TEXTS, st.text(max_size=200), st.text("*_`[](){}<>!:#=-+|~^\\&;% \n\tab/\"'?.1", max_size=60)),
    st.sampled_from(["", "---\ntitle: fund\n---\n", "import x from 'y'\n\n"]),
)
@example("a.md", "<b>a\n\n- <ul><li>b\n\n</b>c", "")
@example("a.md", "\u00a0 a\u00a0\n\n`\u00a0`", "")
def test_the_structure_of_any_text_holds(name: str, text: str, front: str) -> None:
    try:
        made = document(front + text, name)
    except DocumentError as error:
        assert "please report" not in str(error)  # noqa: PT017  # no other reason than that there is no text
        return
    assert_structure_holds(made)
    if name == "a.txt":
        assert made.text == front + text
    assert chunk_document(made)


# Growth: what takes n steps for a text takes about 4 n for one four times as long.

GROWING: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "closed brackets": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "links": lambda n: "[a](b" * (n // 5),
    "images": lambda n: "![" * (n // 2),
    "stars": lambda n: "*a " * (n // 3),
    "closing stars": lambda n: "a**b" * (n // 4),
    "tags": lambda n: "<a " * (n // 3),
    "quoted tags": lambda n: "<a b='" * (n // 6),
    "braced tags": lambda n: "<A b={{}" * (n // 8),
    "tags on one line": lambda n: "<b>a</b>" * (n // 8),
    "comments": lambda n: "<!-- " * (n // 5),
    "raw elements": lambda n: "<pre>" * (n // 5),
    "declarations": lambda n: "<!a " * (n // 4),
    "angles": lambda n: "<" * n,
    "braces": lambda n: "{" * n,
    "templates": lambda n: "{% a " * (n // 5),
    "expressions": lambda n: "import a from 'b'\n\n" + "{ {} " * (n // 5),
    "attributes": lambda n: "{: a=" * (n // 5),
    "template targets": lambda n: "[a]({{ b " * (n // 9),
    "back-ticks": lambda n: "".join("`" * (i % 50 + 1) + " " for i in range(n // 26)),
    "fences": lambda n: "```a\n" * (n // 5),
    "odd fences": lambda n: "```a`b\n" * (n // 7),
    "includes that end nowhere": lambda n: "[!include [a](" + "[" * n,
    "unclosed fences": lambda n: "```a\n\n# b\n\n" * (n // 11),
    "quotations": lambda n: "> a\n\n" * (n // 5),
    "nested quotations": lambda n: ">" * n + "a",
    "lists": lambda n: "- a\n" * (n // 4),
    "nested lists": lambda n: "- " * (n // 2) + "a",
    "tables": lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * (n // 6),
    "table bars": lambda n: "|" * (n // 2) + "\n" + "|-" * (n // 4),
    "definitions": lambda n: "a\n: b\n\n" * (n // 8),
    "footnotes": lambda n: "a[^1] ^[b]\n\n" * (n // 12) + "[^1]: c",
    "references": lambda n: "[a]: b\n" * (n // 7) + "c",
    "containers": lambda n: "::: tip\n" * (n // 8) + "a",
    "directives": lambda n: ":::{tip}\n" * (n // 9) + "a",
    "directives in turn": lambda n: ":::{tip}\na\n:::\n" * (n // 15),
    "fences of directives": lambda n: "a\n```{tip}\n" * (n // 12) + "\n# b\n\n```{tip}\na\n```\n",
    "roles": lambda n: "{ref}`" * (n // 6),
    "admonitions": lambda n: "!!! tip\n    a\n" * (n // 14),
    "admonitions in each other": lambda n: "".join(" " * 4 * (i % 15) + "!!! tip\n" for i in range(n // 36)),
    "wiki links": lambda n: "[[a" * (n // 3),
    "wiki links with bars": lambda n: "[[a|" * (n // 4),
    "highlights": lambda n: " ==a" * (n // 4),
    "remarks": lambda n: " %%a" * (n // 4),
    "lines of remarks": lambda n: "%% a\n%%\n\n" * (n // 10) + "a",
    "a remark": lambda n: "%%\n" + "a\n\n" * (n // 3),
    "names of blocks": lambda n: " ^1" * (n // 3),
    "keys": lambda n: " ++a+" * (n // 5),
    "times of Discord": lambda n: "<t:1" * (n // 4),
    "commands of Discord": lambda n: "</a" * (n // 3),
    "small lines": lambda n: "-# a\n" * (n // 5),
    "lines of emoji": lambda n: "🔹 a\n" * (n // 4),
    "emoji": lambda n: "🔹" * n,
    "named lines": lambda n: "**a:** b\n" * (n // 9),
    "raised letters": lambda n: "a^b" * (n // 3),
    "icons": lambda n: ":material-" * (n // 10),
    "names of headings": lambda n: "\\{#a" * (n // 4),
    "definitions of headings": lambda n: "# a\n\n: b\n" * (n // 10),
    "headings below remarks": lambda n: "> a\n\n" * (n // 10) + "# b\n\n" * (n // 10),
    "things to fill in": lambda n: "<a b c d " * (n // 18) + "<a>" * (n // 6),
    "generated lines": lambda n: "::: a.b\n    c\n" * (n // 14),
    "abbreviations": lambda n: "*[a]: b\n" * (n // 8),
    "remarks of MDX": lambda n: "<A/>\n\n" + "{/* a\n" * (n // 6),
    "remarks in a line of MDX": lambda n: "<A/>\n\na" + "{/* a " * (n // 6),
    "tags over lines": lambda n: "<A/>\n\n" + "<A\n" * (n // 3),
    "tags with values over lines": lambda n: "<A/>\n\n" + '<A b="{\n' * (n // 9),
    "tags with braces over lines": lambda n: "<A/>\n\n" + "<A b={\n" * (n // 8),
    "ends of tags": lambda n: "<A/>\n\n<a\n" + ">\n" * (n // 2),
    "templates over lines": lambda n: "{{< a\n" * (n // 6),
    "references over pages": lambda n: "[a][b" * (n // 5),
    "tabs": lambda n: '=== "a"\n    b\n' * (n // 14),
    "imports": lambda n: "import a from 'b'\n" * (n // 18) + "\nc",
    "entities": lambda n: "&amp;" * (n // 5),
    "spaces": lambda n: "a" + " " * n + "b",
    "blank lines": lambda n: "a" + "\n" * n + "b",
    "lone returns": lambda n: "a" + "\r" * n + "b",
    "wrapped lines": lambda n: "a\n" * (n // 2),
    "addresses": lambda n: "www." * (n // 4),
    "questions": lambda n: "a?\nb\n\n" * (n // 6),
    "marked questions": lambda n: "Q: a\n\n" * (n // 6),
    "front matter": lambda n: "---\n" + "a: b\n" * (n // 5) + "---\nc",
    "front matter of spaces": lambda n: "---\na:" + " " * n + "b\n---\nc",
    "heading of spaces": lambda n: "# a" + " " * n + "b\n\nc",
    "heading of signs": lambda n: "= " * (n // 2) + "a" + " =" * (n // 2) + "\n\nc",
    "hashes": lambda n: "# a " + "#" * n + "b\n\nc",
    "numbers": lambda n: "# " + "1.5,2.25," * (n // 9) + "\n\nc",
    "bars": lambda n: "a | b\n" + "c | " * (n // 4),
}


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize("kind", GROWING)
def test_no_text_takes_longer_than_its_length_says(kind: str, name: str) -> None:
    """The time of this process counts: a square would be sixteen times as long, nine times passes."""
    assert not growth(lambda n: seconds(GROWING[kind](n), name), 6_000, slack=2.25, noise=0.15)


def seconds(text: str, name: str) -> float:
    start = process_time()
    try:
        made = document(text, name)
        chunk_document(made)
        analyzer("en").terms(made.title)
    except DocumentError as error:
        assert "please report" not in str(error)  # noqa: PT017  # no other reason than that there is no text
    return process_time() - start
