"""Sentence vectors on disk: whatever is added is found again, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chipbot.errors import IndexWriteError
from chipbot.model import Progress
from chipbot.retrieval.vector_records import Vectors, digests_of, quantize
from chipbot.retrieval.vectors import FILE, VectorStore, fill, sentence_text

ENCODER, OTHER = "ab" * 32, "cd" * 32
SIZE = 16
RECORD = 16 + 4 + SIZE


def vectors_of(texts: Sequence[str], size: int = SIZE) -> Vectors:
    """Return a vector for each text: random, but always the same."""
    rows = [np.random.default_rng(int.from_bytes(text.encode()[:16])).normal(size=size) for text in texts]
    vectors = np.array(rows, np.float32).reshape(-1, size)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def holds(store: VectorStore, texts: Sequence[str]) -> list[bool]:
    """Return which texts have a vector; those that have one have the right one."""
    found = store.lookup(digests_of(texts))
    there = ~np.isnan(found[:, 0])
    if there.any():
        expected = vectors_of(texts)[there]
        np.testing.assert_allclose(found[there], expected, atol=1 / 127)
        np.testing.assert_allclose(np.linalg.norm(found[there], axis=1), 1, atol=1e-5)
    return list(there)


class Store(RuleBasedStateMachine):
    """Two stores in one folder, as in two processes, against a set."""

    texts = st.lists(
        st.sampled_from([f"sentence {number}" for number in range(40)]), max_size=12, unique=True
    )

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.stores = [VectorStore(self.folder, ENCODER) for _ in range(2)]
        self.expected: set[str] = set()

    @rule(texts=texts, which=st.integers(0, 1))
    def add(self, texts: list[str], which: int) -> None:
        self.stores[which].add(digests_of(texts), vectors_of(texts))
        self.expected |= set(texts)

    @rule(which=st.integers(0, 1))
    def reopen(self, which: int) -> None:
        self.stores[which] = VectorStore(self.folder, ENCODER)

    @rule(torn=st.binary(min_size=1, max_size=RECORD - 1))
    def end_in_the_middle_of_a_write(self, torn: bytes) -> None:
        path = self.folder / FILE
        if path.exists():  # every write begins behind the last whole record
            content = path.read_bytes()
            with path.open("r+b") as file:
                file.seek(len(content) - (len(content) - 64) % RECORD)
                file.write(torn)
                file.truncate()

    @rule(keep=texts, which=st.integers(0, 1))
    def prune(self, keep: list[str], which: int) -> None:
        if self.stores[which].prune(digests_of(keep)):
            self.expected &= set(keep)

    @rule(others=st.sampled_from([OTHER, ENCODER]))
    def another_encoder_sees_none(self, others: str) -> None:
        store = VectorStore(self.folder, others)
        assert len(store) == (len(self.expected) if others == ENCODER else 0)

    @invariant()
    def everything_added_is_found_and_nothing_else(self) -> None:
        texts = [f"sentence {number}" for number in range(40)]
        for store in self.stores:
            store.refresh()
            assert len(store) == len(self.expected)
            assert holds(store, texts) == [text in self.expected for text in texts]
            missing = store.missing(digests_of(texts + texts))
            assert set(missing.tolist()) == {
                digest
                for digest, text in zip(digests_of(texts).tolist(), texts, strict=True)
                if text not in self.expected
            }

    def teardown(self) -> None:
        self.stores.clear()
        self.scratch.cleanup()


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


def test_a_store_without_a_file_or_a_vector(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "not there", ENCODER)
    digests = digests_of(["a", "b", "a"])
    assert len(store) == 0
    assert len(store.missing(digests)) == 2
    assert np.isnan(store.lookup(digests)).all()
    assert np.isnan(store.similarities(digests, vectors_of(["q"])[0])).all()
    assert store.prune(digests) == 0
    store.add(digests[:0], vectors_of([]))
    store.add(digests[:2], vectors_of(["a", "b"]))
    assert holds(store, ["a", "b", "c"]) == [True, True, False]


def test_nothing_need_be_writable_where_nothing_is_to_be_removed(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, ENCODER)
    digests = digests_of(["a", "b"])
    store.add(digests, vectors_of(["a", "b"]))
    (tmp_path / FILE).rename(tmp_path / "kept")
    (tmp_path / FILE).mkdir()  # which nobody can write to, root neither
    assert store.prune(digests) == 0
    with pytest.raises(IndexWriteError, match="cannot be written"):
        store.prune(digests[:0])


def test_similarities_are_cosines_to_about_a_hundredth(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(3000)]
    store = VectorStore(tmp_path, ENCODER)
    store.add(digests_of(texts), vectors_of(texts, 384))
    question = vectors_of(["question"], 384)[0]
    found = store.similarities(digests_of([*texts, "none"]), question)
    assert np.isnan(found[-1])
    np.testing.assert_allclose(found[:-1], vectors_of(texts, 384) @ question, atol=0.004)
    assert len(store.similarities(digests_of([]), question)) == 0


def test_a_vector_of_zeros_or_of_one_number_survives_being_made_smaller() -> None:
    codes, scales = quantize(np.array([[0, 0], [0, -1], [1e-30, 0]], np.float32))
    assert codes.tolist() == [[0, 0], [0, -127], [127, 0]]
    np.testing.assert_allclose(codes[1] * scales[1], [0, -1])


@pytest.mark.parametrize(
    ("place", "bits"),
    [(12, 0x02), *((place, 0x7C) for place in (0, 8, 12, 20, 64 + 19, 64 + 20, 64 + RECORD + 18))],
)
def test_damage_loses_vectors_and_never_makes_wrong_ones(tmp_path: Path, place: int, bits: int) -> None:
    texts = ["a", "b", "c"]
    VectorStore(tmp_path, ENCODER).add(digests_of(texts), vectors_of(texts))
    content = bytearray((tmp_path / FILE).read_bytes())
    content[place] ^= bits
    (tmp_path / FILE).write_bytes(content)
    store = VectorStore(tmp_path, ENCODER)
    lost = store.missing(digests_of(texts))
    assert 1 <= len(lost) <= 3
    question = vectors_of(["question"])[0]
    assert np.isnan(store.similarities(digests_of(texts), question)).sum() == len(lost)
    fill(store, Numbers(), texts)
    assert holds(store, texts) == [True] * 3, "and they are made again"


@pytest.mark.parametrize("length", [0, 10, 63, 64, 70])
def test_a_file_that_was_cut_off_is_begun_anew(tmp_path: Path, length: int) -> None:
    VectorStore(tmp_path, ENCODER).add(digests_of(["a"]), vectors_of(["a"]))
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:length])
    store = VectorStore(tmp_path, ENCODER)
    assert len(store) == 0
    store.add(digests_of(["b"]), vectors_of(["b"]))
    assert holds(store, ["a", "b"]) == [False, True]


def test_another_encoder_or_another_size_replaces_what_is_there(tmp_path: Path) -> None:
    old = VectorStore(tmp_path, ENCODER)
    old.add(digests_of(["a"]), vectors_of(["a"]))
    new = VectorStore(tmp_path, OTHER)
    new.add(digests_of(["b"]), vectors_of(["b"]))
    assert holds(new, ["a", "b"]) == [False, True]
    assert holds(old, ["a"]) == [True], "what it has mapped, until it looks again"
    old.refresh()
    assert len(old) == 0
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = VectorStore(tmp_path / "file", ENCODER)
    with pytest.raises(IndexWriteError, match=FILE):
        store.add(digests_of(["a"]), vectors_of(["a"]))


class Numbers:
    """Encodes as `vectors_of`; `asked` is what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return vectors_of(texts)


def test_only_new_sentences_are_encoded_and_progress_is_told(tmp_path: Path) -> None:
    store, encoder, told = VectorStore(tmp_path, ENCODER), Numbers(), list[Progress]()
    texts = [f"sentence {number}" for number in range(150)]
    assert not fill(store, encoder, texts, stop=lambda: len(encoder.asked) >= 128)
    assert len(encoder.asked) == len(store) == 128
    again = VectorStore(tmp_path, ENCODER)
    assert fill(again, encoder, [*texts, *texts, "new"], report=told.append)
    assert sorted(encoder.asked) == sorted([*texts, "new"])
    assert [(state.step, state.done, state.total) for state in told] == [
        ("encoding", 128, 151),
        ("encoding", 151, 151),
    ]
    assert fill(again, encoder, texts, report=told.append)
    assert (told[-1].done, told[-1].total) == (150, 150)


def test_what_a_sentence_is_encoded_with() -> None:
    assert sentence_text("Bans", "They last a week.") == "Bans: They last a week."
    assert sentence_text("", "They last a week.") == "They last a week."
    assert digests_of(["\ud800"]).shape == (1,), "text that no encoding has"


KILLED = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from tests.retrieval.test_vectors import ENCODER, digests_of, vectors_of
from chipbot.retrieval.vectors import VectorStore
store = VectorStore(Path({folder!r}), ENCODER)
for number in range(10**6):
    texts = [f"{{number}} {{i}}" for i in range(8)]
    store.add(digests_of(texts), vectors_of(texts))
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_process_that_is_killed_loses_nothing_that_it_had_added(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    code = KILLED.format(paths=[str(root), str(root / "src")], folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        os.kill(process.pid, signal.SIGKILL)
        last = int((lines + process.stdout.read().split())[-1])
    store = VectorStore(tmp_path, ENCODER)
    assert all(holds(store, [f"{number} {i}" for number in range(last + 1) for i in range(8)]))
