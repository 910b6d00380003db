"""What a reader sees, after Discord has rendered it, is the text; and the raw message never holds a
mention."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.bot.alphabet import ANY, PING
from tests.bot.discord_text import seen, visible

from chipbot.bot.markdown_escape import escaped, inline, link, quoted, units

CASES = {
    "emphasis": "*a* **b** _c_ __d__ ***e*** ~~f~~ ||g||",
    "code": "`a` ``b`` ```py\nprint(1)\n``` and a lone ` tick",
    "headings": "# One\n## Two\n### Three\n  # Indented\n-# small\nC# is #1",
    "lists": "- a\n* b\n+ c\n1. d\n22) e\n   - f\n-no list",
    "quotes": "> a\n>> b\n>>> c\n a > b",
    "rules": "---\n===\n***\n___\n- - -",
    "table": "| a | b |\n|---|:--|\n| `x` | **y** |",
    "links": "[text](https://example.com) [a][b] ![i](x.png) <https://example.com> [a]: b",
    "addresses": "See https://example.com/a_b_c?d=e*f, http://a.org/_x_. Or (https://b.org/y_(z)) or ftp://c_d_e",
    "address and mark": "https://example.com/a**b** https://example.com\\ https://example.com|| https://example.com`x`",
    "discord's own": "https://discord.com/channels/1/2/3 https://cdn.discordapp.com/attachments/1/2/a_b.png",
    "mentions": "<@1> <@!2> <@&3> <#4> @everyone @here @EVERYONE me@everyone.org @someone",
    "emoji": ":smile: <:a:1> <a:b:2> 10:30:45 a:b: ::1 😀 *️⃣ ¯\\_(ツ)_/¯ ¯_(ツ)_/¯",
    "timestamps": "<t:1> <t:1:R> <id:customize> </ask:1>",
    "backslashes": "\\ \\\\ \\* \\a \\\nline\\\n\\",
    "white space": "a  b   c\n    indented\n\ttabbed\n\n\nblank  \nend  ",
    "line ends": "a\r\nb\rc\nd\r\n\r\ne",
    "invisible": "a\u200bb \u200d\ufeff# no heading\n\ufeff# perhaps\n\u00a0- list",
    "right to left": "\u200fשלום \u202eabc\u202c \u2067مرحبا *بك*\u2069",
    "entities": "&amp; &lt;b&gt; <b>x</b> <!-- y -->",
    "snake_case": "a_b_c __init__ 2*3*4 x**2 a||b ~tilde~",
    "shipped": "A $500 million fund, “quoted” – with dashes…",
}


def check(text: str, *bold: tuple[int, int]) -> None:
    """Rendered, the quote shows the text, in bold what should be, and in no other style than is meant."""
    markdown = quoted(text, bold)
    result = seen(markdown)
    assert visible(result.text) == visible(text)
    assert result.used() <= {"quote", "bold", "link", "italic"}
    assert set(result.styled("italic").casefold()) <= {"e", "h"}  # one letter of each @everyone and @here
    assert not PING.search(markdown)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_a_quote_reads_as_its_text(text: str) -> None:
    check(text)
    check(text, (0, len(text)))
    for start in range(0, len(text), 3):
        check(text, (start, start + 7))


@settings(max_examples=1000, deadline=None)
@given(text=ANY, start=st.integers(0, 40), length=st.integers(0, 40))
@example(text="**@everyone**", start=2, length=9)
@example(text="@\u00a0everyone *", start=0, length=1)
def test_any_text_reads_as_itself(text: str, start: int, length: int) -> None:
    check(text, (start, min(start + length, len(text))))


@settings(max_examples=500, deadline=None)
@given(text=ANY)
def test_escaped_text_reads_as_itself(text: str) -> None:
    markdown = escaped(text)
    assert visible(seen(markdown).text) == visible(text)
    assert seen(markdown).used() <= {"link", "italic"}
    assert not PING.search(markdown)


@settings(max_examples=500, deadline=None)
@given(text=ANY, start=st.integers(0, 40), length=st.integers(1, 40))
def test_bold_covers_the_highlight(text: str, start: int, length: int) -> None:
    """All of the highlight but white space is bold, and nothing else but the rest of an address or of
    @everyone."""
    highlight = "".join(text[start : start + length].split())
    bold = "".join(seen(quoted(text, [(start, start + length)])).styled("bold").split())
    assert highlight in bold
    if not re.search(r"https?://|@[eh]", text, re.IGNORECASE):
        assert bold == highlight


@pytest.mark.parametrize(
    ("text", "span", "markdown"),
    [
        ("One. Two. Three.", (5, 9), "> One. **Two.** Three."),
        ("One. Two. ", (5, 10), "> One. **Two.** "),
        ("a\nb\nc", (0, 5), "> **a**\n> **b**\n> **c**"),
        ("a\r\n\r\nb", (0, 6), "> **a**\n> \n> **b**"),
        ("(*x*)", (0, 5), "> **(\\*x\\*)**"),
        ("x_y", (2, 3), "> x\\_**y**"),
        ("@everyone!", (0, 4), "> **\\@*e*veryone**!"),
        ("# 1. x", (0, 6), "> **\\# 1. x**"),
        ("see https://example.com/a_b", (8, 12), "> see **https://example.com/a_b**"),
        ("at 10:30: now", (0, 0), "> at 10\\:30: now"),
    ],
)
def test_the_markdown_of_a_quote(text: str, span: tuple[int, int], markdown: str) -> None:
    assert quoted(text, [span]) == markdown


def test_what_stands_around_a_quote_is_outside_its_bold() -> None:
    assert quoted("a b", [(0, 3)], before="… ", after=" …") == "> … **a b** …"


@pytest.mark.parametrize(
    ("text", "limit", "markdown"),
    [
        ("A  title\nwith *stars*", 80, "A title with \\*stars\\*"),
        ("one two three", 9, "one two…"),
        ("onetwothree", 5, "onetw…"),
        ("  ", 5, ""),
        ("\u202eabc\u2067 \u200fשלום", 80, "abc \u200fשלום"),
    ],
)
def test_a_title_stands_on_one_line(text: str, limit: int, markdown: str) -> None:
    assert inline(text, limit) == markdown


@pytest.mark.parametrize(
    ("url", "markdown"),
    [
        ("https://example.com/a", "[open](https://example.com/a)"),
        ("https://example.com/a(b) c*ü", "[open](https://example.com/a%28b%29%20c%2A%C3%BC)"),
        ("https://example.com/%20?q=1&r=2#s", "[open](https://example.com/%20?q=1&r=2#s)"),
        ("javascript:alert(1)", "open"),
        ("https://[bad", "open"),
        ("guide.txt", "open"),
    ],
)
def test_only_web_addresses_are_linked_to(url: str, markdown: str) -> None:
    assert link("open", url) == markdown


def test_lengths_are_counted_as_discord_might_at_most() -> None:
    assert units("a😀") == 3


@pytest.mark.parametrize(
    "mark", ["*a*", "__a__", "||a||", "~~a~~", "`a`", ":a:", "# a", "- a", "-# a", "<#1>", "@here"]
)
def test_the_twin_sees_markup_where_nothing_is_escaped(mark: str) -> None:
    assert seen(mark).used()
