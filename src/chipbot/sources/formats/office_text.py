"""What readers of office programs' texts share: code that comes paragraph by paragraph, and what stands beside one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from xml.etree.ElementTree import Element

from chipbot.sources.formats.inline_marks import InlineMarks
from chipbot.sources.formats.structure_builder import StructureBuilder


class OfficeText(ABC):
    """A document in the making."""

    def __init__(self) -> None:
        self._builder = StructureBuilder(None)
        self._out = self._builder.out
        self._marks = InlineMarks(self._out)
        self._code: list[str] = []
        """The paragraphs of the code at hand."""
        self._after: list[Element] = []
        """What stands beside the paragraph at hand: notes, text boxes."""

    @abstractmethod
    def blocks(self, parent: Element) -> None:
        """Read what stands in an element, block by block."""

    def _end_code(self) -> None:
        """Write the paragraphs of code so far as one block."""
        if self._code:
            self._builder.code("\n".join(self._code), None, "")
            self._code = []

    def _notes_after(self) -> None:
        """Read the notes and text boxes of a paragraph as blocks after it; in a table, after its cell's words."""
        while self._after:
            self.blocks(self._after.pop(0))
