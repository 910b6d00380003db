"""Whether quotes read as documents read: the source marks that quotes show, and the words that texts lost, added or moved.

    python -m tests.quality.source_marks FOLDER [--quotes 25] [--show]

FOLDER holds a folder of Markdown or web pages a repository. Each is indexed by itself and asked its own headings, and the first
quotes, shown or refused, are looked through; each page's words are compared with those of the page as it is rendered. What is
found is printed to be looked at: a document may write of marks, and `github_markdown` does not know every component.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Iterator
from operator import add
from pathlib import Path
from typing import NamedTuple

from tests.quality.rendered_page import Difference, content_words, difference, visible_words

from chipbot.errors import DocumentError
from chipbot.model import Answer, Document, Quote
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources import parse_document

_MARKS = re.compile(
    r"\*\*|(?<![\w/])__\w|~~|\]\(|\]\[|!\[|\|\s*:?-{2,}|\{\{|\{%|:::|^\s*(?:!!!|\?\?\?|===)|--8<--|```|~~~|<!--|-->|</?[a-z][^<>\n]*>"
    r"|\{[:#.][^{}\n]*\}|\[\^|^\s{0,3}#{1,6}\s|^\s*[-*+]\s\[[ xX]\]|\[![A-Z]+\]|&(?:nbsp|amp|lt|gt|quot|#\d+);"
    r"|^(?:import|export)\s.*\sfrom\s|^\s*>\s|\\[*_`\[\]#{}]|\[\[|(?<!\w)==\w|%%|\{/\*|(?<!\w)\+\+\w[\w+]*\+\+"
    r"|:(?:material|octicons|fontawesome|simple)-[\w-]+:|\{[\w:+-]+\}`|^\s*:[\w-]+:\s*$|\s\^[a-z][\w-]+$",
    re.MULTILINE | re.IGNORECASE,
)
"""What Markdown and its dialects are written with, and no reader sees."""


class Found(NamedTuple):
    """What one repository came to."""

    documents: int
    words: int
    """That readers of the rendered pages see."""
    quotes: list[Quote]
    marks: list[tuple[Quote, str]]
    """Quotes that show a source mark outside of code, with it."""
    differences: list[tuple[str, Difference]]
    """Documents whose words are not those of the rendered page."""

    def count(self, kind: str) -> int:
        """Return how many words were lost, added or moved."""
        return sum(len(getattr(differs, kind)) for _, differs in self.differences)


def shown_marks(quote: Quote) -> list[str]:
    """Return the source marks that a quote shows outside of code."""
    prose = list(quote.text)
    code = [(block.start, block.end) for block in quote.blocks if block.kind == "code"]
    code += [(mark.start, mark.end) for mark in quote.marks if mark.kind == "code"]
    for start, end in code:
        prose[start:end] = " " * (end - start)
    return [match.group().strip() for match in _MARKS.finditer("".join(prose))]


def look_through(folder: Path, quotes: int) -> Found:
    """Index a folder, ask it `quotes` of its headings, and look through what is quoted."""
    paths = sorted([*folder.rglob("*.md*"), *folder.rglob("*.html")])
    read = [(path, document) for path in paths if (document := _document(folder, path))]
    pages = [_page_words(path) for path, _ in read]
    differences = [
        (document.id, differs)
        for (_, document), page in zip(read, pages, strict=True)
        if page and any(differs := difference(page, document.text))
    ]
    headings = sorted({heading for _, document in read for heading in _headings(document)})
    random.Random(14).shuffle(headings)  # the same every time
    made: list[Quote] = []
    with tempfile.TemporaryDirectory() as index:
        known = KnowledgeBase(folder, Path(index))
        known.reindex()
        for heading in headings:
            answer = known.answer(heading)
            made += (answer.quotes if isinstance(answer, Answer) else answer.rejected)[:1]
            if len(made) == quotes:
                break
    marks = [(quote, mark) for quote in made for mark in shown_marks(quote)]
    return Found(len(read), sum(map(len, pages)), made, marks, differences)


def _document(folder: Path, path: Path) -> Document | None:
    try:
        return parse_document(path.read_bytes(), path.relative_to(folder).as_posix())
    except DocumentError:
        return None


def _page_words(path: Path) -> list[str]:
    words = content_words if path.suffix == ".html" else visible_words
    return words(path.read_text("utf-8", "replace"))


def _headings(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if block.kind == "heading" and block.end - block.start > 8:
            yield document.text[block.start : block.end]


def main(arguments: list[str] | None = None) -> None:
    """Look through every folder, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quotes", type=int, default=25, help="how many a repository")
    parser.add_argument("--show", action="store_true", help="print the quotes")
    asked = parser.parse_args(arguments)
    print("| repository | documents | words | lost | added | moved | quotes | with a source mark |")
    print("|---|" + "--:|" * 7)
    total = Found(0, 0, [], [], [])
    for folder in sorted(path for path in asked.folder.iterdir() if path.is_dir()):
        found = look_through(folder, asked.quotes)
        total = Found(*map(add, total, found))
        print(_row(folder.name, found))
    print(_row("all", total))
    for quote, mark in total.marks:
        print(f"\n{quote.citation.document_id}:{quote.citation.line_start} shows {mark}")
    for document, differs in total.differences:
        print(f"\n{document}: {differs}")
    for quote in total.quotes if asked.show else ():
        print(f"\n--- {quote.citation.document_id}:{quote.citation.line_start}\n{quote.text}")


def _row(name: str, found: Found) -> str:
    marked = len({id(quote) for quote, _ in found.marks})
    words = " | ".join(str(found.count(kind)) for kind in Difference._fields)
    return f"| {name} | {found.documents} | {found.words} | {words} | {len(found.quotes)} | {marked} |"


if __name__ == "__main__":
    main()
