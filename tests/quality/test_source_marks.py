"""What the review of quotes finds, and what it passes over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.core import document
from tests.quality.rendered_page import Difference, content_words, difference, visible_words
from tests.quality.source_marks import look_through, main, shown_marks

from chipbot.model import Block, Citation, Mark, Quote
from chipbot.sources.formats.markdown_syntax import parser

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
        (
            "[[A|b]] ==c== %%d%% :material-e: {/* f */} ++g+h++",
            ["[[", "==c", "%%", "%%", ":material-e:", "{/*", "++g+h++"],
        ),
        ("It costs 2 * 3 > 5, #1 of 10: e-mail a_b, a == b, C++ and G++, ^ up, :smile:", []),
    ],
)
def test_source_marks_are_found(text: str, marks: list[str]) -> None:
    assert shown_marks(quote(text)) == marks


def test_code_may_look_like_anything() -> None:
    text = "Type **kwargs:\n# none"
    assert shown_marks(quote(text, Mark(5, 13, "code"), Block(15, 21, "code"))) == []


# The words of rendered pages


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (PAGE, "the kiln manual note use kiln hot only in the yard at 10 3 degrees open the lid close it"),
        ("a [b](c 'd') ![e](f) <i title='g'>h</i> [i]: &amp; [j][k]\n\n[k]: l", "a b e h i j"),
        ("```js title='a.js' {1}\nb()\n```\n    c [d](e)", "a js b c d e"),
        ("a\n\n    [b](c)\n\n- d\n\n    [e](f)", "a b c d e"),
        ("<script>a</script>\n<!-- b\n\nc -->d %%e%% {# f #} {{ g }} {% h %}", "d"),
        (':::: tab "A"\n::: tip\nb\n:::\n::::', "a tip b"),
        ('=== "A"\n\n    b\n\n\n    c\n\n??? tip "D"\n    e\n!!! note ""\n    f', "a b c d e f"),
        ("/// note | A\n    type: b\nc\n///\n\n//// tab | D\n/// tip\ne\n///\n////", "a c d tip e"),
        ("A\n: b\n\n    c\n\n::: d.e\n    options:\n        f: g", "a b c"),
        ("```{note} a\n:class: b\nc {ref}`d <e>` {octicon}`f`\n```\n```{toctree}\ng\n```", "note a c d"),
        ("```{code-block} a\n:caption: b\nc\n```\n:::{figure} d\n---\ne: f\n---\ng\n:::", "b c g"),
        ("```{py:function} a(b)\nc\n```\n```{unknown} d\n:e: f\ng\n```", "a b c g"),
        ("```smart header='a'\nb\n```\n```warn\nc\n```\n```\nunclosed", "a b c unclosed"),
        ("import A from 'b'\n\n<Card\n  title=\"c\"\n  d={{e: {f: 1}}}\n>\n    g {h} \\{#i}\n</Card>", "c g"),
        ("[[a]] [[b|c]] [[d e|F-G]] ![[h.png]] ![[i|j]] ==k== ++l+m++ n~o~ ^p-q", "a c d e j k l m no"),
        ("> [!NOTE]\n> a\n\n> [!tip] b\n> c[^d]\n\n[^d]: e", "note a b c e"),
        ('{{< figure src="a" caption="b" >}}\n--8<-- "c"\n<<< d', "b"),
        ("# \u4e00\u4e8c\n\n2<sup>10</sup> H<sub>2</sub>O 4<sup>th</sup>", "\u4e00 \u4e8c 2 10 h2o 4th"),
    ],
)
def test_a_rendered_page_has_words(source: str, words: str) -> None:
    assert visible_words(source) == words.split()
    assert difference(visible_words(source), document(source, "a.md").text) == ([], [], [])


def test_words_that_a_text_lacks_adds_or_moves_are_found() -> None:
    text = document(PAGE, "a.md").text
    assert difference(visible_words(PAGE), text) == ([], [], [])
    assert difference(visible_words(PAGE), text.replace("yard", "")) == Difference(["yard"], [], [])
    assert difference(visible_words(PAGE), text + " [lid]: https") == Difference([], ["https", "lid"], [])
    assert difference(visible_words(PAGE), text.replace("Close it", "it Close")).moved in (["close"], ["it"])


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a<main>b<nav>c</nav><b>d</b>e<img alt=f><p hidden>g<p>h</main>i", "b de f h"),
        ("<main>a<article>b<script>c</script><hr>d</article>e</main>", "b d"),
        ("<div role=main><h1>a<a class=headerlink href=b>c</a></h1></i>d</div>e", "a d"),
        ("<p>a", ""),
    ],
)
def test_the_content_of_a_web_page_has_words(html: str, words: str) -> None:
    assert content_words(html) == words.split()


# What a reader that lacks a rule loses or leaves is found.


@contextmanager
def without(rule: str, *, mdx: bool) -> Iterator[None]:
    md = parser(mdx=mdx)
    md.disable(rule)
    try:
        yield
    finally:
        md.enable(rule)


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("container", "::: tip\na\n:::"),
        ("snippet", "a\n--8<-- 'b.md'"),
        ("directive", "```{note}\n:class: b\na\n```"),
        ("generated", "::: a.b\n    options:\n        c: d\n\ne"),
        ("definition", "# a\n\n: b\n\n    [c](d)"),
        ("admonition", "!!! note\n    [a](b)"),
        ("tab", '=== "a"\n\n    [b](c)'),
        ("remark", "a\n\n%%\nb\n%%"),
        ("templates", 'a\n\n{{< b\n  c="d"\n>}}'),
        ("table", "| a |\n|:--|\n| [[b\\|c]] |"),
        ("braces", "a {{ b }}"),
        ("role", "{ref}`a <b>`"),
        ("wiki_link", "[[a|b]]"),
        ("reference", "[a][b.c]"),
        ("nothing", ":material-a: b"),
        ("html_inline", "a <b class='c'>d</b>"),
        ("import", "import A from 'b'\n\nc"),
        ("tags", "<A\n  b={<C />}\n>\nd\n</A>"),
    ],
)
def test_a_reader_without_a_rule_is_found_out(rule: str, source: str) -> None:
    mdx = rule in ("import", "tags")
    assert not any(difference(visible_words(source), document(source, "a.md").text))
    with without(rule, mdx=mdx):
        text = document(source, "a.md").text
        assert any(difference(visible_words(source), text)) or shown_marks(quote(text))


def test_a_folder_is_looked_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kiln"
    folder.mkdir()
    (folder / "a.md").write_text(PAGE)
    (folder / "b.md").write_text("# The other manual\n\nThe manual has &lt;br&gt; in it.\n\n<!-- lost -->\n")
    (folder / "c.md").write_text("")
    (folder / "d.md").write_text("a <x-y z={1}>b</x-y>\n\n<style>\n\nc\n")
    (folder / "e.html").write_text(
        f"<nav>Home</nav><main><p>{'The fire is out. ' * 9}</p><ul><li><a>b</a><li><a>c</a></ul>"
    )
    found = look_through(folder, 2)
    assert (found.documents, len(found.quotes), found.count("lost")) == (4, 2, 2)
    assert [mark for _, mark in found.marks] == ["<br>"]
    main([str(tmp_path), "--quotes", "1", "--show"])
    printed = capsys.readouterr().out
    assert "| kiln | 4 | " in printed
