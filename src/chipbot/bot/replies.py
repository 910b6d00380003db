"""What the question service returns → what is sent to Discord."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from chipbot.bot import strings
from chipbot.bot.answer_view import answer_view
from chipbot.bot.channels import channels_in
from chipbot.bot.services import Draw, ServiceClient
from chipbot.model import Answer, NoAnswer
from chipbot.service.questions import Origin, Question
from chipbot.service.responses import Response, SmallTalk, TurnedAway
from chipbot.service.scopes import DIRECT_MESSAGES
from chipbot.translation import Message

if TYPE_CHECKING:
    import discord


class Reply(NamedTuple):
    """What is sent."""

    content: str | discord.ui.LayoutView
    """A message's content, or a layout in its stead."""
    number: str | None = None
    """The number that an answer or a refusal is kept under."""
    for_all: Draw | None = None
    """Draws the same for everybody; None where everybody sees it."""


class Asker(NamedTuple):
    """Who asked, and where."""

    user: discord.Member | discord.User
    """The member."""
    guild: discord.Guild | None
    """The server; None in direct messages."""
    origin: Origin
    """The same in numbers."""
    history: tuple[str, ...] = ()
    """The questions before this one, oldest first."""
    private: bool = False
    """Whether they asked in private, or in a thread that not everybody in its channel reads."""
    alone: bool = False
    """Whether they alone see the reply, which a refusal can be that was not asked in private."""
    forum: bool = False
    """Whether they asked in a forum post."""


def response_reply(
    client: ServiceClient, response: Response, question: Question, asker: Asker, *, repeat: bool = False
) -> Reply:
    """The reply with a response, which is kept for its buttons; `repeat` shows the question above its answer."""
    if isinstance(response, SmallTalk):
        status = response.status
        sentence = strings.small_talk(response.kind, status.titles, status.documents)
        return Reply(strings.linked(sentence, client.command_ids))
    number = client.kept.keep(response, asker.origin, history=asker.history, private=asker.private)
    notes = [strings.QUESTION_CUT] if question.cut else []
    draw = drawing(client, response, number, asker, question=question.text if repeat else None, notes=notes)
    if not asker.alone:
        return Reply(draw(), number)
    more = client.questions.reads_more_alone(asker.origin)
    if asker.origin.alone:
        return Reply(draw(private=True, shareable=not more), number, None if more else draw)
    hints = [strings.your_documents()] if more and isinstance(response, NoAnswer) else []
    return Reply(draw(private=True, hints=hints), number, draw)


def drawing(
    client: ServiceClient,
    result: Answer | NoAnswer,
    number: str,
    asker: Asker,
    *,
    question: str | None = None,
    notes: Sequence[Message] = (),
) -> Callable[..., discord.ui.LayoutView]:
    """Return what draws a result in the language of the moment; it takes how it is shown to its asker alone."""
    quotes = result.quotes[: result.shown] if isinstance(result, Answer) else ()
    return partial(
        answer_view,
        result,
        number,
        question=question,
        notes=notes,
        forum=asker.forum,
        team=client.questions.settings_of(asker.origin).help_channel is not None,
        channels=channels_in(quotes, asker.guild, asker.user),
    )


def refusal(turned_away: TurnedAway, origin: Origin) -> str | Message:
    """The sentence for a member whose question is not worked on now."""
    if turned_away.reason == "cooldown":
        return strings.wait(turned_away.seconds)
    if turned_away.reason == "not_granted":
        return strings.not_granted(str(origin.guild_id or DIRECT_MESSAGES))
    return {
        "closing": strings.CLOSING,
        "no_question": strings.NO_QUESTION,
        "no_words": strings.NO_WORDS,
        "busy": strings.BUSY,
    }[turned_away.reason]
