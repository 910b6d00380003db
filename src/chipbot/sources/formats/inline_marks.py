"""Runs of text with their forms, as office formats have them → marks over all runs that share a form."""

from __future__ import annotations

from collections.abc import Sequence

from chipbot.model import MarkKind
from chipbot.sources.formats.readable_text import ReadableText

Form = tuple[MarkKind, str]
"""A form, and where it leads if it is a link."""

_ORDER: tuple[MarkKind, ...] = ("link", "strong", "emphasis", "strikethrough", "code")
"""What stands outside of what."""


class InlineMarks:
    """Opens and closes marks as runs come."""

    def __init__(self, out: ReadableText) -> None:
        self._out = out
        self._open: list[Form] = []

    def change(self, forms: Sequence[Form]) -> None:
        """Have the next run have these forms and no others."""
        wanted = sorted(set(forms), key=lambda form: _ORDER.index(form[0]))
        same = 0
        while same < min(len(wanted), len(self._open)) and wanted[same] == self._open[same]:
            same += 1
        for kind, _ in reversed(self._open[same:]):
            self._out.close_mark(kind)
        for kind, target in wanted[same:]:
            self._out.open_mark(kind, target)
        self._open = wanted
