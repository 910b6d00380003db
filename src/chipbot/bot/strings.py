"""Every sentence that chipbot itself says to members: plain, short, and without a word about the documents'
subject."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chipbot.bot.command_texts import shown_name
from chipbot.bot.components import Label, MenuName, Option, Title
from chipbot.bot.markdown_escape import inline
from chipbot.service.questions import QUESTION_LIMIT
from chipbot.translation import Message, digits, gettext, listed, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chipbot.service.small_talk import Kind

CONTENT_LIMIT = 2000
"""The most characters in a message's content; those beyond U+FFFF count twice here, in case they do at Discord."""

USE_ASK = Message(
    "Discord does not let me read a message that mentions my role. Use `/ask`, or mention me by name."
)
NO_QUESTION = Message(
    "Ask me something: `/ask`, or mention me with your question in the same message. `/help` says more."
)
NO_WORDS = Message(
    "I can't find a word to look for in that. Ask me in words, for example: “What is this about?”"
)
QUESTION_CUT = Message(
    "Your question was long: I searched with its first {limit} characters.", limit=QUESTION_LIMIT
)
CLOSING = Message("I'm about to restart. Please ask again in a minute.")
BUSY = Message("A lot of people are asking at once. Please ask again in a moment.")
BUSY_FOR_ALL = Message(
    "A lot of people are asking at once. If you have no answer here, please ask again in a moment."
)
NOT_IN_DMS = Message("That works only in a server.")
NOT_ALLOWED = Message("Only members who may manage this server can use that.")
COMMAND_CHANGED = Message(
    "My commands have just changed. Reload Discord (Ctrl+R), or try again in a few minutes."
)
JOURNAL_DOWN = Message(
    "My journal doesn't work right now: I answer, but remember no votes, settings or gaps. The log says why."
)
FOLLOW_UP = Title("Follow-up")
READ_IN_CONTEXT = Label("Read in context")
SHOW_TO_EVERYONE = Label("Show to everyone")
REPHRASE = Title("Rephrase")
ASK_TEAM = Label("Ask the team")
ASKED_TEAM = Message("I've passed your question on to the team.")
ASKED_TEAM_BEFORE = Message("Your question is with the team already.")
NO_TEAM = Message(
    "I can't reach the team: whoever manages this server sets a help channel that I may write in (`/settings`)."
)
NOT_YOUR_QUESTION = Message("Only who asked can pass the question on.")
CLOSEST = Option("Closest sections: look inside")
SOLVED = Label("Solved")
NOT_MEANT = Label("Not what I meant")
SAY_WHY = Title("Say why")
ASK_MENU = MenuName("Ask the documents")
REMOVE = MenuName("Remove this answer")
YOUR_QUESTION = Title("Your question")
FOLLOW_UP_HINT = Option("and what about …?")
WHAT_WAS_WRONG = Title("What was wrong with it?")
NOTED_UP = Message("Noted: it helped you. Press 👎 if you change your mind.")
NOTED_DOWN = Message("Noted: it didn't help you. Press 👍 if you change your mind.")
NOTED_REASON = Message("Thank you. Whoever looks after the documents can read that.")
REMOVED = Message("Removed.")
NOT_MEANT_REMOVED = Message("Sorry about that. I took my answer back: mention me to ask in other words.")
NOTHING_TO_REMOVE = Message("That is no answer of mine.")
NOT_FOR_ALL = Message("Not everyone here may read the documents that this is from.")
NOT_YOURS = Message("Only who asked, and moderators, can do that.")
GLAD = Message("Glad to hear it!")
CHANGED_SINCE = Message("The document has changed since this answer. Ask again to see what it says now.")


def linked(sentence: str | Message, commands: Mapping[str, int]) -> str:
    """The sentence with each command in it as something to click, as far as the commands' ids are known."""

    def mention(match: re.Match[str]) -> str:
        number = commands.get(match[1])
        return f"`/{shown_name(match[1])}`" if number is None else f"</{match[1]}:{number}>"

    return re.sub(r"`/([\w-]+)`", mention, str(sentence))


def typed(command: str, option: str) -> str:
    """A command with an option switched on, as a member sees it who types it."""
    return f"`/{shown_name(command)} {shown_name(option)}: True`"


def fitted(text: str) -> str:
    """The text as far as a message's content can hold it."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * CONTENT_LIMIT].decode("utf-16-le", "ignore")


def moment(seconds: float, style: str = "R") -> str:
    """A time, in seconds since 1970, which Discord draws in the reader's own way: how long ago, or the day (`D`)."""
    return f"<t:{math.ceil(seconds)}:{style}>"


def more(number: int) -> str:
    """What the button says that shows further quotes."""
    return str(Label("{number} more", number=digits(number)))


def too_old(seconds: float) -> str:
    """The reply to whoever presses a button of an answer, sent then, that is not kept any more."""
    return gettext(
        "This answer is from {day}, and I don't keep what its buttons need that long. Ask again: `/ask`.",
        day=moment(seconds, "D"),
    )


FIRST_MESSAGE = Message(
    "Hello! I answer questions from this server's documents: I quote them word for word and say where the quote stands. "
    "Reply to this message with a question, mention me, or use `/ask`."
)
"""What the bot says in a channel that was chosen when it was set up."""


def help_text(cooldown: float) -> str:
    """What `/help` says."""
    lines = [
        gettext(
            "I answer questions from this server's documents: "
            "I quote them word for word and say where the quote stands. "
            "When they don't say, neither do I."
        ),
        gettext(
            "**Ask me** with `/ask`, by mentioning me, or in a direct message. "
            "To ask with somebody's message, open its menu and choose *Apps › {menu}*.",
            menu=ASK_MENU,
        ),
        gettext(
            "**Go on** with *{button}* below an answer. Where I replied to a message, you can also reply to my reply; "
            "Discord doesn't show me replies to what a command answered.",
            button=FOLLOW_UP,
        ),
        gettext(
            "{command} shows the answer to you alone. An answer of yours goes away again by its menu: *Apps › {menu}*.",
            command=typed("ask", "private"),
            menu=REMOVE,
        ),
        gettext("`/privacy` says what I remember of you."),
        gettext(
            "Those who may manage the server also have `/status`, `/reindex`, `/settings`, `/documents` and `/questions`."
        ),
    ]
    if cooldown > 0:
        lines.append(
            ngettext(
                "Please leave {number} second between two questions.",
                "Please leave {number} seconds between two questions.",
                max(1, math.ceil(cooldown)),
            )
        )
    return "\n".join(lines)


def small_talk(kind: Kind, titles: Sequence[str], documents: int) -> str:
    """The reply to a greeting, to thanks, and to "what do you know?": so many documents, of which the first
    have these titles.
    """
    if kind == "thanks":
        return gettext("You're welcome! Ask me anything else about the documents.")
    opening = f"{gettext('Hello!')} " if kind == "greeting" else ""
    if not titles:
        return opening + gettext("I answer questions from documents, but I have none yet.")
    what = (
        gettext("I answer questions by quoting this document:")
        if documents == 1
        else gettext("I answer questions by quoting these documents:")
    )
    lines = [opening + what, *(f"- {inline(title, 80)}" for title in titles)]
    more = documents - len(titles)
    if more > 0:
        lines.append(gettext("and {number} more", number=digits(more)))
    lines += [
        "",
        gettext("Ask me something about it, or see `/help`."),
    ]  # else it is taken into the last item
    return "\n".join(lines)


def question_for_team(user_id: int, question: str) -> str:
    """What the help channel shows of a question that its asker passed on."""
    who = gettext("{member} asks what my documents don't answer:", member=f"<@{user_id}>")
    return f"{who}\n> {inline(question, 500)}"


def not_granted(place: str) -> str:
    """The reply where the operator lets nothing be searched; `place` is what names it in the settings."""
    return gettext(
        "I don't answer here: whoever runs me has not named {place} in {setting}, and can add it there.",
        place=f"`{place}`",
        setting="`CHIPBOT_SERVERS`",
    )


def cannot_write(channel_id: int) -> str:
    """The reply to a manager who chooses a channel that the bot may not write in."""
    return gettext(
        "I can't write in {channel}: let me see it and send messages there, then choose it again.",
        channel=f"<#{channel_id}>",
    )


def your_documents() -> str:
    """What a member is told whose question was refused and who reads more alone."""
    return gettext(
        "I searched what all here may read. {command} looks into the documents of your roles as well.",
        command=typed("ask", "private"),
    )


def not_permitted(permissions: Sequence[str]) -> str:
    """What a manager is told who sets what takes more than the bot may do there."""
    return gettext(
        "For that I also need {permissions}: allow my role that, in *Server Settings › Roles* or in the channel.",
        permissions=listed(f"**{each}**" for each in permissions),
    )


def wait(seconds: float) -> str:
    """The reply to a member who asks again too soon."""
    return gettext(
        "One question at a time, please: ask me again {moment}.", moment=moment(time.time() + seconds)
    )


def failed(code: str) -> str:
    """The one sentence about an error whose cause stands in the log under `code`."""
    return gettext(
        "Something went wrong on my side; whoever runs me finds the cause in the log under {code}.",
        code=f"`{code}`",
    )


def index_unusable(code: str) -> str:
    """The same when it is the index that cannot be read."""
    return gettext(
        "I can't read my index right now; whoever runs me finds the cause in the log under {code}.",
        code=f"`{code}`",
    )


def index_unwritten(code: str) -> str:
    """The same when a newer index cannot be written."""
    return gettext(
        "I can't write a new index right now, so I go on with the one I have; whoever runs me finds the cause in the log "
        "under {code}.",
        code=f"`{code}`",
    )
