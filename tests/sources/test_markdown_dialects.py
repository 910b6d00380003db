"""What MDX, Obsidian, wikis, MkDocs and Hugo add to Markdown reads as on their pages."""

from __future__ import annotations

import pytest
from tests.sources.test_markdown import check


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[[A b]] and [[A|b c]], [[A#B]], [[#C^d]] and [[A#^e]]", "A b and b c, A > B, C^d and A"),
        ("[[The words|Page-Name]] [[The words|b/c]] [[page|well-known]]", "The words The words well-known"),
        ("a ![[b.png]] ![[b.png|300]] ![[b.png|a lid]] c", "a a lid c"),
        ("a[[0]] [[1, 2]] [[a]](b) [[c][d]] `[[e]]`", "a[[0]] [[1, 2]] [a] [[c][d]] [[e]]"),
        ("a ==b *c*== d, e==f and g==h, == i ==", "a b c d, e==f and g==h, == i =="),
        ("^^a^^ b^2^ 3^4^ H~2~O ~c~ ~~d~~", "a b2 3⁴ H2O ~c~ d"),
        ("++ctrl+alt+del++ and C++ or i++ + j++", "ctrl+alt+del and C++ or i++ + j++"),
        ("a %%b%% c 5%% %%", "a c 5%% %%"),
        ("a ^b-c", "a"),
        ("- a ^3f4e\n- b ^12 c", "a\nb ^12 c"),
        (":material-check: a :smile: b:octicons-x-16: :fontawesome-brands-x:", "a :smile: b"),
        ("[a b]{.c} [d]{#e} [f]", "a b d [f]"),
        ("[`a`][a.b] [the types][type] [`@c`][c] [d][] [e][f]", "a the types @c d [e][f]"),
        ("{x:y}`a` {sub-ref}`b <c>` {user}`d`", "a b {user}d"),
        ("<span>`a`</span><span>`b`</span> `c`", "a b c"),
        ("a {{< x text='b' >}} c {% set title='d' %} {{% /x title='e' %}}", "a b c"),
        (
            'Ask in {% channel "travel" %} or {% link "b" %}, {% page "c/d" %} and {% icon "e" %}.',
            "Ask in travel or , and .",
        ),
        (
            "/warn <user> <the reason> and **/roll <n>**, <time>",
            "/warn <user> <the reason> and /roll <n>, <time>",
        ),
        ("a <mark>b</mark> c <Tip> e, List<String>", "a b c <Tip> e, List<String>"),
        ("a ![image](b) ![Screenshot 2](c) ![d_e.png](f) ![g-h.PNG](i) ![the lid](j) ![](k)", "a the lid"),
        ('a <img alt="logo" src="b"> <img alt="Red lid" src="c">', "a Red lid"),
        ("{% include note.html content='The <b>tide</b>' %}", "The tide"),
        ('Press <Keys size="big" keys="esc" /> twice.', "Press esc twice."),
        ('Press <Key mod="ctrl shift" k="z" /> or <Keys of={all} />.', "Press ctrl+shift+z or […]."),
    ],
)
def test_inline_forms(source: str, words: str) -> None:
    check(
        source,
        *(f"paragraph: {words}",) if "\n" not in words else [f"list_item 1: {w}" for w in words.split("\n")],
    )


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param('!!! note "A"\n    b\n\n\n    - c\n\nd',
                     ["label >: A", "paragraph >: b", "list_item 1 >: c", "paragraph: d"], id="two blank lines"),
        pytest.param('!!! tip inline end\n    a\n!!! tip ""\n    b\n??? info inline "C"\n    d\n!!! note The title\n    e',
                     ["label >: Tip", "paragraph >: a", "paragraph >: b", "label >: C", "paragraph >: d",
                      "label >: The title", "paragraph >: e"], id="titles"),
        pytest.param("!!! a\n!!!\n!!!b", ["label >: A", "paragraph: !!! !!!b"], id="no admonitions"),
        pytest.param("::: a.b.C\n    options:\n      d: e\n\nf\n\n::: mkdocs-click\n    :module: a\n\n::: a.b",
                     ["paragraph: f"], id="generated"),
        pytest.param("::: tip\n    a", ["label >: Tip", "code >: a"], id="no options"),
        pytest.param("/// note | A *b*\n    type: x\nc\n///\n\n//// tab | D\n/// tip\ne\n///\n////\nf",
                     ["label >: A b", "paragraph >: c", "label: D", "label >: Tip", "paragraph >: e", "paragraph: f"],
                     id="blocks of PyMdown"),
        pytest.param("/// a b\n\n///c\n\n// d", ["paragraph: /// a b", "paragraph: ///c", "paragraph: // d"],
                     id="no blocks of PyMdown"),
        pytest.param('::: tab "A"\nb\n:::', ["label: A", "paragraph: b"], id="a title in quotes"),
        pytest.param("*[HTML]: The *language*\n\nHTML", ["paragraph: HTML: The language", "paragraph: HTML"],
                     id="abbreviation"),
        pytest.param("## A\n\n: b\nc\n\n    [d](e)\n\n: f\n\ng",
                     ["heading 2: A", "paragraph: b c | A", "paragraph: d | A", "paragraph: f | A", "paragraph: g | A"],
                     id="definitions of a heading"),
        pytest.param("a\n\n: b", ["label: a", "paragraph: b"], id="a definition of a paragraph"),
        pytest.param("a\n\n%%\nb\n\nc\n%%\n\nd\n\n%%\n\ne", ["paragraph: a", "paragraph: d", "paragraph: %%", "paragraph: e"],
                     id="remarks"),
        pytest.param('a\n\n{{< figure\n  src="b"\n  caption="The yard"\n>}}\n\n{{ c\n}}\n\nd',
                     ["paragraph: a", "paragraph: The yard", "paragraph: d"], id="templates of several lines"),
        pytest.param('{{% tab "A" %}}\nb\n{{% /tab %}}\n{{< tabs "x" >}}\nc\n{{< /tabs >}}\n{{< notice info "D" >}}\ne',
                     ["label: A", "paragraph: b", "paragraph: c", "label: D", "paragraph: e"], id="titles of templates"),
        pytest.param('## A (`b`) { data-toc-label="C" }\n\nd {e="f"}', ["heading 2: A (b)", 'paragraph: d {e="f"} | A (b)'],
                     id="a heading's other label"),
        pytest.param('<div>\n--8<-- "a.svg"\n<p>b</p>\n</div>', ["paragraph: b"], id="a snippet in HTML"),
        pytest.param("```js [[1, 2, \"a\"], [3, 4, \"b\"]]\nc\n```", ["code (js): c"], id="no title"),
        pytest.param(":::{margin} A\nb\n:::\n```{py:function} c(d)\n:e: f\ng\n```\n```{button-ref} h\n:i: j\nk\n```",
                     ["label: A", "paragraph: b", "label: c(d)", "paragraph: g", "paragraph: k"], id="MyST"),
        pytest.param("```{csv-table} A\n:b: c\nd\n```\n```{x-y}\n:z:\n```",
                     ["label: A", "code (csv-table): d"], id="unknown to MyST"),
    ],
)  # fmt: skip
def test_blocks(source: str, blocks: list[str]) -> None:
    check(source, *blocks)


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param('<Card\n  title="A"\n  icon={<B c={{d: {e: {f: 1}}}} />}\n>\n  g\n</Card>', ["label: A", "paragraph: g"],
                     id="a tag of several lines"),
        pytest.param('<B\n  c="d"\n>e</B>', ["paragraph: e"], id="text after its end"),
        pytest.param("<B>\n    c\n        ```js\n        d\n            ```\n    e\n</B>",
                     ["paragraph: c", "code (js): d", "paragraph: e"], id="an indented fence"),
        pytest.param("{/*\n\na\n\n*/}\n[b]: c\n\n[d][b] {/* e */}f\n\n{/* g", ["paragraph: d f", "paragraph: {/* g"],
                     id="remarks"),
        pytest.param("<B />\n\n## A \\{#a-b}\n\nc {'\\n'}d", ["heading 2: A", "paragraph: c d | A"], id="names of headings"),
        pytest.param("<B />\n\na\n> b\n\n>c", ["paragraph: a", "paragraph >: b", "paragraph >: c"], id="quotations"),
        pytest.param("<B>\n        1. c\n        d\n        2. e\n    - f\n</B>",
                     ["list_item 1 #1: c d", "list_item 1 #2: e", "list_item 1: f"], id="indented lists"),
        pytest.param("import type {\n  A\n} from 'b'\n\n<style>\nc\n</style>\n<summary>d</summary>\ne",
                     ["question: d", "paragraph: e"], id="imports, styles and summaries"),
        pytest.param("<B c={`d\n\ne`} />\n\nf", ["paragraph: f"], id="a blank line in a tag"),
    ],
)  # fmt: skip
def test_mdx(source: str, blocks: list[str]) -> None:
    check(source, *blocks)
