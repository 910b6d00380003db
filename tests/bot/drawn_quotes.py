"""What a quote can hold: tables, code, lists, notes; and a core that answers with that."""

from __future__ import annotations

from tests.bot.library import Shelf
from tests.quotes import part, quote_of

from chipbot.model import Answer, AnswerOptions, NoAnswer, Quote

HEADERS = ("Offence", "first time", "second time")
TABLE = (
    part("table_header", "", "Offence", "1st", "2nd"),
    part("table_row", "", "spam", "warning", "mute", headers=("Offence", "1st", "2nd")),
    part("table_row", "", "adverts", "mute", "ban", headers=("Offence", "1st", "2nd")),
    part("table_row", "", "insults", "mute", "ban", headers=("Offence", "1st", "2nd")),
)
DRAWN: dict[str, Quote] = {
    "What happens to whoever advertises?": quote_of(
        part("table_row", "", "advertising", "warning", "mute for 24 hours", headers=HEADERS),
        part("table_row", "", "insulting others", "mute for 24 hours", "ban", headers=HEADERS),
        highlight=["warning", "mute for 24 hours"],
    ),
    "And for which offence is there a ban?": quote_of(
        *TABLE, highlight=["adverts\tmute\tban", "insults\tmute\tban"]
    ),
    "How do I start the server?": quote_of(
        part("paragraph", "Accept the licence in eula.txt, then start the server with at least 2 GB:"),
        part("code", "cd server\njava -Xmx2G -jar server.jar nogui", label="sh", gap="\n\n"),
        part("paragraph", "It listens on port 25565, unless server-port says otherwise.", gap="\n\n"),
        highlight="Accept the licence in eula.txt, then start the server with at least 2 GB:",
        marks=[("code", "eula.txt", ""), ("code", "25565", ""), ("code", "server-port", "")],
    ),
    "How do I join a match?": quote_of(
        part("paragraph", "Before you join:"),
        part("list_item", "Read the rules of the league, all of them, and agree to them", depth=1, ordinal=1),
        part("list_item", "no cheats", depth=2),
        part("list_item", "no second accounts", depth=2),
        part("list_item", "Link your account", depth=1, ordinal=2),
        part("list_item", "Press Join at least ten minutes before it starts", depth=1, ordinal=3),
        part("paragraph", "What is ready:", gap="\n\n"),
        part("list_item", "lobby", checked=True, gap="\n\n"),
        part("list_item", "spectators", checked=False),
        highlight="Read the rules of the league, all of them, and agree to them",
        marks=[("link", "rules of the league", "https://example.org/rules"), ("strong", "no cheats", "")],
    ),
    "How do I open the case of the lamp?": quote_of(
        part("paragraph", "The case opens with two screws."),
        part("label", "Warning", quoted=1, gap="\n\n"),
        part("paragraph", "Never plug it in while the case is open. The capacitors stay charged.", quoted=1),
        part("paragraph", "Close it before you switch it on.", gap="\n\n"),
        highlight="The case opens with two screws.",
        marks=[("emphasis", "stay", ""), ("strikethrough", "two", "")],
    ),
}
"""What a quote can hold, with the question that leads to it."""


class Drawn(Shelf):
    """A core that answers with the quotes above."""

    def answer(
        self,
        question: str,
        *,
        history: tuple[str, ...] = (),  # noqa: ARG002  # the interface's
        options: AnswerOptions = AnswerOptions(),  # noqa: ARG002  # likewise; it is immutable
    ) -> Answer | NoAnswer:
        return Answer(question=question, quotes=(DRAWN[question],), confidence=0.9)
