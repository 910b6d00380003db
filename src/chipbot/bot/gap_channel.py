"""The gap channel: each question that the documents don't answer, once, with buttons for the team (gap_controls.py)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import discord

from chipbot.bot import team_strings
from chipbot.bot.components import Button, Label, Target, button, rows
from chipbot.bot.language import channel_language
from chipbot.bot.rendering import ANSWERED, NOT_ANSWERED, layout
from chipbot.bot.services import ServiceClient, journal_of
from chipbot.bot.team import team_channel
from chipbot.errors import ChipbotError
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.service.questions import Origin
from chipbot.translation import in_language

if TYPE_CHECKING:
    from chipbot.journal.records import AskedAt, Gap, GapCause, GapState, KeptAnswer

log = logging.getLogger(__name__)

UNSURE = 0.15
"""How far above the threshold an answer's confidence is still uncertain."""
MAX_NOTES = 1_000
"""How many questions may wait to be noted as gaps; further ones are not."""
TO_DO = discord.Colour(0xF0A020)
COLOURS: Mapping[GapState, discord.Colour] = {"open": TO_DO, "answered": ANSWERED, "ignored": NOT_ANSWERED}
"""What marks an entry by what came of its question."""


class Noted(NamedTuple):
    """A question that is to be listed."""

    question: str
    cause: GapCause
    asker: str
    """The keyed hash of the member who is left without an answer."""
    guild_id: int
    channel_id: int
    """The channel or thread."""
    message_id: int | None = None


class GapChannel:
    """Notes questions as gaps, and lists those in the gap channels of their servers, one after the other, beside what is
    answered. All that wait are noted before one is listed, which Discord lets happen every other second: an entry says what
    came until then.
    """

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._waiting: deque[Noted] = deque()
        self._unlisted: dict[int, None] = {}
        """The numbers of gaps whose entries are not up to date, in order."""
        self._task: asyncio.Task[None] | None = None

    def note(self, result: Answer | NoAnswer, origin: Origin, options: AnswerOptions) -> None:
        """List the question where it was refused or hardly answered, and its server has a gap channel; later."""
        cause, journal = cause_of(result, options), self._client.journal
        if cause is None or journal is None or origin.guild_id is None:
            return
        place = origin.thread_id or origin.channel_id or 0
        asker = journal.member(origin.user_id)
        self._add(Noted(result.question, cause, asker, origin.guild_id, place, origin.message_id))

    def note_vote(self, kept: KeptAnswer, member: str) -> None:
        """List the question of an answer that a member voted down, where it is kept; later."""
        if kept.question is not None and kept.guild_id is not None:
            place = kept.guild_id, kept.channel_id, kept.message_id
            self._add(Noted(kept.question, "voted_down", member, *place))

    def _add(self, noted: Noted) -> None:
        """List a question where its server has a gap channel; what can't wait is left out."""
        journal = journal_of(self._client)
        if journal.settings.of(noted.guild_id).gap_channel is None:
            return
        if len(self._waiting) >= MAX_NOTES:
            log.warning("a question is not listed: too many wait for it")
            return
        self._waiting.append(noted)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._list_all())

    async def close(self) -> None:
        """List what waits, for a moment, and stop."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=1)
            self._task.cancel()

    async def _list_all(self) -> None:
        while self._waiting or self._unlisted:
            try:
                if self._waiting:
                    await self._note(self._waiting.popleft())
                else:
                    number = next(iter(self._unlisted))
                    del self._unlisted[number]
                    await self._list(number)
            except (ChipbotError, discord.HTTPException) as error:
                log.warning("a question is not listed: %s", error)
            except Exception:  # the others are listed all the same
                log.exception("a question is not listed")

    async def _note(self, noted: Noted) -> None:
        terms = await self._client.questions.terms(noted.question, noted.guild_id)
        gap = await journal_of(self._client).gaps.add(
            noted.guild_id,
            noted.question,
            terms,
            noted.cause,
            asker=noted.asker,
            channel_id=noted.channel_id,
            message_id=noted.message_id,
        )
        self._unlisted[gap.id] = None

    async def _list(self, number: int) -> None:
        gap = await journal_of(self._client).gaps.get(number)
        if gap is not None and gap.state != "answered":  # else the team has just dealt with it
            await show(self._client, gap)


def cause_of(result: Answer | NoAnswer, options: AnswerOptions) -> GapCause | None:
    """Why a question's result makes it a gap; None where it does not."""
    if isinstance(result, NoAnswer):
        return None if result.reason == "empty_question" else "refused"
    return "uncertain" if result.confidence < options.min_confidence + UNSURE else None


async def show(client: ServiceClient, gap: Gap, by: int | None = None) -> None:
    """Bring a gap's entry up to date, or make it. Raises discord.HTTPException, JournalError."""
    journal = journal_of(client)
    view = await drawn(client, gap, by)
    listed_in = team_channel(client, gap.guild_id, gap.channel_id)
    if listed_in is not None and gap.message_id is not None:
        message = listed_in.get_partial_message(gap.message_id)
        try:
            await message.edit(content=None, view=view)
        except discord.NotFound:  # somebody deleted it: it comes again
            log.info("the entry of gap %d is gone", gap.id)
        else:
            return
    channel = team_channel(client, gap.guild_id, journal.settings.of(gap.guild_id).gap_channel)
    if channel is not None and gap.state == "open":
        sent = await channel.send(view=view)
        await journal.gaps.set_entry(gap.id, channel.id, sent.id)


async def drawn(client: ServiceClient, gap: Gap, by: int | None = None) -> discord.ui.LayoutView:
    """Return a gap's entry with its buttons, in the language of those who read it."""
    places = await journal_of(client).gaps.askers(gap.id)
    channel_id = gap.channel_id or journal_of(client).settings.of(gap.guild_id).gap_channel
    with in_language(channel_language(client, gap.guild_id, channel_id)):
        asked_in = places[0].channel_id if places else None
        entry = team_strings.entry(gap, by, asked_in)
        return layout([[entry]], COLOURS[gap.state], rows(*_buttons(gap, places)))


def _buttons(gap: Gap, places: Sequence[AskedAt]) -> tuple[Button, ...]:
    buttons: tuple[Button, ...] = {
        "open": (
            gap_button("gap_answer", gap, team_strings.ANSWER, "✍️", discord.ButtonStyle.success),
            gap_button("gap_ignore", gap, team_strings.IGNORE, "🗑️"),
        ),
        "answered": (gap_button("gap_undo", gap, team_strings.UNDO),),
        "ignored": (gap_button("gap_reopen", gap, team_strings.REOPEN),),
    }[gap.state]
    if gap.state == "answered" and any(place.message_id for place in places):
        buttons += (gap_button("gap_tell", gap, team_strings.TELL),)
    if places:
        buttons += (jump_button(_address(gap.guild_id, places[0])),)
    return buttons


def gap_button(
    action: str,
    gap: Gap,
    label: Label,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> Button:
    """Return a button for what a control of gaps does."""
    return button(Target(action, str(gap.id)), label, emoji, style)


def jump_button(url: str) -> Button:
    """Return a button that leads to where something was asked."""
    return Button(label=str(team_strings.JUMP), url=url)


def _address(guild_id: int, place: AskedAt) -> str:
    parts = [str(part) for part in (guild_id, place.channel_id, place.message_id) if part]
    return "https://discord.com/channels/" + "/".join(parts)
