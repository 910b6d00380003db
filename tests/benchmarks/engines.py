"""The engines that are measured, each behind the same three calls; peers are imported where they are used."""

from __future__ import annotations

import itertools
import json
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from tests.benchmarks.corpus import Corpus, read_passages

if TYPE_CHECKING:
    from chipbot.index.segment import Segment

K1, B = 0.9, 0.4
_BATCH = 10_000  # passages
Found = tuple[list[int], list[float]]
"""Passage numbers and scores, best first."""


class Engine(Protocol):
    """One engine. Each call is made in a process that does nothing else."""

    formula: str
    """Whose scores it gives."""

    def build(self, documents: Path, folder: Path) -> None:
        """Make documents on disk searchable, as the engine's own documentation does it, and keep the result
        in `folder`.

        Words are stemmed, as chipbot does it, by every engine that has a stemmer.
        """

    def build_tokens(self, corpus: Corpus, folder: Path) -> None:
        """Make ready-made tokens searchable, and keep the result in `folder`."""

    def open(self, folder: Path) -> None:
        """Open what was kept."""

    def query(self, words: list[int]) -> Any:
        """Return words of the corpus that `build_tokens` was given as the engine's own kind of question; this
        is not timed.
        """

    def search(self, query: Any, k: int) -> Found:
        """Return the `k` best passages for a question."""


class Chipbot:
    """This project."""

    formula = "rank-bm25, positive idf"

    def build(self, documents: Path, folder: Path) -> None:
        from chipbot.service.knowledge_base import KnowledgeBase

        KnowledgeBase(documents, folder, language="en").reindex()

    def build_tokens(self, corpus: Corpus, folder: Path) -> None:
        from chipbot.index.builder import describe
        from chipbot.index.merge import Merger
        from chipbot.index.writer import IndexWriter

        with IndexWriter(folder) as writer:
            merger = Merger(folder=folder)
            for first in range(0, corpus.passages, _BATCH):
                merger.add(_segment(corpus, first))
            writer.commit(writer.write(merger.arrays(), describe("en", (), "", ["en"])))

    def open(self, folder: Path) -> None:
        from chipbot.index import open_index

        self._index = open_index(folder)

    def query(self, words: list[int]) -> Any:
        return [self._index.terms.find(str(word)) for word in words]

    def search(self, query: Any, k: int) -> Found:
        hits = self._index.search(query, k)
        return [hit.passage for hit in hits], [hit.score for hit in hits]


class RankBM25:
    """rank-bm25 itself, with the idf that chipbot gives it."""

    formula = "rank-bm25, positive idf"

    def build(self, documents: Path, folder: Path) -> None:
        self._keep([text.lower().split() for text in read_passages(documents)], folder)

    def build_tokens(self, corpus: Corpus, folder: Path) -> None:
        self._keep(_passages(corpus), folder)

    def _keep(self, passages: list[list[Any]], folder: Path) -> None:
        from chipbot.index.bm25 import PositiveBM25

        folder.mkdir(parents=True)
        with (folder / "index.pickle").open("wb") as file:
            pickle.dump(PositiveBM25(passages, K1, B), file, pickle.HIGHEST_PROTOCOL)

    def open(self, folder: Path) -> None:
        with (folder / "index.pickle").open("rb") as file:
            self._index = pickle.load(file)  # noqa: S301  # our own, made a moment ago

    def query(self, words: list[int]) -> Any:
        return words

    def search(self, query: Any, k: int) -> Found:
        scores = self._index.get_scores(query)
        best = np.argsort(-scores, kind="stable")[:k]
        best = best[scores[best] > 0]
        return best.tolist(), scores[best].tolist()


class BM25S:
    """bm25s with its NumPy back end."""

    formula = "rank-bm25, positive idf"  # but for the constant factor k1 + 1, in single precision
    backend = "numpy"

    def build(self, documents: Path, folder: Path) -> None:
        import bm25s
        import Stemmer

        stemmer = Stemmer.Stemmer("english")
        tokens = bm25s.tokenize(
            list(read_passages(documents)), stopwords="en", stemmer=stemmer, show_progress=False
        )
        self._keep(tokens, folder)

    def build_tokens(self, corpus: Corpus, folder: Path) -> None:
        from bm25s.tokenization import Tokenized

        self._keep(
            Tokenized(
                ids=_passages(corpus), vocab={str(number): number for number in range(corpus.vocabulary)}
            ),
            folder,
        )

    def _keep(self, tokens: Any, folder: Path) -> None:
        import bm25s

        index = bm25s.BM25(k1=K1, b=B, method="lucene", backend=self.backend)
        index.index(tokens, show_progress=False)
        index.save(folder)

    def open(self, folder: Path) -> None:
        import bm25s

        self._index = bm25s.BM25.load(folder, mmap=True)
        self._index.backend = self.backend
        if self.backend == "numba":
            self._index.activate_numba_scorer()

    def query(self, words: list[int]) -> Any:
        return [words]

    def search(self, query: Any, k: int) -> Found:
        found, scores = self._index.retrieve(query, k=k, show_progress=False, n_threads=0)
        return found[0].tolist(), (scores[0] * (K1 + 1)).tolist()


class BM25SNumba(BM25S):
    """bm25s with its Numba back end."""

    backend = "numba"


class Tantivy:
    """tantivy, which is Rust, on disk."""

    formula = "its own"

    def build(self, documents: Path, folder: Path) -> None:
        self._keep(read_passages(documents), folder, "en_stem")

    def build_tokens(self, corpus: Corpus, folder: Path) -> None:
        self._keep(
            (" ".join(map(str, corpus.passage(i))) for i in range(corpus.passages)), folder, "whitespace"
        )

    def _keep(self, texts: Iterator[str], folder: Path, tokenizer: str) -> None:
        import tantivy

        folder.mkdir(parents=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", stored=False, tokenizer_name=tokenizer, index_option="freq")
        builder.add_integer_field("number", stored=True)
        index = tantivy.Index(builder.build(), path=str(folder))
        writer = index.writer()
        for number, text in enumerate(texts):
            writer.add_document(tantivy.Document(body=text, number=number))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        index = tantivy.Index.open(str(folder))
        self._schema, self._searcher = index.schema, index.searcher()

    def query(self, words: list[int]) -> Any:
        should, term = self._tantivy.Occur.Should, self._tantivy.Query.term_query
        terms = [(should, term(self._schema, "body", str(word), index_option="freq")) for word in words]
        return self._tantivy.Query.boolean_query(terms)

    def search(self, query: Any, k: int) -> Found:
        hits = self._searcher.search(query, k, count=False).hits
        return [address.doc for _, address in hits], [score for score, _ in hits]


class SQLite:
    """SQLite's full-text index, FTS5."""

    formula = "its own"

    def build(self, documents: Path, folder: Path) -> None:
        self._keep(read_passages(documents), folder, "porter unicode61")

    def build_tokens(self, corpus: Corpus, folder: Path) -> None:
        self._keep(
            (" ".join(map(str, corpus.passage(i))) for i in range(corpus.passages)), folder, "unicode61"
        )

    def _keep(self, texts: Iterator[str], folder: Path, tokenizer: str) -> None:
        import sqlite3

        folder.mkdir(parents=True)
        with sqlite3.connect(folder / "index.sqlite") as connection:
            connection.execute(
                "create virtual table passages using fts5(body, content='', tokenize='" + tokenizer + "')"
            )
            connection.executemany("insert into passages(rowid, body) values (?, ?)", enumerate(texts))

    def open(self, folder: Path) -> None:
        import sqlite3

        self._connection = sqlite3.connect(folder / "index.sqlite")
        self._connection.execute("select 1 from passages limit 0")  # connecting alone does not read the file

    def query(self, words: list[int]) -> Any:
        return " OR ".join(map(str, words))

    def search(self, query: Any, k: int) -> Found:
        rows = self._connection.execute(
            "select rowid, rank from passages where passages match ? order by rank limit ?", (query, k)
        ).fetchall()
        return [row[0] for row in rows], [-row[1] for row in rows]


ENGINES: dict[str, type[Engine]] = {
    "chipbot": Chipbot,
    "bm25s numba": BM25SNumba,
    "tantivy": Tantivy,
    "bm25s numpy": BM25S,
    "SQLite FTS5": SQLite,
    "rank-bm25": RankBM25,
}


def size_of(folder: Path) -> int:
    """Return how many bytes a folder's files have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def emptied(folder: Path) -> Path:
    """Return a folder's path after removing what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _passages(corpus: Corpus) -> list[list[int]]:
    words, offsets = corpus.words.tolist(), corpus.offsets.tolist()
    return [words[start:end] for start, end in itertools.pairwise(offsets)]


def _segment(corpus: Corpus, first: int) -> Segment:
    """Return `_BATCH` passages from one on as a document without text."""
    from chipbot.index.schema import STORED, DocumentRow
    from chipbot.index.segment import Segment

    offsets = corpus.offsets[first : first + _BATCH + 1]
    lengths = np.diff(offsets)
    distinct, numbers = np.unique(corpus.words[offsets[0] : offsets[-1]], return_inverse=True)
    row = np.frombuffer(
        json.dumps(DocumentRow(f"{first:09}.txt", "", "", "en", None, 0, 0)).encode(), np.uint8
    )
    none, one, zeros = np.zeros(0, np.uint8), np.ones(1, np.int64), np.zeros(len(lengths), np.int64)
    filled: dict[str, Any] = {
        "document_row_offsets": one * len(row),
        "document_rows": row,
        "document_bytes": one * 0,
        "document_passages": one * len(lengths),
        "document_breadcrumbs": one,
        "passage_sentences": zeros + 1,
        "sentence_term_offsets": lengths,
        "sentence_terms": numbers,
        "breadcrumb_heading_offsets": one * 2,
        "breadcrumb_headings": np.frombuffer(b"[]", np.uint8),
        "breadcrumb_term_offsets": one * 0,
    }
    others = {field.name: zeros if field.length[0] in "PS" else none for field in STORED}
    terms = list(map(str, distinct.tolist()))
    return Segment(arrays=others | filled, numbering=str(first), terms=terms, languages=frozenset({"en"}))
