"""The index: what search returns is what rank-bm25 scores, and a document taken out goes back in as it
was.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import TEXTS, document, index_of, lines_of, merged, segment_of

from chipbot.answering.spelling import is_one_error_away
from chipbot.arrays import (
    SpillBuffer,
    StringTable,
    concat_ranges,
    count_pairs,
    exclusive_cumsum,
    grouped,
    number_pairs,
)
from chipbot.errors import DocumentError, IndexDamagedError
from chipbot.index import Index
from chipbot.index.bm25 import PositiveBM25
from chipbot.index.schema import FIELDS, STORED, UnchangedDocument, is_offsets
from chipbot.index.searcher import SMALL, Searcher, Tuning
from chipbot.index.segment import Segment
from chipbot.model import BLOCK_KINDS, Block, Document, Mark, Passage, Place
from chipbot.retrieval.embedded import near
from chipbot.text.answer_types import answer_types, sentence_ending
from chipbot.text.lines import count_line_breaks, place_at
from chipbot.text.passages import chunk_document
from chipbot.text.structure import Structure
from chipbot.text.tokenizer import analyzer

FEW_WORDS = st.lists(st.sampled_from("fund money chain step law".split()), min_size=1, max_size=5).map(
    " ".join
)
PARAGRAPHS = st.lists(FEW_WORDS, min_size=1, max_size=6).map(
    lambda lines: "# Title\n\n" + "\n\n***\n\n".join(f"{line}." for line in lines)
)
COLLECTIONS = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c/a.md", "d.txt", "é.md"]), PARAGRAPHS, min_size=1
)
"""Collections of short passages out of five words: full of duplicates and ties."""
MIXED = st.dictionaries(st.sampled_from(["a.md", "b.txt", "c/a.md", "z.txt"]), TEXTS, min_size=1)


def terms_of(index: Index, passage: int) -> list[str]:
    """The terms of a passage and its context, analysed again from the text."""
    number = int(index.arrays["passage_document"][passage])
    row, text = index.document(number), index.document_text(number)
    parts = [text[start:end] for start, end in index.sentences(passage)]
    parts.append("\n".join((row.title, *index.passage(passage).heading)))
    return [term for part in parts for term in analyzer(row.language).terms(part)]


QUERIES = st.lists(st.sampled_from(["fund", "money", "chain", "step", "law", "titl"]), min_size=1, max_size=5)


SMALL_OR_LARGE = st.sampled_from([0, SMALL])
"""Up to how many passages a collection is small: whether those of a test are large or small ones."""


@given(COLLECTIONS, QUERIES, st.integers(1, 40), SMALL_OR_LARGE)
def test_the_best_passages_are_those_that_rank_bm25_scores_highest(
    texts: dict[str, str], query: list[str], k: int, small: int
) -> None:
    index = index_of(texts, small=small)
    numbers = [number for number in map(index.terms.find, query) if number >= 0]
    corpus = [terms_of(index, passage) for passage in range(index.passage_count)]
    scores = PositiveBM25(corpus).get_scores(query)
    places = [
        (-scores[i], index.passage(i).document_id, index.passage(i).start, i)
        for i in range(len(corpus))
        if scores[i] > 0
    ]
    expected = [(place[3], -place[0]) for place in sorted(places)[:k]]
    assert [(hit.passage, hit.score) for hit in index.search(numbers, k)] == expected


@given(
    st.integers(0, 2**32),
    st.integers(1, 300),
    st.integers(1, 60),
    st.integers(1, 40),
    st.integers(1, 350),
    SMALL_OR_LARGE,
)
def test_pruning_keeps_what_a_larger_collection_ranks_first(
    seed: int, passages: int, words: int, asked: int, k: int, small: int
) -> None:
    """Some words are in most passages and some in one, and passages repeat, within documents and across them;
    up to forty terms, which may repeat; k reaches beyond the collection.
    """
    random = Random(seed)
    vocabulary = [f"{chr(97 + i % 26)}{chr(97 + i // 26)}x" for i in range(words)]
    rarity = [1 / (i + 1) for i in range(words)]
    different = [
        " ".join(random.choices(vocabulary, rarity, k=random.randint(1, 6)))
        for _ in range(random.randint(1, passages))
    ]
    lines = random.choices(different, k=passages)
    names = sorted(random.choices(["a.md", "b.md", "B.md", "c/a.md", "é.md"], k=passages))
    of_document = {
        name: [line for other, line in zip(names, lines, strict=True) if other == name] for name in names
    }
    index = index_of(
        {
            name: "# Title\n\n" + "\n\n***\n\n".join(f"{line}." for line in of_document[name])
            for name in names
        },
        small=small,
    )
    query = [term for term in random.choices(vocabulary, k=asked) if index.terms.find(term) >= 0]
    scores = PositiveBM25([["titl", *line.split()] for line in lines]).get_scores(query)
    made = [(index.passage(i).document_id, index.passage(i).start) for i in range(passages)]
    expected = sorted(
        (-score, *place, i)
        for score, place, i in zip(scores.tolist(), made, range(passages), strict=True)
        if score
    )
    tuning = Tuning(
        groups=random.choice([1, 4, 256]),
        groups_each=random.choice([1, 4]),
        columns=random.choice([1, 7, 1 << 12]),
        block=random.choice([1, 7, 1 << 16]),
    )
    found, values = Searcher(index.arrays, tuning).search([index.terms.find(term) for term in query], k)
    assert list(zip((-values).tolist(), found.tolist(), strict=True)) == [
        (score, i) for score, _, _, i in expected[:k]
    ]


@given(st.integers(1, 20), st.integers(1, 200), st.integers(0, 200))
def test_the_row_of_a_common_term_has_the_impacts_of_its_postings(
    holding: int, repeated: int, others: int
) -> None:
    text = "\n\n***\n\n".join(["fund " * repeated] * holding + ["The law."] * others)
    index = index_of({"a.md": text}, small=0)
    rows = index.arrays["common_impacts"].reshape(-1, index.passage_count)
    offsets, common = index.arrays["posting_offsets"], index.arrays["common_terms"].tolist()
    assert common == [term for term, count in enumerate(np.diff(offsets)) if count * 8 > index.passage_count]
    for term, row in zip(common, rows, strict=True):
        span = slice(offsets[term], offsets[term + 1])
        expected = np.zeros(index.passage_count, np.uint16)
        expected[index.arrays["posting_passages"][span]] = index.arrays["posting_impacts"][span]
        assert row.tolist() == expected.tolist()


def test_a_passage_that_matches_nothing_is_not_found() -> None:
    index = index_of({"a.md": "The fund.\n\n***\n\nThe law."})
    assert [index.passage_text(hit.passage) for hit in index.search([index.terms.find("fund")], 10)] == [
        "The fund."
    ]
    assert index.search([], 10) == index.search([0], 0) == []


def test_a_term_that_is_given_twice_counts_twice() -> None:
    index = index_of({"a.md": "The fund."})
    once, twice = (index.search([index.terms.find("fund")] * times, 1)[0].score for times in (1, 2))
    assert twice == 2 * once


def assert_identical(a: Index, b: Index) -> None:
    assert a.arrays.keys() == b.arrays.keys() == {field.name for field in FIELDS}
    for field in FIELDS:
        array, other = a.arrays[field.name], b.arrays[field.name]
        assert array.dtype == other.dtype in {np.dtype(field.type), np.dtype(field.small or field.type)}
        assert array.tobytes() == other.tobytes(), field.name


@given(MIXED, st.sampled_from(["en", "de", "zh"]), st.data())
def test_documents_taken_out_of_an_index_build_the_same_index(
    texts: dict[str, str], language: str, data: st.DataObject
) -> None:
    index = merged(segments(texts, language))
    documents = [UnchangedDocument(*pair) for pair in enumerate(index.documents())]
    cuts = data.draw(st.sets(st.integers(1, max(index.document_count - 1, 1))))
    bounds = sorted({0, *(cut for cut in cuts if cut < index.document_count), index.document_count})
    assert_identical(index, merged((documents[a:b] for a, b in pairwise(bounds)), present=index))


@given(MIXED, MIXED, st.sampled_from([0, 4, SMALL]))
def test_a_collection_changed_step_by_step_is_the_one_built_at_once(
    before: dict[str, str], after: dict[str, str], small: int
) -> None:
    index = merged(segments(before), small)
    present = {row.id: UnchangedDocument(number, row) for number, row in enumerate(index.documents())}
    parts: list[Segment | list[UnchangedDocument]] = []
    for made in readable(after):
        unchanged = present.get(made.id)
        is_unchanged = unchanged is not None and unchanged.row.sha256 == made.sha256
        parts.append([unchanged] if unchanged and is_unchanged else segment_of(made))
    assert_identical(merged(parts, small, present=index), merged(segments(after), small))


def test_what_is_kept_of_an_unchanged_document_is_what_is_said_now() -> None:
    index = index_of({"a.txt": "The fund.", "b.txt": "The law."})
    documents = [
        UnchangedDocument(number, row._replace(mtime_ns=7)) for number, row in enumerate(index.documents())
    ]
    assert [row.mtime_ns for row in merged([documents], present=index).documents()] == [7, 7]


@given(MIXED)
def test_documents_make_the_same_index_one_by_one_and_in_one_segment(texts: dict[str, str]) -> None:
    assert_identical(merged([segment_of(*readable(texts))]), merged(segments(texts)))


@given(MIXED, SMALL_OR_LARGE, st.integers(1, 40))
def test_an_index_made_piece_by_piece_is_the_same(texts: dict[str, str], small: int, block: int) -> None:
    assert_identical(merged(segments(texts), small), merged(segments(texts), small, block=block))


def segments(texts: dict[str, str], language: str = "en") -> list[Segment]:
    return [segment_of(document) for document in readable(texts, language)]


def readable(texts: dict[str, str], language: str = "en") -> list[Document]:
    documents = []
    for name, text in sorted(texts.items()):
        try:
            documents.append(document(text, name, language))
        except DocumentError:
            continue
    return documents


@given(MIXED, SMALL_OR_LARGE)
def test_the_parts_of_an_index_fit_together(texts: dict[str, str], small: int) -> None:
    index = merged(segments(texts), small)
    a, documents = index.arrays, {document.id: document for document in readable(texts)}
    assert all(
        offsets[0] == 0 and (np.diff(offsets) >= 0).all()
        for name, offsets in a.items()
        if name.endswith("_offsets")
    )
    vocabulary = [index.terms[i] for i in range(len(index.terms))]
    assert vocabulary == sorted(set(vocabulary), key=str.encode)
    assert [index.terms.find(term) for term in vocabulary] == list(range(len(vocabulary)))
    for number in range(index.document_count):
        text, row = index.document_text(number), index.document(number)
        assert text == documents[row.id].text
        for passage in range(*a["document_passages"][number : number + 2]):
            made = index.passage(passage)
            sentences = range(*a["passage_sentences"][passage : passage + 2])
            spans = [text[start:end] for start, end in index.sentences(passage)]
            assert [a["sentence_answer_types"][sentence] for sentence in sentences] == [
                answer_types(span) | sentence_ending(span) for span in spans
            ]
            assert made.document_id == row.id
            assert index.passage_text(passage) == index.read_passage(passage) == text[made.start : made.end]
            assert index.passage_structure(passage) == expected_structure(documents[row.id], made)
            assert a["passage_length"][passage] == len(terms_of(index, passage))
    for term in range(len(vocabulary)):
        first, last = a["posting_offsets"][term : term + 2]
        assert first < last
        assert all(x < y for x, y in pairwise(a["posting_passages"][first:last].tolist()))
        assert (a["posting_impacts"][first:last] > 0).all()


ACRONYMS = st.lists(
    st.sampled_from("US us the it IT WHO who Who am is law U.S. us, (US) don't WHO?".split()),
    min_size=1,
    max_size=8,
)


@given(ACRONYMS, st.lists(ACRONYMS, min_size=1, max_size=4))
def test_words_that_depend_on_the_text_around_them_are_read_in_it(
    heading: list[str], lines: list[list[str]]
) -> None:
    text = f"# Law\n\n## {' '.join(heading)}\n\n" + "\n\n***\n\n".join(
        f"Law {' '.join(line)}." for line in lines
    )
    index = index_of({"a.md": text, "b.md": "# Law\n\nThe fund."})
    a = index.arrays
    for passage in range(index.passage_count):
        first, last = a["sentence_term_offsets"][a["passage_sentences"][passage : passage + 2]]
        start, end = a["breadcrumb_term_offsets"][a["passage_breadcrumb"][passage] + np.array([0, 1])]
        numbers = [*a["sentence_terms"][first:last].tolist(), *a["breadcrumb_terms"][start:end].tolist()]
        assert [index.terms[number] for number in numbers] == terms_of(index, passage)


@given(st.text(st.sampled_from("\r\nx"), max_size=12), st.data())
def test_line_breaks_are_counted_where_they_end(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert count_line_breaks(text, start, end) == lines_of(text, end) - lines_of(text, start)


def test_documents_are_kept_in_the_order_of_their_ids() -> None:
    index = index_of({"b.txt": "One is.", "B.txt": "Two is.", "a/c.txt": "Three is."})
    assert [index.document(number).id for number in range(3)] == ["B.txt", "a/c.txt", "b.txt"]


def test_an_index_without_terms_can_be_asked() -> None:
    index = index_of({"a.txt": "!!! ???"})
    assert (index.passage_count, len(index.terms), index.terms.find("fund")) == (1, 0, -1)
    assert index.search([], 3) == []


def test_a_passage_that_is_no_slice_is_refused() -> None:
    made = document("Title\nIt is.")
    wrong = [Block(start=0, end=5, unit=number) for number in range(2)]
    broken = made.__class__(
        **{name: getattr(made, name) for name in made.__slots__} | {"blocks": tuple(wrong)}
    )
    with pytest.raises(AssertionError, match="not a slice"):
        segment_of(broken)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8))
def test_concat_ranges(runs: list[tuple[int, int]]) -> None:
    starts, counts = (np.array([run[i] for run in runs], np.int64) for i in (0, 1))
    assert concat_ranges(starts, counts).tolist() == [
        start + i for start, count in runs for i in range(count)
    ]


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 9))
def test_grouped(counts: list[int], size: int) -> None:
    groups = list(grouped(exclusive_cumsum(counts), size))
    empty = next(
        (number for number, count in enumerate(counts) if count), len(counts)
    )  # those before the first
    assert [run for group in groups for run in range(*group)] == list(
        range(empty, len(counts)) if groups else ()
    )
    assert bool(groups) == (sum(counts) > 0)
    for first, last in groups:
        heaviest = max(counts[first:last])
        assert 0 < sum(counts[first:last]) < size + heaviest


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=20))
def test_pairs_are_counted_and_numbered(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
    offsets, values, counts = count_pairs(first, second, 6)
    found = [(key, value) for key in range(6) for value in values[offsets[key] : offsets[key + 1]].tolist()]
    assert found == sorted(set(pairs))
    assert counts.tolist() == [pairs.count(pair) for pair in found]
    numbers, coded = number_pairs(first, second)
    assert coded.tolist() == [a << 32 | b for a, b in found]
    assert [found[number] for number in numbers.tolist()] == pairs


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=6),
    st.integers(0, 40),
    st.booleans(),
    st.data(),
)
def test_what_a_buffer_takes_it_gives(
    pieces: list[list[int]], most: int, in_files: bool, data: st.DataObject
) -> None:
    values = [value for piece in pieces for value in piece]
    with TemporaryDirectory() as folder:
        buffer = SpillBuffer("i4", Path(folder) if in_files else None, most)
        for piece in pieces:
            buffer.append(piece)
        assert (len(buffer), buffer.read().tolist(), list(Path(folder).iterdir())) == (
            len(values),
            values,
            [],
        )
        start = data.draw(st.integers(0, len(values)))
        end = data.draw(st.integers(start, len(values)))
        assert buffer.read(start, end).tolist() == values[start:end]
        blocks = list(buffer.blocks(data.draw(st.integers(4, 20))))
        assert blocks
        assert np.concatenate(blocks).tolist() == values
        assert {block.dtype for block in blocks} == {np.dtype("i4")}


@given(st.lists(st.text(max_size=5), unique=True, max_size=10), st.text(max_size=5))
def test_a_table_of_strings_finds_what_it_holds(strings: list[str], other: str) -> None:
    ordered = sorted(strings, key=str.encode)
    encoded = [string.encode() for string in ordered]
    table = StringTable(np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)]))
    assert [table[i] for i in range(len(table))] == ordered
    assert table.find(other) == (ordered.index(other) if other in ordered else -1)
    assert table.lower_bound(other) == sum(string.encode() < other.encode() for string in strings)


@given(
    st.lists(st.text("abcé语", max_size=6), unique=True, max_size=40),
    st.text("abcé语", min_size=1, max_size=6),
)
def test_strings_near_another_are_all_those_one_typing_error_away(strings: list[str], wanted: str) -> None:
    encoded = [string.encode() for string in strings]
    text = np.frombuffer(b"".join(encoded), np.uint8)
    found = near(wanted, text, exclusive_cumsum(list(map(len, encoded))))
    assert {i for i, string in enumerate(strings) if string and is_one_error_away(string, wanted)} <= set(
        found
    )
    assert all(abs(len(strings[i]) - len(wanted)) <= 1 for i in found)


def test_what_is_kept_of_a_document() -> None:
    row = index_of({"a.txt": "---\ntitle: Ünï\nurl: https://example.com\n---\nIt is."}).document(0)
    assert (row.id, row.title, row.language, row.url) == ("a.txt", "Ünï", "en", "https://example.com")


# What of a document's structure falls into a passage


def expected_structure(document: Document, passage: Passage) -> Structure:
    """The slow twin: every block, mark and place looked at for every passage."""
    start, end = passage.start, passage.end

    def clip(span: tuple[int, int]) -> tuple[int, int]:
        return min(max(span[0], start), end), min(max(span[1], start), end)

    def inside(item: Block | Mark) -> bool:
        return item.start < end and item.end > start

    blocks = [
        block._replace(
            start=clip(block[:2])[0],
            end=clip(block[:2])[1],
            cells=tuple(map(clip, block.cells)),
            heading=passage.heading,
            after_rule=False,  # only says where passages begin
        )
        for block in document.blocks
        if inside(block)
    ]
    marks = [
        mark._replace(start=clip(mark[:2])[0], end=clip(mark[:2])[1])
        for mark in document.marks
        if inside(mark)
    ]
    places = [
        place_at(document.text, document.places, start),
        *(place for place in document.places if start < place.start < end),
    ]
    return Structure(tuple(blocks), tuple(marks), tuple(places))


TABLE = "Fee\tPlace\n10\tHall\nWhat is it? It is a hall.\nMore of it and more."
STRUCTURED = Document(
    id="a.md",
    title="T",
    text=TABLE,
    sha256="",
    language="en",
    blocks=(
        Block(0, 9, "table_header", ("H",), 0, cells=((0, 3), (4, 9))),
        Block(10, 17, "table_row", ("H",), 0, cells=((10, 12), (13, 17)), headers=("Fee", "Place")),
        Block(18, 43, "list_item", ("H",), 1, depth=2, quoted=1, ordinal=3, checked=True, question=(0, 9)),
        Block(44, 65, "code", ("H",), 2, label="sh"),
    ),
    marks=(Mark(10, 43, "link", "https://example.com"), Mark(13, 17, "strong"), Mark(30, 65, "emphasis")),
    places=(Place(0, line=4), Place(20, page=2), Place(31, line=9, label="Slide 3")),
)


def test_blocks_marks_and_places_come_out_as_they_went_in() -> None:
    index = merged([segment_of(STRUCTURED)])
    passages = [chunk.passage for chunk in chunk_document(STRUCTURED)]
    assert [index.passage_structure(i) for i in range(index.passage_count)] == [
        expected_structure(STRUCTURED, passage) for passage in passages
    ]
    assert {block.kind for i in range(len(passages)) for block in index.passage_structure(i).blocks} == {
        block.kind for block in STRUCTURED.blocks
    }


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.data())
def test_structure_is_cut_off_at_the_ends_of_passages(sizes: list[int], data: st.DataObject) -> None:
    """Long paragraphs are cut into several passages; marks nest, and reach over the cuts."""
    paragraphs = ["It is so. " * size for size in sizes]
    starts = exclusive_cumsum([len(paragraph) + 1 for paragraph in paragraphs]).tolist()
    text = "\n".join(paragraphs) + "\n"
    blocks = [Block(a, b - 2, unit=i) for i, (a, b) in enumerate(pairwise(starts))]
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 900)), max_size=8))
    marks = [
        Mark(a, min(a + size, len(text)), "strong")
        for a, size in sorted(spans, key=lambda span: (span[0], -span[1]))
    ]
    places = [
        Place(0, line=1),
        *(Place(a, line=a) for a in sorted(data.draw(st.sets(st.integers(1, len(text)), max_size=5)))),
    ]
    one = Document(
        id="a.md",
        title="T",
        text=text,
        sha256="",
        language="en",
        blocks=tuple(blocks),
        marks=tuple(marks),
        places=tuple(places),
    )
    index = merged([segment_of(one)])
    for number in range(index.passage_count):
        passage = index.passage(number)
        assert index.passage_structure(number) == expected_structure(one, passage)


def test_sentences_have_the_kinds_of_their_blocks() -> None:
    index = merged([segment_of(STRUCTURED)])
    kinds = [sentence.kind for chunk in chunk_document(STRUCTURED) for sentence in chunk.sentences]
    assert [BLOCK_KINDS[number] for number in index.arrays["sentence_kind"]] == kinds


def test_a_passage_that_is_not_what_was_indexed_is_not_quoted() -> None:
    index = index_of({"a.txt": "Title\n\nThe fund is large."})
    index.arrays["text"][-4] ^= 1
    with pytest.raises(
        IndexDamagedError, match=r"passage 0 does not match its checksum; run `chipbot index`"
    ):
        index.read_passage(0)


def test_every_array_says_what_it_is() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert all(field.meaning for field in FIELDS)
    known = {"D"}
    for field in sorted(STORED, key=is_offsets, reverse=True):  # offsets come before what they lead into
        assert field.length.removesuffix("+1") in known
        known |= {field.into} if field.length.endswith("+1") else set()
