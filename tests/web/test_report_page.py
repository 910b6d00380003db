"""A report's page is one file that holds its numbers, whatever the documents and questions are called."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

import pytest

from chipbot.journal.report import Report
from chipbot.translation import in_language
from chipbot.web.charts import HEIGHT, WIDTH, Column, columns_chart, share_chart
from chipbot.web.report_page import MAX_COLUMNS, report_page

WEEKS = Report(
    first_day="2026-11-01",
    last_day="2026-11-28",
    days={
        f"2026-11-{day:02}": {
            "answered": 20 + day * 7 % 23,
            "low_confidence": day * 5 % 9,
            "no_match": day % 4,
        }
        for day in range(1, 29)
        if day % 13
    },
    votes={"up": 212, "down": 31},
    documents=tuple((f"guide/chapter-{number}.md", 90 - 9 * number) for number in range(8)),
    gaps=(
        ("How do I join the raid team?", 14),
        ("When does the shop open on Sundays?", 9),
        ("Who is the CEO?", 2),
    ),
    open_gaps=17,
)
"""Four weeks of a busy community."""


class Page(HTMLParser):
    """The elements of a page, and their text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"

    def count(self, tag: str, **attributes: str) -> int:
        return sum(
            name == tag
            and attributes.items() <= {key.rstrip("_"): value for key, value in having.items()}.items()
            for name, having in self.elements
        )


def test_it_holds_the_numbers_and_nothing_from_elsewhere() -> None:
    html = report_page(WEEKS)
    page = Page(html)
    for text in (
        "Questions, 2026-11-01 to 2026-11-28",
        "questions",
        "17 questions without an answer are open in all.",
    ):
        assert f"\n{text}" in page.text
    assert f"\n{WEEKS.questions:,}\n" in page.text
    assert f"\n{WEEKS.answered / WEEKS.questions:.0%}\n" in page.text
    for name, count in (*WEEKS.gaps, *WEEKS.documents):
        assert f"\n{count}\n{name}\n" in page.text
    assert page.count("svg", role="img") == 2
    assert page.count("circle") == len(WEEKS.days)
    assert page.count("polyline") == 3, "two days without a question break the line"
    assert page.count("script") == page.count("link") == page.count("img") == 0
    assert "://" not in html
    assert "url(" not in html


@pytest.mark.parametrize("text", ['<script>alert("x")</script>', "a\n\x00b & c", "\ud800x", "</style><b>"])
def test_whatever_is_asked_is_text(text: str) -> None:
    html = report_page(replace(WEEKS, gaps=((text, 3),), documents=((text, 5),)))
    page = Page(html)
    assert page.count("script") == 0
    assert page.count("b") == 5
    shown = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    assert f"\n3\n{shown}\n" in page.text
    html.encode()


def test_it_speaks_the_language_of_its_reader() -> None:
    with in_language("de"):
        html = report_page(WEEKS)
    assert '<html lang="de">' in html
    assert "Fragen, 2026-11-01 bis 2026-11-28" in html


def test_without_questions_it_says_so() -> None:
    page = Page(report_page(Report(first_day="2026-11-28", last_day="2026-11-28")))
    assert page.text.count("None in this time.") == 2
    assert "\n–\nanswered\n" in page.text
    assert page.count("circle") == page.count("polyline") == 0


@pytest.mark.parametrize(("days", "each", "columns"), [(1, 1, 1), (62, 1, 62), (63, 2, 32), (3650, 59, 62)])
def test_a_long_time_has_several_days_in_a_column(days: int, each: int, columns: int) -> None:
    from datetime import date, timedelta

    last = date(2026, 11, 28)
    first = last - timedelta(days - 1)
    report = Report(
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        days={first.isoformat(): {"answered": 3}, last.isoformat(): {"answered": 1, "no_match": 3}},
    )
    if days == 1:
        report = replace(report, days={last.isoformat(): {"answered": 4, "no_match": 3}})
    page = Page(report_page(report))
    assert page.count("g") == columns <= MAX_COLUMNS
    assert f"\nQuestions{' a day' if each == 1 else f', each {each} days'}\n" in page.text
    assert "7" in page.text


def _boxes(chart: Element) -> list[tuple[float, float, float, float]]:
    return [
        (
            float(box.get("x", 0)),
            float(box.get("y", 0)),
            float(box.get("width", 0)),
            float(box.get("height", 0)),
        )
        for box in chart.iter("rect")
    ]


def test_columns_are_as_high_as_their_numbers_and_stay_inside() -> None:
    chart = columns_chart("t", [Column("a", (30, 10)), Column("b", (0, 0)), Column("c", (20, 0))], ("x", "y"))
    low, high, *_, third, _ = _boxes(chart)
    assert low[3] == pytest.approx(3 * high[3], abs=0.05)
    assert high[1] + high[3] == pytest.approx(low[1], abs=0.05)
    assert third[3] == pytest.approx(2 * high[3], abs=0.05)
    for x, y, width, height in _boxes(chart):
        assert 0 <= x < x + width <= WIDTH
        assert 0 <= y <= y + height <= HEIGHT
    assert next(title.text for title in chart.iter("title")) == "a: 30 x, 10 y"
    assert [text.text for text in chart.iter("text")] == ["0", "20", "40", "a", "b", "c"]


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, "2"), (1, "2"), (3, "4"), (5, "6"), (9, "10"), (10, "10"), (11, "20"), (50, "60"), (99, "100")],
)
def test_the_scale_ends_at_a_round_number(most: int, top: str) -> None:
    texts = [text.text for text in columns_chart("t", [Column("a", (most,))], ("x",)).iter("text")]
    assert texts[2] == top


def test_shares_go_from_bottom_to_top() -> None:
    chart = share_chart("t", [("a", 0.0), ("b", 1.0), ("c", None), ("d", 0.5)])
    heights = [float(dot.get("cy", 0)) for dot in chart.iter("circle")]
    assert heights[0] > heights[2] > heights[1]
    assert heights[2] == pytest.approx((heights[0] + heights[1]) / 2, abs=0.05)
    (line,) = chart.iter("polyline")
    assert len(re.findall(r"\S+", line.get("points", ""))) == 2
    assert [text.text for text in share_chart("t", []).iter("text")] == ["0%", "50%", "100%"]
    assert [text.text for text in share_chart("t", [("a", 1.0)]).iter("text")][3:] == ["a"]
