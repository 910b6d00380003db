"""Whether quotes read as documents read: the source marks that quotes show, and the words of documents that their texts lost.

    python -m tests.quality.source_marks FOLDER [--quotes 25] [--show]

FOLDER holds a folder of Markdown a repository. Each is indexed by itself and asked its own headings, and the first quotes, shown
or refused, are looked through. What is found is printed to be looked at: a document may write of marks, or of words in comments.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from chipbot.errors import DocumentError
from chipbot.model import Answer, Document, Quote
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources import parse_document

_MARKS = re.compile(
    r"\*\*|(?<![\w/])__\w|~~|\]\(|\]\[|!\[|\|\s*:?-{2,}|\{\{|\{%|:::|^\s*(?:!!!|\?\?\?|===)|--8<--|```|~~~|<!--|-->|</?[a-z][^<>\n]*>"
    r"|\{[:#.][^{}\n]*\}|\[\^|^\s{0,3}#{1,6}\s|^\s*[-*+]\s\[[ xX]\]|\[![A-Z]+\]|&(?:nbsp|amp|lt|gt|quot|#\d+);"
    r"|^(?:import|export)\s.*\sfrom\s|^\s*>\s|\\[*_`\[\]#]",
    re.MULTILINE | re.IGNORECASE,
)
"""What Markdown and its dialects are written with, and no reader sees."""
_UNREAD = (
    re.compile(r"\A(---|\+\+\+)\n.*?\n\1(?=\n)", re.DOTALL),
    re.compile(
        r"<!--.*?-->|\{/\*.*?\*/\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|\[\[toc\]\]", re.DOTALL | re.IGNORECASE
    ),
    re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL | re.IGNORECASE),
    re.compile(r"^(?:import|export|<<<)\s.*$|^\s*(?:--8<--|\[\S[^\]\n]*\]:\s).*$", re.MULTILINE),
    re.compile(r"^[ >\t]*(?:[-*+]\s+|\d+[.)]\s+)*(?:`{3,}|~{3,}).*$", re.MULTILINE),
    re.compile(r"^[ >\t]*(?:[-*+]\s+)*(?:\d+[.)]\s|\[[ xX]\] )", re.MULTILINE),
    re.compile(r"^[ >\t]*(?::{3,}|!{3}|\?{3}\+?|={3})\s*\{?[\w-]*.*$", re.MULTILINE),
    re.compile(r"\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[\"'][^\n]*?[\"'])?\s*\)"),
    re.compile(r"\]\s?\[[^\[\]]*\]|^[ >\t]*:[\w-]+:.*$", re.MULTILINE),
    re.compile(r"</?[a-zA-Z!](?:[^<>\"']|\"[^\"]*\"|'[^'\n]*')*>"),
    re.compile(r"\{\s*[:#.][^{}\n]*\}|&#?\w+;|\\(?=\W)|\[\^[^\]]*\]|\[![A-Z]+\]|:[a-z][\w-]+:"),
)
"""What of a source no reader reads, told by patterns alone: another way than that of the program."""
_POWER = re.compile("[⁰¹²³⁴-⁹]+")
_WORD = re.compile(r"[^\W_]+")


class Found(NamedTuple):
    """What one repository came to."""

    documents: int
    quotes: list[Quote]
    marks: list[tuple[Quote, str]]
    """Quotes that show a source mark outside of code, with it."""
    lost: list[tuple[str, str]]
    """Words that a document's text has less often than its source, with the document."""


def shown_marks(quote: Quote) -> list[str]:
    """Return the source marks that a quote shows outside of code."""
    prose = list(quote.text)
    code = [(block.start, block.end) for block in quote.blocks if block.kind == "code"]
    code += [(mark.start, mark.end) for mark in quote.marks if mark.kind == "code"]
    for start, end in code:
        prose[start:end] = " " * (end - start)
    return [match.group().strip() for match in _MARKS.finditer("".join(prose))]


def lost_words(source: str, document: Document) -> list[str]:
    """Return the words of a source that a document's text, its title and its labels have less often."""
    for pattern in _UNREAD:
        source = pattern.sub(" ", source)
    source = re.sub(r"[`*~]+|(?<!\w)_+|_+(?!\w)", "", source)  # which words may have inside
    text = _POWER.sub(lambda match: " " + normalize("NFKC", match[0]), f"{document.title} {document.text}")
    kept = Counter(_WORD.findall(text.casefold()))
    return sorted((Counter(_WORD.findall(source.casefold())) - kept).elements())


def look_through(folder: Path, quotes: int) -> Found:
    """Index a folder, ask it `quotes` of its headings, and look through what is quoted."""
    read = [
        (path, document) for path in sorted(folder.rglob("*.md*")) if (document := _document(folder, path))
    ]
    lost = [
        (document.id, word)
        for path, document in read
        for word in lost_words(path.read_text("utf-8", "replace"), document)
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
    return Found(len(read), made, [(quote, mark) for quote in made for mark in shown_marks(quote)], lost)


def _document(folder: Path, path: Path) -> Document | None:
    try:
        return parse_document(path.read_bytes(), path.relative_to(folder).as_posix())
    except DocumentError:
        return None


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
    print("| repository | documents | quotes | with a source mark | words lost |\n|---|--:|--:|--:|--:|")
    total = Found(0, [], [], [])
    for folder in sorted(path for path in asked.folder.iterdir() if path.is_dir()):
        found = look_through(folder, asked.quotes)
        total = Found(
            total.documents + found.documents,
            total.quotes + found.quotes,
            total.marks + found.marks,
            total.lost + found.lost,
        )
        print(_row(folder.name, found))
    print(_row("all", total))
    for quote, mark in total.marks:
        print(f"\n{quote.citation.document_id}:{quote.citation.line_start} shows {mark}")
    for document, word in total.lost:
        print(f"\n{document} lost {word}")
    for quote in total.quotes if asked.show else ():
        print(f"\n--- {quote.citation.document_id}:{quote.citation.line_start}\n{quote.text}")


def _row(name: str, found: Found) -> str:
    marked = len({id(quote) for quote, _ in found.marks})
    return f"| {name} | {found.documents} | {len(found.quotes)} | {marked} | {len(found.lost)} |"


if __name__ == "__main__":
    main()
