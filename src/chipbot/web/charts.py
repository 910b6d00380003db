"""Charts as inline SVG: elements without a script, whose colours and fonts are the page's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from chipbot.translation import percent

WIDTH, HEIGHT = 480, 180
"""The size of a chart in its own units; on the page it is as wide as there is room."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 4, 12, 22
_ROOM = WIDTH - _LEFT - _RIGHT
_FALL = HEIGHT - _TOP - _BOTTOM
_GAP = 0.2  # of a column's width


class Column(NamedTuple):
    """What is drawn above one label."""

    label: str
    parts: tuple[int, ...]
    """Numbers that stand one on the other, from below; each has a class, `part0` and so on."""


def columns_chart(title: str, columns: Sequence[Column], names: Sequence[str]) -> Element:
    """Return stacked columns.

    Args:
        title: What is shown, for who cannot see it.
        columns: The columns, from left to right.
        names: What the parts are called, as many as each column has.
    """
    top = _round_up(max((sum(column.parts) for column in columns), default=0))
    chart = _chart(title, [(value, f"{value:,}") for value in (0, top // 2, top)], top)
    step = _ROOM / max(len(columns), 1)
    for number, column in enumerate(columns):
        x, below = _LEFT + number * step + step * _GAP / 2, 0.0
        group = SubElement(chart, "g")
        told = ", ".join(f"{part:,} {name}" for part, name in zip(column.parts, names, strict=True))
        SubElement(group, "title").text = f"{column.label}: {told}"
        for kind, part in enumerate(column.parts):
            height = part / top * _FALL
            y = _TOP + _FALL - below - height
            below += height
            box = {"x": x, "y": y, "width": step * (1 - _GAP), "height": height}
            SubElement(group, "rect", _numbers(box) | {"class": f"part{kind}"})
    _label(chart, [column.label for column in columns], step)
    return chart


def share_chart(title: str, points: Sequence[tuple[str, float | None]]) -> Element:
    """Return shares from 0 to 1 as a line, which is broken where there is none."""
    chart = _chart(title, [(share, percent(share)) for share in (0.0, 0.5, 1.0)], 1.0)
    step = _ROOM / max(len(points), 1)
    run: list[str] = []
    for number, (label, share) in enumerate([*points, ("", None)]):
        if share is None:
            if len(run) > 1:
                SubElement(chart, "polyline", {"points": " ".join(run), "class": "line"})
            run = []
            continue
        x, y = _LEFT + (number + 0.5) * step, _TOP + _FALL * (1 - share)
        run.append(f"{x:.1f},{y:.1f}")
        dot = SubElement(chart, "circle", _numbers({"cx": x, "cy": y, "r": 2.5}) | {"class": "part0"})
        SubElement(dot, "title").text = f"{label}: {percent(share)}"
    _label(chart, [label for label, _ in points], step)
    return chart


def bar(share: float) -> Element:
    """Return one bar, as long as a share from 0 to 1 of the room for it."""
    drawn = Element("svg", {"viewBox": "0 0 100 10", "preserveAspectRatio": "none", "aria-hidden": "true"})
    drawn.set("class", "bar")
    SubElement(drawn, "rect", _numbers({"width": 100 * share, "height": 10}) | {"class": "part0"})
    return drawn


def _chart(title: str, lines: Sequence[tuple[float, str]], top: float) -> Element:
    """Return a chart with lines across it and what they stand for."""
    chart = Element("svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria-label": title})
    for value, label in lines:
        y = _TOP + _FALL * (1 - value / top)
        ends = {"x1": float(_LEFT), "x2": float(WIDTH - _RIGHT), "y1": y, "y2": y}
        SubElement(chart, "line", _numbers(ends))
        place = _numbers({"x": _LEFT - 5, "y": y + 4}) | {"text-anchor": "end"}
        SubElement(chart, "text", place).text = label
    return chart


def _label(chart: Element, labels: Sequence[str], step: float) -> None:
    """Write the first label, the last and the one between below a chart, as far as there are so many."""
    last = len(labels) - 1
    anchors = {0: "start", last // 2: "middle", last: "end"} if last > 1 else {0: "start"} if labels else {}
    for number, anchor in anchors.items():
        x = _LEFT + step * (number + {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor])
        place = _numbers({"x": x, "y": HEIGHT - 4}) | {"text-anchor": anchor}
        SubElement(chart, "text", place).text = labels[number]


def _round_up(value: int) -> int:
    """Return an even round number that is not smaller: 2, 4, 6, 8, 10, 20, 40, 60 and so on."""
    power = int(10 ** max(math.ceil(math.log10(max(value, 1))) - 1, 0))
    return next(step * power for step in (2, 4, 6, 8, 10) if step * power >= value)


def _numbers(values: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.2f}".rstrip("0").rstrip(".") for name, value in values.items()}
