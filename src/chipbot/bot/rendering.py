"""Answer | NoAnswer -> what Discord is told to show: one container of texts and controls, within Discord's limits.

Components V2 rather than embeds: embeds need the permission "Embed Links", vanish for members who switched
link previews off, and are drawn narrower. All text of such a message together may hold 4,000 characters, and
it cannot have content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import discord

from chipbot.bot.components import Row
from chipbot.bot.markdown import quote_markdown
from chipbot.bot.markdown_escape import inline, link, units
from chipbot.bot.truncate import excerpt, is_cut, truncate
from chipbot.model import Answer, Citation, NoAnswer, Quote
from chipbot.service.pages import Page
from chipbot.service.place_names import place_name
from chipbot.translation import Message, gettext, listed, said_in_each

TEXT_LIMIT = 4000
"""The most text in one message, in UTF-16 code units, all text displays together."""
FIRST_LIMIT = 1500
"""The most characters of the first quote: about a screen on a telephone."""
OTHER_LIMIT = 300
"""The most characters of each further quote: it supports the first one, and must not push it off the
screen."""
PAGE_LIMIT = 3000
"""The most characters of a page of a document."""
LEAST = 80
"""Below this many characters a further quote says too little and is left out, if it does not fit."""
TITLE_LIMIT = 80
"""The most characters of a title or a heading."""
QUESTION_LIMIT = 200
"""The most characters of a question that is repeated above its answer."""
ANSWERED = discord.Colour(0x2E8B57)
NOT_ANSWERED = discord.Colour(0x8A8F98)

Channels = Mapping[str, int]
"""The ids of channels by their names."""
NO_CHANNELS: Channels = MappingProxyType({})

Part = list[str]
"""One quote or refusal, with what belongs to it: a text display each."""


def rendered(
    result: Answer | NoAnswer,
    *,
    question: str | None = None,
    notes: Sequence[str | Message] = (),
    hints: Sequence[str] = (),
    channels: Channels = NO_CHANNELS,
    controls: Sequence[Row] = (),
) -> discord.ui.LayoutView:
    """The message for a result.

    `question`, when given, is repeated above it; `notes` are sentences of our own above it, too, and `hints` such below a
    refusal. `channels` are those that quotes may name, and `controls` what stands below all.
    """
    if isinstance(result, Answer):
        notes = (*(_correction(*pair) for pair in result.corrections[:3]), *notes)
        parts = quote_parts(result.quotes[: result.shown], _above(question, notes), channels)
        return layout(parts, ANSWERED, controls)
    small = [f"-# {hint}" for hint in hints]
    return layout([[*_above(question, notes), _refusal(result), *small]], NOT_ANSWERED, controls)


def repeated(question: str) -> str:
    """A question as it stands above its answer."""
    return gettext("-# Question: {question}", question=question)


def repeated_in(text: str) -> str | None:
    """The question that stands above its answer, in whichever language that was said; None where this is none."""
    for before, after in _around_questions():
        if text.startswith(before) and text.endswith(after):
            return text[len(before) : len(text) - len(after)]
    return None


@cache
def _around_questions() -> frozenset[tuple[str, str]]:
    """What stands before and after a question that is repeated, in any language."""
    before_and_after = said_in_each(lambda: repeated("\0").partition("\0"))
    return frozenset((before, after) for before, _, after in before_and_after.values())


def rendered_quotes(quotes: Sequence[Quote], channels: Channels = NO_CHANNELS) -> discord.ui.LayoutView:
    """The message with further quotes."""
    return layout(quote_parts(quotes, channels=channels), ANSWERED)


def rendered_page(
    page: Page, controls: Sequence[Row], channels: Channels = NO_CHANNELS
) -> discord.ui.LayoutView:
    """The message with a page of a document."""
    citation = page.quote.citation
    title = f"**{_linked(inline(citation.document_name, TITLE_LIMIT), citation)}**"
    where = ""
    if page.total > 1:
        where = f" · {gettext('page {number} of {total}', number=page.number + 1, total=page.total)}"
    for limit in (PAGE_LIMIT, PAGE_LIMIT // 2, FIRST_LIMIT // 2):
        text = _markdown(
            page.quote, truncate(page.quote, limit), channels=channels, links=limit == PAGE_LIMIT
        )
        if units(text) <= TEXT_LIMIT - 1000:  # what a title can take
            break
    return layout([[f"{title}{where}", text]], NOT_ANSWERED, controls)


def quote_parts(
    quotes: Sequence[Quote], above: Sequence[str] = (), channels: Channels = NO_CHANNELS
) -> list[Part]:
    """The texts of quotes, a part for each, shortened until they fit.

    First the quotes lose their links, whose addresses are long; then they are shortened, later ones first. Each round
    makes the sum of the limits smaller, so that there are few; a quote of one character fits whatever stands around it.
    """
    limits = [FIRST_LIMIT] + [OTHER_LIMIT] * (len(quotes) - 1)
    links = True
    while True:
        parts = [_quote(quote, limit, links, channels) for quote, limit in zip(quotes, limits, strict=False)]
        parts[0] = [*above, *parts[0]]
        if sum(units(text) for part in parts for text in part) <= TEXT_LIMIT or limits == [1]:
            return parts
        limits, links = (limits, False) if links else (_tighter(limits), False)


def _tighter(limits: list[int]) -> list[int]:
    """The limits after one more step of shortening: their sum is smaller, but for that of [1]."""
    *earlier, last = limits
    if not earlier:
        return [max(1, last * 3 // 4)]
    return [*earlier, last // 2] if last // 2 >= LEAST else earlier


def _above(question: str | None, notes: Sequence[str | Message]) -> Part:
    """What stands above the first quote: the question, and sentences of ours."""
    asked = [repeated(inline(question, QUESTION_LIMIT))] if question else []
    return asked + [f"-# {note}" for note in notes]


def _quote(quote: Quote, limit: int, links: bool, channels: Channels) -> Part:  # noqa: FBT001  # one of the two steps above
    """One quote, with its highlights in bold, and the line that says where it stands.

    They are two text displays: a line below a block quote is taken into it by some of Discord's clients.
    """
    shown = truncate(excerpt(quote), limit)
    return [_markdown(quote, shown, channels=channels, links=links), cited(shown.citation)]


def _markdown(quote: Quote, shown: Quote, *, channels: Channels, links: bool) -> str:
    start, end = shown.citation.start - quote.citation.start, shown.citation.end - quote.citation.start
    return quote_markdown(
        shown,
        cut_before=is_cut(quote, start),
        cut_after=is_cut(quote, end),
        links=links,
        channels=channels,
    )


def cited(citation: Citation) -> str:
    """Where a quote stands, in one small line that leads there: title › heading · page."""
    title = inline(citation.document_name, TITLE_LIMIT)
    headings = "".join(f" › {inline(heading, TITLE_LIMIT)}" for heading in citation.heading[-2:])
    place = place_name(citation.page, citation.label)
    if citation.page is None:
        place = inline(place, TITLE_LIMIT)
    return f"-# {_linked(title + headings, citation)}" + (f" · {place}" if place else "")


def _linked(label: str, citation: Citation) -> str:
    return link(label, citation.url) if citation.url else label


def _correction(word: str, other: str) -> str:
    """Which word was looked for instead of a misspelt one."""
    return gettext(
        "Showing results for “{other}” instead of “{word}”.", other=inline(other, 40), word=inline(word, 40)
    )


def _refusal(result: NoAnswer) -> str:
    """Why there is no answer, and which words the documents lack."""
    if result.reason == "empty_question":
        text = gettext("I found no word to look for in that question.")
    else:
        text = gettext("I found no answer to that in the documents.")
    if not result.missing:
        return f"**{text}**"
    words = listed(gettext("“{word}”", word=inline(word, 40)) for word in result.missing[:5])
    return f"**{text}**\n{gettext('Nowhere in them: {words}.', words=words)}"


def layout(
    parts: Sequence[Part], colour: discord.Colour | None = None, controls: Sequence[Row] = ()
) -> discord.ui.LayoutView:
    """One container with a hairline between the parts, and the controls below them."""
    container: discord.ui.Container[Any] = discord.ui.Container(accent_colour=colour)
    for number, part in enumerate(parts):
        if number:
            container.add_item(discord.ui.Separator(spacing=discord.SeparatorSpacing.small))
        for text in part:
            container.add_item(discord.ui.TextDisplay(text))
    for row in controls:
        container.add_item(row)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(container)
    # What is pressed is found by its custom_id, so that discord.py need not remember each message for it.
    view.stop()
    return view
