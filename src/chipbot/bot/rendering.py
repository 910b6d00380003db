"""Answer | NoAnswer -> what Discord is told to show: one container of text displays, within Discord's limits.

Components V2 rather than embeds: embeds need the permission "Embed Links", vanish for members who switched
link previews off, and are drawn narrower. All text of such a message together may hold 4,000 characters, and
it cannot have content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from chipbot.bot.markdown import quote_markdown
from chipbot.bot.markdown_escape import inline, link, units
from chipbot.bot.truncate import truncate
from chipbot.model import Answer, Citation, NoAnswer, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_LIMIT = 4000
"""The most text in one message, in UTF-16 code units, all text displays together."""
FIRST_LIMIT = 1500
"""The most characters of the first quote: about a screen on a telephone."""
OTHER_LIMIT = 300
"""The most characters of each further quote: it supports the first one, and must not push it off the
screen."""
LEAST = 80
"""Below this many characters a further quote says too little and is left out, if it does not fit."""
TITLE_LIMIT = 80
"""The most characters of a title or a heading."""
QUESTION_LIMIT = 200
"""The most characters of a question that is repeated above its answer."""
ANSWERED = discord.Colour(0x2E8B57)
NOT_ANSWERED = discord.Colour(0x8A8F98)


Part = list[str]
"""One quote or refusal, with what belongs to it: a text display each."""


def rendered(
    result: Answer | NoAnswer, *, question: str | None = None, notes: Sequence[str] = ()
) -> discord.ui.LayoutView:
    """The message for a result.

    `question`, when given, is repeated above it; `notes` are sentences of our own for below it.
    """
    if isinstance(result, Answer):
        notes = (*(_correction(*pair) for pair in result.corrections[:3]), *notes)
        return _layout(answer_parts(result, question, notes), ANSWERED)
    return _layout(_framed([[_refusal(result)]], question, notes), NOT_ANSWERED)


def answer_parts(answer: Answer, question: str | None = None, notes: Sequence[str] = ()) -> list[Part]:
    """The message's texts, a part for each quote, shortened until they fit.

    First the quotes lose their links, whose addresses are long; then they are shortened, later ones first. Each round
    makes the sum of the limits smaller, so that there are few; a quote of one character fits whatever stands around it.
    """
    limits = [FIRST_LIMIT] + [OTHER_LIMIT] * (len(answer.quotes) - 1)
    links = True
    while True:
        shown = [_quote(quote, limit, links) for quote, limit in zip(answer.quotes, limits, strict=False)]
        parts = _framed(shown, question, notes)
        if sum(units(text) for part in parts for text in part) <= TEXT_LIMIT or limits == [1]:
            return parts
        limits, links = (limits, False) if links else (_tighter(limits), False)


def _tighter(limits: list[int]) -> list[int]:
    """The limits after one more step of shortening: their sum is smaller, but for that of [1]."""
    *earlier, last = limits
    if not earlier:
        return [max(1, last * 3 // 4)]
    return [*earlier, last // 2] if last // 2 >= LEAST else earlier


def _framed(parts: list[Part], question: str | None, notes: Sequence[str]) -> list[Part]:
    """The parts with the question above the first and the notes below the last."""
    above = [f"-# Question: {inline(question, QUESTION_LIMIT)}"] if question else []
    framed = [above + parts[0], *parts[1:]]
    framed[-1] = framed[-1] + [f"-# {note}" for note in notes]
    return framed


def _quote(quote: Quote, limit: int, links: bool) -> Part:  # noqa: FBT001  # one of the two steps above
    """One quote, with its highlights in bold, and the line that says where it stands.

    They are two text displays: a line below a block quote is taken into it by some of Discord's clients.
    """
    shown = truncate(quote, limit)
    markdown = quote_markdown(
        shown,
        cut_before=shown.citation.start > quote.citation.start,
        cut_after=shown.citation.end < quote.citation.end,
        links=links,
    )
    return [markdown, cited(shown.citation)]


def cited(citation: Citation) -> str:
    """Where a quote stands, in one small line: title › heading · page · line."""
    title = inline(citation.title, TITLE_LIMIT)
    headings = "".join(f" › {inline(heading, TITLE_LIMIT)}" for heading in citation.heading[-2:])
    page = f" · page\u00a0{citation.page}" if citation.page is not None else ""
    one = citation.line_start == citation.line_end
    lines = (
        f"line\u00a0{citation.line_start}" if one else f"lines\u00a0{citation.line_start}–{citation.line_end}"
    )
    linked = link("open", citation.url) if citation.url else "open"
    where = f" · {linked}" if linked != "open" else ""
    return f"-# {title}{headings}{page} · {lines}{where}"


def _correction(word: str, other: str) -> str:
    """Which word was looked for instead of a misspelt one."""
    return f"Showing results for “{inline(other, 40)}” instead of “{inline(word, 40)}”."


def _refusal(result: NoAnswer) -> str:
    """Why there is no answer, which words the documents lack, and the headings that come closest."""
    if result.reason == "empty_question":
        text = "**I found no word to look for in that question.**"
    else:
        text = "**I found no answer to that in the documents.**"
    if result.missing:
        words = ", ".join(f"“{inline(word, 40)}”" for word in result.missing[:5])
        text += (
            f"\n{'This word is' if len(result.missing) == 1 else 'These words are'} nowhere in them: {words}."
        )
    closest = "".join(f"\n- {inline(suggestion, TITLE_LIMIT)}" for suggestion in result.suggestions[:3])
    return f"{text}\nWhat comes closest:{closest}" if closest else text


def _layout(parts: Sequence[Part], colour: discord.Colour) -> discord.ui.LayoutView:
    """One container with a hairline between the parts."""
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=colour)
    for number, part in enumerate(parts):
        if number:
            container.add_item(discord.ui.Separator(spacing=discord.SeparatorSpacing.small))
        for text in part:
            container.add_item(discord.ui.TextDisplay(text))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(container)
    return view
