"""What the buttons below an answer stand for: the last answers in memory with their words, all of them in the journal."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from chipbot.errors import JournalError
from chipbot.journal.records import KeptAnswer, kept_passages
from chipbot.model import Answer, NoAnswer
from chipbot.service.questions import Origin

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal

MAX_ANSWERS = 1000
"""How many answers are remembered with what was asked; the oldest is evicted first."""
_ID_BYTES = 8


class KeptAnswers:
    """The answers whose buttons work.

    What was asked, which a follow-up goes on from, stays in memory alone where questions are not kept. Without a journal
    all of it does.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        self._recent: OrderedDict[str, KeptAnswer] = OrderedDict()

    def keep(
        self,
        result: Answer | NoAnswer,
        origin: Origin,
        *,
        history: tuple[str, ...] = (),
        private: bool = False,
    ) -> str:
        """Keep a result, and return its number at once: sixteen hexadecimal digits.

        Args:
            result: An answer, or a refusal with what was rejected.
            origin: Who asked, and where.
            history: The questions before it, oldest first.
            private: Whether it was asked in private.
        """
        kept = KeptAnswer(
            asker=self._member(origin.user_id),
            channel_id=origin.channel_id or 0,
            guild_id=origin.guild_id,
            passages=kept_passages(result),
            outcome="answered" if isinstance(result, Answer) else result.reason,
            confidence=result.confidence,
            shown=result.shown if isinstance(result, Answer) else 0,
            question=result.question,
            history=history,
            private=private,
        )
        number = self._write(kept)
        self._recent[number] = kept
        while len(self._recent) > MAX_ANSWERS:
            self._recent.popitem(last=False)
        return number

    def sent(self, number: str, message_id: int) -> None:
        """Note which message shows an answer."""
        if self._journal is not None:
            self._journal.answers.sent(number, message_id)

    async def find(self, number: str, guild_id: int | None) -> KeptAnswer | None:
        """Return the answer of that number; None where it is not kept any more, or was given in another server, whose members
        have no button of it. Raises JournalError.
        """
        kept = self._recent.get(number)
        if kept is None and self._journal is not None:
            kept = await self._journal.answers.kept(number)
        return kept if kept is not None and kept.guild_id == guild_id else None

    def forget(self, user_id: int) -> tuple[str, ...]:
        """Forget what a member asked and was answered, as far as it is kept here; return the numbers of the answers."""
        member = self._member(user_id)
        mine = {number: kept.question for number, kept in self._recent.items() if kept.asker == member}
        gone = set(mine.values())
        for number in mine:
            del self._recent[number]
        for number, kept in self._recent.items():
            history = tuple(question for question in kept.history if question not in gone)
            self._recent[number] = replace(kept, history=history)
        return tuple(mine)

    def is_asker(self, kept: KeptAnswer, user_id: int) -> bool:
        """Whether a member got an answer."""
        return kept.asker == self._member(user_id)

    async def vote(
        self, number: str, origin: Origin, *, helped: bool, reason: str | None = None
    ) -> KeptAnswer | None:
        """Note whether an answer helped a member, in place of what they said before; return the answer, or None as `find` does.

        When this returns, the vote is on the disk. Raises JournalError where it is not.
        """
        if self._journal is None:
            raise JournalError("there is no journal: the log says why")
        kept = await self.find(number, origin.guild_id)
        if kept is None:
            return None
        member = self._member(origin.user_id)
        votes = await self._journal.answers.vote(number, member, 1 if helped else -1, reason)
        return None if votes is None else kept

    def _member(self, user_id: int) -> str:
        return str(user_id) if self._journal is None else self._journal.member(user_id)

    def _write(self, kept: KeptAnswer) -> str:
        """Write an answer into the journal, where there is one, without the words that are not to be kept."""
        if self._journal is None:
            return secrets.token_hex(_ID_BYTES)
        if not self._journal.keeps_text(kept.guild_id):
            kept = replace(kept, question=None, history=())
        return self._journal.answers.keep(kept)
