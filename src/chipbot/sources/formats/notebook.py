"""Jupyter notebooks (nbformat 3 and 4) → the Markdown of their cells, their code, and what it printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.markdown import write_markdown
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.translation import Message

_REMOVED = frozenset(("remove-cell", "remove_cell", "hide-cell"))
"""Tags of cells that are not shown to readers (Jupyter Book, nbconvert)."""
_MAX_OUTPUT = 4_000  # code points that readers may be expected to look at


def extract(data: bytes) -> Extracted:
    """Read a notebook; raises DocumentError where it is none."""
    try:
        notebook = json.loads(decode(data).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        problem = Message("it nests too deep") if isinstance(error, RecursionError) else error
        raise DocumentError(Message("it is no valid JSON ({problem})", problem=problem)) from error
    cells = list(_cells(notebook))
    language = _language(notebook)
    builder = StructureBuilder(None, lined=False)
    problems: list[Message] = []
    for number, cell in enumerate(cells, 1):
        builder.turn_to(Place(0, label=f"cell {number}"))
        source = _text(cell.get("source", cell.get("input")))
        if cell.get("cell_type") == "markdown":
            problems += write_markdown(builder, source, 1)
        elif cell.get("cell_type") == "heading":  # nbformat 3
            write_markdown(builder, "#" * _heading_level(cell.get("level")) + " " + source, 1)
        elif cell.get("cell_type") == "code":
            builder.code(source, None, language)
            for output in _outputs(cell):
                builder.code(output, None, "")
    return builder.extracted(problems=tuple(dict.fromkeys(problems)))


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    """Yield the cells that are shown; in nbformat 3 they are in worksheets."""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise DocumentError(Message("it is no Jupyter notebook: it lacks nbformat"))
    sheets = notebook.get("worksheets")
    holders = sheets if isinstance(sheets, list) else [notebook]
    for holder in holders:
        for cell in (holder.get("cells") if isinstance(holder, dict) else None) or ():
            if isinstance(cell, dict) and _REMOVED.isdisjoint(_tags(cell)):
                yield cell


def _heading_level(value: Any) -> int:
    return min(max(value, 1), 6) if isinstance(value, int) else 1


def _tags(cell: dict[str, Any]) -> list[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    name = info.get("name") if isinstance(info, dict) else None
    return name.lower() if isinstance(name, str) else ""


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    """Yield what a cell printed or gave as text; pictures, tables of HTML and errors are left out."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        words = ""
        if output.get("output_type") == "stream" and output.get("name", "stdout") == "stdout":
            words = _text(output.get("text"))
        elif isinstance(data, dict) and set(data) == {"text/plain"}:
            words = _text(data["text/plain"])
        if words.strip() and len(words) <= _MAX_OUTPUT and "\x1b" not in words:
            yield words


def _text(value: Any) -> str:
    """Return a text that may be given line by line; lone surrogates, which JSON can hold, are none."""
    lines = value if isinstance(value, list) else [value]
    words = "".join(line for line in lines if isinstance(line, str))
    return words.encode("utf-8", "replace").decode() if not words.isascii() else words
