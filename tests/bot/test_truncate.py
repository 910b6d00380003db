"""A quote that is too long is shown as a shorter slice of the same document, around what answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bot.library import quoted
from tests.core import lines_of
from tests.growth import assert_linear
from tests.quotes import part, quote_of, quotes

from chipbot.bot.truncate import PHONE_LINES, _phone_lines, excerpt, is_cut, truncate
from chipbot.model import Quote

PIECES = [
    "word",
    " ",
    "  ",
    ".",
    "! ",
    "\n",
    "\r\n",
    "\n\n",
    "é",
    "e\u0301",
    "👍🏽",
    "👩\u200d🚀",
    "。",
    "長い文",
    "a" * 30,
    "Mr. X",
    "?” ",
]
TEXT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)


@settings(max_examples=800, deadline=None)
@given(before=st.text(max_size=5), text=TEXT, limit=st.integers(1, 120), data=st.data())
def test_what_is_shown_stays_a_slice_within_the_limit(
    before: str, text: str, limit: int, data: st.DataObject
) -> None:
    document = f"{before}{text}\nand more"
    bounds = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)))
    quote = quoted(document, (len(before), len(before) + len(text)), (bounds[0], bounds[1]))
    short = truncate(quote, limit)
    citation = short.citation
    assert short.text == document[citation.start : citation.end]
    assert 0 < len(short.text) <= max(limit, 1)
    assert citation.line_start == lines_of(document, citation.start)
    assert citation.line_end == lines_of(document, citation.end)
    shown = "".join(short.text[first:last] for first, last in short.highlights)
    whole = quote.text[bounds[0] : bounds[1]]
    assert shown.strip() in whole
    assert shown.strip() == whole.strip() or len(whole) > limit - 2
    assert truncate(short, limit) == short


LONG = "First sentence here. Second one is the answer, and it is longer. Third sentence there. Fourth sentence, the last."


@pytest.mark.parametrize(
    ("limit", "highlight", "shown"),
    [
        (200, "Second one", LONG),
        (90, "Second one is the answer, and it is longer.", LONG[:86]),
        (70, "Second one is the answer, and it is longer.", LONG[:64]),
        (50, "Second one is the answer, and it is longer.", "Second one is the answer, and it is longer."),
        (30, "Second one is the answer, and it is longer.", "Second one is the answer, and"),
        (6, "Second one is the answer, and it is longer.", "Second"),
        (3, "Second one is the answer, and it is longer.", "Sec"),
        (30, "", "First sentence here."),
        (16, "sentence there", "sentence there."),
    ],
)
def test_where_a_quote_is_cut(limit: int, highlight: str, shown: str) -> None:
    start = LONG.index(highlight) if highlight else 0
    spans = [(start, start + len(highlight))] if highlight else []
    assert truncate(quoted(LONG, (0, len(LONG)), *spans), limit).text == shown


def test_further_highlights_are_kept_as_far_as_they_are_shown() -> None:
    quote = quoted(LONG, (0, len(LONG)), (21, 64), (65, 86), (87, len(LONG)))
    assert truncate(quote, 90).highlights == ((21, 64), (65, 86))


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [("👩\u200d🚀👩\u200d🚀", 4, "👩\u200d🚀"), ("e\u0301e\u0301", 3, "e\u0301"), ("👍🏽👍🏽", 3, "👍🏽")],
)
def test_what_a_reader_sees_as_one_character_is_not_cut(text: str, limit: int, shown: str) -> None:
    assert truncate(quoted(text, (0, len(text)), (0, len(text))), limit).text == shown


@settings(max_examples=300, deadline=None)
@given(quote=quotes(), limit=st.integers(1, 80))
def test_blocks_marks_and_highlights_stay_on_their_characters(quote: Quote, limit: int) -> None:
    short = truncate(quote, limit)
    shift = short.citation.start - quote.citation.start
    assert short.text == quote.text[shift : shift + len(short.text)]
    for offset in range(len(short.text)):
        for name in ("blocks", "marks"):
            before = {each[2:4] for each in getattr(quote, name) if each.start <= offset + shift < each.end}
            assert {each[2:4] for each in getattr(short, name) if each.start <= offset < each.end} == before
        assert any(a <= offset < b for a, b in short.highlights) == any(
            a <= offset + shift < b for a, b in quote.highlights
        )
    for block in short.blocks:
        assert 0 <= block.start <= block.end <= len(short.text)
        assert all(block.start <= start <= end <= block.end for start, end in block.cells)
        assert not block.headers or len(block.headers) == len(block.cells)


STEPS = quote_of(
    part("paragraph", "Do this. And then that:"),
    part("list_item", "Open the door. Slowly."),
    part("list_item", "Go in. Sit down."),
    part("list_item", "Wait."),
    highlight="Go in.",
)


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (90, STEPS.text),
        (60, "Open the door. Slowly.\nGo in. Sit down.\nWait."),
        (25, "Go in. Sit down.\nWait."),
        (12, "Go in."),
        (8, "Go in."),
        (3, "Go"),
    ],
)
def test_a_quote_is_cut_between_blocks_first(limit: int, shown: str) -> None:
    assert truncate(STEPS, limit).text == shown


PARAGRAPH = "One is here, and it takes about a line. Two is there as well, and takes one, too. Three. " * 4
WALK = [part("list_item", f"Step {n} of the way", depth=1, ordinal=n) for n in range(1, 6)]
TABLE_ROWS = [
    part("table_row", "", name, "warning", "mute", headers=("Offence", "first", "second"))
    for name in ("spam", "ads")
]


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        pytest.param(
            quote_of(
                part("paragraph", "Before."),
                part("paragraph", "So. The answer. And so on."),
                highlight="The answer.",
            ),
            "So. The answer. And so on.",
            id="the block that answers",
        ),
        pytest.param(
            quote_of(part("paragraph", f"{PARAGRAPH}The answer. The end."), highlight="The answer."),
            "The answer. The end.",
            id="the highlight, where its block is long",
        ),
        pytest.param(
            quote_of(part("paragraph", f"The answer. {PARAGRAPH}"), highlight="The answer."),
            f"The answer. {PARAGRAPH[: len(PARAGRAPH) // 4 * 3]}".removesuffix(" Three. "),
            id="whole sentences, as many as fit",
        ),
        pytest.param(
            quote_of(
                part("paragraph", f"The{' long' * 90} answer. More."), highlight=f"The{' long' * 90} answer."
            ),
            f"The{' long' * 90} answer.",
            id="all of the highlight",
        ),
        pytest.param(
            quote_of(*WALK, highlight="Step 2 of the way"),
            "\n".join(p.text for p in WALK[1:]),
            id="further steps",
        ),
        pytest.param(
            quote_of(
                part("list_item", "One", depth=1),
                part("list_item", "inside", depth=2),
                part("list_item", "Two", depth=1),
                highlight="One",
            ),
            "One\ninside",
            id="what is in an item, and no other item",
        ),
        pytest.param(quote_of(*TABLE_ROWS, highlight="spam"), "spam\twarning\tmute", id="the row"),
        pytest.param(
            quote_of(
                part("heading", "Port: 1"), part("paragraph", "It is open.", unit=7), highlight="Port: 1"
            ),
            "Port: 1\nIt is open.",
            id="what a heading is above",
        ),
        pytest.param(
            quoted("One. The answer. Two.", (0, 21), (5, 16)),
            "One. The answer. Two.",
            id="text without blocks",
        ),
        pytest.param(quoted("One. Two.", (0, 9)), "One. Two.", id="without a highlight"),
    ],
)
def test_what_answers_is_shown_first(quote: Quote, shown: str) -> None:
    assert excerpt(quote).text == shown


@settings(max_examples=300, deadline=None)
@given(quote=quotes())
def test_an_excerpt_is_a_slice_with_all_of_the_highlight(quote: Quote) -> None:
    short = excerpt(quote)
    start, end = (place - quote.citation.start for place in (short.citation.start, short.citation.end))
    assert short.text == quote.text[start:end]
    assert [short.text[a:b] for a, b in short.highlights] == [quote.text[a:b] for a, b in quote.highlights]
    if quote.highlights:
        least = _phone_lines(quote, quote.highlights[0][0], quote.highlights[-1][1])
        assert _phone_lines(quote, start, end) <= max(PHONE_LINES, least)
        assert excerpt(short).text == short.text
    assert not is_cut(quote, 0)
    assert not is_cut(quote, len(quote.text))


@pytest.mark.parametrize("piece", ["word. ", "a", "\n", "。", ". "])
def test_an_excerpt_takes_no_longer_than_its_length(piece: str) -> None:
    assert_linear(lambda text: excerpt(quoted(text, (0, len(text)), (0, min(5, len(text))))), piece)
