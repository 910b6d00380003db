"""What each button, menu and form below an answer does."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence

import discord

from chipbot.bot import strings
from chipbot.bot.answer_view import page_view
from chipbot.bot.channels import channels_in
from chipbot.bot.components import Target, form, without_control, written
from chipbot.bot.controls import Control, data_of, say_too_old
from chipbot.bot.forum import mark_not_meant, mark_solved
from chipbot.bot.help_channel import ask_team
from chipbot.bot.language import public_language
from chipbot.bot.removal import remove_pressed
from chipbot.bot.rendering import rendered_quotes
from chipbot.bot.replies import Asker, drawing
from chipbot.bot.reply_chain import questions_of
from chipbot.bot.responses import PATIENCE, in_time, replace, respond, say, show
from chipbot.bot.services import Draw, Interaction, origin_of
from chipbot.bot.votes import ask_why, note_reason, vote_down, vote_up
from chipbot.journal.records import KeptAnswer, KeptPassage, kept_passages
from chipbot.model import Answer, Quote
from chipbot.translation import in_language


async def _ask_follow_up(interaction: Interaction, target: Target) -> None:
    """Open the form for the next question."""
    if await interaction.client.kept.find(target.number, interaction.guild_id) is None:
        await say_too_old(interaction)
        return
    target = target._replace(action="follow_up_sent")
    await _open(
        interaction, form(target, strings.FOLLOW_UP, strings.YOUR_QUESTION, hint=strings.FOLLOW_UP_HINT)
    )


async def _rephrase(interaction: Interaction, target: Target) -> None:
    """Open the form with the question as it was asked."""
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)
    if kept is None:
        await say_too_old(interaction)
        return
    try:
        async with asyncio.timeout(PATIENCE):  # a form cannot be deferred: in doubt it opens empty
            *_, question = ("", *await _asked(interaction, kept))
    except TimeoutError:
        question = ""
    target = target._replace(action="rephrase_sent")
    await _open(interaction, form(target, strings.REPHRASE, strings.YOUR_QUESTION, text=question))


async def _open(interaction: Interaction, modal: discord.ui.Modal) -> None:
    modal.stop()  # what is sent comes back by its custom_id, after a restart as well
    await interaction.response.send_modal(modal)


async def _follow_up_sent(interaction: Interaction, target: Target) -> None:
    """Answer the next question, which may mean what the ones before it were about."""
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)

    async def find_history() -> tuple[str, ...]:
        return await _asked(interaction, kept)

    text = written(data_of(interaction))
    await respond(interaction, text, "follow_up", private=_is_private(interaction), find_history=find_history)


async def _rephrase_sent(interaction: Interaction, target: Target) -> None:
    """Answer the question in other words: in private where it was asked so."""
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)
    private = True if kept is not None and kept.private and _is_private(interaction) else None

    async def find_history() -> tuple[str, ...]:
        return (await _asked(interaction, kept))[:-1]

    text = written(data_of(interaction))
    await respond(interaction, text, "rephrase", private=private, find_history=find_history)


async def _asked(interaction: Interaction, kept: KeptAnswer | None) -> tuple[str, ...]:
    """The questions that led to an answer, oldest first: as they are remembered, or as Discord shows them still."""
    if kept is not None and kept.question is not None:
        return (*kept.history, kept.question)
    message, me = interaction.message, interaction.client.user
    if message is None or me is None:
        return ()
    return await questions_of(interaction.client.questions.history, message, me)


async def _show_more(interaction: Interaction, target: Target) -> None:
    """Show the quotes that the message left out to whoever wants them."""
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)
    if kept is None:
        await say_too_old(interaction)
        return
    found = await in_time(interaction, _quotes(interaction, kept.passages[kept.shown :]))
    if not found:
        await say(interaction, strings.CHANGED_SINCE)
        return
    channels = channels_in(found, interaction.guild, interaction.user)
    await show(interaction, rendered_quotes(found, channels))


async def _quotes(interaction: Interaction, passages: Sequence[KeptPassage]) -> list[Quote]:
    """The passages that are still there."""
    origin = origin_of(interaction.user, interaction.channel, interaction.guild_id, alone=True)
    quotes = [await interaction.client.questions.quote(passage, origin) for passage in passages]
    return [quote for quote in quotes if quote is not None]


async def _read_in_context(interaction: Interaction, target: Target) -> None:
    """Show the page that a quote stands on."""
    await _show_page(interaction, target._replace(place=(*target.place, 0)[:1]))


async def _open_section(interaction: Interaction, target: Target) -> None:
    """Show the section that was chosen from a menu."""
    chosen = data_of(interaction).get("values") or ["0"]
    await _show_page(interaction, target._replace(place=(int(chosen[0]),)))


async def _turn_page(interaction: Interaction, target: Target) -> None:
    """Show another page in place of this one."""
    await _show_page(interaction, target)


async def _show_page(interaction: Interaction, target: Target) -> None:
    """Show a page around a quote: of the number that is said, or the one that the quote is on."""
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)
    passage = _passage(kept, target)
    if passage is None:
        await say_too_old(interaction)
        return
    quote, *numbers = target.place
    turned = bool(numbers)
    origin = origin_of(interaction.user, interaction.channel, interaction.guild_id, alone=True)
    looked_up = interaction.client.questions.page(passage, origin, numbers[0] if turned else None)
    page = await in_time(interaction, looked_up, replacing=turned)
    if page is None:
        await say(interaction, strings.CHANGED_SINCE)
        return
    page = page._replace(quote=_highlighted(page.quote, passage))
    view = page_view(
        page, target.number, quote, channels_in([page.quote], interaction.guild, interaction.user)
    )
    await (replace(interaction, view) if turned else show(interaction, view))


def _highlighted(page: Quote, passage: KeptPassage) -> Quote:
    """A page with what answered in bold, where it stands there."""
    offset = passage.start - page.citation.start
    spans = [(start + offset, end + offset) for start, end in passage.highlights]
    return dataclasses.replace(
        page, highlights=tuple(span for span in spans if span[0] >= 0 and span[1] <= len(page.text))
    )


def _passage(kept: KeptAnswer | None, target: Target) -> KeptPassage | None:
    """The passage that a target is about."""
    quote = target.place[0] if target.place else 0
    return kept.passages[quote] if kept is not None and quote < len(kept.passages) else None


async def _show_to_everyone(interaction: Interaction, target: Target) -> None:
    """Send what the member alone sees for everyone to see, once, in the language of all who read it."""
    client, message = interaction.client, interaction.message
    kept = await client.kept.find(target.number, interaction.guild_id)
    if message is None or kept is None:
        await say_too_old(interaction)
        return
    user, locale = interaction.user, interaction.locale
    origin = origin_of(user, interaction.channel, interaction.guild_id, locale=locale)
    if not all(client.questions.is_searched(passage.document_id, origin) for passage in kept.passages):
        await say(interaction, strings.NOT_FOR_ALL)
        return
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    without_control(view, target.custom_id)
    view.stop()
    await interaction.response.edit_message(view=view)
    if not client.shown_to_all.add(target.number, None):
        return
    asker = Asker(user, interaction.guild, origin)
    draw = client.for_all.pop(target.number) or await _drawn_again(interaction, target.number, kept, asker)
    with in_language(public_language(client, origin)):
        public = view if draw is None else draw()
    sent = await interaction.followup.send(view=public, ephemeral=False, wait=True)
    client.kept.sent(target.number, sent.id)


async def _drawn_again(interaction: Interaction, number: str, kept: KeptAnswer, asker: Asker) -> Draw | None:
    """Return what draws an answer of before a restart, in any language; None where it would be answered otherwise now, and
    can only be shown as the member reads it.
    """
    *before, question = ("", *await _asked(interaction, kept))
    result = await interaction.client.questions.result(question, asker.origin, tuple(before[1:]))
    outcome = "answered" if isinstance(result, Answer) else result.reason
    if (kept_passages(result), outcome) != (kept.passages, kept.outcome):
        return None
    return drawing(interaction.client, result, number, asker, question=question)


def _is_private(interaction: Interaction) -> bool:
    """Whether the message that a form was opened from is seen by its asker alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


CONTROLS: Mapping[str, Control] = {
    "follow_up": _ask_follow_up,
    "follow_up_sent": _follow_up_sent,
    "rephrase": _rephrase,
    "rephrase_sent": _rephrase_sent,
    "more": _show_more,
    "context": _read_in_context,
    "section": _open_section,
    "page": _turn_page,
    "show": _show_to_everyone,
    "team": ask_team,
    "up": vote_up,
    "down": vote_down,
    "why": ask_why,
    "why_sent": note_reason,
    "remove": remove_pressed,
    "solved": mark_solved,
    "not_meant": mark_not_meant,
}
"""What each control's name stands for."""
