"""A sentence encoder: texts → vectors whose cosines say how near they are in meaning.

It runs models of the BERT family. Such a model reads; it writes nothing.

    encoder = Encoder.load(folder)  # with model.safetensors, vocab.txt and config.json
    question, sentence = encoder.encode(["how do i appeal a ban", "You can appeal a ban by writing to us"])
    question @ sentence  # 0.828
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from chipbot.errors import EncoderError
from chipbot.retrieval.bert import Bert
from chipbot.retrieval.cross_encoder import CrossEncoder
from chipbot.retrieval.tensors import Tensors
from chipbot.retrieval.vector_records import Vectors
from chipbot.retrieval.wordpiece import Tokenizer, TokenizerFile, WordPiece

WEIGHTS, VOCABULARY, CONFIG = "model.safetensors", "vocab.txt", "config.json"
"""The files of a model."""
TOKENIZER = "tokenizer.json"
"""What some models have instead of a vocabulary."""
MAX_TOKENS = 128
"""How many tokens of a text are read, at most: a sentence has fewer."""

_BATCH_TOKENS = 256  # of a batch of texts, so that what is computed at once stays in the processor's cache


class Encoder:
    """A model that was read from a folder; immutable, safe to share between threads."""

    def __init__(
        self,
        tensors: Tensors,
        tokenizer: Tokenizer,
        config: dict[str, Any],
        *,
        takes_first: bool = False,
        digest: str = "",
        adapter: Tensors | None = None,
    ) -> None:
        """Take a model's parts; `takes_first`: a text's vector is that of its first token, not the mean of all.

        An `adapter` changes its vectors. Raises EncoderError where the parts do not fit together.
        """
        self._tensors, self._tokenizer, self._config = tensors, tokenizer, config
        self._takes_first, self._digest = takes_first, digest
        self._bert = Bert(tensors, config, adapter)
        if self._bert.vocabulary_size < len(tokenizer):
            raise EncoderError(
                f"the encoder's weights {tensors.path} know fewer words than its vocabulary has"
            )
        self.dimensions = self._bert.dimensions
        self.max_tokens = min(MAX_TOKENS, self._bert.max_tokens)

    @classmethod
    def load(cls, folder: Path, digest: str = "", adapter: Path | None = None) -> Self:
        """Read a model from a folder, a few milliseconds' work: the weights are mapped, not read.

        Args:
            folder: Where it is.
            digest: The weights' digest, where it is known.
            adapter: The file of what was fitted to it, to make other vectors of the same weights.

        Raises:
            EncoderError: There is no such model, or the adapter does not fit.
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
                takes_first=pooling.get("pooling_mode_cls_token", False),
                digest=digest,
                adapter=Tensors(adapter) if adapter else None,
            )
        except KeyError as error:
            raise EncoderError(f"{folder / CONFIG} lacks {error}") from error

    @cached_property
    def digest(self) -> str:
        """The SHA-256 digest of the weights, in hexadecimal."""
        return self._digest or file_digest(self._tensors.path)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, each of length 1; shape (N, dimensions).

        Of a text the first `max_tokens` tokens count.
        """
        tokens = [self._tokenizer.encode(text, self.max_tokens) for text in texts]
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for batch in batches(list(map(len, tokens))):
            vectors[batch] = self._encode([tokens[number] for number in batch])
        self._bert.release_words()
        return vectors

    def cross_encoder(self, adapter: Path) -> CrossEncoder:
        """Return a cross-encoder of the same weights, with an adapter that was fitted to them.

        Raises EncoderError where it cannot be read, or does not fit.
        """
        changes = Tensors(adapter)
        return CrossEncoder(Bert(self._tensors, self._config, changes), self._tokenizer, changes)

    def release(self) -> None:
        """Give back the memory that the weights take, until they are needed again."""
        self._tensors.release()

    def _encode(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """Return the vectors of texts, given as the numbers of their tokens."""
        lengths = np.array(list(map(len, texts)))
        is_token = np.arange(lengths.max()) < lengths[:, None]
        ids = np.zeros(is_token.shape, np.int64)
        ids[is_token] = [number for tokens in texts for number in tokens]
        x = self._bert(ids, is_token)
        vectors: Vectors = (
            x[:, 0] if self._takes_first else np.einsum("btd,bt->bd", x, is_token.astype(np.float32))
        )
        normalized: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalized


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
