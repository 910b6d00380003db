"""What holds of a document whatever its format."""

from __future__ import annotations

from chipbot.model import Document
from chipbot.text.lines import place_at
from chipbot.text.passages import chunk_document


def assert_sound(made: Document) -> None:
    """Every offset fits, every passage is a slice, and the text can be written down."""
    text = made.text
    text.encode()
    assert "\0" not in text
    end = 0
    for block in made.blocks:
        assert end <= block.start < block.end <= len(text)
        end = block.end
        assert text[block.start : block.end].strip()
        assert all(block.start <= first <= last <= block.end for first, last in block.cells)
        assert len(block.headers) in (0, len(block.cells))
    assert [place.start for place in made.places] == sorted({place.start for place in made.places})
    assert made.places[0].start == 0
    for chunk in chunk_document(made):
        assert text[chunk.passage.start : chunk.passage.end].strip()
        place_at(text, made.places, chunk.passage.start)
