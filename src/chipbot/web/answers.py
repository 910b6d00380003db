"""What came of a question → what the ask page shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from chipbot.model import Answer, NoAnswer, Quote
from chipbot.service.links import MARK, mark_of, page_path, web_address
from chipbot.service.place_names import place_name
from chipbot.service.responses import Response, SmallTalk, TurnedAway
from chipbot.translation import Message, gettext, joined, listed
from chipbot.web.elements import Element, ElementReader

_REFUSALS = {
    "empty_question": Message("There is no word to look for in that question."),
    "no_match": Message("The documents don't say anything about that."),
    "low_confidence": Message("The documents don't seem to answer that."),
}
_TURNED_AWAY = {
    "closing": Message("The bot is about to restart: ask again in a minute."),
    "no_question": Message("Ask something about the documents, in a few words or a sentence."),
    "no_words": Message("There is no word to look for in that question."),
    "not_granted": Message(
        "The documents are not for these pages: the operator lets them be with `web` in CHIPBOT_SERVERS."
    ),
    "busy": Message("Many are asking at once: ask again in a moment."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote as the page shows it."""

    elements: list[Element]
    where: str
    """Title and headings."""
    place: str
    """The page or other place in the document."""
    page: str
    """Where it is read in its document here."""
    source: str
    """Where its document stands on the web; empty where nobody says."""


@dataclass(slots=True, kw_only=True)
class AnswerView:
    """What the ask page shows of what came of a question."""

    message: str = ""
    quotes: list[QuoteView] = field(default_factory=list)
    corrections: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[str, ...] = ()


def answer_view(response: Response, root: str) -> AnswerView:
    """Return what is shown of a response; `root` is the way to the first page."""
    if isinstance(response, SmallTalk):
        titles = joined(response.status.titles[:5])
        return AnswerView(message=gettext("Hello! Ask me about {titles}.", titles=titles))
    if isinstance(response, NoAnswer):
        message = str(_REFUSALS[response.reason])
        if response.missing:
            words = listed(gettext("“{word}”", word=word) for word in response.missing[:5])
            message += " " + gettext("Nowhere in them: {words}.", words=words)
        return AnswerView(message=message, suggestions=response.suggestions[:3])
    return _quotes(response, root)


def _quotes(answer: Answer, root: str) -> AnswerView:
    reader = ElementReader(web_address)
    views = [_quote(quote, reader, root) for quote in answer.quotes]
    return AnswerView(quotes=views, corrections=answer.corrections[:3])


def _quote(quote: Quote, reader: ElementReader, root: str) -> QuoteView:
    citation = quote.citation
    here = f"{root}/{page_path(citation.document_id)}?mark={mark_of(quote)}#{MARK}"
    own = citation.url or ""
    return QuoteView(
        elements=reader.read(quote),
        where=" › ".join(citation.breadcrumb),
        place=place_name(citation.page, citation.label),
        page=here,
        source="" if f"/{page_path(citation.document_id)}?mark=" in own else own,
    )


def reason(turned_away: TurnedAway) -> str:
    """Return why a question is not worked on now."""
    if turned_away.reason == "cooldown":
        seconds = max(1, round(turned_away.seconds))
        return gettext("One question at a time: ask again in {seconds} s.", seconds=seconds)
    return str(_TURNED_AWAY[turned_away.reason])
