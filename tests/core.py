"""Helpers for tests of the core: documents and indexes from strings, and strings that are hard on offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from hypothesis import strategies as st

from chipbot.answering.pipeline import Answerer
from chipbot.index import Index
from chipbot.index.builder import describe
from chipbot.index.merge import Merger
from chipbot.index.schema import UnchangedDocument
from chipbot.index.searcher import SMALL
from chipbot.index.segment import Segment, SegmentBuilder
from chipbot.model import Answer, AnswerOptions, Block, Document, Failure, NoAnswer
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.sources import parse_document
from chipbot.text.term_numbers import TermNumbers

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "000_6aca35ccc39c56b2.txt"
QUESTIONS = ROOT / "tests" / "answers" / "seed.jsonl"


def document(text: str | bytes, name: str = "a.txt", language: str | None = "en") -> Document:
    return parse_document(text if isinstance(text, bytes) else text.encode(), name, language)


def segment_of(*documents: Document) -> Segment:
    builder = SegmentBuilder(TermNumbers())
    for document in documents:
        builder.add(document)
    return builder.segment()


def index_of(
    texts: Mapping[str, str],
    language: str | None = "en",
    small: int = SMALL,
    failures: tuple[Failure, ...] = (),
) -> Index:
    """The index of documents given as {id: text}, each a segment of its own."""
    return merged(
        [segment_of(document(text, name, language)) for name, text in sorted(texts.items())], small, failures
    )


def merged(
    segments: Iterable[Segment | list[UnchangedDocument]],
    small: int = SMALL,
    failures: tuple[Failure, ...] = (),
    present: Index | None = None,
    block: int = 1 << 22,
) -> Index:
    """The index of segments, and of documents of a present one."""
    merger, languages = (
        Merger(present, None, small, block),
        set(present.languages if present else ()),
    )
    for segment in segments:
        if isinstance(segment, Segment):
            merger.add(segment)
            languages |= segment.languages
        else:
            merger.add_present(segment)
    description = describe(None, failures, "", languages)
    return Index(merger.joined(), {**description, "id": "test", "built_at": "2026-01-01T00:00:00+00:00"})


class Asked(Answerer):
    """An answerer that is asked with the same options every time."""

    def __init__(self, index: Index, options: AnswerOptions) -> None:
        super().__init__(EmbeddedRetriever(index))
        self.index = index
        self._options = options

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions | None = None
    ) -> Answer | NoAnswer:
        return super().answer(question, history=history, options=options or self._options)


def answerer(texts: Mapping[str, str], language: str | None = "en", min_confidence: float = 0.2) -> Asked:
    return Asked(index_of(texts, language), AnswerOptions(min_confidence=min_confidence))


def shown(made: Document) -> list[str]:
    """Each block in a line: kind, depth, ordinal, task box, quotations, label, words, question, headings."""
    return [shown_block(made.text, block) for block in made.blocks]


def shown_block(text: str, block: Block) -> str:
    box = {None: "", True: " [x]", False: " [ ]"}[block.checked]
    parts = [
        block.kind,
        f" {block.depth}" if block.depth else "",
        "" if block.ordinal is None else f" #{block.ordinal}",
        box,
        " " + ">" * block.quoted if block.quoted else "",
        f" ({block.label})" if block.label else "",
        f": {text[block.start : block.end]}",
        f" ← {text[slice(*block.question)]}" if block.question else "",
        f" | {' › '.join(block.heading)}" if block.heading else "",
    ]
    return "".join(parts)


def lines_of(text: str, offset: int) -> int:
    """The line, from 1, on which `text[offset]` stands, counted character by character: LF, CR LF or a lone
    CR end a line.
    """
    line = 1
    for i in range(offset):
        if text[i] == "\n" or (text[i] == "\r" and text[i + 1 : i + 2] != "\n"):
            line += 1
    return line


# Few words, so that questions meet documents; and what makes code points, bytes, columns and lines differ.
WORDS = st.sampled_from(
    "fund money partnership Mexico semiconductor supply chain nations 2022 $500 million café naïve CHIPS U.S. law laws "
    "step the is Mexico’s Straße данные 供应链 半导体 עברית عربي नमस्ते".split()
)
ODD = st.sampled_from(
    [
        "😀",
        "👩‍👩‍👧",
        "e\u0301",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u200f",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u00a0",
        "\u00ad",
        "\u2028",
        "\x0b",
        "\x0c",
    ]
)
BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r", "\n\r\n", " \n", "\n\n\n"])
MARKS = st.sampled_from(
    [
        ". ",
        "! ",
        "? ",
        ", ",
        " ",
        " ",
        " ",
        "… ",
        "。",
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "| ",
        "\t",
        "```\n",
        "---\n",
        "===\n",
        "    ",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, WORDS, WORDS, MARKS, MARKS, BREAKS, ODD), min_size=1, max_size=60).map(
    "".join
)
"""Texts of words, marks, line breaks and the odd character; some hold no word at all."""

SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(lambda words: " ".join(words) + ".")
PROSE = st.lists(st.one_of(SENTENCES, BREAKS, ODD), min_size=1, max_size=12).map(" ".join)
"""Texts of sentences."""
