"""The index: what search returns is what rank-bm25 scores, and a document taken out goes back in as it
was.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import TEXTS, arrays_of, document, index_of, lines_of

from chipbot.answering.spelling import is_one_error_away
from chipbot.errors import DocumentError
from chipbot.index import (
    ARRAYS,
    WIDER,
    Array,
    DocumentRow,
    Index,
    Strings,
    StringTable,
    columns,
    gathering,
    inverting,
    offsets_of,
    pairs,
    searching,
    spread,
    vocabulary,
    words,
)
from chipbot.index.analysing import Analysis, Batch, analyze, taken
from chipbot.index.building import build
from chipbot.index.ranking.bm25 import PositiveBM25
from chipbot.model import Block, Document
from chipbot.text.answer_types import signals
from chipbot.text.lines import count_line_breaks, place_at
from chipbot.text.tokenizer import analyzer

SMALL = st.lists(st.sampled_from("fund money chain step law".split()), min_size=1, max_size=5).map(" ".join)
PARAGRAPHS = st.lists(SMALL, min_size=1, max_size=6).map(
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


SMALL_OR_LARGE = st.sampled_from([0, searching.SMALL])
"""How many passages a small collection has at most: every one is a large one, or those of a test are small
ones.
"""


@given(COLLECTIONS, QUERIES, st.integers(1, 40), SMALL_OR_LARGE)
def test_the_best_passages_are_those_that_rank_bm25_scores_highest(
    texts: dict[str, str], query: list[str], k: int, small: int
) -> None:
    with patch.object(inverting, "SMALL", small):
        index = index_of(texts)
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
    with patch.object(inverting, "SMALL", small):
        index = index_of(
            {
                name: "# Title\n\n" + "\n\n***\n\n".join(f"{line}." for line in of_document[name])
                for name in names
            }
        )
    query = [term for term in random.choices(vocabulary, k=asked) if index.terms.find(term) >= 0]
    scores = PositiveBM25([["titl", *line.split()] for line in lines]).get_scores(query)
    made = [(index.passage(i).document_id, index.passage(i).start) for i in range(passages)]
    expected = sorted(
        (-score, *place, i)
        for score, place, i in zip(scores.tolist(), made, range(passages), strict=True)
        if score
    )
    sizes = {
        "_BLOCK": [1, 7, 1 << 16],
        "_COLUMNS": [1, 7, 1 << 12],
        "_GROUPS": [1, 4, 256],
        "_GROUPS_EACH": [1, 4],
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, choices in sizes.items():
            patched.setattr(searching, name, random.choice(choices))
        hits = index.search([index.terms.find(term) for term in query], k)
    assert [(-hit.score, hit.passage) for hit in hits] == [(score, i) for score, _, _, i in expected[:k]]


def test_more_pairs_of_frequency_and_length_than_the_usual_type_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inverting, "SMALL", 0)
    text = "\n\n***\n\n".join("fund " * i + "law." for i in range(1, 300))
    usual = index_of({"a.md": text})
    monkeypatch.setitem(ARRAYS, "posting_pairs", "u1")
    wide = index_of({"a.md": text})
    assert [index.arrays["posting_pairs"].dtype.itemsize for index in (usual, wide)] == [2, 4]
    assert len(wide.arrays["pair_saturations"]) > 256
    numbers = [usual.terms.find(term) for term in ("fund", "law")]
    assert wide.search(numbers, 300) == usual.search(numbers, 300)


@given(st.integers(1, 20), st.integers(1, 200), st.integers(0, 200))
def test_the_row_of_a_common_term_has_the_impacts_of_its_postings(
    holding: int, repeated: int, others: int
) -> None:
    with patch.object(inverting, "SMALL", 0):
        index = index_of({"a.md": "\n\n***\n\n".join(["fund " * repeated] * holding + ["The law."] * others)})
    rows = index.arrays["common_impacts"].reshape(-1, index.passage_count)
    offsets, common = index.arrays["posting_offsets"], index.arrays["common_terms"].tolist()
    assert common == [
        term for term in range(len(index.terms)) if index.frequency(term) * 8 > index.passage_count
    ]
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


def assert_identical(a: dict[str, Array], b: dict[str, Array]) -> None:
    assert a.keys() == b.keys() == ARRAYS.keys()
    for name, array in a.items():
        assert (
            array.dtype == b[name].dtype in {np.dtype(ARRAYS[name]), np.dtype(WIDER.get(name, ARRAYS[name]))}
        )
        assert array.tobytes() == b[name].tobytes(), name


@given(MIXED, st.sampled_from(["en", "de", "zh"]), st.data())
def test_documents_taken_out_of_an_index_build_the_same_index(
    texts: dict[str, str], language: str, data: st.DataObject
) -> None:
    index = Index(build(analyzed(texts, language)), identity="x", built_at="")
    cuts = data.draw(st.sets(st.integers(1, max(index.document_count - 1, 1))))
    bounds = sorted({0, *(cut for cut in cuts if cut < index.document_count), index.document_count})
    again = build(
        (taken(index, [index.document(i) for i in range(*pair)], pair[0]) for pair in pairwise(bounds)), index
    )
    assert_identical(dict(index.arrays), again)


@given(
    MIXED,
    MIXED,
    st.sampled_from([1, 5, 1 << 20]),
    st.sampled_from([0, 4, 1 << 15]),
    st.sampled_from([0, 50, 1 << 20]),
)
def test_a_collection_changed_step_by_step_is_the_one_built_at_once(
    before: dict[str, str], after: dict[str, str], at_once: int, small: int, held: int
) -> None:
    """However many postings are handled at once, and in memory or in files."""
    with pytest.MonkeyPatch.context() as patched, TemporaryDirectory() as folder:
        patched.setattr(inverting, "SMALL", small)
        for name in ("columns._HELD", "columns.HELD", "inverting.HELD"):
            patched.setattr(f"chipbot.index.{name}", held)
        check_changed_step_by_step(before, after, at_once, Path(folder))
        assert list(Path(folder).iterdir()) == []


def check_changed_step_by_step(
    before: dict[str, str], after: dict[str, str], at_once: int, folder: Path
) -> None:
    index = Index(build(analyzed(before)), identity="x", built_at="")
    numbers = {index.document(number).id: number for number in range(index.document_count)}
    batches = []
    for batch in analyzed(after):
        row = DocumentRow(*json.loads(batch.rows.text.tobytes()))
        number = numbers.get(row.id, -1)
        unchanged = number >= 0 and index.document(number).sha256 == row.sha256
        batches.append(taken(index, [None], number) if unchanged else batch)
    with patch.object(gathering, "_AT_ONCE", at_once):
        assert_identical(build(batches, index, columns.Output(folder)), build(analyzed(after)))


@given(MIXED)
def test_documents_make_the_same_index_one_by_one_and_in_one_batch(texts: dict[str, str]) -> None:
    analysis = Analysis()
    for one in readable(texts):
        analysis.add(one)
    assert_identical(build([analysis.batch()]), build(analyzed(texts)))


@given(MIXED, st.integers(0, 20))
def test_batches_that_number_their_terms_alike_make_the_same_index(texts: dict[str, str], limit: int) -> None:
    shared = words.Words()
    with patch.object(words, "_LIMIT", limit):
        batches = []
        for one in readable(texts):
            analysis = Analysis(shared)
            analysis.add(one)
            batches.append(analysis.batch())
    assert_identical(build(batches), build(analyzed(texts)))


@given(MIXED)
def test_terms_are_weighed_alike_at_once_and_in_ranges(texts: dict[str, str]) -> None:
    at_once = build(analyzed(texts))
    with patch.object(gathering, "_AT_ONCE", 3), patch.object(pairs, "_TABLED", 0):
        assert_identical(build(analyzed(texts)), at_once)


def analyzed(texts: dict[str, str], language: str = "en") -> list[Batch]:
    return [analyze(one) for one in readable(texts, language)]


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
    with patch.object(inverting, "SMALL", small):
        index = Index(build(analyzed(texts)), identity="x", built_at="")
    a = index.arrays
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
        read = document(texts[row.id], row.id)
        assert text == read.text
        for passage in range(*a["document_passages"][number : number + 2]):
            made = index.passage(passage)
            sentences = range(*a["passage_sentences"][passage : passage + 2])
            spans = [text[start:end] for start, end in index.sentences(passage)]
            assert [a["sentence_signals"][sentence] for sentence in sentences] == list(map(signals, spans))
            assert made.document_id == row.id
            assert index.passage_text(passage) == text[made.start : made.end]
            assert a["passage_line"][passage] == place_at(text, read.places, made.start).line
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
        first, last = a["sentence_tokens"][a["passage_sentences"][passage : passage + 2]]
        start, end = a["context_tokens"][a["passage_context"][passage] + np.array([0, 1])]
        numbers = [*a["tokens"][first:last].tolist(), *a["context_terms"][start:end].tolist()]
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
        analyze(broken)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8))
def test_spread(runs: list[tuple[int, int]]) -> None:
    starts, counts = (np.array([run[i] for run in runs], np.int64) for i in (0, 1))
    assert spread(starts, counts).tolist() == [start + i for start, count in runs for i in range(count)]


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
    st.data(),
)
def test_strings_near_another_are_all_those_one_typing_error_away(
    strings: list[str], wanted: str, data: st.DataObject
) -> None:
    ordered = sorted(strings, key=str.encode)
    table = StringTable(
        np.frombuffer("".join(ordered).encode(), np.uint8), offsets_of([len(one.encode()) for one in ordered])
    )
    start = data.draw(st.integers(0, len(ordered)))
    end = data.draw(st.integers(start, len(ordered)))
    near = table.near(wanted, start, end)
    assert {
        number
        for number in range(start, end)
        if ordered[number] and is_one_error_away(ordered[number], wanted)
    } <= set(near)
    assert all(start <= number < end and abs(len(ordered[number]) - len(wanted)) <= 1 for number in near)


PIECES = st.lists(st.lists(st.integers(0, 99), max_size=6), max_size=6)


@given(PIECES, st.sampled_from([0, 30, 1 << 20]), st.sampled_from([0, 1 << 26]))
def test_a_column_is_all_that_was_appended_to_it(pieces: list[list[int]], held: int, whole: int) -> None:
    """In memory and in files, from arrays in memory and from such as lie in files themselves."""
    numbers = [number for piece in pieces for number in piece]
    with pytest.MonkeyPatch.context() as patched, TemporaryDirectory() as folder:
        patched.setattr(columns, "_HELD", held)
        patched.setattr(columns, "_WHOLE", whole)
        for column in (columns.Column("i4"), columns.Column("i4", Path(folder))):
            for piece in pieces:
                column.append(np.array(piece, np.int64))
            array = column.take()
            assert array.dtype == np.int32
            columns.let_go(array)
            assert array.tolist() == numbers
            again = columns.Column("i4", Path(folder))
            for start in range(0, len(array), 2):
                again.append(array[start : start + 2])
            assert again.take().tolist() == numbers
            array += 1
            columns.let_go(array[::2])
            assert array.tolist() == [number + 1 for number in numbers]
        assert list(Path(folder).iterdir()) == []


STRINGS = st.lists(st.text("abé语", min_size=1, max_size=3), max_size=12)


@given(STRINGS.map(set), st.lists(STRINGS, max_size=3), st.sampled_from([0, 16]), st.data())
def test_a_vocabulary_numbers_terms_and_puts_them_in_order(
    present: set[str], asked: list[list[str]], few: int, data: st.DataObject
) -> None:
    """Whether the present table is read whole or searched."""
    ordered = sorted(present, key=str.encode)
    table = StringTable(
        np.frombuffer("".join(ordered).encode(), np.uint8), offsets_of([len(one.encode()) for one in ordered])
    )
    with patch.object(vocabulary, "_FEW", few):
        numbering = vocabulary.Vocabulary(table)
        numbers = {
            term: number
            for terms in asked
            for term, number in zip(terms, numbering.numbers(Strings.of(terms)).tolist(), strict=True)
        }
    terms = ordered + [
        term for term in dict.fromkeys(term for terms in asked for term in terms) if term not in present
    ]
    assert {term for term in numbers if numbers[term] >= len(ordered)} == {*terms} - present
    assert all(numbers.get(term, number) == number for number, term in enumerate(ordered))
    terms = ordered + sorted(terms[len(ordered) :], key=numbers.__getitem__)
    assert [numbers[term] for term in terms[len(ordered) :]] == list(range(len(ordered), len(terms)))
    used = np.array(data.draw(st.lists(st.booleans(), min_size=len(terms), max_size=len(terms))), bool)
    text, offsets, ranks = numbering.table(used)
    made = StringTable(np.frombuffer(text, np.uint8), offsets)
    expected = sorted([term for term, chosen in zip(terms, used, strict=True) if chosen], key=str.encode)
    assert made.all() == expected
    assert ranks.tolist() == [
        expected.index(term) if chosen else -1 for term, chosen in zip(terms, used, strict=True)
    ]


def test_rows_are_json() -> None:
    arrays = arrays_of({"a.txt": "---\ntitle: Ünï\nurl: https://example.com\n---\nIt is."})
    row = json.loads(arrays["document_rows"].tobytes())
    assert (row[0], row[1], row[3], row[4]) == ("a.txt", "Ünï", "en", "https://example.com")
