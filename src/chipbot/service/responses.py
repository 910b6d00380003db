"""What comes of a question besides an answer: small talk, or a reason why it is not worked on now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chipbot.model import Answer, IndexStatus, NoAnswer
from chipbot.service.small_talk import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk:
    """A message that asks nothing of the documents."""

    kind: Kind
    """What it is: a greeting, thanks, or the question what the bot knows."""
    status: IndexStatus
    """The documents that there are to ask about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """Why a question is not worked on now."""

    reason: Literal["closing", "no_question", "no_words", "cooldown", "busy", "not_granted"]
    """The service is closing; nothing was asked, or nothing with a word in it; the member asked too soon; too many
    questions are under way; or the operator lets nothing be searched there.
    """
    seconds: float = 0.0
    """How long the member has to wait, for `cooldown`."""
    told: bool = False
    """Whether the member has been told of this wait before, for `cooldown`; or too many are being told, for `busy`."""


Response = Answer | NoAnswer | SmallTalk
"""What comes of a question that is worked on."""
