"""Passages → quotes: slices of documents with their citation and the highlighted sentence, held against the
text.
"""

from __future__ import annotations

from chipbot.index import Index
from chipbot.model import Citation, Quote, Span
from chipbot.text.lines import count_line_breaks


def quote(index: Index, passage: int, highlights: tuple[Span, ...], score: float) -> Quote:
    """Return passage number `passage` as a quote; `highlights` are in document offsets.

    Raises AssertionError if the text read from the index is not as long as the span that it stands for.
    """
    arrays = index.arrays
    start, end = int(arrays["passage_start"][passage]), int(arrays["passage_end"][passage])
    text = index.passage_text(passage)
    if len(text) != end - start:
        raise AssertionError(f"passage {passage} has {len(text)} code points instead of {end - start}")
    document = index.document(int(arrays["passage_document"][passage]))
    line = int(arrays["passage_line"][passage])
    citation = Citation(
        document_id=document.id,
        title=document.title,
        heading=index.heading(int(arrays["passage_context"][passage])),
        page=int(arrays["passage_page"][passage]) or None,
        line_start=line,
        line_end=line + count_line_breaks(text),
        start=start,
        end=end,
        url=document.url,
    )
    return Quote(
        text=text,
        highlights=tuple((a - start, b - start) for a, b in highlights),
        citation=citation,
        score=score,
    )
