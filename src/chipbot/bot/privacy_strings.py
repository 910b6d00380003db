"""Every sentence about what is kept of members, and about being quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipbot.bot.components import Label
from chipbot.translation import Message, gettext, listed, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

FORGET = Label("Delete it all")
FORGET_SURE = Message(
    "This deletes your questions, your votes and what the buttons below my answers to you stand for. "
    "There is no way back."
)
FORGOTTEN = Message("I've deleted all that I remembered of you.")
OPT_OUT = Label("Don't quote my messages")
OPT_IN = Label("Quote my messages again")
OPTED_OUT = Message(
    "What you write is left out of the documents from now on, here and in every server that I'm in. It takes me some seconds "
    "to take out what is there."
)
OPTED_IN = Message("What you write in channels that are among the documents is quoted again.")


def quoted_channels(channels: Sequence[int], *, opted_out: bool) -> str:
    """What `/privacy` adds where messages in channels are among the documents."""
    named = listed(f"<#{number}>" for number in channels)
    told = gettext(
        "What is written in {channels} is quoted in answers, with a link to the message.", channels=named
    )
    mine = (
        gettext("Yours is not, as you wish.")
        if opted_out
        else gettext("Yours is, too, unless you say otherwise below.")
    )
    return f"\n{told} {mine}"


def privacy(questions: str, days: int) -> str:
    """What `/privacy` says; `questions` is the sentence about those, and `days` how long things are kept."""
    votes = ngettext(
        "Your votes, and where the quotes of my answers stand, so that their buttons work: {number} day.",
        "Your votes, and where the quotes of my answers stand, so that their buttons work: {number} days.",
        days,
    )
    return "\n".join(
        (
            f"**{gettext('What I remember of you')}**",
            f"- {questions}",
            f"- {votes}",
            f"- {gettext('Who changed a setting or a document of a server: a year.')}",
            "",  # else some clients take what follows into the item
            gettext(
                "I don't keep your name. In place of your id I keep a number made with a secret key. It all stays on the "
                "machine of whoever runs me."
            ),
            gettext("`/my-data` shows what there is, `/forget-me` deletes it."),
        )
    )


def my_data(counts: Sequence[str]) -> str:
    """What `/my-data` says above the file."""
    if not counts:
        return gettext("I remember nothing of you.")
    return "\n".join(
        (
            f"**{gettext('This is what I remember of you:')}**",
            *(f"- {count}" for count in counts),
            "",
            gettext("The file has all of it. `/forget-me` deletes it."),
        )
    )
