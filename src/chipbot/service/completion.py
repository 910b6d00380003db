"""What a member types of a question → how it may go on: headings of what is searched there, and questions that helped others.

Nothing of another place is suggested: headings come from the index of the scope, and questions only where they were asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from chipbot.errors import ChipbotError
from chipbot.service.headings import MAX_CHOICES, best_first, fits, key_of, matching
from chipbot.service.questions import Origin

if TYPE_CHECKING:
    from chipbot.journal.records import KeptAnswer
    from chipbot.service.question_service import QuestionService

FEW = 8
"""How many requests may be under way so that questions are completed: answers come first."""
PATIENCE = 1.5
"""Seconds after which nothing is suggested; Discord waits for three."""
FRESH = 60.0
"""Seconds for which the questions that helped in a channel are remembered."""
_CHANNELS = 500  # whose questions are remembered


class Completion:
    """Completes questions for the members of all servers."""

    def __init__(self, questions: QuestionService, clock: Callable[[], float] = time.monotonic) -> None:
        self._questions = questions
        self._clock = clock
        self._helped: OrderedDict[tuple[int | None, int | None], tuple[float, tuple[KeptAnswer, ...]]] = (
            OrderedDict()
        )

    async def choices(self, typed: str, origin: Origin) -> tuple[str, ...]:
        """Return how a question may go on, best first; at once, and nothing rather than late.

        Args:
            typed: What there is of it.
            origin: Who asks, and where.
        """
        if self._questions.closing or self._questions.pending > FEW:
            return ()
        try:
            async with asyncio.timeout(PATIENCE):
                helped = await self._that_helped(key_of(typed), origin)
                headings = await self._questions.headings(typed, origin)
        except (ChipbotError, TimeoutError):
            return ()
        return tuple(dict.fromkeys((*helped, *headings)))[:MAX_CHOICES]

    def forget(self) -> None:
        """Forget which questions helped, of which one may be a member's who wants to be forgotten."""
        self._helped.clear()

    async def _that_helped(self, typed: str, origin: Origin) -> tuple[str, ...]:
        """The questions of this channel that helped others, while every document of their answers is searched here."""
        journal = self._questions.journal
        if journal is None or not journal.keeps_text(origin.guild_id):
            return ()
        place = origin.guild_id, origin.channel_id
        asked_at, answers = self._helped.pop(place, (float("-inf"), ()))
        if self._clock() - asked_at > FRESH:
            asked_at = self._clock()
            # A journal that is down keeps no heading from being suggested.
            with contextlib.suppress(ChipbotError):
                answers = await journal.answers.that_helped(*place)
        self._helped[place] = asked_at, answers
        if len(self._helped) > _CHANNELS:
            self._helped.popitem(last=False)
        found = [
            (key_of(kept.question), kept.question)
            for kept in answers
            if kept.question and fits(kept.question)
            if all(self._questions.is_searched(passage.document_id, origin) for passage in kept.passages)
        ]
        return best_first(matching(found, typed), typed)
