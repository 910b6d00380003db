"""Answer | NoAnswer → the object that programs read."""

from __future__ import annotations

from typing import Any

from chipbot.model import Answer, Block, Mark, NoAnswer, Quote

_BLOCK = Block(0, 0)._asdict()


def to_json(result: Answer | NoAnswer) -> dict[str, Any]:
    """Return the object that `chipbot ask --json` prints; keys may be added, never renamed.

    A quote's `blocks` and `marks` are its structure and inline forms, in offsets into its `text`. A block has `start`,
    `end` and `kind`, and of the other fields of `chipbot.model.Block` those that say something.
    """
    answered = isinstance(result, Answer)
    rendered: dict[str, Any] = {
        "question": result.question,
        "status": "answered" if answered else "no_answer",
        "reason": None if isinstance(result, Answer) else result.reason,
        "confidence": result.confidence,
        "quotes": [_quote(quote) for quote in result.quotes] if isinstance(result, Answer) else [],
        "suggestions": [] if isinstance(result, Answer) else list(result.suggestions),
        "corrections": [list(pair) for pair in result.corrections] if isinstance(result, Answer) else [],
        "milliseconds": result.milliseconds,
    }
    if isinstance(result, NoAnswer):
        rendered["missing"] = list(result.missing)
        rendered["rejected"] = [_quote(quote) for quote in result.rejected]
    return rendered


def _quote(quote: Quote) -> dict[str, Any]:
    citation = quote.citation
    return {
        "text": quote.text,
        "highlights": [list(span) for span in quote.highlights],
        "blocks": [_block(block) for block in quote.blocks],
        "marks": [_mark(mark) for mark in quote.marks],
        "score": quote.score,
        "citation": {
            "document": citation.document_id,
            "title": citation.title,
            "version": citation.version,
            "heading": list(citation.heading),
            "page": citation.page,
            "line_start": citation.line_start,
            "line_end": citation.line_end,
            "label": citation.label,
            "start": citation.start,
            "end": citation.end,
            "url": citation.url,
        },
    }


def _block(block: Block) -> dict[str, Any]:
    always = {"start": block.start, "end": block.end, "kind": block.kind}
    return always | {name: value for name, value in block._asdict().items() if value != _BLOCK[name]}


def _mark(mark: Mark) -> dict[str, Any]:
    return (
        mark._asdict() if mark.kind == "link" else {"start": mark.start, "end": mark.end, "kind": mark.kind}
    )
