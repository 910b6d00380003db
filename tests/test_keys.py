"""Pieces of text as keys, and the table that numbers them: held against what Python's own strings and
dictionaries say.
"""

from __future__ import annotations

from collections.abc import Iterable
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chipbot.index import Strings, inserted, keys
from chipbot.index.keys import Pieces, Table, chunks_of, lowered
from chipbot.index.words import _MARKS

TEXTS = st.lists(
    st.text()
    | st.text("aZ z.é€,\t\n\x00\x1c\x85\xa0\u2003\u3000(\"'[]")
    | st.text("abAB@[`{", min_size=20, max_size=26),
    max_size=12,
)


def _pieces(strings: Iterable[str]) -> Pieces:
    return Pieces.of(Strings.of(strings))


@given(TEXTS)
def test_chunks_are_what_splitting_at_white_space_gives(texts: list[str]) -> None:
    chunks, counts = chunks_of(texts)
    assert chunks.strings() == [chunk for text in texts for chunk in text.split()]
    assert counts.tolist() == [len(text.split()) for text in texts]


@given(TEXTS)
def test_pieces_lose_the_marks_around_them(texts: list[str]) -> None:
    assert _pieces(texts).without(_MARKS).strings() == [text.strip(_MARKS) for text in texts]


@given(TEXTS | st.lists(st.text("a\x00b", min_size=22, max_size=27), max_size=30))
def test_pieces_are_put_in_order_by_their_bytes(texts: list[str]) -> None:
    pieces = _pieces(texts)
    ordered = pieces[pieces.order()]
    assert ordered.strings() == sorted(texts, key=str.encode)
    assert ordered.joined().tobytes().decode() == "".join(ordered.strings())


@given(st.lists(st.integers(0, 99)), st.lists(st.tuples(st.integers(0, 9), st.integers(100, 200))))
def test_what_is_inserted_stands_before_its_place(numbers: list[int], new: list[tuple[int, int]]) -> None:
    ascending = sorted((min(place, len(numbers)), value) for place, value in new)
    expected = numbers.copy()
    for place, value in reversed(ascending):
        expected.insert(place, value)
    values = np.array([value for _, value in ascending], np.int64)
    found = inserted(
        np.array(numbers, np.int64), values, np.array([place for place, _ in ascending], np.int64)
    )
    assert found.tolist() == expected


@given(st.lists(st.tuples(st.text("ab", max_size=3) | st.text(min_size=20, max_size=25), st.integers(1, 3))))
def test_keys_are_alike_if_pieces_and_tags_are(tagged: list[tuple[str, int]]) -> None:
    made = _pieces(text for text, _ in tagged).keys(np.array([tag for _, tag in tagged], np.int64)).T.tolist()
    for one, key in zip(tagged, made, strict=True):
        assert [other == key for other in made] == [other == one for other in tagged]


@given(TEXTS)
def test_words_of_ascii_letters_are_lower_cased(texts: list[str]) -> None:
    pieces, lower = _pieces(texts), _pieces(text.lower() for text in texts)
    tags = np.full(len(texts), 7)
    small, letters, capitals = lowered(pieces.keys(tags), pieces.ends - pieces.starts)
    short = [text.isascii() and len(text) <= 22 for text in texts]
    assert letters.tolist() == [ok and text.isalpha() for ok, text in zip(short, texts, strict=True)]
    assert capitals.tolist() == [
        plain and text != text.lower() for plain, text in zip(letters.tolist(), texts, strict=True)
    ]
    assert small[:, letters].tolist() == lower.keys(tags)[:, letters].tolist()


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=4))), st.integers(0, 3))
def test_a_table_numbers_keys_like_a_dictionary(batches: list[list[str]], spread: int) -> None:
    known: dict[str, int] = {}
    with (
        patch.object(keys, "_AT_FIRST", 2),
        patch.object(keys, "_FACTORS", keys._FACTORS * np.uint64(spread)),
    ):
        table = Table()
        for batch in batches:
            before = len(table)
            numbers, new = table.numbers(_pieces(batch).keys(np.ones(len(batch), np.int64)))
            assert numbers[new].tolist() == list(range(before, len(table)))
            assert [batch.index(batch[i]) for i in new.tolist()] == new.tolist()
            for text, number in zip(batch, numbers.tolist(), strict=True):
                assert known.setdefault(text, number) == number
            assert len(table) == len(known)
    assert sorted(known.values()) == list(range(len(known)))
