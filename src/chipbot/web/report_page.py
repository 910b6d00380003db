"""A report as a page of its own: one file, with charts, without scripts or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from chipbot.translation import digits, gettext, language, ngettext, percent
from chipbot.web.charts import Column, bar, columns_chart, share_chart

if TYPE_CHECKING:
    from chipbot.journal.report import Report

MAX_COLUMNS = 62
"""How many columns a chart has; of a longer time, each stands for several days."""
_OWN_STYLE = """
svg[role=img] { display: block; width: 100%; height: auto; }
svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
@media (max-width: 36rem) { svg text { font-size: 18px; } }
svg line { stroke: var(--line); }
.part0 { fill: var(--link); } .part1 { fill: var(--edge); } .line { fill: none; stroke: var(--link); stroke-width: 2; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .75rem; padding: 0; }
.tiles li { list-style: none; background: var(--shade); border-radius: .5rem; padding: .5rem .75rem; }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.3; }
.key span { display: inline-block; width: .8em; height: .8em; margin-inline: .75em .35em; }
.key .part0 { background: var(--link); } .key .part1 { background: var(--edge); }
.ranked { width: 100%; } .ranked td { border: 0; padding: .2rem .4rem; } .ranked td:last-child { width: 30%; }
.ranked td:first-child { text-align: end; min-width: 3rem; }
.bar { display: block; width: 100%; height: .8rem; margin-block-start: .45rem; }
"""


def report_page(report: Report) -> str:
    """Return a report as HTML, in the language of the context."""
    title = gettext("Questions, {first} to {last}", first=report.first_day, last=report.last_day)
    html = Element("html", {"lang": language()})
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "title").text = f"{title} · chipbot"
    SubElement(head, "style").text = files(__package__).joinpath("style.css").read_text("utf-8") + _OWN_STYLE
    main = SubElement(SubElement(html, "body"), "main")
    SubElement(main, "h1").text = title
    _write_tiles(main, report)
    _write_charts(main, report)
    asked = gettext("How many members asked each of them.")
    _write_ranked(main, gettext("Asked without an answer"), report.gaps, asked)
    if report.open_gaps > len(report.gaps):
        _note(
            main,
            ngettext(
                "{number} question without an answer is open in all.",
                "{number} questions without an answer are open in all.",
                report.open_gaps,
            ),
        )
    cited = gettext("Documents, and how many answers cited them.")
    _write_ranked(main, gettext("Most cited"), report.documents, cited)
    return "<!doctype html>\n" + tostring(html, encoding="unicode", method="html") + "\n"


def _names() -> tuple[str, str]:
    """What the parts of a column are called."""
    return gettext("answered"), gettext("not answered")


def _write_tiles(main: Element, report: Report) -> None:
    share = percent(report.answered / report.questions) if report.questions else "–"
    tiles = SubElement(main, "ul", {"class": "tiles"})
    for number, what in (
        (digits(report.questions), gettext("questions")),
        (share, gettext("answered")),
        (digits(report.votes.get("up", 0)), gettext("found it helpful")),
        (digits(report.votes.get("down", 0)), gettext("found it unhelpful")),
        (digits(report.open_gaps), gettext("open gaps")),
    ):
        tile = SubElement(tiles, "li")
        shown = SubElement(tile, "b")
        shown.text, shown.tail = number, what


def _write_charts(main: Element, report: Report) -> None:
    columns, days = _columns(report)
    title = gettext("Questions a day") if days == 1 else gettext("Questions, each {number} days", number=days)
    SubElement(main, "h2").text = title
    key = SubElement(main, "p", {"class": "note key"})
    for kind, name in enumerate(_names()):
        SubElement(key, "span", {"class": f"part{kind}"}).tail = name
    main.append(columns_chart(title, columns, _names()))
    share = gettext("Share that was answered")
    SubElement(main, "h2").text = share
    shares = [(column.label, _share(column)) for column in columns]
    main.append(share_chart(share, shares))
    _write_table(main, columns)


def _columns(report: Report) -> tuple[list[Column], int]:
    """Return the days in order, those without a question too, so many in a column that they fit."""
    first, last = date.fromisoformat(report.first_day), date.fromisoformat(report.last_day)
    days = [(first + timedelta(number)).isoformat() for number in range((last - first).days + 1)]
    each = -(-len(days) // MAX_COLUMNS)
    return [_column(report, days[start : start + each]) for start in range(0, len(days), each)], each


def _column(report: Report, days: Sequence[str]) -> Column:
    outcomes = [report.days.get(day, {}) for day in days]
    answered = sum(each.get("answered", 0) for each in outcomes)
    total = sum(sum(each.values()) for each in outcomes)
    return Column(days[0], (answered, total - answered))


def _share(column: Column) -> float | None:
    total = sum(column.parts)
    return column.parts[0] / total if total else None


def _write_table(main: Element, columns: Iterable[Column]) -> None:
    """Write the charts' numbers out, for who cannot see them."""
    details = SubElement(main, "details")
    SubElement(details, "summary").text = gettext("The same in numbers")
    table = SubElement(SubElement(details, "div", {"class": "wide"}), "table")
    _write_row(SubElement(table, "thead"), (gettext("from"), *_names()), "th")
    body = SubElement(table, "tbody")
    for column in columns:
        if any(column.parts):
            _write_row(body, (column.label, *map(digits, column.parts)), "td")


def _write_row(parent: Element, cells: Iterable[str], kind: str) -> None:
    row = SubElement(parent, "tr")
    for cell in cells:
        SubElement(row, kind).text = cell


def _write_ranked(main: Element, title: str, pairs: Sequence[tuple[str, int]], about: str) -> None:
    """Write what came most often, with a bar each."""
    SubElement(main, "h2").text = title
    _note(main, about if pairs else gettext("None in this time."))
    most = max((count for _, count in pairs), default=1)
    body = SubElement(SubElement(main, "table", {"class": "ranked"}), "tbody")
    for name, count in pairs:
        row = SubElement(body, "tr")
        for cell in (digits(count), _printable(name)):
            SubElement(row, "td").text = cell
        SubElement(row, "td").append(bar(count / most))


def _note(main: Element, text: str) -> None:
    SubElement(main, "p", {"class": "note"}).text = text


def _printable(text: str) -> str:
    """Return what others wrote as a page can hold it, on one line."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
