"""What Discord shows of a quote is its text, block by block, with exactly its marks and highlights."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from tests.bot.alphabet import PING
from tests.bot.discord_text import PART, Seen, seen
from tests.growth import assert_linear
from tests.quotes import Part, part, quote_of, quotes, structured
from tests.service.test_layout import ADVERTISING, SPAM, row

from chipbot.bot.markdown import MAX_DEPTH, quote_markdown
from chipbot.bot.truncate import truncate
from chipbot.model import Block, Mark, Quote
from chipbot.service.layout import layout
from chipbot.service.lines import Code, Line, Run
from chipbot.service.links import web_address

BOXES = {True: "☑ ", False: "☐ ", None: ""}


def shown(quote: Quote) -> list[tuple[str, list[Run]]]:
    """Each line as a reader sees it: what stands before its text, and its runs."""
    lines: list[tuple[str, list[Run]]] = []
    for line in layout(quote):
        if isinstance(line, Code):
            pointed = line.table and any(run.highlighted for row in line.lines for run in row)
            for runs in line.lines:
                lead = "▸ " if pointed and any(run.highlighted for run in runs) else ""
                lines.append((lead, [Run("".join(run.text for run in runs), frozenset({"code"}))]))
        elif line.item:
            marker = "• " if line.ordinal is None else f"{line.ordinal}. "
            lines.append((marker + BOXES[line.checked], list(line.runs)))
        else:
            lines.append(("", list(line.runs)))
    return lines


def stripped(lines: list[str]) -> list[str]:
    clean = (line.replace(PART, "").replace("\ufeff", " ").strip() for line in lines)
    return [re.sub(r"\s+", " ", line) for line in clean if line]


@settings(max_examples=400, deadline=None)
@given(quote=quotes())
def test_a_quote_reads_as_its_text_with_exactly_its_marks(quote: Quote) -> None:
    markdown = quote_markdown(quote)
    result = seen(markdown)
    lines = shown(quote)
    assert stripped(result.text.split("\n")) == stripped(
        [lead + "".join(r.text for r in runs) for lead, runs in lines]
    )
    assert not PING.search(markdown)
    assert (
        not {"heading", "subtext", "rule", "mention", "emoji", "spoiler", "underline", "fence in a line"}
        & result.used()
    )
    for styles, (lead, runs) in zip(drawn_lines(result), filter(is_seen, lines), strict=True):
        check_line(styles[len("".join(lead.split())) :], runs)


def is_seen(line: tuple[str, list[Run]]) -> bool:
    return bool(stripped([line[0] + "".join(run.text for run in line[1])]))


def drawn_lines(result: Seen) -> list[list[frozenset[str]]]:
    """The styles of the characters that can be seen, line by line."""
    lines: list[list[frozenset[str]]] = [[]]
    for character, styles in zip(result.text, result.styles, strict=True):
        if character == "\n":
            lines.append([])
        elif not character.isspace() and character != "\ufeff":
            lines[-1].append(styles)
    return [line for line in lines if line]


def check_line(styles: list[frozenset[str]], runs: list[Run]) -> None:
    """Every character has the styles of its run; beside code, and where a link cannot be drawn, no others."""
    text = "".join(run.text for run in runs)
    meant = [run for run in runs for c in run.text if not c.isspace() and c not in "\u200b\ufeff"]
    code = any("code" in run.kinds for run in runs)
    for style, run in zip(styles, meant, strict=True):
        wanted = {
            "bold": "strong" in run.kinds or run.highlighted,
            "italic": "emphasis" in run.kinds,
            "strike": "strikethrough" in run.kinds,
        }
        assert ("code" in run.kinds) == bool(style & {"code", "fence"})
        for name, is_wanted in wanted.items():
            assert (name in style) == is_wanted or (code and name not in style)
        linked = "link" in run.kinds and bool(web_address(run.target))
        assert linked or "link" not in style or "://" in text
        assert not linked or "link" in style or code or set(text) & set("[]:\\")


RULES = [
    part("paragraph", "Staff warn first. See the rules."),
    part("list_item", "No spam", depth=1),
    part("list_item", "No adverts", depth=2, ordinal=1),
    part("list_item", "Nor links", depth=2, ordinal=2),
    part("list_item", "Be kind", depth=1),
    part("paragraph", "and helpful", depth=1),
    part("paragraph", "Thanks."),
]


@pytest.mark.parametrize(
    ("quote", "markdown"),
    [
        (
            quote_of(
                *RULES,
                highlight="Nor links",
                marks=[("emphasis", "first", ""), ("link", "the rules", "https://a.org")],
            ),
            (
                "> Staff warn _first_. See [the rules](https://a.org).\n> - No spam\n>   1. No adverts\n"
                ">   2. **Nor links**\n> - Be kind\n>   and helpful\n> Thanks."
            ),
        ),
        (
            quote_of(part("list_item", "a", checked=True), part("list_item", "b", checked=False)),
            "> - ☑ a\n> - ☐ b",
        ),
        (
            quote_of(*[part("list_item", "x", ordinal=number) for number in (3, 4, 6, 7, 0)]),
            "> 3. x\n> 4. x\n> 6\\. x\n> 7. x\n> 0\\. x",
        ),
        (
            quote_of(part("list_item", "a"), part("list_item", "b", ordinal=1), part("list_item", "c")),
            "> - a\n> 1\\. b\n> - c",
        ),
        (quote_of(part("list_item", "a", depth=3), part("list_item", "b", depth=1)), "> - a\n> - b"),
        (
            quote_of(*[part("list_item", "a", depth=depth) for depth in range(2, 9)]),
            "\n".join(f"> {'  ' * min(level, MAX_DEPTH - 1)}- a" for level in range(7)),
        ),
        (quote_of(part("list_item", "a"), part("paragraph", "  b")), "> - a\n> b"),
        (quote_of(part("list_item", "C. a\n# b")), "> - C. a\n>   \\# b"),
        (
            quote_of(
                part("paragraph", "Run:"),
                part("code", "a\nb", label="sh", gap="\n\n"),
                part("paragraph", "Done.", gap="\n\n"),
            ),
            "> Run:\n```sh\na\nb\n```\n> Done.",
        ),
        (
            quote_of(
                part("paragraph", "Before"),
                part("label", "Warning", quoted=1),
                part("paragraph", "Hot!", quoted=1),
                part("paragraph", "After"),
            ),
            "> Before\n> \n> **Warning**\n> Hot!\n> \n> After",
        ),
        (
            quote_of(ADVERTISING, highlight="warning"),
            "> advertising — first time\\: **warning** · second time\\: mute for 24 hours".replace(
                "\\:", ":"
            ),
        ),
        (
            quote_of(part("table_header", "", "A", "B"), row("c", "d", unit=0), row("e", "f", unit=0)),
            "```\nA  B\n─  ─\nc  d\ne  f\n```",
        ),
        (
            quote_of(row("a", "b"), row("c", "d"), highlight="c\td"),
            "```\n  a  b\n▸ c  d\n```",
        ),
        (quote_of(part("heading", "How *to*?"), part("paragraph", "So.")), "> **How \\*to\\*?**\n> So."),
        (quote_of(part("code", "  ")), "> "),
    ],
)
def test_the_markdown_of_a_quote(quote: Quote, markdown: str) -> None:
    assert quote_markdown(quote) == markdown


@pytest.mark.parametrize(
    ("parts", "markdown"),
    [
        ([part("paragraph", "a b")], "> … a b …"),
        ([part("list_item", "a"), part("list_item", "b")], "> - … a\n> - b …"),
        ([part("code", "a")], "> …\n```\na\n```\n> …"),
        ([part("code", " ")], "> … …"),
    ],
)
def test_a_cut_is_marked_outside_of_all_marks(parts: list[Part], markdown: str) -> None:
    assert quote_markdown(quote_of(*parts), cut_before=True, cut_after=True) == markdown


def test_links_can_be_left_out() -> None:
    quote = quote_of(
        part("paragraph", "see it"), marks=[("link", "it", "https://a.org"), ("strong", "it", "")]
    )
    assert quote_markdown(quote, links=False) == "> see **it**"


def test_a_header_row_alone_is_its_cells() -> None:
    assert quote_markdown(quote_of(part("table_header", "", *SPAM))) == "> Offence · first time · second time"


def test_the_twin_counts_a_list_as_discord_does() -> None:
    assert seen("> 3. a\n> 3. b\n>    - c\n> - d").text == "3. a\n4. b\n• c\n5. d"
    assert seen("- a\n  b\nc").text == "• a\nb\nc"
    assert "fence in a line" not in seen("```py\na\n```\n> b").used()
    assert seen("> ```\n> a\n> ```").used() & {"fence in a line", "code", "quote"}
    assert isinstance(layout(quote_of(part("paragraph", "a")))[0], Line)


def coded(text: str) -> Quote:
    """The text with a mark on every other character, and a block on every third."""
    marks = [Mark(n, n + 1, "code" if n % 4 else "strong") for n in range(0, len(text), 2)]
    blocks = [Block(n, n + 2, "list_item", depth=n % 5) for n in range(0, len(text) - 2, 3)]
    return structured(text, blocks, marks, [(1, len(text) // 2)])


@pytest.mark.parametrize("piece", [" ", "*", "[", "`", "\r", "a. ", "@", "_a", "https://a.b/ ", "1. "])
@pytest.mark.parametrize("way", ["plain", "marked", "cut"])
def test_drawing_takes_time_in_proportion_to_the_text(piece: str, way: str) -> None:
    quotes_of: dict[str, Callable[[str], Quote]] = {
        "plain": lambda text: structured(text, (), (), [(1, 9)]),
        "marked": coded,
        "cut": lambda text: truncate(coded(text), 1000),
    }
    assert_linear(lambda text: quote_markdown(quotes_of[way](text)), piece, 1000)
