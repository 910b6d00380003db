"""Markdown reads as the rendered page does: its words without its marks, and the structure that the marks gave them."""

from __future__ import annotations

import pytest
from tests.core import document, shown

from chipbot.errors import DocumentError
from chipbot.text.lines import place_at


def check(source: str, *blocks: str, marks: list[str] | None = None, name: str = "a.md") -> None:
    made = document("# T\n\n" + source, name)
    assert made.title == "T"
    assert shown(made)[1:] == list(blocks)
    if marks is not None:
        assert [
            f"{mark.kind} {made.text[mark.start : mark.end]}{' ' + mark.target if mark.target else ''}"
            for mark in made.marks
        ] == marks


# Headings


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param(
            "a\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd",
            [
                "paragraph: a",
                "heading 2: B",
                "paragraph: b | B",
                "heading 3: C | B",
                "paragraph: c | B › C",
                "heading 2: D",
                "paragraph: d | D",
            ],
            id="nested",
        ),
        pytest.param("# U\n\na", ["heading 1: U", "paragraph: a | U"], id="only the first is the title"),
        pytest.param("##\n\na", ["paragraph: a"], id="empty"),
        pytest.param("B\n-\n\nb", ["heading 2: B", "paragraph: b | B"], id="underlined"),
        pytest.param(
            "## `c` [d](e) ![f](g) \\* {#id}\n\na",
            ["heading 2: c d f *", "paragraph: a | c d f *"],
            id="marks",
        ),
        pytest.param("## B {: #b .c }\n\na", ["heading 2: B", "paragraph: a | B"], id="attributes"),
        pytest.param(
            "### C\n\nc\n\n## B\n\nb",
            ["heading 3: C", "paragraph: c | C", "heading 2: B", "paragraph: b | B"],
            id="a skipped level",
        ),
        pytest.param('<h2 align="center">B</h2>\n\nb', ["heading 2: B", "paragraph: b | B"], id="HTML"),
        pytest.param("> # a\n> b", ["paragraph >: a", "paragraph >: b"], id="in a quotation"),
        pytest.param("- a\n\n  ## b", ["list_item 1: a", "paragraph 1: b"], id="in a list"),
    ],
)
def test_headings(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


# Words and marks


@pytest.mark.parametrize(
    ("source", "words", "marks"),
    [
        ("a **b** *c* ~~d~~ `e`", "a b c d e", ["strong b", "emphasis c", "strikethrough d", "code e"]),
        ("***b***", "b", ["emphasis b", "strong b"]),
        ("a\nb", "a b", []),
        ("a  \nb\\\nc<br>d", "a\nb\nc\nd", []),
        ("供应\n链 a\n链", "供应链 a 链", []),
        ("[a **b**](https://x.example/c?d \"t\") e", "a b e", ["link a b https://x.example/c?d", "strong b"]),
        ("see [the `a` *b*][c.d_e] and [f][g], h[i][j.k], [l][m.n]\n\n[m.n]: https://x.example",
         "see the a b and [f][g], h[i][j.k], l", ["code a", "emphasis b", "link l https://x.example"]),
        ("`[a][b.c]`", "[a][b.c]", ["code [a][b.c]"]),
        ("[x [a][b.c]](https://y.example)", "x a", ["link x a https://y.example"]),
        ("[a][b]\n\n[b]: https://x.example", "a", ["link a https://x.example"]),
        ("<https://x.example> https://y.example", "https://x.example https://y.example",
         ["link https://x.example https://x.example", "link https://y.example https://y.example"]),
        ("a (https://x.example/b(c)). **http://y.example**, xhttps://z https://",
         "a (https://x.example/b(c)). http://y.example, xhttps://z https://",
         ["link https://x.example/b(c) https://x.example/b(c)", "strong http://y.example",
          "link http://y.example http://y.example"]),
        ("[![B](b.svg)](https://x.example) ![](c.svg) ![a *b*](d.png) e", "B a b e", ["link B https://x.example"]),
        ("![a](b.png)![c](d.png).", "a c.", []),
        ('<img alt="a" src="b.png"><img src="c.png" alt=\'d\'>', "a d", []),
        ("2<sup>53</sup>-1, (a+b)<sup>-2</sup>, 2<sup>nd</sup>, H<sub>2</sub>O 3 <sup>4</sup>",
         "2⁵³-1, (a+b)⁻², 2nd, H2O 3 4", []),
        ('a <Image alt="b" src={C} /> d', "a b d", []),
        ("a <b>b</b> <i>c</i> <kbd>d</kbd><sup>2</sup>", "a b c d2", ["strong b", "emphasis c", "code d"]),
        ('<a href="https://x.example?a&amp;b">c</a> <a name="d"></a>e', "c e", ["link c https://x.example?a&b"]),
        ("a <!-- b --> c<!--d-->", "a c", []),
        ("1\\. &amp; &nbsp;&lt;b&gt; \\*c\\*", "1. & \u00a0<b> *c*", []),
        ("a {{ b }} {% c %} d", "a […] d", []),
        ("a {{ b.c | d: 'e' }}, {{< param f >}} {{% g-version %}} {{< h >}} i", "a […], […] […] i", []),
        ("a ${{ b }} `{{ c }}`", "a ${{ b }} {{ c }}", ["code {{ c }}"]),
        ("[a]({{ site.url }}/b) [c]({% link d.md %})", "a c", ["link a {{ site.url }}/b", "link c {% link d.md %}"]),
        ('a ![b](c.png){ width="3" } d {.e}', "a b d", []),
        ("a <Versions platform=\"b\"/>, c <Versions platform=\"b\"/>", "a […], c", []),
        ("a [](jd:b:c.d.E) and [](f/g.md), [](#h-i) [](jd:b:c.D#e(f.G)) i", "a E and g, h-i e i",
         ["link E jd:b:c.d.E", "code E", "link g f/g.md", "code g", "link h-i #h-i", "code h-i",
          "link e jd:b:c.D#e(f.G)", "code e"]),
        ("a [](https://b.de/c) [](d.png) e [](#a-e)", "a e", []),
        ("a <Badge type=\"tip\" text=\"v2\" /> b", "a v2 b", []),
        ('a <Tab label="B">b</Tab><Tab label="C">c</Tab>', "a B b C c", []),
        ("a < b > c, x <y, z>", "a < b > c, x <y, z>", []),
        ("`` a ` b `` ` c ` ` `", "a ` b c", ["code a ` b", "code c"]),
        ("a`\tb`", "a b", ["code b"]),
        ("a<b>b <i>c</b>d</i>", "ab cd", ["strong b c", "emphasis c"]),
        ("** a ** b_c_d __", "** a ** b_c_d __", []),
    ],
)  # fmt: skip
def test_words_and_marks(source: str, words: str, marks: list[str]) -> None:
    check(source, f"paragraph: {words}", marks=marks)


# Blocks


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param(
            "- a\n  b\n- c\n\n  d\n  - e\n\n        f\n- g",
            ["list_item 1: a b", "list_item 1: c", "paragraph 1: d", "list_item 2: e", "code 2: f", "list_item 1: g"],
            id="lists",
        ),
        pytest.param("3. a\n4. b", ["list_item 1 #3: a", "list_item 1 #4: b"], id="numbers"),
        pytest.param("- [x] a\n- [ ] b", ["list_item 1 [x]: a", "list_item 1 [ ]: b"], id="tasks"),
        pytest.param("- - a\n  - b", ["list_item 2: a", "list_item 2: b"], id="a list at once in a list"),
        pytest.param(
            "<ol>\n<li>a <b>c</b></li>\n<li>b\n<ul><li>d</li></ul></li>\n</ol>",
            ["list_item 1 #1: a c", "list_item 1 #2: b", "list_item 2: d"],
            id="lists in HTML",
        ),
        pytest.param("> a\n>\n> > b", ["paragraph >: a", "paragraph >>: b"], id="quotations"),
        pytest.param("```js {1} title=\"x.js\"\n  a\n\nb\n\n```", ["label: x.js", "code (js):   a\n\nb"], id="fence"),
        pytest.param("```sh [npm]\na\n```", ["label: npm", "code (sh): a"], id="fence with a tab's name"),
        pytest.param("    a\n\n    # b", ["code: a\n\n# b"], id="indented code"),
        pytest.param('<pre><code class="language-py">a &lt; <b>b</b>\n\nc</code></pre>', ["code (py): a < b\n\nc"],
                     id="code in HTML"),
        pytest.param("a\n\n***\n\nb", ["paragraph: a", "paragraph: b"], id="a rule"),
        pytest.param(
            "# A\n\n: b\n\nc\n: d\n\n## E\n\n: f\n\n: g\n",
            ["heading 1: A", "paragraph: b | A", "label: c | A", "paragraph: d | A",
             "heading 2: E | A", "paragraph: f | A › E", "paragraph: g | A › E"],
            id="headings as terms",
        ),
        pytest.param("A\n: b\n\n    c", ["label: A", "paragraph: b", "paragraph: c"], id="definitions"),
        pytest.param("a[^1]\n\n[^1]: b\n\nc", ["paragraph: a", "paragraph: b", "paragraph: c"], id="footnote"),
        pytest.param("a^[b *c*] d\n\ne", ["paragraph: a d", "paragraph: b c", "paragraph: e"], id="inline footnote"),
        pytest.param("<!-- a\n\nb -->\n\nc", ["paragraph: c"], id="comment"),
        pytest.param("<!-- a -->b<!-- c -->", ["paragraph: b"], id="text between comments"),
        pytest.param("<div>\n<p>a\nb</p>c\n</div>", ["paragraph: a b", "paragraph: c"], id="HTML"),
        pytest.param("<script>\na\n\nb\n</script>\n\n<style>\nc\n</style>\n\nd", ["paragraph: d"], id="script, style"),
    ],
)  # fmt: skip
def test_blocks(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


@pytest.mark.parametrize(
    ("source", "rows", "texts"),
    [
        (
            "| a | **b**<br>c |\n|---|:-:|\n| 1 | |\n| | `4 \\| 5` |\n| |",
            [
                ("table_header", ["a", "b c"], []),
                ("table_row", ["1", ""], ["a", "b c"]),
                ("table_row", ["", "4 | 5"], ["a", "b c"]),
            ],
            ["a\tb c", "1", "4 | 5"],
        ),
        (
            "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1<td><ul><li>2</li><li>3</li></ul></tr>\n</table>",
            [("table_header", ["a", "b"], []), ("table_row", ["1", "2 3"], ["a", "b"])],
            ["a\tb", "1\t2 3"],
        ),
        (
            "<table><tr><td>a</td><td></td><td>b</td></tr></table>",
            [("table_row", ["a", "", "b"], [])],
            ["a\t\tb"],
        ),
    ],
)
def test_tables(source: str, rows: list[tuple[str, list[str], list[str]]], texts: list[str]) -> None:
    made = document("# T\n\n" + source, "a.md")
    blocks = made.blocks[1:]
    assert [
        (block.kind, [made.text[start:end] for start, end in block.cells], list(block.headers))
        for block in blocks
    ] == rows
    assert [made.text[block.start : block.end] for block in blocks] == texts
    assert made.text == "T\n\n" + "\n".join(texts)
    assert len({block.unit for block in blocks}) == 1


# What documentation adds to Markdown


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param("> [!WARNING]\n> a", ["label >: Warning", "paragraph >: a"], id="alert"),
        pytest.param("> [!note]- A *b*\n> c", ["label >: A b", "paragraph >: c"], id="alert with a title"),
        pytest.param("> [!TIP]\n>\n> a", ["label >: Tip", "paragraph >: a"], id="alert over a blank line"),
        pytest.param("::: tip A **b**\nc\n\n- d\n:::\n\ne",
                     ["label >: A b", "paragraph >: c", "list_item 1 >: d", "paragraph: e"], id="container"),
        pytest.param(":::caution[A]\n\nb\n\n:::", ["label >: A", "paragraph >: b"], id="Docusaurus"),
        pytest.param('::::note{title="A"}\n:::tip\nb\n:::\nc\n::::',
                     ["label >: A", "label >>: Tip", "paragraph >>: b", "paragraph >: c"], id="nested containers"),
        pytest.param("::: code-group\n```sh [a]\nb\n```\n:::", ["label: a", "code (sh): b"], id="code group"),
        pytest.param('!!! note "A"\n    b\n\n    - c\n\nd',
                     ["label >: A", "paragraph >: b", "list_item 1 >: c", "paragraph: d"], id="admonition"),
        pytest.param("??? tip\n    a", ["label >: Tip", "paragraph >: a"], id="admonition to open"),
        pytest.param('=== "A"\n    ```sh\n    b\n    ```\n=== "B"\n    c\n\nd',
                     ["label: A", "code (sh): b", "label: B", "paragraph: c", "paragraph: d"], id="tabs"),
        pytest.param('{% hint style="info" %}\na\n{% endhint %}\n\n{% tab title="B" %}\nc\n{% endtab %}',
                     ["paragraph >: a", "label: B", "paragraph: c"], id="template tags"),
        pytest.param('{{< tab "x" title="B" >}}\nc\n{{< /tab >}}', ["label: B", "paragraph: c"], id="shortcodes"),
        pytest.param('--8<-- "a.md"\n\nb', ["paragraph: b"], id="snippet"),
        pytest.param("a\n{* ../src/x.py hl[9] *}\n\nb", ["paragraph: a", "paragraph: b"], id="FastAPI's"),
        pytest.param("[!INCLUDE [x](a/b.md)]\n[!code-cs[](~/x.cs)]\n\nb", ["paragraph: b"], id="DocFX's"),
        pytest.param("@[code{1-3} js](./x.js)\n\nb", ["paragraph: b"], id="VuePress's"),
        pytest.param("(b)=\n## B\n\n+++ {\"c\": 1}\n\nd", ["heading 2: B", "paragraph: d | B"], id="MyST's"),
        pytest.param("(b) = c\n\n+++ d", ["paragraph: (b) = c", "paragraph: +++ d"], id="nothing of MyST's"),
        pytest.param("{*b} @[codex](y) [!c](z)", ["paragraph: {*b} @codex !c"], id="none of them"),
        pytest.param("[[toc]]\n\n[TOC]\n\nb", ["paragraph: b"], id="table of contents"),
        pytest.param("a\n{: .b }\n\n{:toc}", ["paragraph: a"], id="attributes of a block"),
        pytest.param("import A from './a';\nimport {\n  B,\n} from 'b';\n\nexport const c = {\n\n  d: 1,\n};\n\ne",
                     ["paragraph: e"], id="imports"),
        pytest.param('<Tabs>\n  <TabItem value="a" label="Linux">\n    **b** {c}{" "}d\n  </TabItem>\n</Tabs>',
                     ["label: Linux", "paragraph: b […] d"], id="components"),
        pytest.param('<Card\n  title="A"\n  icon={<B />}\n/>\n\nc', ["paragraph: A", "paragraph: c"],
                     id="a component of its own"),
        pytest.param('Use five <Ref path="Row:Class" />s, not <Ref path="Row:Class#add" type="method"/>.',
                     ["paragraph: Use five Rows, not Row#add."], id="components that stand for a word"),
        pytest.param('<Aside title="Mind">\na\n</Aside>\n\n<Frame caption="B **c**">\n  <img src="d.png" alt="E" />\n</Frame>',
                     ["label: Mind", "paragraph: a", "label: B c", "paragraph: E"], id="components named as HTML is"),
        pytest.param('<ResponseField name="wait" type="number">\n  How long.\n</ResponseField>',
                     ["label: wait", "paragraph: How long."], id="a field"),
        pytest.param("import B from 'b'\n\nuse {count} of <Size name={d} /> and {/* no */} it {' '} now {e}",
                     ["paragraph: use […] of […] and it now"], id="what only the page's program knows"),
        pytest.param('- <Ref path="Row:Class" />\n- b\n  <Ref path="c" />\n\n<Ref path="d" />\n\ne',
                     ["list_item 1: Row", "list_item 1: b", "paragraph: e"], id="components that are an item"),
        pytest.param('- <Key keys="Ctrl+K" /> opens it <GearIcon name="gear" /> <Note text="b" /><C d="e" />',
                     ["list_item 1: Ctrl+K opens it b"], id="components that stand for none"),
        pytest.param('<Note>\n```sh\na\n```\n</Note>', ["code > (sh): a"], id="a fence in a component"),
        pytest.param("<script setup>\nimport A from './a'\n\nconst b = 1\n</script>\n\n# C\n\n<A />\n\nd",
                     ["heading 1: C", "paragraph: d | C"], id="a program"),
        pytest.param("<style scoped>\n.a {\n  b: c;\n}\n\n.d .e {\n  f: g;\n}\n</style>\n\n<Tabs>\nh\n</Tabs>",
                     ["paragraph: h"], id="a style"),
        pytest.param("import the crate from the yard.", ["paragraph: import the crate from the yard."], id="no import"),
    ],
)  # fmt: skip
def test_extensions(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param("```{note}\nA **b**.\n\n- c\n```\n\nd",
                     ["label >: Note", "paragraph >: A b.", "list_item 1 >: c", "paragraph: d"], id="note"),
        pytest.param("```{warning} Mind *this*.\n```", ["label >: Warning", "paragraph >: Mind this."],
                     id="text in the first line"),
        pytest.param("````{admonition} A *b*\n:class: x\n\nc\n\n```{code-block} sh\n:caption: d\n:linenos:\ne\n```\n````",
                     ["label >: A b", "paragraph >: c", "label >: d", "code > (sh): e"], id="code with options"),
        pytest.param("```{dropdown} Why?\n---\nopen: true\n---\nSo.\n```", ["question: Why?", "paragraph: So. ← Why?"],
                     id="options as YAML"),
        pytest.param("```{code}\n---\nx\n```", ["code: ---\nx"], id="dashes that begin no options"),
        pytest.param("::::{tab-set}\n:::{tab-item} A\nb\n:::\n:::{tab-item} C\nd\n:::\n::::",
                     ["label: A", "paragraph: b", "label: C", "paragraph: d"], id="tabs"),
        pytest.param("```{versionadded} 1.2 The flag.\n```\n```{seealso}\nb\n```",
                     ["label >: New in version 1.2", "paragraph >: The flag.", "label >: See also", "paragraph >: b"],
                     id="remarks"),
        pytest.param("```{toctree}\n:maxdepth: 1\na\n```\n\nb\n```{include} c.md\n```", ["paragraph: b"], id="what is no text"),
        pytest.param("```{figure} a.png\n:alt: b\nC.\n```", ["paragraph: C."], id="figure"),
        pytest.param("::::{grid-item}\n:columns: 4\na\n:::{math}\nx^2\n:::\n::::", ["paragraph: a", "code (math): x^2"],
                     id="colons around any name"),
        pytest.param("- a\n  ```{tip}\n  b\n  ```\n- c",
                     ["list_item 1: a", "label 1 >: Tip", "paragraph 1 >: b", "list_item 1: c"], id="in a list"),
        pytest.param("```{r}\na\n```\n~~~{.py}\nb\n~~~", ["code (r): a", "code (py): b"], id="a language in braces"),
        pytest.param(":::{tip}\na\n\n## B\n\nb", ["paragraph: a", "heading 2: B", "paragraph: b | B"], id="unclosed"),
        pytest.param('```smart header="`a` and b"\nC [d](https://x.example).\n```', ["label >: a and b", "paragraph >: C d."],
                     id="javascript.info"),
        pytest.param("## Loops [#loops]\n\nAsk in [#general]", ["heading 2: Loops", "paragraph: Ask in [#general] | Loops"],
                     id="an anchor of its own"),
        pytest.param("````warn\n```js\na\n```\nb\n````", ["code > (js): a", "paragraph >: b"], id="a fence in a box"),
        pytest.param("```ad-tip\ntitle: A\ncollapse: open\nb\n```\n```ad-note\nc\n```",
                     ["label >: A", "paragraph >: b", "label >: Note", "paragraph >: c"], id="Obsidian"),
        pytest.param("```warn me\na\n```\n```noted\nb\n```", ["code (warn): a", "code (noted): b"], id="none of them"),
    ],
)  # fmt: skip
def test_fences_that_hold_text(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("On <t:1700000000:F>.", "On 2023-11-14 22:13 UTC."),
        ("<t:1700000000> it is", "2023-11-14 22:13 UTC it is"),
        ("Use </ticket open:12345>, <:tie:12345> or <a:wave:12345>.", "Use /ticket open, :tie: or :wave:."),
        ("a\n-# b -# c", "a b -# c"),
        ("In <#12345> ask <@&12345>.", "In <#12345> ask <@&12345>."),
    ],
)
def test_what_discord_draws_reads_as_it_is_drawn(source: str, text: str) -> None:
    assert document(source, "a.md").text == text


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("🔹 Be kind\n🔹 No spam\nor ads\n✅ Ask", ["🔹 Be kind", "🔹 No spam or ads", "✅ Ask"]),
        ("Two rules of ours:\n1️⃣ Be kind\n2️⃣ No spam", ["Two rules of ours:", "1️⃣ Be kind", "2️⃣ No spam"]),
        ("▪ Be kind\n▪ No spam", ["▪ Be kind", "▪ No spam"]),
        ("🔹 Be kind\nand help others", ["🔹 Be kind and help others"]),
        ("All of us\n© 2024 A\n© 2025 B", ["All of us © 2024 A © 2025 B"]),
    ],
)
def test_lines_that_begin_with_emoji_are_a_list(source: str, parts: list[str], name: str) -> None:
    made = document(f"# Rules\n\n{source}\n\nThat is all.", name)
    blocks = [made.text[block.start : block.end] for block in made.blocks if block.kind != "heading"]
    assert [" ".join(block.split()) for block in blocks] == [*parts, "That is all."]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("**Rule 1:** be kind\n**Rule 2:** no spam", ["Rule 1: be kind", "Rule 2: no spam"]),
        ("**Ban** – out\nfor good\n**Kick** – out", ["Ban – out for good", "Kick – out"]),
        ("**Rule 1:** be kind\nand help", ["Rule 1: be kind and help"]),
        ("**Be** kind\n**and** help", ["Be kind and help"]),
    ],
)
def test_so_are_lines_that_begin_with_a_bold_name(source: str, parts: list[str]) -> None:
    check(source, *(f"paragraph: {part}" for part in parts))


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        (
            "**How to appeal**\nOpen a ticket.\nWait.",
            ["label: How to appeal", "paragraph: Open a ticket. Wait."],
        ),
        ("**A**\nb\n**C**\nd", ["label: A", "paragraph: b", "label: C", "paragraph: d"]),
        ("a\n**B**", ["paragraph: a B"]),
        ("**Be kind.**\nAlways.", ["paragraph: Be kind. Always."]),
        ("**Be** kind\nalways", ["paragraph: Be kind always"]),
    ],
)
def test_a_bold_line_above_others_is_their_title(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


def test_roles_of_myst_show_their_words() -> None:
    check(
        "{octicon}`x;1em` {ref}`the text <target>`, {py:class}`~a.b.C`, {math}`x` and {doc}`d`, but {user}`e` and {doc} `f`",
        "paragraph: the text, C, x and d, but {user}e and {doc} f",
        marks=["code C", "code x", "code e", "code f"],
    )


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param(
            "```sh\na\n\n## B\n\nb", ["code (sh): a", "heading 2: B", "paragraph: b | B"], id="never closed"
        ),
        pytest.param("```sh\na\n# b", ["code (sh): a\n# b"], id="a comment is no heading"),
        pytest.param(
            "```sh\na\n\n## B\n\n```js\nb\n```\n\n## C\n\nc",
            ["code (sh): a", "heading 2: B", "code (js): b | B", "heading 2: C", "paragraph: c | C"],
            id="closed by the next",
        ),
        pytest.param(
            "```a b=`c`\nd\n```\n\n## B\n\nb",
            ["code (a): d", "heading 2: B", "paragraph: b | B"],
            id="back-ticks in the info string",
        ),
        pytest.param("```a``` b", ["paragraph: a b"], id="code in a paragraph"),
        pytest.param("````\n```\na\n\n# b\n```\n````", ["code: ```\na\n\n# b\n```"], id="a fence in a fence"),
        pytest.param("- ```\n  a\n\nb", ["code 1: a", "paragraph: b"], id="ends with its list"),
    ],
)
def test_fences(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


@pytest.mark.parametrize(
    "source",
    [
        "<table><tr><td>a\n\n# B\n\nb",
        "<ul><li>a\n\n# B\n\nb",
        "<details><summary>a\n\n# B\n\nb",
        "<b>a\n\n# B\n\nb",
        ":::tip\na\n\n# B\n\nb",
        "</td></tr></table></li></ul></details></summary></b></Tabs>a\n\n# B\n\nb",
        "<summary>a</summary>\n\n# B\n\nb",
        "<td>a</td><li>\n\n# B\n\nb",
    ],
)
def test_tags_that_are_forgotten_swallow_nothing(source: str) -> None:
    made = document("# T\n\n" + source, "a.md")
    assert made.text.split()[-3:] == ["a", "B", "b"]
    assert made.blocks[-1].heading == ("B",)
    assert made.blocks[-2].kind == "heading"


def test_what_is_nested_too_deep_is_reported() -> None:
    made = document("a\n\n" + ">" * 200 + " b", "a.md")
    assert shown(made) == ["paragraph: a"]
    assert "nested in more than" in str(made.problems[0])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", ["", "\ufeff", "---\ntitle: T\n---\n", "\ufeff+++\ntitle = 'T'\n+++\n\n"])
def test_words_know_their_lines(newline: str, head: str) -> None:
    source = (
        head
        + '# w1\n\nw3 **w3\nw4** `w4\nw5` [w5\nw6](\nx\n"y") w8<br>w8\n\n<!--\n\n-->\n\n- w14\n  w15\n\n      w17\n\n'
        + "```sh\nw20\n\nw22\n```\n\n| w25 | w25 |\n|-|-|\n| w27 | w27 |\n\n[x]: y\n\n> w31\n> w32\n\n"
        + "<div>\nw35 <i\n>w36</i>\n</div>\n\nw39 {%\nx %} w40\n"
    )
    made = document(source.replace("\n", newline), "a.md")
    first = head.count("\n")
    words = made.text.replace("\t", " ").split()
    offset = 0
    for word in words:
        offset = made.text.index(word, offset)
        assert place_at(made.text, made.places, offset).line == int(word[1:]) + first, word
        offset += len(word)
    assert len(words) == 25


@pytest.mark.parametrize("source", ["", "<!-- nothing -->", "---\ntitle: A\n---\n", "[a]: b", "![](a.png)"])
def test_a_file_without_words_holds_no_text(source: str) -> None:
    with pytest.raises(DocumentError, match="no text"):
        document(source, "a.md")
