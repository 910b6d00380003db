"""The styles of OpenDocument's files (ISO 26300): what they say of words and lists, themselves or by what they are based on."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from chipbot.sources.formats.inline_marks import Form

_MAX_CHAIN = 20


class OpenDocumentStyles:
    """The styles of a document, and which levels of its lists have numbers."""

    def __init__(self, trees: list[Element]) -> None:
        self._styles = {
            element.get("style:name", ""): element for tree in trees for element in tree.iter("style:style")
        }
        self._numbered: dict[str, set[int]] = {}
        for tree in trees:
            for element in tree.iter("text:list-style"):
                levels = (
                    level.get("text:level", "1") for level in element.iter("text:list-level-style-number")
                )
                self._numbered[element.get("style:name", "")] = {
                    int(level) for level in levels if level.isdecimal()
                }

    def chain(self, name: str | None) -> Iterator[Element]:
        """Yield a style and those that it is based on."""
        for _ in range(_MAX_CHAIN):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            name = style.get("style:parent-style-name")

    def is_named(self, name: str | None, *words: str) -> bool:
        """Whether a style, or one that it is based on, has a name that begins so."""
        names = [name or "", *(style.get("style:parent-style-name") or "" for style in self.chain(name))]
        return any(each.replace("_20_", " ").lower().startswith(words) for each in names)

    def forms(self, name: str | None) -> list[Form]:
        """Return the forms that a style of characters gives."""
        found: dict[str, str] = {}
        for style in self.chain(name):
            for properties in style:
                if properties.tag == "style:text-properties":
                    for key, value in properties.attrib.items():
                        found.setdefault(key, value)
        forms: list[Form] = []
        weight = found.get("fo:font-weight", "normal")
        if weight == "bold" or (weight.isdecimal() and int(weight) >= 600):
            forms.append(("strong", ""))
        if found.get("fo:font-style", "normal") != "normal":
            forms.append(("emphasis", ""))
        if found.get("style:text-line-through-style", "none") != "none":
            forms.append(("strikethrough", ""))
        if self.is_named(name, "source text", "teletype", "code"):
            forms.append(("code", ""))
        return forms

    def is_hidden(self, name: str | None) -> bool:
        """Whether a style of characters hides them."""
        return any(part.get("text:display") == "none" for style in self.chain(name) for part in style)

    def has_numbers(self, name: str, level: int) -> bool:
        """Whether a list's items have numbers at a level, counted from 1."""
        return level in self._numbered.get(name, ())
