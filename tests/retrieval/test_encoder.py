"""The encoder: its arithmetic against a slow twin, its tokens and its vectors against reference values."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from chipbot.errors import EncoderError
from chipbot.retrieval.bert import attention, gelu
from chipbot.retrieval.encoder import Encoder, batches, file_digest
from chipbot.retrieval.encoder_model import DIGEST, installed_folder
from chipbot.retrieval.wordpiece import WordPiece

PIECES = (
    "[PAD] [UNK] [CLS] [SEP] how do i appeal a ban ##s ##ned the rule ? ' , ab ##c cafe 中 文 ##文 ss σας straße ᄒ ##ᅡ ##ᆫ i̇"
).split()
SIZE, INNER, HEADS, LAYERS, EPSILON = 8, 16, 2, 2, 1e-12
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": SIZE,
    "intermediate_size": INNER,
    "num_attention_heads": HEADS,
    "num_hidden_layers": LAYERS,
    "layer_norm_eps": EPSILON,
}


def write_model(folder: Path, **changed: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Write a small model of random numbers; return its arrays."""
    random = np.random.default_rng(7)
    size, inner = SIZE, INNER
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), size),
        "embeddings.position_embeddings.weight": (24, size),
        "embeddings.token_type_embeddings.weight": (2, size),
        "embeddings.LayerNorm.weight": (size,),
        "embeddings.LayerNorm.bias": (size,),
    }
    for layer in range(LAYERS):
        for name, shape in {
            "attention.self.query": (size, size),
            "attention.self.key": (size, size),
            "attention.self.value": (size, size),
            "attention.output.dense": (size, size),
            "attention.output.LayerNorm": (size,),
            "intermediate.dense": (inner, size),
            "output.dense": (size, inner),
            "output.LayerNorm": (size,),
        }.items():
            shapes[f"encoder.layer.{layer}.{name}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{name}.bias"] = shape[:1]
    arrays = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    kept = {name: changed.get("kind", lambda array: array)(array) for name, array in arrays.items()}
    save_file(
        {changed.get("prefix", "") + name: array for name, array in kept.items()},
        folder / "model.safetensors",
    )
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(CONFIG | changed.get("config", {})))
    return arrays


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray[Any, Any]]]:
    folder = tmp_path_factory.mktemp("model")
    return folder, write_model(folder)


def twin(arrays: dict[str, np.ndarray[Any, Any]], ids: list[int]) -> list[list[float]]:
    """Return the last layer's vectors of one text, in plain Python: BERT as it is written down."""

    def linear(x: list[float], name: str) -> list[float]:
        weight, bias = arrays[name + ".weight"].tolist(), arrays[name + ".bias"].tolist()
        return [
            sum(w * v for w, v in zip(row, x, strict=True)) + b for row, b in zip(weight, bias, strict=True)
        ]

    def norm(x: list[float], name: str) -> list[float]:
        weight, bias = arrays[name + ".weight"].tolist(), arrays[name + ".bias"].tolist()
        mean = sum(x) / len(x)
        deviation = math.sqrt(sum((v - mean) ** 2 for v in x) / len(x) + EPSILON)
        return [(v - mean) / deviation * w + b for v, w, b in zip(x, weight, bias, strict=True)]

    def attend(rows: list[list[float]], name: str) -> list[list[float]]:
        q, k, v = ([linear(row, f"{name}.{part}") for row in rows] for part in ("query", "key", "value"))
        d = SIZE // HEADS
        out = []
        for query in q:
            row: list[float] = []
            for head in range(HEADS):
                part = slice(head * d, (head + 1) * d)
                scores = [
                    math.exp(sum(a * b for a, b in zip(query[part], key[part], strict=True)) / math.sqrt(d))
                    for key in k
                ]
                row += [
                    sum(score * value[part][i] for score, value in zip(scores, v, strict=True)) / sum(scores)
                    for i in range(d)
                ]
            out.append(row)
        return out

    def added(first: list[float], second: list[float]) -> list[float]:
        return [a + b for a, b in zip(first, second, strict=True)]

    words, places = (
        arrays["embeddings.word_embeddings.weight"],
        arrays["embeddings.position_embeddings.weight"],
    )
    kind = arrays["embeddings.token_type_embeddings.weight"][0]
    rows = [norm((words[i] + places[n] + kind).tolist(), "embeddings.LayerNorm") for n, i in enumerate(ids)]
    for number in range(LAYERS):
        name = f"encoder.layer.{number}"
        attended = [
            linear(row, f"{name}.attention.output.dense") for row in attend(rows, f"{name}.attention.self")
        ]
        rows = [
            norm(added(a, b), f"{name}.attention.output.LayerNorm")
            for a, b in zip(attended, rows, strict=True)
        ]
        inner = [
            [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in linear(row, f"{name}.intermediate.dense")]
            for row in rows
        ]
        outer = [linear(row, f"{name}.output.dense") for row in inner]
        rows = [norm(added(a, b), f"{name}.output.LayerNorm") for a, b in zip(outer, rows, strict=True)]
    return rows


def ids_of(text: str) -> list[int]:
    """What the model reads of a text."""
    return WordPiece({piece: number for number, piece in enumerate(PIECES)}).encode(text, 24)


def unit(vector: list[float]) -> list[float]:
    length = math.sqrt(sum(v * v for v in vector))
    return [v / length for v in vector]


TEXTS = ["how do i appeal a ban?", "the bans", "", "rule " * 40, "unheard of", "a", "banned, the rule"]


def test_the_vectors_are_those_of_a_slow_twin_however_they_are_batched(
    model: tuple[Path, dict[str, np.ndarray[Any, Any]]],
) -> None:
    folder, arrays = model
    encoder = Encoder.load(folder)
    expected = []
    for text in TEXTS:
        rows = twin(arrays, ids_of(text))
        expected.append(unit([sum(column) / len(rows) for column in zip(*rows, strict=True)]))
    assert encoder.dimensions == SIZE
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=1e-5)
    encoder.release()
    for text, vector in zip(TEXTS, expected, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)
    assert encoder.encode([]).shape == (0, 8)


def test_a_model_that_takes_the_first_token_and_one_in_half_precision(tmp_path: Path) -> None:
    arrays = write_model(tmp_path, prefix="bert.", kind=lambda array: array.astype(np.float16))
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    encoder = Encoder.load(tmp_path)
    half = {name: array.astype(np.float16).astype(np.float32) for name, array in arrays.items()}
    expected = unit(twin(half, ids_of(TEXTS[0]))[0])
    np.testing.assert_allclose(encoder.encode(TEXTS[:1])[0], expected, atol=1e-5)


def test_only_the_first_tokens_count(model: tuple[Path, dict[str, np.ndarray[Any, Any]]]) -> None:
    encoder = Encoder.load(model[0])
    assert encoder.max_tokens == 24, "as many as it has places for, of which two frame the text"
    short, long, longer = encoder.encode(["ban " * 21, "ban " * 22, "ban " * 22 + "rule"])
    np.testing.assert_array_equal(long, longer)
    assert not np.array_equal(short, long)


def test_gelu_is_exact_to_the_precision_of_its_numbers() -> None:
    x = np.linspace(-9, 9, 3003, dtype=np.float32).reshape(-1, 3)
    expected = [[v / 2 * (1 + math.erf(v / math.sqrt(2))) for v in row] for row in x.tolist()]
    np.testing.assert_allclose(gelu(x.copy()), expected, atol=4e-7)


def test_attention_looks_only_where_there_are_tokens() -> None:
    random = np.random.default_rng(1)
    query, key, value = random.normal(size=(3, 1, 2, 5, 4)).astype(np.float32)
    padding = np.array([0, 0, 0, -np.inf, -np.inf], np.float32)[None, None, None]
    short = attention(query[:, :, :3], key[:, :, :3], value[:, :, :3], None)
    np.testing.assert_allclose(attention(query, key, value, padding)[:, :, :3], short, atol=1e-6)


@given(st.lists(st.integers(2, 256), max_size=60))
def test_batches_hold_every_text_once_and_grow_no_larger_than_they_may(lengths: list[int]) -> None:
    found = list(batches(lengths))
    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[number] for number in batch) <= 256
    for batch, following in pairwise(found):
        assert max(lengths[number] for number in batch) <= min(lengths[number] for number in following)


def broken(name: str, content: bytes | None) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        if content is not None:
            (folder / name).write_bytes(content)

    return change


def without(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        arrays = write_model(folder)
        save_file({key: array for key, array in arrays.items() if key != name}, folder / "model.safetensors")

    return change


def with_array(name: str, array: np.ndarray[Any, Any]) -> Callable[[Path], None]:
    return lambda folder: save_file(write_model(folder) | {name: array}, folder / "model.safetensors")


def configured(**config: object) -> Callable[[Path], None]:
    return broken("config.json", json.dumps(config).encode())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (broken("config.json", None), "config.json is missing"),
        (broken("config.json", b"{"), "cannot be read"),
        (broken("config.json", b"[]"), "is not a JSON object"),
        (configured(model_type="roberta"), "says model_type = 'roberta'"),
        (configured(model_type="bert", hidden_size=8), "lacks 'intermediate_size'"),
        (broken("model.safetensors", None), "cannot be read"),
        (broken("model.safetensors", b"\x10\0\0\0\0\0\0\0nonsense"), "cannot be read"),
        (without("encoder.layer.1.output.dense.bias"), "have no encoder.layer.1.output.dense.bias"),
        (with_array("embeddings.LayerNorm.bias", np.zeros(9, np.float32)), "has the shape (9,), not (8,)"),
        (with_array("embeddings.LayerNorm.bias", np.zeros(8, np.int64)), "not of 32 or 16 bits"),
        (with_array("embeddings.LayerNorm.bias", np.zeros(8, np.uint16)), "numbers of the kind"),
        (with_array("embeddings.word_embeddings.weight", np.zeros((3, 8), np.float32)), "fewer words"),
        (broken("vocab.txt", None), "cannot be read"),
        (broken("vocab.txt", b"\xff"), "cannot be read"),
        (broken("vocab.txt", b"[UNK]\n[CLS]\n"), "has no [SEP]"),
    ],
)
def test_what_is_no_such_model_is_named(tmp_path: Path, change: Callable[[Path], None], message: str) -> None:
    write_model(tmp_path)
    change(tmp_path)
    with pytest.raises(EncoderError) as error:
        Encoder.load(tmp_path)
    assert message in str(error.value)
    assert str(tmp_path) in str(error.value) or "[SEP]" in message


def test_the_digest_is_that_of_the_weights(tmp_path: Path) -> None:
    write_model(tmp_path)
    assert Encoder.load(tmp_path).digest == file_digest(tmp_path / "model.safetensors")
    assert Encoder.load(tmp_path, "ab").digest == "ab", "what is known is not computed"
    with pytest.raises(EncoderError):
        file_digest(tmp_path / "missing")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("How do I appeal a ban?", "how do i appeal a ban ?"),
        ("bans banned abc abcd", "ban ##s ban ##ned ab ##c [UNK]"),
        ("Café\tCAFE\u0301 caf\u00ade", "cafe cafe cafe"),
        ("中文a中ban文", "中 文 a 中 ban 文"),
        ("a\u200bb\0\ufffd how\u2028do\u00a0i", "ab how do i"),
        ("ΣΑΣ", "[UNK]"),
        ("σας", "σας"),
        ("한", "ᄒ ##ᅡ ##ᆫ"),
        ("a" * 100 + " " + "a" * 101, "[UNK] [UNK]"),
        ("a,'a", "a , ' a"),
        ("", ""),
    ],
)
def test_text_is_cut_into_pieces_as_bert_does(text: str, pieces: str) -> None:
    ids = WordPiece({piece: number for number, piece in enumerate(PIECES)}).encode(text, 99)
    assert " ".join(PIECES[number] for number in ids) == f"[CLS] {pieces} [SEP]".replace("  ", " ")


def test_case_and_accents_stay_where_the_model_was_trained_with_them() -> None:
    tokenizer = WordPiece({piece: number for number, piece in enumerate([*PIECES, "Café"])}, lower=False)
    assert tokenizer.encode("Café cafe", 9)[1:-1] == [len(PIECES), PIECES.index("cafe")]


def test_a_model_with_another_tokenizer_needs_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path)
    long = ["a ban " * 20]
    expected = Encoder.load(tmp_path).encode(long)
    (tmp_path / "vocab.txt").unlink()
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(EncoderError, match="install the package tokenizers"):
        Encoder.load(tmp_path)

    class Stand:
        """As much of the package as is used."""

        @staticmethod
        def from_file(path: str) -> Stand:
            if Path(path).read_text() != "{}":
                raise ValueError("no JSON")
            return Stand()

        def no_padding(self) -> None: ...

        def no_truncation(self) -> None: ...

        def get_vocab_size(self) -> int:
            return len(PIECES)

        def encode(self, text: str) -> SimpleNamespace:
            return SimpleNamespace(ids=[PIECES.index(piece) for piece in ("[CLS]", *text.split(), "[SEP]")])

    monkeypatch.setitem(sys.modules, "tokenizers", SimpleNamespace(Tokenizer=Stand))
    encoder = Encoder.load(tmp_path)
    np.testing.assert_array_equal(encoder.encode(long), expected)
    assert encoder.encode(["a"]).shape == (1, 8)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(EncoderError, match="cannot be read: no JSON"):
        Encoder.load(tmp_path)


def test_long_text_takes_time_in_proportion() -> None:
    tokenizer = WordPiece({piece: number for number, piece in enumerate(PIECES)})
    for text in ("a" * 10**6, " " * 10**6, "a " * 10**6, "?" * 10**6, "中" * 10**6):
        assert len(tokenizer.encode(text, 256)) <= 256


# As the `tokenizers` package cuts them, version 0.23.3.
REFERENCE = [
    ("how do i appeal a ban", "how do i appeal a ban"),
    (
        "Crème brûlée à la carte — 3½ €, isn't it?",
        "cr ##eme br ##ule ##e a la cart ##e — 3 ##½ € , isn ' t it ?",
    ),
    ("サーバーのルール: 荒らし禁止!", "サ ##ー ##ハ ##ー ##の ##ル ##ー ##ル : [UNK] ら ##し [UNK] 止 !"),
    ("Как подать апелляцию?", "к ##а ##к п ##о ##д ##а ##т ##ь а ##п ##е ##л ##л ##я ##ц ##и ##ю ?"),
    ("한국어 문장입니다", "ᄒ ##ᅡ ##ᆫ ##ᄀ ##ᅮ ##ᆨ ##ᄋ ##ᅥ ᄆ ##ᅮ ##ᆫ ##ᄌ ##ᅡ ##ᆼ ##ᄋ ##ᅵ ##ᆸ ##ᄂ ##ᅵ ##ᄃ ##ᅡ"),
    (
        "/home set <name> `no-tick-heat-distance`",
        "/ home set < name > ` no - tick - heat - distance `",
    ),
    ("İstanbul ΣΑΣ ß ﬁne", "istanbul σ ##α ##σ ß ﬁ ##ne"),
    (
        "expialidocious 🎉 zero\u200bwidth",
        "ex ##pia ##lid ##oc ##ious [UNK] zero ##wi ##dt ##h",
    ),
    ("שלום עולם", "ש ##ל ##ו ##ם ע ##ו ##ל ##ם"),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = installed_folder()
    if found is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    return found


@pytest.fixture(scope="module")
def installed(folder: Path) -> Encoder:
    return Encoder.load(folder)


@pytest.mark.parametrize(("text", "pieces"), REFERENCE)
def test_the_installed_models_pieces_are_the_reference_ones(folder: Path, text: str, pieces: str) -> None:
    names = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    ids = WordPiece.load(folder / "vocab.txt").encode(text, 256)
    assert " ".join(names[number] for number in ids[1:-1]) == pieces


def test_the_installed_model_gives_the_reference_cosines(installed: Encoder) -> None:
    assert installed.digest == DIGEST
    question, near, far = installed.encode(
        ["how do i appeal a ban", "You can appeal a ban by writing to us", "The weather is nice"]
    )
    assert question @ near == pytest.approx(0.8284, abs=1e-4)
    assert question @ far == pytest.approx(-0.0139, abs=1e-4)
