"""Paragraphs that are items of lists by a number and a level, as in office formats → nested lists."""

from __future__ import annotations

from chipbot.sources.formats.structure_builder import StructureBuilder


class ListLevels:
    """Opens and closes lists as paragraphs come."""

    def __init__(self, builder: StructureBuilder) -> None:
        self._builder = builder
        self._open: list[str] = []  # the list of each level

    def item(self, name: str, level: int, ordinal: int | None) -> None:
        """Begin an item.

        Args:
            name: What tells its list from others.
            level: How deep it is, from 0.
            ordinal: Its number in a numbered list.
        """
        while len(self._open) > level + 1 or (len(self._open) == level + 1 and self._open[-1] != name):
            self._builder.close_list()
            self._open.pop()
        while len(self._open) <= level:
            self._builder.open_list(None)
            self._open.append(name)
        self._builder.open_item(ordinal)

    def end(self) -> None:
        """End all lists."""
        while self._open:
            self._builder.close_list()
            self._open.pop()
