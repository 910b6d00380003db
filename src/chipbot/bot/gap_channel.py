"""The gap channel: each question that the documents don't answer, once, with buttons for the team to close it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import discord

from chipbot.bot import team_strings
from chipbot.bot.components import FIELD, TITLE_LIMIT, clipped, written
from chipbot.bot.panel import Interaction, tell
from chipbot.bot.services import ServiceClient, journal_of
from chipbot.bot.team_controls import Button, Control, control_id
from chipbot.errors import ChipbotError
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.service.questions import Origin
from chipbot.service.refresh import AlreadyRunningError
from chipbot.service.taught_answers import TeachingError, teach, unteach

if TYPE_CHECKING:
    from chipbot.journal.records import AskedAt, Gap, GapCause, KeptAnswer
    from chipbot.model import Progress

log = logging.getLogger(__name__)

UNSURE = 0.15
"""How far above the threshold an answer's confidence is still uncertain."""
MAX_NOTES = 100
"""How many questions may wait to be listed; further ones are only counted."""
MAX_TOLD = 25
"""How many of those who asked are told."""
ANSWER_LIMIT = 2000
"""The most characters of the team's answer."""
_RETRY = 2.0  # seconds until a rebuild that waits for another is tried again
_TRIES = 30


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
    """Lists questions in the gap channels of their servers, one after the other, beside what is answered."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._waiting: asyncio.Queue[Noted] = asyncio.Queue(MAX_NOTES)
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
        if self._waiting.full():
            log.warning("a question is not listed: too many wait for it")
            return
        self._waiting.put_nowait(noted)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._list_all())

    async def close(self) -> None:
        """List what waits, for a moment, and stop."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=1)
            self._task.cancel()

    async def _list_all(self) -> None:
        while not self._waiting.empty():
            noted = self._waiting.get_nowait()
            try:
                await self._list(noted)
            except (ChipbotError, discord.HTTPException) as error:
                log.warning("a question is not listed: %s", error)
            except Exception:  # the others are listed all the same
                log.exception("a question is not listed")

    async def _list(self, noted: Noted) -> None:
        terms = await self._client.questions.terms(noted.question)
        gap = await journal_of(self._client).gaps.add(
            noted.guild_id,
            noted.question,
            terms,
            noted.cause,
            asker=noted.asker,
            channel_id=noted.channel_id,
            message_id=noted.message_id,
        )
        await show(self._client, gap)


def cause_of(result: Answer | NoAnswer, options: AnswerOptions) -> GapCause | None:
    """Why a question's result makes it a gap; None where it does not."""
    if isinstance(result, NoAnswer):
        return None if result.reason == "empty_question" else "refused"
    return "uncertain" if result.confidence < options.min_confidence + UNSURE else None


async def show(client: ServiceClient, gap: Gap, by: int | None = None) -> None:
    """Bring a gap's entry up to date, or make it. Raises discord.HTTPException, JournalError."""
    journal = journal_of(client)
    content, view = team_strings.entry(gap, by), await _view(client, gap)
    if gap.channel_id is not None and gap.message_id is not None:
        message = client.get_partial_messageable(gap.channel_id).get_partial_message(gap.message_id)
        try:
            await message.edit(content=content, view=view)
        except discord.NotFound:  # somebody deleted it: it comes again
            log.info("the entry of gap %d is gone", gap.id)
        else:
            return
    channel_id = journal.settings.of(gap.guild_id).gap_channel
    if channel_id is not None and gap.state == "open":
        sent = await client.get_partial_messageable(channel_id).send(content, view=view)
        await journal.gaps.set_entry(gap.id, channel_id, sent.id)


async def _view(client: ServiceClient, gap: Gap) -> discord.ui.View:
    buttons: tuple[Button, ...] = {
        "open": (
            Button(
                label=team_strings.ANSWER,
                style=discord.ButtonStyle.primary,
                custom_id=control_id("answer", gap.id),
            ),
            Button(label=team_strings.IGNORE, custom_id=control_id("ignore", gap.id)),
        ),
        "answered": (Button(label=team_strings.UNDO, custom_id=control_id("undo", gap.id)),),
        "ignored": (Button(label=team_strings.REOPEN, custom_id=control_id("reopen", gap.id)),),
    }[gap.state]
    places = await journal_of(client).gaps.askers(gap.id)
    if gap.state == "answered" and any(place.message_id for place in places):
        buttons += (Button(label=team_strings.TELL, custom_id=control_id("tell", gap.id)),)
    if places:
        buttons += (Button(label=team_strings.JUMP, url=_address(gap.guild_id, places[0])),)
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()  # a press comes back by its custom_id
    return view


def _address(guild_id: int, place: AskedAt) -> str:
    parts = [str(part) for part in (guild_id, place.channel_id, place.message_id) if part]
    return "https://discord.com/channels/" + "/".join(parts)


async def _gap(interaction: Interaction, number: int) -> Gap | None:
    """The gap of a control, if it is this server's; where it is not kept, the member is told."""
    gap = await journal_of(interaction.client).gaps.get(number)
    if gap is None or gap.guild_id != interaction.guild_id:
        await tell(interaction, team_strings.GONE)
        return None
    return gap


async def _answer(interaction: Interaction, number: int) -> None:
    """Open the form for the answer."""
    gap = await _gap(interaction, number)
    if gap is None:
        return
    await interaction.response.send_modal(answer_form(gap))


def answer_form(gap: Gap) -> discord.ui.Modal:
    """The form for the team's answer to a question."""
    form = discord.ui.Modal(
        title=clipped(gap.question, TITLE_LIMIT), custom_id=control_id("answer_sent", gap.id), timeout=60
    )
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=FIELD, style=discord.TextStyle.paragraph, max_length=ANSWER_LIMIT
    )
    form.add_item(discord.ui.Label(text=team_strings.YOUR_ANSWER, component=field))
    form.stop()  # what is sent comes back by its custom_id
    return form


async def _answer_sent(interaction: Interaction, number: int) -> None:
    """Keep the answer as a document, and index it."""
    client, text = interaction.client, written(interaction.data)
    gap = await _gap(interaction, number)
    if gap is None:
        return
    if not any(character.isalnum() for character in text):
        await tell(interaction, team_strings.NOTHING_WRITTEN)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    seeds = _seeds(client)
    name, today = interaction.user.display_name, datetime.now(UTC).date()
    document_id = await asyncio.to_thread(
        teach, seeds, gap.guild_id, gap.id, gap.question, text, by=name, on=today
    )
    try:
        seconds = await _reindex(client, name)
    except ChipbotError:
        await asyncio.to_thread(unteach, seeds, document_id)
        await interaction.followup.send(team_strings.your_text(text), ephemeral=True)
        raise
    answered = await journal_of(client).gaps.set_state(number, "answered", document_id)
    found = document_id in await client.questions.cited(gap.question, gap.guild_id)
    await interaction.edit_original_response(content=team_strings.remembered(seconds, found))
    if answered is not None:
        await show(client, answered, interaction.user.id)


async def _undo(interaction: Interaction, number: int) -> None:
    """Take the answer back out of the documents."""
    client, gap = interaction.client, await _gap(interaction, number)
    if gap is None:
        return
    if gap.document_id is None:
        await tell(interaction, team_strings.CHANGED)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    await asyncio.to_thread(unteach, _seeds(client), gap.document_id)
    await _reindex(client, interaction.user.display_name)
    opened = await journal_of(client).gaps.set_state(number, "open")
    await interaction.edit_original_response(content=team_strings.UNDONE)
    if opened is not None:
        await show(client, opened)


async def _tell(interaction: Interaction, number: int) -> None:
    """Tell those who asked, below their messages, once; nobody is pinged."""
    client, gap = interaction.client, await _gap(interaction, number)
    if gap is None:
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    journal, told = journal_of(client), 0
    places = [place for place in await journal.gaps.askers(number) if place.message_id is not None]
    await journal.gaps.told(number)
    for place in places[:MAX_TOLD]:
        message = client.get_partial_messageable(place.channel_id).get_partial_message(place.message_id or 0)
        try:
            await message.reply(team_strings.now_answered(gap), mention_author=False)
            told += 1
        except discord.HTTPException as error:
            log.info("somebody who asked cannot be told: %s", error)
    await interaction.edit_original_response(content=team_strings.told(told))
    await show(client, gap, interaction.user.id)


async def _ignore(interaction: Interaction, number: int) -> None:
    """List the question no more."""
    await _set(interaction, number, "open", "ignored")


async def _reopen(interaction: Interaction, number: int) -> None:
    """List the question again."""
    await _set(interaction, number, "ignored", "open")


async def _set(interaction: Interaction, number: int, before: str, state: Any) -> None:
    gap = await _gap(interaction, number)
    if gap is None:
        return
    if gap.state != before:
        await tell(interaction, team_strings.CHANGED)
        return
    changed = await journal_of(interaction.client).gaps.set_state(number, state)
    if changed is not None:
        view = await _view(interaction.client, changed)
        content = team_strings.entry(changed, interaction.user.id)
        await interaction.response.edit_message(content=content, view=view)


def _seeds(client: ServiceClient) -> Any:
    if client.seeds is None:
        raise TeachingError(team_strings.NO_FOLDER)
    return client.seeds


async def _reindex(client: ServiceClient, who: str) -> float:
    """Rebuild the index, after a rebuild that is under way; return the seconds it took."""
    for attempt in range(_TRIES):
        try:
            _, seconds = await client.refresher.run(who, _ignore_progress)
        except AlreadyRunningError:
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(_RETRY)
        else:
            return seconds
    raise AssertionError("the last try returns or raises")


async def _ignore_progress(_: Progress) -> None:
    """Show nobody how far the rebuild is: it takes a moment."""


CONTROLS: Mapping[str, Control] = {
    "answer": _answer,
    "answer_sent": _answer_sent,
    "undo": _undo,
    "tell": _tell,
    "ignore": _ignore,
    "reopen": _reopen,
}
"""What each control's name stands for."""
