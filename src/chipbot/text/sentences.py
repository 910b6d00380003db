"""Text → the spans of its sentences."""

from __future__ import annotations

import re
from itertools import pairwise

from chipbot.model import Span

_FURTHER_END = re.compile(r"(?<!។ល)[។៕]+(?=\s)|[།༎༏༐༑༔](?=\s(?!\s*[།༎]))")
"""Sentence ends that sentencex passes over: those of Khmer and Tibetan, before white space (so not within
។ល។, "and so on").
"""
_FURTHER_MARKS = "។៕།༎༏༐༑༔"


def sentence_spans(text: str, language: str, offset: int = 0) -> list[Span]:
    """Return the spans of the sentences in a text, without the white space around them.

    Args:
        text: The text of one block.
        language: Its ISO 639-1 code.
        offset: Where the text begins: it is added to all spans.
    """
    import sentencex

    spans: list[Span] = []
    end = 0
    for sentence in sentencex.segment(language, text):
        words = sentence.strip()
        if words:
            # Only white space stands between, some of which sentencex leaves out.
            start = text.index(words[0], end)
            end = start + len(words)
            spans.append((offset + start, offset + end))
    if not text.isascii() and any(mark in text for mark in _FURTHER_MARKS):
        return [part for span in spans for part in _split_further(text, span, offset)]
    return spans


def stripped(text: str, start: int, end: int) -> Span:
    """Return a span without the white space at its ends."""
    block = text[start:end]
    return start + len(block) - len(block.lstrip()), start + len(block.rstrip())


def _split_further(text: str, span: Span, offset: int) -> list[Span]:
    """Split a sentence of `text`, which begins at `offset`, at the further ends that it has."""
    start, end = span[0] - offset, span[1] - offset
    edges = [start, *(match.end() for match in _FURTHER_END.finditer(text, start, end)), end]
    parts = [stripped(text, *part) for part in pairwise(edges)]
    return [(offset + first, offset + last) for first, last in parts if first < last]
