"""WordPiece as BERT's models were trained with it: text → the numbers of pieces of its words.

Normalisation works on one character at a time, so that a table of what each becomes is all of it. Equal to the
`BertNormalizer`, `BertPreTokenizer` and `WordPiece` of the `tokenizers` package, and to Devlin et al., BERT (2019),
https://github.com/google-research/bert/blob/master/tokenization.py.
"""

from __future__ import annotations

import importlib
import string
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from chipbot.errors import EncoderError

_LONGEST_WORD = 100  # code points; a longer word is unknown as a whole, which also bounds the work on each
_CJK = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
"""Ideographs, each of which is a word of its own."""


class Tokenizer(Protocol):
    """Cuts text into the pieces that a model knows."""

    def __len__(self) -> int:
        """Return one more than the largest number of a piece."""

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Return the numbers of a text's pieces, at most `max_tokens`, the first and last of which frame it."""


class TokenizerFile:
    """A tokenizer of another kind, as multilingual models have, run by the `tokenizers` package, which is optional."""

    def __init__(self, path: Path) -> None:
        """Read a `tokenizer.json`; raises EncoderError where that cannot be."""
        try:
            tokenizers: Any = importlib.import_module("tokenizers")
        except ImportError as error:
            raise EncoderError(
                f"the encoder in {path.parent} has a {path.name} and no vocab.txt: install the package tokenizers"
            ) from error
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:  # the package raises nothing more definite
            raise EncoderError(f"the encoder's tokenizer {path} cannot be read: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def __len__(self) -> int:
        """Return one more than the largest number of a piece."""
        return int(self._tokenizer.get_vocab_size())

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Return the numbers of a text's pieces, at most `max_tokens`, the first and last of which frame it."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return [*ids[: max_tokens - 1], ids[-1]] if len(ids) > max_tokens else ids


class _Characters(dict[int, str]):
    """What each character becomes; filled as characters are met."""

    def __init__(self, *, lower: bool) -> None:
        super().__init__()
        self._lower = lower

    def __missing__(self, code: int) -> str:
        self[code] = becomes = self._normalized(chr(code))
        return becomes

    def _normalized(self, character: str) -> str:
        """Return what a character becomes, between spaces where it is a word of its own."""
        if character.isspace() and (character in "\t\n\r" or not _is_control(character)):
            return " "
        if character == "\ufffd" or _is_control(character):
            return ""
        if self._lower:
            character = "".join(
                part.lower()
                for part in unicodedata.normalize("NFD", character)
                if unicodedata.category(part) != "Mn"
            )
        return "".join(f" {part} " if _stands_alone(part) else part for part in character)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs")


def _stands_alone(character: str) -> bool:
    code = ord(character)
    return (
        character in string.punctuation
        or unicodedata.category(character).startswith("P")
        or (code >= _CJK[0][0] and any(first <= code <= last for first, last in _CJK))
    )


class WordPiece:
    """Cuts text into pieces of a vocabulary."""

    def __init__(self, vocabulary: Mapping[str, int], *, lower: bool = True) -> None:
        """Take a vocabulary, piece → number; `lower` folds case and drops accents.

        Raises EncoderError where it lacks one of the pieces that stand for no text.
        """
        missing = [piece for piece in ("[UNK]", "[CLS]", "[SEP]") if piece not in vocabulary]
        if missing:
            raise EncoderError(f"the encoder's vocabulary has no {missing[0]}: it is not one of BERT's")
        self._vocabulary = vocabulary
        self._unknown, self._first, self._last = (vocabulary[piece] for piece in ("[UNK]", "[CLS]", "[SEP]"))
        self._longest = max(map(len, vocabulary))
        self._characters = _Characters(lower=lower)

    @classmethod
    def load(cls, path: Path, *, lower: bool = True) -> WordPiece:
        """Read a vocabulary, one piece a line; raises EncoderError where that cannot be."""
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise EncoderError(f"the encoder's vocabulary {path} cannot be read: {error}") from error
        return cls({line.rstrip("\r"): number for number, line in enumerate(lines) if line}, lower=lower)

    def __len__(self) -> int:
        """Return one more than the largest number."""
        return max(self._vocabulary.values()) + 1

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Return the numbers of a text's pieces, at most `max_tokens`, the first and last of which frame it."""
        pieces = (piece for word in text.translate(self._characters).split() for piece in self._pieces(word))
        return [self._first, *islice(pieces, max_tokens - 2), self._last]

    def _pieces(self, word: str) -> Iterator[int]:
        """Cut a word greedily into the longest pieces; one that cannot be cut up is unknown."""
        if len(word) > _LONGEST_WORD:
            return iter((self._unknown,))
        pieces = []
        start, prefix = 0, ""
        while start < len(word):
            for end in range(min(len(word), start + self._longest), start, -1):
                piece = self._vocabulary.get(prefix + word[start:end])
                if piece is not None:
                    break
            else:
                return iter((self._unknown,))
            pieces.append(piece)
            start, prefix = end, "##"
        return iter(pieces)
