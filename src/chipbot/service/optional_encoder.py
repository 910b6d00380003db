"""The sentence encoder of a knowledge base: found when it is first needed, and off from the moment it fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chipbot.errors import EncoderError
from chipbot.index import Index

if TYPE_CHECKING:
    from chipbot.retrieval.meaning import Meaning, QuestionEncoder

EncoderChoice = Path | Literal["off"] | None
"""The folder of an encoder's model, `off`, or None for the package's where that is installed."""

SAME = 0.78
"""The cosine from which two questions ask the same: of 623,688 pairs of questions about one of our communities that ask
different things, most of them on purpose nearly alike, 113 are above."""


class OptionalEncoder:
    """What compares meanings in an index, where an encoder is wanted, installed and sound."""

    def __init__(self, choice: EncoderChoice, folder: Path, warn: Callable[[str], None]) -> None:
        """Use the encoder of that choice; its vectors are kept in the index's `folder`, and `warn` is told why there is
        none.
        """
        self.choice = choice
        """What is used; `off` where nothing can be."""
        self._folder = folder
        self._warn = warn
        self._questions: QuestionEncoder | None = None
        self._vectors = ""  # what names them in the folder

    def meaning(self, index: Index) -> Meaning | None:
        """Return what compares meanings in an index; None where there is no encoder."""
        if self.choice == "off":
            return None
        from chipbot.retrieval.encoder_model import find_model
        from chipbot.retrieval.meaning import Meaning, QuestionEncoder
        from chipbot.retrieval.vectors import VectorStore

        if self._questions is None:
            try:
                model = find_model(self.choice, self._folder)
                self._vectors = model.vectors_digest if model else ""
            except EncoderError as error:
                self.switch_off(error)
                return None
            if model is None:
                self.choice = "off"
                return None
            self._questions = QuestionEncoder(model)
        store = VectorStore(self._folder, self._vectors)
        return Meaning(index, self._questions, store)

    def switch_off(self, error: EncoderError) -> None:
        """Compare no more meanings, because of an error."""
        self._warn(f"{error}; answering by words alone")
        self.choice = "off"


def ask_the_same(meaning: Meaning, question: str, other: str) -> bool:
    """Whether two questions surely ask the same, by their meanings. Raises EncoderError."""
    vector, other_vector = meaning.vector(question), meaning.vector(other)
    return vector is not None and other_vector is not None and float(vector @ other_vector) >= SAME
