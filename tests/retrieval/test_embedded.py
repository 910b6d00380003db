"""How documents use a term, and which passages are candidates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import PROSE, index_of

from chipbot.errors import DocumentError, SeedsError
from chipbot.retrieval.embedded import EmbeddedRetriever, EmbeddedVocabulary


@pytest.mark.parametrize(
    ("term", "word"), [("fund", "FUND"), ("semiconductor", "Semiconductors"), ("titl", "Title")]
)
def test_a_term_stands_for_the_word_that_is_first_in_the_documents(term: str, word: str) -> None:
    index = index_of({"a.md": "# Title\n\nThe FUND for Semiconductors.\n\n***\n\nA fund of semiconductors."})
    vocabulary = EmbeddedVocabulary(index)
    assert next(vocabulary.surface_forms(vocabulary.find(term))) == word


@pytest.mark.parametrize(
    ("text", "adjacent"),
    [
        ("The data base is old.", True),
        ("The base of data is old.", False),
        ("Here is data. Base it on that.", False),
        ("# Data\n\nBase it on that.", False),
        ("# A\n\nWe keep data.\n\n# B\n\nBase it on that.", False),
        ("The data is the base. A data base is more.", True),
    ],
)
def test_terms_are_adjacent_within_a_sentence(text: str, adjacent: bool) -> None:
    vocabulary = EmbeddedVocabulary(index_of({"a.md": text}))
    assert vocabulary.are_adjacent(vocabulary.find("data"), vocabulary.find("base")) is adjacent


@given(st.lists(PROSE, min_size=1, max_size=6), st.sampled_from([1, 2, 5]))
def test_excluded_documents_are_no_candidates(texts: list[str], k: int) -> None:
    """What is left is what is found where they were never there, in the same order."""
    try:
        index = index_of(
            {f"{number}.txt": f"Fund {number}\n\nThe fund. {text}" for number, text in enumerate(texts)}
        )
    except (DocumentError, SeedsError):
        return
    retriever = EmbeddedRetriever(index)
    fund = retriever.vocabulary.find("fund")
    every = retriever.retrieve([fund], index.passage_count)
    assert every is not None
    kept = [n for n in every.passages.tolist() if retriever.passage(n).passage.document_id != "0.txt"]
    rest = retriever.retrieve([fund], k, excluded=frozenset({"0.txt"}))
    assert ([] if rest is None else rest.passages.tolist()) == kept[:k]
