"""XML → a tree of elements with short names; entities, whose only use here is an attack, are refused."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, TreeBuilder  # its elements alone; expat parses, guarded below
from xml.parsers import expat  # entities are refused at their declaration

from chipbot.errors import DocumentError
from chipbot.translation import Message

MAX_DEPTH = 200
"""How deep elements may be nested; a reader may be recursive over them."""
MAX_ELEMENTS = 3_000_000
"""How many elements there may be: some 200 bytes of memory each."""

_XML = "http://www.w3.org/XML/1998/namespace"


class _Names(dict[str, str]):
    """Expat's names, `namespace local`, → `prefix:local`; those of unknown namespaces get `?` for a prefix."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = {_XML: "xml", **prefixes}

    def __missing__(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        prefix = self._prefixes.get(namespace, "?") if namespace else ""
        short = self[name] = f"{prefix}:{local}" if prefix else local
        return short


class _Builder:
    """Receives expat's events; the tree's size and depth are limited as it grows."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.tree = TreeBuilder()
        self._names = _Names(prefixes)
        self._depth = self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise DocumentError(Message("it nests elements more than {number} deep", number=MAX_DEPTH))
        if self._count > MAX_ELEMENTS:
            raise DocumentError(Message("it has more than {number} elements: split it", number=MAX_ELEMENTS))
        names = self._names
        self.tree.start(names[name], {names[key]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(self._names[name])

    def entity(self, *_: object) -> None:
        raise DocumentError(Message("it declares XML entities, which can make a bomb: they are refused"))


def parse_xml(data: bytes, prefixes: Mapping[str, str], *, part: str = "it") -> Element:
    """Parse a file of XML.

    >>> parse_xml(b'<a xmlns="urn:x" b="1"/>', {"urn:x": "x"})
    <Element 'x:a'>

    Args:
        data: The file, in the encoding that it says.
        prefixes: Namespace → the prefix that its elements and attributes are to have here, whatever the file
            calls it; an empty one for none.
        part: What the file is called where it is not valid.

    Raises:
        DocumentError: It is not valid, declares entities, or is too deep or too large.
    """
    builder = _Builder(prefixes)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.tree.data
    parser.EntityDeclHandler = builder.entity
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat takes the flag by position
        return builder.tree.close()
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DocumentError(
            Message("{part} is no valid XML ({problem}): it is damaged", part=part, problem=error)
        ) from error


def first(element: Element, path: str) -> Element | None:
    """Return the first element at a path of short names, such as `w:tblPr/w:tblLook`; None where there is none."""
    found: Element | None = element
    for name in path.split("/"):
        found = next((child for child in found if child.tag == name), None) if found is not None else None
    return found
