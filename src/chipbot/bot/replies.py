"""What the question service returns → what is sent to Discord."""

from __future__ import annotations

import discord

from chipbot.bot import strings
from chipbot.bot.rendering import rendered
from chipbot.service.question_service import Response, SmallTalk, TurnedAway
from chipbot.service.questions import Question

Reply = str | discord.ui.LayoutView
"""What is sent: a message's content, or a layout in its stead."""


def response_reply(response: Response, question: Question, *, repeat: bool = False) -> Reply:
    """The reply with a response; `repeat` shows the question above its answer."""
    if isinstance(response, SmallTalk):
        status = response.status
        return strings.small_talk(response.kind, status.titles, status.documents)
    notes = [strings.QUESTION_CUT] if question.cut else []
    return rendered(response, question=question.text if repeat else None, notes=notes)


def refusal(turned_away: TurnedAway) -> str:
    """The sentence for a member whose question is not worked on now."""
    if turned_away.reason == "cooldown":
        return strings.wait(turned_away.seconds)
    return {
        "closing": strings.CLOSING,
        "no_question": strings.NO_QUESTION,
        "no_words": strings.NO_WORDS,
        "busy": strings.BUSY,
    }[turned_away.reason]
