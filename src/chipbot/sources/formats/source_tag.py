"""A tag as Markdown has it written: its name, and what of its attributes readers of the page see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import unescape
from typing import NamedTuple

_NAME = re.compile(r"</?([A-Za-z][\w.:-]*)")
_TEXT_ATTRIBUTE = re.compile(
    r"""(?<=[\s{])(?:title|label|header|heading|caption|summary|text|question|alt)\s*=\s*"""
    r"""(?:"([^"]*)"|'([^']*)'|\{\s*["'`]([^"'`]*)["'`]\s*\})"""
)
_STAND_INS = ("path", "term", "command", "keys", "name")
"""What a component without content is told that stands in its place inside a sentence, the first that there is."""
_KEYS = re.compile(r"(?:key|kbd|hotkey|shortcut)s?$", re.IGNORECASE)
"""The names of components that are keys to press, each told in an attribute of its own."""
_VALUE = re.compile(r"""=\s*(?:"([^"{}]+)"|'([^'{}]+)')""")
_FIELD = re.compile(r"(?:field|param|parameter|prop|property|argument|option|attribute)$", re.IGNORECASE)
_FIELD_NAMES = ("name", "path", "query", "body", "header")
"""What a component is told that describes a field: which field."""
_PICTURE = re.compile(r"icon|image|img|picture|avatar|emoji|badge|video", re.IGNORECASE)
_NAMELESS = re.compile(
    r"(?:(?:image|img|picture|photo|screenshot|screen ?shot|icon|logo|banner|untitled|alt|alt text|image alt text)?[\s\d()_-]*"
    r"|\S*(?:_\S*|\.(?:png|jpe?g|gif|svg|webp|avif)))$",
    re.IGNORECASE,
)
"""What stands for a picture and says nothing of it: what it is, or its file's name."""
_KIND = re.compile(r"(?<=\w):[A-Z]\w*")
"""The kind of what a reference names: `Client:Class#login`."""


class SourceTag(NamedTuple):
    """A tag as it is written, or an element whose content is no Markdown."""

    source: str
    line: int
    alone: bool
    """Whether nothing else stands on its lines."""
    within: bool
    """Whether words of its block stand before and after it."""

    @property
    def written_name(self) -> str:
        """The name in upper and lower case, which tells components from each other."""
        match = _NAME.match(self.source)
        return match[1] if match else ""

    @property
    def name(self) -> str:
        """The element's name in lower case; empty for a comment."""
        return self.written_name.lower()

    @property
    def is_component(self) -> bool:
        """Whether it is named as components are, whatever element of HTML has the name as well."""
        return self.written_name[:1].isupper() and not self.written_name.isupper()

    @property
    def closing(self) -> bool:
        """Whether it ends an element."""
        return self.source[1] == "/"

    @property
    def is_empty(self) -> bool:
        """Whether it is a whole element, without content."""
        return self.source.endswith("/>")

    @property
    def words(self) -> str:
        """What its attributes say that are shown as text."""
        return "" if self.closing else unescape(text_attributes(self.source))

    @property
    def stand_in(self) -> str | None:
        """What a component without content names: without it, its sentence would have a hole, or its item nothing."""
        named = self._first(_STAND_INS)
        if named is None and _KEYS.match(self.written_name):
            values = map("".join, _VALUE.findall(self.source))
            named = "+".join(key for value in values for key in value.split())
        return _KIND.sub("", named) if named else None

    @property
    def field(self) -> str | None:
        """The name of the field that a component describes; None where it describes none."""
        return self._first(_FIELD_NAMES) if _FIELD.search(self.written_name) else None

    @property
    def is_picture(self) -> bool:
        """Whether a component is a picture by its name."""
        return bool(_PICTURE.search(self.written_name))

    def attribute(self, name: str) -> str | None:
        """Return what an attribute says; None where the tag has none of the name."""
        match = _attribute(name).search(self.source)
        return None if match is None else unescape(match[1] or match[2] or match[3] or "")

    def _first(self, names: Sequence[str]) -> str | None:
        """Return what the first of some attributes says that says anything by itself."""
        values = map(self.attribute, names)
        return next((value for value in values if value and "{" not in value), None)


def describes(alternative: str) -> bool:
    """Whether a picture's alternative text says something of it."""
    return not _NAMELESS.match(alternative.strip())


@cache
def _attribute(name: str) -> re.Pattern[str]:
    value = r"""\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'\s>]*))"""
    return re.compile(rf"\s{name}(?:{value}|(?=[\s/>]))", re.IGNORECASE)


def text_attributes(tag: str) -> str:
    """Return what those attributes of a tag say that are shown as text."""
    return " ".join("".join(match).strip() for match in _TEXT_ATTRIBUTE.findall(tag)).strip()
