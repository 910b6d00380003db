"""What the bot needs of the core: three blocking calls, made off the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from chipbot.model import Answer, AnswerOptions, IndexStatus, NoAnswer, Progress


class Answering(Protocol):
    """Answers questions from an index and rebuilds it; safe to call from several threads at once."""

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = ...
    ) -> Answer | NoAnswer:
        """The answer to a question; `history` holds those before it in a conversation, oldest first.
        Raises ChipbotError when the index cannot be used."""

    def status(self) -> IndexStatus:
        """What there is to say about the index. Raises ChipbotError when it cannot be used."""

    def reindex(self, progress: Callable[[Progress], None]) -> IndexStatus:
        """Rebuild the index; `progress` is called from the calling thread, and what it raises ends the
        rebuild."""
