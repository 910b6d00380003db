"""A result with its controls: what a member can do with an answer or a refusal."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from chipbot.bot import strings
from chipbot.bot.components import Row, Target, button, menu, rows
from chipbot.bot.rendering import NO_CHANNELS, Channels, rendered, rendered_page
from chipbot.model import Answer, NoAnswer, Quote
from chipbot.service.pages import Page
from chipbot.translation import Message


def answer_view(
    result: Answer | NoAnswer,
    number: str,
    *,
    question: str | None = None,
    notes: Sequence[str | Message] = (),
    hints: Sequence[str] = (),
    private: bool = False,
    shareable: bool = True,
    forum: bool = False,
    team: bool = False,
    channels: Channels = NO_CHANNELS,
) -> discord.ui.LayoutView:
    """Return the message for a result.

    Args:
        result: What was found.
        number: The number that it is kept under.
        question: What is repeated above it, if anything.
        notes: Sentences of ours above it.
        hints: Sentences of ours below a refusal.
        private: Whether the asker alone sees it.
        shareable: Whether they may show it to everyone.
        forum: Whether it answers a forum post.
        team: Whether there is a team to pass a refused question on to.
        channels: The channels that its quotes may name.
    """
    controls = (
        _answer_controls(result, number, shown=private and shareable, forum=forum)
        if isinstance(result, Answer)
        else _refusal_controls(result, number, shown=private and shareable, team=team)
    )
    return rendered(result, question=question, notes=notes, hints=hints, channels=channels, controls=controls)


def page_view(page: Page, number: str, quote: int, channels: Channels = NO_CHANNELS) -> discord.ui.LayoutView:
    """Return the message with a page of the document of an answer's quote, and ways to turn it."""
    before, after = max(page.number - 1, 0), page.number + 1
    turn = [
        button(Target("page", number, (quote, before)), emoji="◀️", disabled=page.number == 0),
        button(Target("page", number, (quote, after)), emoji="▶️", disabled=after == page.total),
    ]
    return rendered_page(page, rows(*turn) if page.total > 1 else [], channels)


def _answer_controls(answer: Answer, number: str, *, shown: bool, forum: bool) -> list[Row]:
    more = len(answer.quotes) - answer.shown
    buttons = [
        button(Target("follow_up", number), strings.FOLLOW_UP, "💬"),
        button(Target("context", number, (0,)), strings.READ_IN_CONTEXT, "📄"),
    ]
    if more:
        buttons.append(button(Target("more", number), strings.more(more), "➕"))
    if forum:
        buttons.append(button(Target("solved", number), strings.SOLVED, "✅", discord.ButtonStyle.success))
        buttons.append(button(Target("not_meant", number), strings.NOT_MEANT, "❌"))
    else:
        buttons.append(button(Target("up", number), emoji="👍"))
        buttons.append(button(Target("down", number), emoji="👎"))
    return rows(*buttons, *_show(number, offered=shown))


def _refusal_controls(refusal: NoAnswer, number: str, *, shown: bool, team: bool) -> list[Row]:
    sections: dict[str, tuple[str, str, str]] = {}
    near = ((place, quote) for place, quote in enumerate(refusal.rejected) if quote in refusal.closest)
    for place, quote in near:
        name, title = _section(quote)
        sections.setdefault(f"{title} › {name}", (str(place), name, title if name != title else ""))
    target = Target("section", number)
    offered = [menu(target, strings.CLOSEST, list(sections.values()))] if sections else []
    primary = discord.ButtonStyle.primary
    passed_on = [button(Target("team", number), strings.ASK_TEAM, "🙋", primary)] if team else []
    rephrase = button(Target("rephrase", number), strings.REPHRASE, "✏️")
    return [*offered, *rows(*passed_on, rephrase, *_show(number, offered=shown))]


def _show(number: str, *, offered: bool) -> list[discord.ui.Button[discord.ui.LayoutView]]:
    return [button(Target("show", number), strings.SHOW_TO_EVERYONE, "📢")] if offered else []


def _section(quote: Quote) -> tuple[str, str]:
    """What the section of a quote is called, and its document."""
    title = quote.citation.document_name
    return (quote.citation.heading[-1] if quote.citation.heading else title), title
