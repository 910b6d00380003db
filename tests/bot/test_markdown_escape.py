"""What a reader sees, after Discord has rendered it, is the text; and the raw message never holds a
mention."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.bot.alphabet import ANY, PING
from tests.bot.discord_text import seen, visible

from chipbot.bot.markdown_escape import channel_names, code_block, escaped, inline, link, marked, units
from chipbot.model import MarkKind
from chipbot.service.lines import Run

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


def lines(text: str, *bold: tuple[int, int]) -> str:
    """The text as Markdown, line by line, with those spans highlighted."""
    runs: list[list[Run]] = [[]]
    for match in re.finditer(r"\r\n?|\n|.", text, re.DOTALL):
        if match.group()[0] in "\r\n":
            runs.append([])
        else:
            runs[-1].append(
                Run(match.group(), highlighted=any(a <= match.start() < b for a, b in bold)),
            )
    return "\n".join(marked(line) for line in runs)


def check(text: str, *bold: tuple[int, int]) -> None:
    """Rendered, the text shows itself, in bold what should be, and in no other style than is meant."""
    markdown = lines(text, *bold)
    result = seen(markdown)
    assert visible(result.text) == visible(text)
    assert result.used() <= {"bold", "link"}
    assert not PING.search(markdown)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_a_quote_reads_as_its_text(text: str) -> None:
    check(text)
    check(text, (0, len(text)))
    for start in range(0, len(text), 3):
        check(text, (start, start + 7))


@settings(max_examples=500, deadline=None)
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
    assert seen(markdown).used() <= {"link"}
    assert not PING.search(markdown)


@settings(max_examples=500, deadline=None)
@given(text=ANY, start=st.integers(0, 40), length=st.integers(1, 40))
def test_bold_covers_the_highlight(text: str, start: int, length: int) -> None:
    """All of the highlight but white space is bold, and nothing else; to Discord U+FEFF is white space."""
    highlight = "".join(re.sub("[\u200b\ufeff]", "", text[start : start + length]).split())
    bold = "".join(seen(lines(text, (start, start + length))).styled("bold").replace("\ufeff", "").split())
    assert bold == highlight


@pytest.mark.parametrize(
    ("runs", "markdown"),
    [
        ([("One. ", ""), ("Two. ", "b"), ("Three.", "")], "One. **Two.** Three."),
        ([("(*x*)", "b")], "**(\\*x\\*)**"),
        ([("x_", ""), ("y", "b")], "x\\_**y**"),
        ([("@eve", "b"), ("ryone!", "")], "**\\@\u200beve**ryone!"),
        ([("# 1. x", "b")], "**\\# 1. x**"),
        ([("see ", ""), ("https://example.com/a_b", "b")], "see **https://example.com/a_b**"),
        ([("at 10:30: now", "")], "at 10\\:30: now"),
        ([("a ", ""), ("b", "i"), (" c", "")], "a _b_ c"),
        ([("a", ""), ("b", "i"), ("c", "")], "a*b*c"),
        ([("a ", "b"), ("b", "bi"), (" c", "b")], "**a _b_ c**"),
        ([("a", "b"), ("b", "bi"), ("c", "i")], "**a*b*\u200b**\u200b*c*"),
        ([("a ", "i"), ("b", "bi")], "_a **b**_"),
        ([("a~", "s")], "~~a\\~\u200b~~"),
        ([("a", "s"), ("b", "i")], "~~a~~*b*"),
        ([("a", "c"), (" b", "")], "`a` b"),
        ([("a`b", "c")], "``a`b``"),
        ([("``", "c")], "``\u200b`\u200b`\u200b``"),
        ([("a*b", "bc"), (" c", "b")], "`a*b` **c**"),
        ([("a_b", "bc"), (" c", "b")], "**`a_b` c**"),
        ([("@here <@1>", "c")], "`@\u200bhere <@\u200b1>`"),
        ([("a ", ""), ("b", "l")], "a [b](https://example.com/x_y)"),
        ([("a ", "i"), ("b", "il")], "_a [b](https://example.com/x%5Fy)_"),
        ([("[1]", "l")], "\\[1\\]"),
        ([("https://a.org", "l")], "https://a.org"),
    ],
)
def test_the_markdown_of_a_line(runs: list[tuple[str, str]], markdown: str) -> None:
    letters: dict[str, MarkKind] = {
        "b": "strong",
        "i": "emphasis",
        "s": "strikethrough",
        "c": "code",
        "l": "link",
    }
    line = [
        Run(
            text,
            frozenset(letters[kind] for kind in kinds),
            "https://example.com/x_y" if "l" in kinds else "",
        )
        for text, kinds in runs
    ]
    assert marked(line) == markdown


@pytest.mark.parametrize(
    ("runs", "markdown"),
    [
        ([("#rules", "")], "<#7>"),
        ([("see #Rules, #rules-old or #help.", "b")], "**see <#7>, #rules-old or <#8>.**"),
        ([("#", ""), ("rules", "b")], "\\#**rules**"),
        ([("#rules", "c"), (" ", ""), ("#rules", "l")], "`#rules` [#rules](https://example.com/x_y)"),
        ([("a#rules /#rules ##rules &#rules", "")], "a#rules /#rules ##rules &#rules"),
        ([("https://a.org/#rules", "")], "https://a.org/#rules"),
    ],
)
def test_channels_are_drawn_where_their_names_stand(runs: list[tuple[str, str]], markdown: str) -> None:
    kinds: dict[str, MarkKind] = {"b": "strong", "c": "code", "l": "link"}
    line = [
        Run(text, frozenset(kinds[kind] for kind in said), "https://example.com/x_y") for text, said in runs
    ]
    assert marked(line, {"rules": 7, "help": 8}) == markdown
    assert channel_names("see #Rules and C#x or `#help`") == {"rules", "help"}


STYLES: dict[MarkKind, str] = {
    "strong": "bold",
    "emphasis": "italic",
    "strikethrough": "strike",
    "code": "code",
    "link": "link",
}
KINDS = st.frozensets(st.sampled_from([*STYLES]), max_size=3)
TARGETS = st.sampled_from(["https://example.com/a_b~~c(d)", "http://x.org", "javascript:x", "../a.md"])
ONE_LINE = ANY.map(lambda text: re.sub(r"[\r\n]", " ", text))
RUNS = st.lists(st.builds(Run, ONE_LINE, KINDS, TARGETS, st.booleans()), max_size=6)


def expected(run: Run) -> frozenset[str]:
    """The styles that the run is meant to be drawn in."""
    linked = "link" in run.kinds and run.target.startswith("http")
    meant = {STYLES[kind] for kind in run.kinds if kind != "link" or linked}
    meant |= {"bold"} if run.highlighted else set()
    return frozenset(meant | {f"to {run.target}"} if linked else meant)


def plain(styles: frozenset[str]) -> frozenset[str]:
    """The styles, with the link's target as the document has it."""
    return frozenset(
        re.sub("%[0-9A-F]{2}", lambda code: chr(int(code[0][1:], 16)), style) for style in styles
    )


@settings(max_examples=500, deadline=None)
@given(runs=RUNS)
def test_any_runs_read_as_themselves_with_exactly_their_marks(runs: list[Run]) -> None:
    """Code may lose marks around it that its characters would end, and no link goes by an address or in brackets."""
    markdown = marked(runs)
    result = seen(markdown)
    assert visible(result.text) == visible("".join(run.text for run in runs))
    assert not PING.search(markdown)
    meant = [
        (c, expected(run)) for run in runs for c in run.text if not c.isspace() and c not in "\u200b\ufeff"
    ]
    codes = "".join(run.text for run in runs if "code" in run.kinds)
    labels = "".join(run.text for run in runs if "link" in run.kinds)
    unlinked = {"link"} if "://" in markdown.replace("](http", "") else set()
    for (shown, styles), (character, wanted) in zip(result.drawn(), meant, strict=True):
        assert shown == character
        drawn = plain(styles) - unlinked
        assert {style for style in drawn if not style.startswith("to ")} <= wanted
        lost = wanted - drawn - unlinked
        if set(labels) & set("[]\\") or "://" in labels:
            lost = frozenset(style for style in lost if style != "link" and not style.startswith("to "))
        assert "code" in drawn if "code" in wanted and set(codes) & set("*_~\\[]") else not lost


@pytest.mark.parametrize(
    ("code", "language", "markdown"),
    [
        ("print(1)", "python", "```python\nprint(1)\n```"),
        ("a\n  b", "", "```\na\n  b\n```"),
        ("x", "two words", "```\nx\n```"),
        ("```\nx\n```", "c++", "```c++\n`\u200b`\u200b`\nx\n`\u200b`\u200b`\n```"),
        ("@everyone <@!1>", "", "```\n@\u200beveryone <@\u200b!1>\n```"),
    ],
)
def test_a_code_block(code: str, language: str, markdown: str) -> None:
    assert code_block(code, language) == markdown
    assert seen(markdown).text == code.replace("\u200b", "")
    assert not PING.search(markdown)


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
        ("https://bücher.example:8080/", "[open](https://xn--bcher-kva.example:8080/)"),
        ("https://example.com/a.", "[open](https://example.com/a%2E)"),
        ("https://example.com/<@1>@everyone", "[open](https://example.com/%3C%401%3E%40everyone)"),
        ("https://example.com/" + "長" * 440, "open"),
        ("https://user@example.com/", "open"),
        ("javascript:alert(1)", "open"),
        ("data:text/html,x", "open"),
        ("discord://-/channels/1", "open"),
        ("mailto:a@example.com", "open"),
        ("https://[bad", "open"),
        ("https://a b/", "open"),
        ("https:///path", "open"),
        ("guide.txt", "open"),
        ("#anchor", "open"),
        ("", "open"),
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
