"""Every quote is a slice of a document, whatever the document and the question: the first promise."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core import PROSE, TEXTS, WORDS, lines_of, merged, segment_of

from chipbot.answering.pipeline import Answerer
from chipbot.errors import DocumentError
from chipbot.index import Index
from chipbot.model import Answer, AnswerOptions, Quote
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.sources import parse_document
from chipbot.text.lines import count_line_breaks

NAMES = st.sampled_from(["a.txt", "b.md"])
QUESTIONS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def quotes_of(index: Index, question: str) -> list[Quote]:
    """The quotes of one question: those it is answered with, or those that are rejected, as the threshold has it: the same,
    but that the first of an answer has the answer's confidence.
    """
    quotes: list[Quote] = []
    for threshold in (0.0, 1.01):
        result = Answerer(EmbeddedRetriever(index)).answer(
            question, options=AnswerOptions(min_confidence=threshold)
        )
        found = result.quotes if isinstance(result, Answer) else result.rejected
        if isinstance(
            result, Answer
        ):  # whose first quote has its confidence; the others have their own either way
            assert found[0].confidence == result.confidence
        found = (*(replace(quote, confidence=0.0) for quote in found[:1]), *found[1:])
        assert not quotes or list(found) == quotes
        quotes = list(found)
    return quotes


def check(texts: dict[str, str], question: str) -> None:
    """Hold every quote against the readable text of its file, read anew."""
    documents = {}
    for name, text in sorted(texts.items()):
        with suppress(DocumentError):  # no text in it
            documents[name] = parse_document(text.encode(), name, "en")
    index = merged(map(segment_of, documents.values()))
    for quote in quotes_of(index, question):
        place, text = quote.citation, documents[quote.citation.document_id].text
        assert quote.text == text[place.start : place.end]
        assert quote.text
        if place.document_id.endswith(".txt"):
            assert text == texts[place.document_id]
            assert place.line_start == lines_of(text, place.start)
            assert place.line_end == lines_of(text, place.end - 1)
        assert quote.highlights
        end = 0
        for start, stop in quote.highlights:
            assert end <= start < stop <= len(quote.text)
            assert quote.text[start:stop] == quote.text[start:stop].strip()
            end = stop


@settings(max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, TEXTS, min_size=1), QUESTIONS)
def test_quotes_of_odd_documents_are_slices(texts: dict[str, str], question: str) -> None:
    check(texts, question)


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, PROSE, min_size=1), QUESTIONS)
def test_quotes_of_prose_are_slices(texts: dict[str, str], question: str) -> None:
    check(texts, question)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    NAMES,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
    st.data(),
)
def test_quotes_of_any_text_are_slices(name: str, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    check({name: text}, text[start : start + data.draw(st.integers(1, 12))])


@given(st.text(st.sampled_from("\r\nx"), max_size=12))
def test_line_breaks_are_counted(text: str) -> None:
    assert count_line_breaks(text) == lines_of(text, len(text)) - 1
