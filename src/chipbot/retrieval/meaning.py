"""How near in meaning sentences are to a question, by the vectors that an encoder makes of both."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np

from chipbot.arrays import Floats, Ints
from chipbot.index import Index
from chipbot.model import Progress
from chipbot.retrieval.cross_encoder import CrossEncoder
from chipbot.retrieval.encoder import Encoder
from chipbot.retrieval.encoder_model import EncoderModel
from chipbot.retrieval.vector_records import Digests, Vectors, digests_of
from chipbot.retrieval.vectors import VectorStore, fill, sentence_text
from chipbot.text.answer_types import AnswerType, sentence_ending
from chipbot.text.languages import likeliest

MAX_SEARCHED = 20_000
"""Sentences of an index up to which all are compared with a question, so that what shares no word is found as well."""

_QUESTIONS = 64  # whose vectors are remembered: those of a conversation come again
_ENOUGH = 0.5  # the share of candidates' sentences that need a vector for similarities to mean something


class QuestionEncoder:
    """An encoder model, loaded when the first question is encoded."""

    def __init__(self, model: EncoderModel) -> None:
        self.model = model

    def encode(self, text: str) -> Vectors:
        """Return the vector of a text, of length 1; shape (D,)."""
        vector: Vectors = self.encoder.encode([text])[0]
        return vector

    def knows(self, language: str) -> bool:
        """Whether texts in a language, an ISO 639-1 code, can be compared."""
        return self.model.knows(language)

    def log_odds(self, question: str, text: str) -> float:
        """Return what reading a text together with a question adds to the log-odds that it answers; 0 where the model
        has no cross-encoder.
        """
        return self._cross_encoder.log_odds(question, text) if self._cross_encoder else 0.0

    @cached_property
    def _cross_encoder(self) -> CrossEncoder | None:
        adapters = self.model.adapters
        return self.encoder.cross_encoder(adapters.cross_encoder) if adapters else None

    @cached_property
    def encoder(self) -> Encoder:
        """The model in memory; raises EncoderError where it is not one that chipbot can run."""
        return self.model.load()

    def release(self) -> None:
        """Give back the memory of a model that has been used, until it is again."""
        if "encoder" in self.__dict__:
            self.encoder.release()


class Meaning:
    """Compares questions with the sentences of one index; immutable but for what it remembers."""

    def __init__(self, index: Index, encoder: QuestionEncoder, store: VectorStore) -> None:
        self._index, self._encoder, self._store = index, encoder, store
        self._vector = lru_cache(_QUESTIONS)(self._encode)
        self._log_odds = lru_cache(_QUESTIONS)(encoder.log_odds)

    def texts(self) -> list[str]:
        """Return what is encoded of every sentence of the index in a language that the encoder knows."""
        passages = range(self._index.passage_count)
        return [text for passage in passages if self._is_known(passage) for text in self.texts_of(passage)]

    @property
    def vector_count(self) -> int:
        """How many sentences have a vector."""
        return len(self._store)

    def fill(
        self, report: Callable[[Progress], None] = lambda _: None, stop: Callable[[], bool] = lambda: False
    ) -> bool:
        """Make the vectors that sentences still need, and remove those that none needs; return whether all are there.

        Args:
            report: Is told how far it is.
            stop: Is asked before each batch whether to leave the rest for another time.

        Raises:
            IndexWriteError: The index folder cannot be written.
            EncoderError: The encoder is not one that chipbot can run.
        """
        texts = self.texts()
        digests = digests_of(texts)
        if len(self._store.missing(digests)) and not fill(
            self._store, self._encoder.encoder, texts, report=report, stop=stop
        ):
            return False
        self._store.prune(digests)
        self._encoder.release()
        return True

    def similarities(self, question: str, passages: Ints) -> Floats | None:
        """Return the cosine of a question with each sentence of some passages, the first passage's first; shape (S,).

        A sentence that has no vector yet counts like the least similar of the others. None where hardly any has one, or
        the encoder does not know the question's language.
        """
        vector = self._vector(question)
        if vector is None:
            return None
        similarities = self._store.similarities(self._digests_of(passages), vector).astype(float)
        known = ~np.isnan(similarities)
        if known.sum() < max(_ENOUGH * len(known), 1):
            return None
        similarities[~known] = similarities[known].min()
        return similarities

    def nearest(self, question: str, k: int) -> list[int]:
        """Return the passages that hold the `k` sentences nearest to a question, nearest first; none in a large index."""
        vector = self._vector(question) if self._index.sentence_count <= MAX_SEARCHED else None
        if vector is None:
            return []
        self._store.refresh()
        similarities = self._store.similarities(self._digests, vector)
        nearest = np.argsort(-np.nan_to_num(similarities, nan=-1.0), kind="stable")[:k]
        nearest = nearest[~np.isnan(similarities[nearest])]
        return list(dict.fromkeys(self._passages[nearest].tolist()))

    def log_odds(self, question: str, text: str) -> float:
        """Return what reading a text together with a question adds to the log-odds that it answers; 0 in a language that
        the encoder does not know.
        """
        return 0.0 if self._vector(question) is None else self._log_odds(question, text)

    def knows(self, language: str) -> bool:
        """Whether texts in a language, an ISO 639-1 code, can be compared."""
        return self._encoder.knows(language)

    def vector(self, question: str) -> Vectors | None:
        """Return the vector of a question, of length 1; shape (D,). None in a language that the encoder does not know."""
        return self._vector(question)

    def _encode(self, question: str) -> Vectors | None:
        """Return a question's vector, shape (D,); None: the encoder does not know the language that it is likely in."""
        known = self._encoder.knows(likeliest(question, self._index.languages)[0])
        return self._encoder.encode(question) if known else None

    @cached_property
    def _digests(self) -> Digests:
        return digests_of([text for n in range(self._index.passage_count) for text in self.texts_of(n)])

    @cached_property
    def _passages(self) -> Ints:
        """The passage of each sentence."""
        return np.repeat(
            np.arange(self._index.passage_count), np.diff(self._index.arrays["passage_sentences"])
        )

    def _digests_of(self, passages: Ints) -> Digests:
        if self._index.sentence_count > MAX_SEARCHED:
            return digests_of([text for passage in passages.tolist() for text in self.texts_of(passage)])
        offsets = self._index.arrays["passage_sentences"]
        return np.concatenate([self._digests[offsets[n] : offsets[n + 1]] for n in passages.tolist()])

    def texts_of(self, number: int) -> list[str]:
        """Return what is encoded of each sentence of a passage."""
        passage, text = self._index.passage(number), self._index.passage_text(number)
        heading = passage.heading[-1] if passage.heading else self._index.document_of(number).title
        texts: list[str] = []
        for start, end in self._index.sentences(number):
            sentence = text[start - passage.start : end - passage.start]
            texts.append(sentence_text(heading, sentence))
            if sentence_ending(sentence) & AnswerType.ASKS:
                heading = sentence  # what comes after it answers it
        return texts

    def _is_known(self, number: int) -> bool:
        return self._encoder.knows(self._index.document_of(number).language)
