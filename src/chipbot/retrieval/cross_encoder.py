"""A cross-encoder: a question and a text, read together → what that adds to the odds that the text answers it
(Nogueira & Cho, 2019, "Passage re-ranking with BERT", https://arxiv.org/abs/1901.04085).

It is the encoder's model, whose linear layers an adapter of one megabyte changes. It reads; it writes nothing.
`python -m tests.quality.cross_encoder DATA_DIR` fits the adapter.
"""

from __future__ import annotations

import numpy as np

from chipbot.retrieval.bert import Bert
from chipbot.retrieval.tensors import Tensors
from chipbot.retrieval.wordpiece import Tokenizer

QUESTION_TOKENS, TOKENS = 40, 64
"""How many tokens of a question, and of both texts together, are read at most."""


class CrossEncoder:
    """Reads pairs of texts; immutable, safe to share between threads."""

    def __init__(self, bert: Bert, tokenizer: Tokenizer, adapter: Tensors) -> None:
        """Take a model with its adapter, and the head that the adapter's file has; raises EncoderError where it has none."""
        self._bert, self._tokenizer = bert, tokenizer
        self._weight = adapter.get("head.weight", 1, bert.dimensions)[0]
        self._bias = float(adapter.get("head.bias", 1)[0])
        self._most = min(TOKENS, bert.max_tokens)

    def log_odds(self, question: str, text: str) -> float:
        """Return what is to be added to the logarithm of the odds that a text answers a question."""
        tokens, second = encode_pair(self._tokenizer, question, text, self._most)
        ids = np.array([tokens], np.int64)
        is_second = np.arange(ids.shape[1])[None] >= second
        first = self._bert(ids, np.ones(ids.shape, bool), is_second)[0, 0]
        self._bert.release_words()
        return float(first @ self._weight) + self._bias


def encode_pair(tokenizer: Tokenizer, question: str, text: str, most: int = TOKENS) -> tuple[list[int], int]:
    """Return a question and a text as they are read together, at most `most` tokens, and where the text's begin."""
    asked = tokenizer.encode(question, min(QUESTION_TOKENS, most // 2))
    read = tokenizer.encode(text, most - len(asked) + 1)[1:]  # less what frames its beginning
    return asked + read, len(asked)
