"""The cross-encoder: its arithmetic against a model with merged weights, and what an answer's confidence makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.core import index_of
from tests.retrieval.test_encoder import CONFIG, LAYERS, SIZE, write_model
from tests.retrieval.test_meaning import TEXTS, meaning_of

from chipbot.answering.pipeline import Answerer
from chipbot.errors import EncoderError
from chipbot.model import Answer, NoAnswer
from chipbot.retrieval.bert import Bert
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.retrieval.encoder import Encoder
from chipbot.retrieval.encoder_model import FITTED, installed_folder
from chipbot.retrieval.tensors import Tensors
from chipbot.retrieval.wordpiece import WordPiece

RANK = 3
Arrays = dict[str, np.ndarray[Any, Any]]


def adapter_of(arrays: Arrays) -> Arrays:
    """Return an adapter of random numbers for a model of these arrays."""
    random = np.random.default_rng(11)
    adapter: Arrays = {
        "embeddings.token_type_embeddings.weight": random.normal(size=(2, SIZE)),
        "head.weight": random.normal(size=(1, SIZE)),
        "head.bias": random.normal(size=1),
    }
    for name, array in arrays.items():
        if name.startswith("encoder.") and array.ndim == 2:
            adapter[name.replace(".weight", ".down")] = random.normal(size=(RANK, array.shape[1]))
            adapter[name.replace(".weight", ".up")] = random.normal(size=(array.shape[0], RANK))
    return {name: array.astype(np.float32) for name, array in adapter.items()}


def merged(arrays: Arrays, adapter: Arrays) -> Arrays:
    """Return the weights of a model that does by itself what the adapter makes of it."""
    changed = dict(arrays)
    for name in arrays:
        down, up = (adapter.get(name.replace(".weight", part)) for part in (".down", ".up"))
        if down is not None and up is not None:
            changed[name] = arrays[name] + up @ down
    kinds = "embeddings.token_type_embeddings.weight"
    return changed | {kinds: adapter[kinds]}


@pytest.fixture
def model(tmp_path: Path) -> tuple[Path, Arrays, Arrays]:
    arrays = write_model(tmp_path)
    adapter = adapter_of(arrays)
    save_file(adapter, tmp_path / "adapter.safetensors")
    return tmp_path, arrays, adapter


def test_an_adapter_is_the_same_as_a_model_with_merged_weights(model: tuple[Path, Arrays, Arrays]) -> None:
    folder, arrays, adapter = model
    save_file(merged(arrays, adapter), folder / "merged.safetensors")
    tokenizer = WordPiece.load(folder / "vocab.txt")
    asked, text = tokenizer.encode("how do i appeal", 12), tokenizer.encode("the ban rule", 12)[1:]
    ids = np.array([asked + text])
    second = np.arange(ids.shape[1])[None] >= len(asked)
    vectors = Bert(Tensors(folder / "merged.safetensors"), CONFIG)(ids, np.ones(ids.shape, bool), second)
    expected = float(vectors[0, 0] @ adapter["head.weight"][0] + adapter["head.bias"][0])
    cross_encoder = Encoder.load(folder).cross_encoder(folder / "adapter.safetensors")
    assert cross_encoder.log_odds("how do i appeal", "the ban rule") == pytest.approx(expected, abs=1e-3)
    assert cross_encoder.log_odds("the ban rule", "how do i appeal") != pytest.approx(expected, abs=1e-3)


def test_of_long_texts_the_beginnings_are_read(model: tuple[Path, Arrays, Arrays]) -> None:
    folder, _, _ = model
    cross_encoder = Encoder.load(folder).cross_encoder(folder / "adapter.safetensors")
    long = cross_encoder.log_odds("ban " * 100, "rule " * 100)
    assert long == cross_encoder.log_odds("ban " * 1000, "rule " * 1000 + "appeal")
    assert long != cross_encoder.log_odds("ban " * 100, "rule rule")


@pytest.mark.parametrize("lacking", ["head.weight", f"encoder.layer.{LAYERS - 1}.output.dense.up"])
def test_an_adapter_that_lacks_something_is_named(model: tuple[Path, Arrays, Arrays], lacking: str) -> None:
    folder, _, adapter = model
    save_file(
        {name: array for name, array in adapter.items() if name != lacking}, folder / "adapter.safetensors"
    )
    with pytest.raises(EncoderError, match=lacking.replace(".", r"\.")):
        Encoder.load(folder).cross_encoder(folder / "adapter.safetensors")


def test_another_model_has_none_and_adds_nothing(tmp_path: Path) -> None:
    write_model(tmp_path)
    index = index_of(TEXTS)
    meaning = meaning_of(index, tmp_path)
    assert meaning.log_odds("how long is a ban", "A ban lasts a week.") == 0
    assert EmbeddedRetriever(index, meaning).log_odds("how long is a ban", 0, ((0, 9),)) == 0
    assert EmbeddedRetriever(index).log_odds("how long is a ban", 0, ((0, 9),)) == 0


def test_what_is_read_together_decides_whether_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    retriever = EmbeddedRetriever(index_of(TEXTS))
    read: list[tuple[object, ...]] = []

    def says(odds: float) -> Answer | NoAnswer:
        def log_odds(*what: object) -> float:
            read.append(what)
            return odds

        monkeypatch.setattr(retriever, "log_odds", log_odds)
        return Answerer(retriever).answer("How long does a ban last?")

    assert isinstance(says(-9.0), NoAnswer)
    answer = says(9.0)
    assert isinstance(answer, Answer)
    assert answer.confidence == answer.quotes[0].confidence > 0.99
    question, number, spans = read[-1]
    assert question == "How long does a ban last?"
    assert isinstance(number, int)
    assert isinstance(spans, tuple)
    assert retriever.passage(number).in_context(spans) == "A ban lasts a week. | Bans | Rules"


DOCUMENT = """# Club

## Prices

What members pay in a year:

- Adults: £40. Children come free.
- Students: £20

| Who | When | Price |
|---|---|---|
| Guests | Mondays | £3 |

**Can I pay by card?**

No. Only in coins.

Key money
: Ten pounds. You get it back.
"""


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("Adults: £40.", "Adults: £40. | What members pay in a year: | Prices | Club"),
        ("Children come free.", "Children come free. | Adults: £40. | Prices | Club"),
        ("Students: £20", "Students: £20 | What members pay in a year: | Prices | Club"),
        ("Guests\tMondays\t£3", "Who: Guests, When: Mondays, Price: £3 | Prices | Club"),
        ("Only in coins.", "Only in coins. | Can I pay by card? | Prices | Club"),
        ("Ten pounds.", "Ten pounds. | Key money | Prices | Club"),
    ],
)
def test_a_part_is_read_with_where_it_stands(part: str, expected: str) -> None:
    index = index_of({"club.md": DOCUMENT})
    retriever = EmbeddedRetriever(index)
    text = index.document_text(0)
    start = text.index(part)
    number = next(
        n for n in range(index.passage_count) if index.passage(n).start <= start < index.passage(n).end
    )
    assert retriever.passage(number).in_context(((start, start + len(part)),)) == expected


@pytest.fixture(scope="module")
def installed() -> Encoder:
    folder = installed_folder()
    if folder is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    return Encoder.load(folder)


def test_the_shipped_adapter_tells_an_answer_from_what_is_near(installed: Encoder) -> None:
    cross_encoder = installed.cross_encoder(FITTED.cross_encoder)
    text = "A ban lasts a week, and you can write to the council. | Bans | Rules"
    answered = cross_encoder.log_odds("how long does a ban last", text)
    near = cross_encoder.log_odds("who decided on my ban", text)
    assert answered > near + 1
