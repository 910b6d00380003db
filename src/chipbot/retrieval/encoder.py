"""A sentence encoder: texts → vectors whose cosines say how near they are in meaning.

It runs models of the BERT family (Devlin et al., 2019, https://arxiv.org/abs/1810.04805) on the processor, with NumPy
alone. Such a model reads; it writes nothing.

    encoder = Encoder.load(folder)  # with model.safetensors, vocab.txt and config.json
    question, sentence = encoder.encode(["how do i appeal a ban", "You can appeal a ban by writing to us"])
    question @ sentence  # 0.828
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from chipbot.errors import EncoderError
from chipbot.retrieval.tensors import Tensor, Tensors
from chipbot.retrieval.wordpiece import Tokenizer, TokenizerFile, WordPiece

Vectors = npt.NDArray[np.float32]

WEIGHTS, VOCABULARY, CONFIG = "model.safetensors", "vocab.txt", "config.json"
"""The files of a model."""
TOKENIZER = "tokenizer.json"
"""What some models have instead of a vocabulary."""
SENTENCE_TOKENS = 128
"""How many tokens of a sentence are read."""
MAX_TOKENS = 256
"""The most tokens that can be asked for: longer texts than models of this kind were trained with gain nothing."""

_BATCH_TOKENS = 256  # of a batch of texts, so that what is computed at once stays in the processor's cache
_GELU_ROWS = 32  # likewise
_WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"


class Linear(NamedTuple):
    """A linear layer, x → x Wᵀ + b."""

    weight: Tensor
    """W; shape (out, in)."""
    bias: Tensor
    """b; shape (out,)."""

    def __call__(self, x: Tensor) -> Tensor:
        """Apply it to rows; shape (N, in) → (N, out)."""
        y: Tensor = x @ self.weight.T
        y += self.bias
        return y


class Norm(NamedTuple):
    """Layer normalisation (Ba et al., 2016, https://arxiv.org/abs/1607.06450)."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise rows in place; shape (N, D)."""
        x -= x.mean(axis=1, keepdims=True)
        variance = np.einsum("nd,nd->n", x, x) / np.float32(x.shape[1])
        x /= np.sqrt(variance + np.float32(self.epsilon))[:, None]
        x *= self.weight
        x += self.bias
        return x


class Layer(NamedTuple):
    """A layer of the transformer."""

    query: Linear
    key: Linear
    value: Linear
    attention_output: Linear
    attention_norm: Norm
    intermediate: Linear
    output: Linear
    norm: Norm

    def __call__(self, x: Tensor, heads: int, padding: Tensor | None) -> Tensor:
        """Transform tokens; shape (B, T, D). `padding`, shape (B, 1, 1, T), is −∞ where there is no token."""
        batch, length, size = x.shape
        rows = x.reshape(-1, size)

        def split(linear: Linear) -> Tensor:
            return linear(rows).reshape(batch, length, heads, -1).transpose(0, 2, 1, 3)

        attended = attention(split(self.query), split(self.key), split(self.value), padding)
        rows = self.attention_norm(
            self.attention_output(attended.transpose(0, 2, 1, 3).reshape(-1, size)) + rows
        )
        rows = self.norm(self.output(gelu(self.intermediate(rows))) + rows)
        return rows.reshape(x.shape)


def attention(query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None) -> Tensor:
    """Return softmax(Q Kᵀ / √d) V (Vaswani et al., 2017, https://arxiv.org/abs/1706.03762); shapes (B, heads, T, d)."""
    weights: Tensor = query @ key.swapaxes(2, 3)
    weights *= np.float32(1 / math.sqrt(query.shape[3]))
    if padding is not None:
        weights += padding
    weights -= weights.max(axis=3, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=3, keepdims=True)
    attended: Tensor = weights @ value
    return attended


def gelu(x: Tensor) -> Tensor:
    """Apply x Φ(x) in place (Hendrycks & Gimpel, 2016, https://arxiv.org/abs/1606.08415); shape (N, D).

    NumPy has no error function. Φ(−|x|) comes from Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.26,
    whose error of 1.5e-7 is about that of a float32 number.
    """
    for start in range(0, len(x), _GELU_ROWS):
        _gelu(x[start : start + _GELU_ROWS])
    return x


def _gelu(x: Tensor) -> None:
    size = np.abs(x)
    t = size * np.float32(0.3275911 / math.sqrt(2))
    t += 1
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    np.multiply(x, x, out=t)
    t *= np.float32(-0.5)
    np.exp(t, out=t)
    tail *= t
    tail *= size
    tail *= np.float32(0.5)  # |x| Φ(−|x|), so that x Φ(x) = max(x, 0) − |x| Φ(−|x|)
    np.maximum(x, 0, out=x)
    x -= tail


class Encoder:
    """A model that was read from a folder; immutable, safe to share between threads."""

    def __init__(
        self,
        tensors: Tensors,
        tokenizer: Tokenizer,
        config: dict[str, Any],
        *,
        first: bool = False,
        digest: str = "",
    ) -> None:
        """Take a model's parts; `first`: a text's vector is that of its first token, not the mean of all.

        Raises EncoderError where they do not fit together.
        """
        size, inner = config["hidden_size"], config["intermediate_size"]
        self.dimensions: int = size
        self._heads: int = config["num_attention_heads"]
        self._tensors, self._tokenizer, self._first, self._digest = tensors, tokenizer, first, digest
        self._words = tensors.get(_WORD_EMBEDDINGS, -1, size)
        if len(self._words) < len(tokenizer):
            raise EncoderError(
                f"the encoder's weights {tensors.path} know fewer words than its vocabulary has"
            )
        positions = tensors.get("embeddings.position_embeddings.weight", -1, size)
        self.max_tokens = min(MAX_TOKENS, len(positions))
        self._positions = positions + tensors.get("embeddings.token_type_embeddings.weight", -1, size)[0]
        read = partial(_Reader, tensors, config.get("layer_norm_eps", 1e-12))
        self._norm = read("embeddings.").norm("LayerNorm", size)
        self._layers = [
            read(f"encoder.layer.{number}.").layer(size, inner)
            for number in range(config["num_hidden_layers"])
        ]

    @classmethod
    def load(cls, folder: Path, digest: str = "") -> Self:
        """Read a model from a folder, a few milliseconds' work: the weights are mapped, not read.

        `digest` is that of the weights where it is known. Raises EncoderError where there is no such model.
        """
        config = _json(folder / CONFIG)
        expected = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
        for key, value in expected.items():
            if config.get(key, value) != value:
                raise EncoderError(
                    f"{folder / CONFIG} says {key} = {config[key]!r}: chipbot can run {value!r} alone"
                )
        pooling = _json(folder / "1_Pooling" / CONFIG, needed=False)
        try:
            return cls(
                Tensors(folder / WEIGHTS),
                _tokenizer(folder),
                config,
                first=pooling.get("pooling_mode_cls_token", False),
                digest=digest,
            )
        except KeyError as error:
            raise EncoderError(f"{folder / CONFIG} lacks {error}") from error

    @cached_property
    def digest(self) -> str:
        """The SHA-256 digest of the weights, in hexadecimal."""
        return self._digest or file_digest(self._tensors.path)

    def encode(self, texts: Sequence[str], *, max_tokens: int = SENTENCE_TOKENS, threads: int = 1) -> Vectors:
        """Return the vectors of texts, each of length 1; shape (N, dimensions).

        Of a text the first `max_tokens` tokens count. Texts are read in batches of about equal length, on so many
        `threads`.
        """
        limit = min(max_tokens, self.max_tokens)
        tokens = [self._tokenizer.encode(text, limit) for text in texts]
        vectors = np.empty((len(texts), self.dimensions), np.float32)

        def encode(batch: list[int]) -> None:
            vectors[batch] = self._encode([tokens[number] for number in batch])

        if threads > 1:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(encode, batches([len(one) for one in tokens])))
        else:
            for batch in batches([len(one) for one in tokens]):
                encode(batch)
        # The words of one text are few, but the system maps those around them too, and soon all.
        self._tensors.release(_WORD_EMBEDDINGS)
        return vectors

    def release(self) -> None:
        """Give back the memory that the weights take, until they are needed again."""
        self._tensors.release()

    def _encode(self, tokens: list[list[int]]) -> Vectors:
        """Return the vectors of texts, given as the numbers of their pieces."""
        lengths = np.array([len(one) for one in tokens])
        longest = int(lengths.max())
        there = np.arange(longest) < lengths[:, None]
        ids = np.zeros(there.shape, np.int64)
        ids[there] = [number for one in tokens for number in one]
        x = self._words[ids] + self._positions[:longest]
        x = self._norm(x.reshape(-1, self.dimensions)).reshape(x.shape)
        padding = (
            None if there.all() else np.where(there, np.float32(0), np.float32(-np.inf))[:, None, None, :]
        )
        for layer in self._layers:
            x = layer(x, self._heads, padding)
        vectors: Vectors = x[:, 0] if self._first else np.einsum("btd,bt->bd", x, there.astype(np.float32))
        normalized: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalized


class _Reader(NamedTuple):
    """Reads the parts of a model whose names begin alike."""

    tensors: Tensors
    epsilon: float
    prefix: str

    def linear(self, name: str, size: int, inner: int) -> Linear:
        return Linear(
            self.tensors.get(f"{self.prefix}{name}.weight", size, inner),
            self.tensors.get(f"{self.prefix}{name}.bias", size),
        )

    def norm(self, name: str, size: int) -> Norm:
        weight, bias = (self.tensors.get(f"{self.prefix}{name}.{part}", size) for part in ("weight", "bias"))
        return Norm(weight, bias, self.epsilon)

    def layer(self, size: int, inner: int) -> Layer:
        return Layer(
            query=self.linear("attention.self.query", size, size),
            key=self.linear("attention.self.key", size, size),
            value=self.linear("attention.self.value", size, size),
            attention_output=self.linear("attention.output.dense", size, size),
            attention_norm=self.norm("attention.output.LayerNorm", size),
            intermediate=self.linear("intermediate.dense", inner, size),
            output=self.linear("output.dense", size, inner),
            norm=self.norm("output.LayerNorm", size),
        )


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut texts of these lengths in tokens, by their numbers, into batches of about equal length, the shortest first."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[number] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def file_digest(path: Path) -> str:
    """Return a file's SHA-256 digest, in hexadecimal; raises EncoderError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"the encoder's weights {path} cannot be read: {error}") from error


def _tokenizer(folder: Path) -> Tokenizer:
    """Read a model's tokenizer: BERT's own, or another where the model has no vocabulary of that kind."""
    if not (folder / VOCABULARY).exists() and (folder / TOKENIZER).exists():
        return TokenizerFile(folder / TOKENIZER)
    config = _json(folder / "tokenizer_config.json", needed=False)
    return WordPiece.load(folder / VOCABULARY, lower=config.get("do_lower_case", True))


def _json(path: Path, *, needed: bool = True) -> dict[str, Any]:
    """Read an object from a JSON file; an empty one where it is missing and not needed."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        if needed:
            raise EncoderError(f"there is no encoder in {path.parent}: {path.name} is missing") from error
        return {}
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise EncoderError(f"{path} is not a JSON object")
    return value
