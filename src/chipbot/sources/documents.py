"""Files → documents: read, told apart by their suffix, and named where they cannot be read."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.errors import EmptyDocumentError
from chipbot.model import Document, ReadLimits
from chipbot.sources.anchors import anchored_places
from chipbot.sources.barrier import document_barrier
from chipbot.sources.formats import FORMATS, ISOLATED, Extracted, format_of, module_of, suffix_of
from chipbot.sources.formats.signatures import true_suffix
from chipbot.sources.opener import read_bytes
from chipbot.sources.seeds_folder import SeedFile
from chipbot.text.tokenizer import detect
from chipbot.translation import Message

if TYPE_CHECKING:
    from chipbot.sources.reader_process import ReaderProcess

_SAMPLE = 1_200
"""Code points of prose that are looked at to tell a document's language: 300 do for the open data, and each thousand
takes half a millisecond.
"""
_SHARE = 100  # code points of a block, where there are many


def read_document(file: SeedFile, language: str | None = None) -> Document:
    """Read one file; `language` overrides what detection would say, front matter overrides both.

    Raises DocumentError, with the reason, where that cannot be done.
    """
    return parse_document(read_bytes(file.path, file.limits.size), file.id, language, file.limits)


def parse_document(
    data: bytes,
    document_id: str,
    language: str | None = None,
    limits: ReadLimits = ReadLimits(),
    reader: ReaderProcess | None = None,
) -> Document:
    """Read the bytes of one file, whose format goes by their content and the suffix of its id; raises as
    `read_document` does. With a `reader` its process reads every format, else those alone that need one.
    """
    with document_barrier():
        extracted = _extracted(data, document_id, limits, reader)
        if not extracted.blocks:
            raise EmptyDocumentError(Message("it holds no text"))
        return Document(
            id=document_id,
            title=extracted.title or _title_of_name(document_id),
            text=extracted.text,
            sha256=hashlib.sha256(data).hexdigest(),
            language=extracted.language or _given(language) or detect(_prose(extracted)),
            blocks=extracted.blocks,
            marks=extracted.marks,
            places=anchored_places(extracted, data),
            url=extracted.url,
            version=extracted.version,
            problems=extracted.problems,
        )


def _extracted(data: bytes, document_id: str, limits: ReadLimits, reader: ReaderProcess | None) -> Extracted:
    """Read a file here, or in a process of its own where its format's reader is not to be trusted with this one."""
    suffix, problem = true_suffix(suffix_of(document_id), data, frozenset(FORMATS))
    if reader is not None:
        extracted = reader.read(module_of(suffix), data)
    elif FORMATS[suffix] in ISOLATED:
        from chipbot.sources.reader_process import reader_process

        extracted = reader_process(limits).read(module_of(suffix), data)
    else:
        extracted = format_of(suffix)(data)
    return replace(extracted, problems=(problem, *extracted.problems)) if problem else extracted


def _given(language: str | None) -> str | None:
    return language.lower().partition("-")[0] if language else None


def _prose(extracted: Extracted) -> str:
    """Return some of a document's prose: code and addresses say nothing of its language, headings little."""
    prose = [block for block in extracted.blocks if block.kind not in ("code", "heading", "label")]
    blocks = prose or extracted.blocks
    share = max(_SAMPLE // len(blocks), _SHARE)
    words: list[str] = []
    size = 0
    for block in blocks:
        words.append(_without_code(extracted, block.start, min(block.end, block.start + share)))
        size += len(words[-1])
        if size >= _SAMPLE:
            break
    return " ".join(words)


def _without_code(extracted: Extracted, start: int, end: int) -> str:
    marks, words = extracted.marks, []
    for mark in marks[bisect_left(marks, start, key=attrgetter("start")) :]:
        if mark.start >= end:
            break
        if mark.kind == "code" and mark.start >= start:
            words.append(extracted.text[start : mark.start])
            start = mark.end
    words.append(extracted.text[start:end])
    return " ".join(word for word in "".join(words).split() if "://" not in word)


def _title_of_name(document_id: str) -> str:
    stem = Path(document_id).stem
    return stem.replace("_", " ").replace("-", " ").strip() or stem
