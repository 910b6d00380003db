"""Web pages: what is content, what is not, and what their tags make of it."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from tests.core import document, shown
from tests.growth import growth

from chipbot.errors import DocumentError
from chipbot.sources.formats.html import MAX_DEPTH, extract

PROSE = (
    "<p>The ferry leaves the northern jetty at nine on every day but Sunday, when it leaves at ten.</p>" * 3
)


def check(html: str, *blocks: str) -> None:
    """Hold the blocks of a page's body."""
    assert [line.replace("\t", " / ") for line in shown(document(html, "a.html"))] == list(blocks)


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Home Docs Blog</nav>",
        "<div role=navigation>Home Docs</div>",
        "<div role=search>Find it</div>",
        "<header><a href=/>Site</a></header>",
        "<footer>Imprint</footer>",
        "<aside><a href=/a>Other</a> <a href=/b>pages</a></aside>",
        "<div class=sidebar>Everything else</div>",
        "<div class='md-sidebar md-sidebar--primary'>Everything else</div>",
        "<div id=cookie-banner>We use cookies</div>",
        "<ul class=breadcrumbs><li>Docs</ul>",
        "<div class=catlinks>Categories: <a href=/c>Boats</a></div>",
        "<div class=toc><ul><li><a href=#a>Contents</a></ul></div>",
        "<ul><li><a href=/1>Rowing boats</a><li><a href=/2>Sailing boats</a><li><a href=/3>Rafts</a></ul>",
        "<p><a href=/1>Previous page</a> | <a href=/2>Next page</a></p>",
        "<div>See: <a href=/1>All about rowing boats</a>, <a href=/2>all about sails</a></div>",
        "<p hidden>Not now</p>",
        "<p style='display: none'>Not now</p>",
        "<p aria-hidden=true>Not for you</p>",
        "<span class=sr-only>Skip</span>",
        "<button>Copy</button>",
        "<script>document.write('<p>no</p>')</script>",
        "<style>p { color: red }</style>",
        "<noscript>Switch on scripts</noscript>",
        "<template><p>no</p></template>",
        "<select><option>German</select>",
        "<!-- no -->",
    ],
)
def test_what_is_no_content_is_left_out(furniture: str) -> None:
    alone = shown(document(f"<title>Ferry</title><main>{PROSE}</main>", "a.html"))
    assert shown(document(f"<title>Ferry</title>{furniture}<main>{PROSE}</main>", "a.html")) == alone
    assert shown(document(f"<title>Ferry</title><main>{PROSE}{furniture}</main>", "a.html")) == alone
    assert shown(document(f"<title>Ferry</title><div>{PROSE}</div>{furniture}", "a.html")) == alone


@pytest.mark.parametrize(
    "content",
    [
        "<p>It needs <a href=/a>Jinja</a>, <a href=/b>Werkzeug</a> and <a href=/c>Click</a>.</p>",
        "<p>See <a href=/a>the timetable</a>.</p>",
        "<ul><li><a href=/a>red</a>: stop, and do not start before the bell has rung<li><a href=/b>green</a>: go</ul>",
        "<table><tr><th>Name<th>Link<tr><td>Ann<td><a href=/a>ann.example</a></table>",
        "<div role=tabpanel hidden><p>On Linux</p></div>",
        "<details><summary>More</summary><p>It floats.</p></details>",
        "<aside class='admonition tip'><p>Bring a coat.</p></aside>",
        "<header><h1>Ferries</h1></header>",
        "<dl><dt>Bow<dd>The front.</dl>",
        "<h2><a class=toc-backref href=#id1>Ropes</a> and <a href=/c>chains</a></h2>",
        "<dl><dt>moor<em>(<a href=/r>Rope</a> | <a href=/n>None</a>)</em><a class=viewcode-link href=/>src</a><dd>Tie.</dl>",
        "<dl class=field-list><dt>Parameters<dd><ul><li>x (<a href=/r>Rope</a> | <a href=/n>None</a>)</ul></dl>",
        "<p><a href=/a><code>Rope</code></a>, <a href=/b><code>Chain</code></a></p>",
    ],
)
def test_what_is_content_stays(content: str) -> None:
    words = document(f"<main>{content}</main>", "a.html").text.split()
    made = document(f"<nav>Home</nav><main>{PROSE}{content}{PROSE}</main>", "a.html").text
    assert words
    assert all(word in made for word in words)


ASKED = "Can I moor here?"


@pytest.mark.parametrize(
    ("html", "heading"),
    [
        (f"<h3>{ASKED}</h3><div style='display:none'><p>Yes.</p></div>", (ASKED,)),
        (f"<h3>{ASKED}</h3>\n<div hidden>Yes.</div>", (ASKED,)),
        (f"<button>{ASKED}</button><div hidden><p>Yes.</p></div>", ()),
        (f"<button class=faq-toggle>{ASKED}</button><p style='display: none'>Yes.</p>", ()),
        (f"<h2 class=accordion-header><button>{ASKED}</button></h2><div class=collapse>Yes.</div>", (ASKED,)),
    ],
)
def test_an_answer_that_a_click_shows_is_one(html: str, heading: tuple[str, ...]) -> None:
    made = document(f"<title>Ferry</title><main>{PROSE}{html}<h2>More</h2>{PROSE}</main>", "a.html")
    answers = {made.text[block.start : block.end]: block for block in made.blocks if block.question}
    assert list(answers) == ["Yes."]
    assert made.text[slice(*(answers["Yes."].question or ()))] == ASKED
    assert answers["Yes."].heading == heading


@pytest.mark.parametrize("attributes", ["class=feedback", "class=share hidden", "role=navigation"])
def test_what_frames_a_page_does_so_below_a_question_as_well(attributes: str) -> None:
    html = f"<h3>Was this page helpful?</h3><div {attributes}>Yes or no</div>"
    made = document(f"<title>Ferry</title><main>{PROSE}{html}</main>", "a.html")
    assert "helpful" in made.text
    assert "Yes or no" not in made.text


def test_buttons_name_what_they_show_and_what_follows_that_is_no_part_of_it() -> None:
    html = "<button class=accordion>Mooring</button><div>Ask.</div><button class=accordion>Fees</button><div>None.</div>"
    made = document(f"<main>{PROSE}{html}{PROSE}</main>", "a.html")
    said = {made.text[block.start : block.end]: block.question for block in made.blocks}
    asked = {text: made.text[slice(*question)] for text, question in said.items() if question}
    assert asked == {"Ask.": "Mooring", "None.": "Fees"}


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        pytest.param("<p>a <b>b</b>c\n d<br>e", ["paragraph: a bc d\ne"], id="white space"),
        pytest.param("<ol start=3><li>a<li value=7>b<li>c</ol>",
                     ["list_item 1 #3: a", "list_item 1 #7: b", "list_item 1 #8: c"], id="numbers"),
        pytest.param("<ul><li>a<ul><li>b</ul><li>c</ul>",
                     ["list_item 1: a", "list_item 2: b", "list_item 1: c"], id="nested list"),
        pytest.param("<table><tr><th colspan=2>a<th>b<tr><td>1<td>2<td>3</table>",
                     ["table_header: a /  / b", "table_row: 1 / 2 / 3"], id="columns"),
        pytest.param("<table><tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td>3</table>",
                     ["table_header: a / b", "table_row: 1 / 2", "table_row: 3"], id="rows"),
        pytest.param("<table><tr><td><table><tr><td>a</table><td><p>b</p></table>",
                     ["paragraph: a", "paragraph: b"], id="layout"),
        pytest.param("<table class=highlighttable><tr><td class=linenos>1<td><pre>x = 1</pre></table>",
                     ["code: x = 1"], id="numbered code"),
        pytest.param("<div class='highlight-python'><div><pre><span>x</span>\n  y</pre></div></div>",
                     ["code (python): x\n  y"], id="Sphinx's code"),
        pytest.param("<pre><code class='language-sh'><span style='display:block'>a<br></span><span>b</span></code></pre>",
                     ["code (sh): a\nb"], id="code with breaks"),
        pytest.param("<div class=fragment><div class=line>int a;</div><div class=line>int b;</div></div>",
                     ["code: int a;\nint b;"], id="Doxygen's code"),
        pytest.param("<blockquote><p>a</p></blockquote>", ["paragraph >: a"], id="quotation"),
        pytest.param("<div class='admonition note'><p class=admonition-title>Note</p><p>a</p></div>",
                     ["label >: Note", "paragraph >: a"], id="admonition"),
        pytest.param("<p>Boats<sup class=reference>[1]</sup>.", ["paragraph: Boats."], id="reference"),
        pytest.param("<ruby>年<rt>ねん</rt></ruby>", ["paragraph: 年"], id="ruby"),
        pytest.param("<x-card><p>a</p></x-card>", ["paragraph: a"], id="component"),
        pytest.param("<p>a\ud83db&#xD800;&#0;c".encode("utf-8", "replace").decode(), ["paragraph: a?b��c"], id="no letters"),
    ],
)  # fmt: skip
def test_tags_make_blocks(html: str, blocks: list[str]) -> None:
    check(html, *blocks)


def test_cells_stand_under_their_headers_beside_one_that_reaches_over_rows() -> None:
    made = document("<table><tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td>3</table>", "a.html")
    row = made.blocks[-1]
    assert row.headers == ("a", "b")
    assert [made.text[start:end] for start, end in row.cells] == ["", "3"]


@pytest.mark.parametrize(
    ("html", "anchors"),
    [
        ("<h2 id=x>a</h2><p>b", ["x", "x"]),
        ("<h2><a name=x></a>a</h2><p>b", ["x", "x"]),
        ("<h2>a<a href=#x>¶</a></h2><p>b", ["x", "x"]),
        ("<section id=x><h2>a</h2><p>b</section>", ["x", "x"]),
        ("<h2><span id=user-content-x></span>a</h2><p>b", ["x", "x"]),
        ("<h2 id=x>a</h2><h3>b</h3><p>c<h2>d</h2>", ["x", "x", "x", ""]),
        ("<h2>a</h2><p>b", ["", ""]),
    ],
)
def test_headings_have_anchors(html: str, anchors: list[str]) -> None:
    made = extract(html.encode())
    here = {place.start: place.anchor for place in made.places}
    found = [here[max(start for start in here if start <= block.start)] for block in made.blocks]
    assert found == anchors


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Ferries | Harbour</title><p>a", "Ferries"),
        ("<title>Ferries – Harbour – Docs</title><h1>All ferries</h1><p>a", "All ferries"),
        ("<p>a", "a"),
    ],
)
def test_titles(html: str, title: str) -> None:
    assert document(html, "a.html").title == title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "shift_jis"])
def test_a_page_says_its_encoding(encoding: str) -> None:
    words = "フェリー" if encoding == "shift_jis" else "Fähre über größere Flüsse"
    page = f"<html lang=de><meta charset='{encoding}'><p>{words}</p>"
    assert extract(page.encode(encoding)).text == words


@pytest.mark.parametrize("name", ["div", "b", "ul><li", "table><tr><td", "blockquote", "section"])
def test_nesting_that_no_page_has_is_refused_at_once(name: str) -> None:
    start = process_time()
    with pytest.raises(DocumentError, match=f"more than {MAX_DEPTH} deep"):
        extract(f"<{name}>".encode() * 100_000)
    assert process_time() - start < 5


GROWING: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "<p>a b" * (n // 6),
    "attributes": lambda n: "<p " + "a=b " * (n // 4) + ">x",
    "signs": lambda n: "<" * n + "x",
    "open tags": lambda n: "<a " * (n // 3) + "x",
    "open comments": lambda n: "<!--" * (n // 4) + "x",
    "rows": lambda n: "<table>" + "<tr><td>a<td>b" * (n // 14),
    "cells that reach far": lambda n: (
        "<table><tr><td rowspan=1000 colspan=100>a<td>b" + "<tr><td>c" * (n // 9)
    ),
    "links": lambda n: "<a href=x>abc def</a> " * (n // 22),
    "headings": lambda n: "<section><h2>b</h2><p>c</section>" * (n // 32),
    "deep headings": lambda n: "<div>" * 400 + "<h2>a</h2>b" * (n // 11),
    "code": lambda n: "<pre>a</pre>" * (n // 12),
    "classes": lambda n: '<p class="' + "sidebar-" * (n // 8) + '">x</p><p>y',
    "admonitions": lambda n: '<div class="admonition note">a</div>' * (n // 36),
    "deep links": lambda n: "<div>" * 300 + "<a>x</a>" * (n // 8),
}


@pytest.mark.parametrize("kind", GROWING)
def test_no_page_takes_longer_than_its_length_says(kind: str) -> None:
    def seconds(n: int) -> float:
        start = process_time()
        extract(GROWING[kind](n).encode())
        return process_time() - start

    assert not growth(seconds, 6_000, slack=2.25, noise=0.1)
