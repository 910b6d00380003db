"""BERT (Devlin et al., 2019, https://arxiv.org/abs/1810.04805) on the processor, with NumPy alone: tokens → vectors.

Shapes: B texts, T tokens each, N = B x T rows, D numbers a vector, d = D / heads.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.retrieval.tensors import Tensor, Tensors

_WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
_GELU_ROWS = 32  # at once, so that they stay in the processor's cache


class Bert:
    """A transformer whose weights are those of a file; immutable, safe to share between threads."""

    def __init__(self, tensors: Tensors, config: dict[str, Any], adapter: Tensors | None = None) -> None:
        """Take the weights of a file and what its `config.json` says; an `adapter` changes its linear layers.

        Raises EncoderError where the weights are not of that size, KeyError where the configuration lacks something.
        """
        inner: int = config["intermediate_size"]
        self.dimensions: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._tensors = tensors
        self._words = tensors.get(_WORD_EMBEDDINGS, -1, self.dimensions)
        positions = tensors.get("embeddings.position_embeddings.weight", -1, self.dimensions)
        kinds = (adapter or tensors).get("embeddings.token_type_embeddings.weight", -1, self.dimensions)
        self._positions = positions + kinds[0]
        self._second = kinds[-1] - kinds[0]
        reader = partial(_Reader, tensors, adapter, config.get("layer_norm_eps", 1e-12))
        self._norm = reader("embeddings.").norm("LayerNorm", self.dimensions)
        self._layers = [
            reader(f"encoder.layer.{number}.").layer(self.dimensions, inner)
            for number in range(config["num_hidden_layers"])
        ]

    @property
    def vocabulary_size(self) -> int:
        """How many tokens it knows."""
        return len(self._words)

    @property
    def max_tokens(self) -> int:
        """How many tokens a text may have."""
        return len(self._positions)

    def __call__(
        self,
        ids: npt.NDArray[np.int64],
        is_token: npt.NDArray[np.bool_],
        is_second: npt.NDArray[np.bool_] | None = None,
    ) -> Tensor:
        """Return a vector for each token of some texts; shapes (B, T), (B, T) → (B, T, D).

        Args:
            ids: The tokens' numbers.
            is_token: Where there is a token: texts shorter than the longest are padded.
            is_second: Where the token is of the second of two texts that are read together; shape (B, T).
        """
        x: Tensor = self._words[ids] + self._positions[: ids.shape[1]]
        if is_second is not None:
            x[is_second] += self._second
        x = self._norm(x.reshape(-1, self.dimensions)).reshape(x.shape)
        padding = None
        if not is_token.all():
            padding = np.where(is_token, np.float32(0), np.float32(-np.inf))[:, None, None, :]
        for layer in self._layers:
            x = layer(x, self._heads, padding)
        return x

    def release_words(self) -> None:
        """Give back the memory that the words' vectors take: those of a text are few, but the system maps those around
        them too, and soon all.
        """
        self._tensors.release(_WORD_EMBEDDINGS)


class LowRank(NamedTuple):
    """What is added to a layer's weights, a product of two narrow matrices (Hu et al., 2021, "LoRA",
    https://arxiv.org/abs/2106.09685).
    """

    down: Tensor
    """A; shape (rank, in)."""
    up: Tensor
    """B; shape (out, rank)."""


class Linear(NamedTuple):
    """A linear layer, x → x (W + B A)ᵀ + b."""

    weight: Tensor
    """W; shape (out, in)."""
    bias: Tensor
    """b; shape (out,)."""
    adapter: LowRank | None = None

    def __call__(self, x: Tensor) -> Tensor:
        """Apply it to rows; shape (N, in) → (N, out)."""
        y: Tensor = x @ self.weight.T
        y += self.bias
        if self.adapter is not None:
            y += (x @ self.adapter.down.T) @ self.adapter.up.T
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


class _Reader(NamedTuple):
    """Reads the parts of a model whose names begin alike."""

    tensors: Tensors
    adapter: Tensors | None
    epsilon: float
    prefix: str

    def linear(self, name: str, size: int, inner: int) -> Linear:
        weight = self.tensors.get(f"{self.prefix}{name}.weight", size, inner)
        bias = self.tensors.get(f"{self.prefix}{name}.bias", size)
        if self.adapter is None:
            return Linear(weight, bias)
        down = self.adapter.get(f"{self.prefix}{name}.down", -1, inner)
        return Linear(
            weight, bias, LowRank(down, self.adapter.get(f"{self.prefix}{name}.up", size, len(down)))
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
