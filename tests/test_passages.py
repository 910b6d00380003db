"""Documents are cut where they are built to be cut: never across a heading, at sentence ends, into slices."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import PROSE, TEXTS, document

from chipbot.errors import DocumentError
from chipbot.text.passages import MAX_CHARS, chunk_document
from chipbot.text.sentences import sentence_spans

LONG = "The fund pays for a step in the chain of supply. "


def passages(text: str, name: str = "a.md") -> list[tuple[tuple[str, ...], str]]:
    made = document(text, name)
    return [
        (one.passage.heading, made.text[one.passage.start : one.passage.end]) for one in chunk_document(made)
    ]


def check(text: str, *expected: tuple[tuple[str, ...], str]) -> None:
    assert passages(text) == list(expected)


def test_short_neighbours_under_one_heading_are_joined() -> None:
    check("# T\n\nOne.\n\nTwo.\n\n## B\n\nThree.", ((), "One.\n\nTwo."), (("B",), "Three."))


def test_an_introduction_joins_its_list() -> None:
    check("# T\n\nThe steps:\n\n- one\n- two\n", ((), "The steps:\n\n- one\n- two"))


@pytest.mark.parametrize("between", ["## B", "***", "<!-- hidden -->", "[x]: https://example.com", "##"])
def test_what_stands_between_blocks_is_never_inside_a_passage(between: str) -> None:
    texts = [text for _, text in passages(f"# T\n\n## B\n\nOne.\n\n{between}\n\nTwo.")]
    assert texts == ["One.", "Two."]


def test_long_blocks_are_not_joined() -> None:
    first, second = (LONG * 10).strip(), (LONG * 8).strip()
    check(f"# T\n\n{first}\n\n{second}", ((), first), ((), second))


def test_a_long_paragraph_is_split_at_sentence_ends_into_even_parts() -> None:
    texts = [text for _, text in passages("# T\n\n" + LONG * 60)]
    assert all(text.endswith("supply.") and text.startswith("The fund") for text in texts)
    assert len(texts) == 3
    assert max(map(len, texts)) - min(map(len, texts)) <= 4 * len(LONG)


def test_a_long_list_is_split_between_its_lines() -> None:
    texts = [
        text
        for _, text in passages("# T\n\n" + "".join(f"- item number {i} of the list\n" for i in range(100)))
    ]
    assert len(texts) > 1
    assert all(text.startswith("- item") and text.endswith("list") for text in texts)


@pytest.mark.parametrize("text", ["word " * 1000, "x" * 5000, "一二三，" * 1000, "a, " * 2000])
def test_text_without_sentences_is_split_all_the_same(text: str) -> None:
    texts = [part for _, part in passages("# T\n\n" + text)]
    assert all(len(part) <= MAX_CHARS for part in texts)
    assert sum(len("".join(part.split())) for part in texts) == len("".join(text.split()))


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("en", "It is. Is it? Yes!", ["It is.", "Is it?", "Yes!"]),
        (
            "en",
            "The U.S. CHIPS Act of Dr. Smith is. It is.",
            ["The U.S. CHIPS Act of Dr. Smith is.", "It is."],
        ),
        ("zh", "是的。不是。", ["是的。", "不是。"]),
        ("km", "ក្បាល។ទូ ។ល។ ដែក។ អាន៕ ខ្ចី", ["ក្បាល។ទូ ។ល។ ដែក។", "អាន៕", "ខ្ចី"]),
        ("bo", "བོད་ཡིག། གསུམ། །", ["བོད་ཡིག།", "གསུམ། །"]),
        ("xx", "One. Two.", ["One.", "Two."]),
        ("en", "", []),
        ("en", " \n ", []),
    ],
)
def test_sentences(language: str, text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text, language)] == parts


def test_sentences_of_a_text_so_long_that_sentencex_leaves_out_blank_lines() -> None:
    text = "It is. " * 1500 + "\n\nIs it?\n\nYes!"
    assert [text[start:end] for start, end in sentence_spans(text, "en")] == ["It is."] * 1500 + [
        "Is it?",
        "Yes!",
    ]


def test_sentences_are_given_where_they_stand_in_the_document() -> None:
    assert sentence_spans("It is. Is it?", "en", 100) == [(100, 106), (107, 113)]
    assert sentence_spans("អាន៕ ខ្ចី", "km", 100) == [(100, 104), (105, 109)]


@given(st.sampled_from(["en", "de", "zh", "ar", "xx"]), st.one_of(TEXTS, PROSE, st.text(max_size=200)))
def test_sentences_are_ordered_slices_that_leave_out_only_white_space(language: str, text: str) -> None:
    spans = sentence_spans(text, language)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


@given(st.sampled_from(["a.txt", "a.md"]), st.one_of(TEXTS, PROSE, PROSE.map(lambda text: text * 20)))
def test_passages_are_ordered_slices_made_of_their_sentences(name: str, text: str) -> None:
    try:
        made = document(text, name)
    except DocumentError:
        return
    end = 0
    for one in chunk_document(made):
        passage = one.passage
        assert end <= passage.start < passage.end <= len(made.text)
        end = passage.end
        assert one.sentences[0][0] == passage.start
        assert one.sentences[-1].end == passage.end
        assert all(a < b for a, b, _ in one.sentences)
        assert all(a[1] <= b[0] for a, b in pairwise(one.sentences))
        assert passage.end - passage.start <= MAX_CHARS
        (section, *_) = (s for s in made.blocks if s.start <= passage.start < s.end)
        assert section.heading == passage.heading


@given(
    st.lists(
        st.sampled_from(["## Same", "## Other", "### Sub", "One.", "Two two.", LONG * 6]),
        min_size=1,
        max_size=14,
    )
)
def test_no_passage_straddles_a_heading_even_a_repeated_one(parts: list[str]) -> None:
    for name in ("a.md", "a.txt"):
        for _, text in passages("# T\n\nStart.\n\n" + "\n\n".join(parts), name):
            assert "#" not in text
