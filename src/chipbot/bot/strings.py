"""Every sentence that chipbot itself says to members: plain, short, and without a word about the documents'
subject."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chipbot.bot.markdown_escape import inline, units
from chipbot.service.questions import QUESTION_LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chipbot.model import IndexStatus, Progress
    from chipbot.service.small_talk import Kind

CONTENT_LIMIT = 2000
"""The most characters in a message's content; those beyond U+FFFF count twice here, in case they do at Discord."""

USE_ASK = "Discord does not let me read a message that mentions my role. Use `/ask`, or mention me by name."
NO_QUESTION = (
    "Ask me something: `/ask`, or mention me with your question in the same message. `/help` says more."
)
NO_WORDS = "I can't find a word to look for in that. Ask me in words, for example: “What is this about?”"
QUESTION_CUT = f"Your question was long: I searched with its first {QUESTION_LIMIT} characters."
CLOSING = "I'm about to restart. Please ask again in a minute."
BUSY = "A lot of people are asking at once. Please ask again in a moment."
NOT_IN_DMS = "That works only in a server."
NOT_ALLOWED = "Only members who may manage this server can use that."
COMMAND_CHANGED = "My commands have just changed. Reload Discord (Ctrl+R), or try again in a few minutes."
FORGET = "Delete it all"
FORGET_SURE = (
    "This deletes your questions, your votes and what the buttons below my answers to you stand for. "
    "There is no way back."
)
FORGOTTEN = "I've deleted all that I remembered of you."
JOURNAL_DOWN = (
    "My journal doesn't work right now: I answer, but remember no votes, settings or gaps. The log says why."
)
FOLLOW_UP = "Follow-up"
READ_IN_CONTEXT = "Read in context"
SHOW_TO_EVERYONE = "Show to everyone"
REPHRASE = "Rephrase"
ASK_TEAM = "Ask the team"
ASKED_TEAM = "I've passed your question on to the team."
ASKED_TEAM_BEFORE = "Your question is with the team already."
NO_TEAM = "I can't reach the team: whoever manages this server sets a help channel that I may write in (`/settings`)."
NOT_YOUR_QUESTION = "Only who asked can pass the question on."
CLOSEST = "Closest sections: look inside"
SOLVED = "Solved"
NOT_MEANT = "Not what I meant"
SAY_WHY = "Say why"
REMOVE = "Remove this answer"
YOUR_QUESTION = "Your question"
FOLLOW_UP_HINT = "and what about …?"
WHAT_WAS_WRONG = "What was wrong with it?"
NOTED_UP = "Noted: it helped you. Press 👎 if you change your mind."
NOTED_DOWN = "Noted: it didn't help you. Press 👍 if you change your mind."
NOTED_REASON = "Thank you. Whoever looks after the documents can read that."
REMOVED = "Removed."
NOT_MEANT_REMOVED = "Sorry about that. I took my answer back: mention me to ask in other words."
NOTHING_TO_REMOVE = "That is no answer of mine."
NOT_YOURS = "Only who asked, and moderators, can do that."
GLAD = "Glad to hear it!"
CHANGED_SINCE = "The document has changed since this answer. Ask again to see what it says now."
REINDEX_STARTED = "Rebuilding the index…"
ABORTED = "The rebuild was stopped because I'm about to restart. The index is as it was before."


def linked(sentence: str, commands: Mapping[str, int]) -> str:
    """The sentence with each command in it as something to click, as far as the commands' ids are known."""

    def mention(match: re.Match[str]) -> str:
        number = commands.get(match[1])
        return match[0] if number is None else f"</{match[1]}:{number}>"

    return re.sub(r"`/([\w-]+)`", mention, sentence)


def fitted(text: str) -> str:
    """The text as far as a message's content can hold it."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * CONTENT_LIMIT].decode("utf-16-le", "ignore")


def moment(seconds: float, style: str = "R") -> str:
    """A time, in seconds since 1970, which Discord draws in the reader's own way: how long ago, or the day (`D`)."""
    return f"<t:{math.ceil(seconds)}:{style}>"


def more(number: int) -> str:
    """What the button says that shows further quotes."""
    return f"{number} more"


def too_old(seconds: float) -> str:
    """The reply to whoever presses a button of an answer, sent then, that is not kept any more."""
    return f"This answer is from {moment(seconds, 'D')}, and I don't keep what its buttons need that long. Ask again: `/ask`."


def help_text(cooldown: float) -> str:
    """What `/help` says."""
    pause = f"\nPlease leave {_seconds(cooldown)} between two questions." if cooldown > 0 else ""
    return (
        "I answer questions from this server's documents: "
        "I quote them word for word and say where the quote stands. "
        "When they don't say, neither do I.\n"
        "**Ask me** with `/ask`, by mentioning me, or in a direct message. "
        "To ask with somebody's message, open its menu and choose *Apps › Ask the documents*.\n"
        "**Go on** with *Follow-up* below an answer. Where I replied to a message, you can also reply to my reply; "
        "Discord doesn't show me replies to what a command answered.\n"
        "`/ask private: True` shows the answer to you alone. An answer of yours goes away again by its menu: "
        "*Apps › Remove this answer*.\n"
        "Those who may manage the server also have `/status` and `/reindex`."
        f"{pause}"
    )


def small_talk(kind: Kind, titles: Sequence[str], documents: int) -> str:
    """The reply to a greeting, to thanks, and to "what do you know?": so many documents, of which the first
    have these titles.
    """
    if kind == "thanks":
        return "You're welcome! Ask me anything else about the documents."
    opening = "Hello! " if kind == "greeting" else ""
    if not titles:
        return f"{opening}I answer questions from documents, but I have none yet."
    listed = "".join(f"\n- {inline(title, 80)}" for title in titles)
    more = documents - len(titles)
    rest = f"\nand {more} more" if more > 0 else ""
    what = "this document" if documents == 1 else "these documents"
    closing = "Ask me something about it, or see `/help`."
    return f"{opening}I answer questions by quoting {what}:{listed}{rest}\n{closing}"


def privacy(questions: str, days: str) -> str:
    """What `/privacy` says; `questions` is the sentence about those."""
    return (
        "**What I remember of you**\n"
        f"- {questions}\n"
        f"- Your votes, and where the quotes of my answers stand, so that their buttons work: {days}.\n"
        "- Who changed a setting of a server: a year.\n"
        "I don't keep your name. In place of your id I keep a number made with a secret key. It all stays on the machine of "
        "whoever runs me.\n"
        "`/my-data` shows what there is, `/forget-me` deletes it."
    )


def my_data(counts: Sequence[str]) -> str:
    """What `/my-data` says above the file."""
    if not counts:
        return "I remember nothing of you."
    listed = "".join(f"\n- {count}" for count in counts)
    return f"**This is what I remember of you:**{listed}\nThe file has all of it. `/forget-me` deletes it."


def question_for_team(user_id: int, question: str, link: str) -> str:
    """What the help channel shows of a question that its asker passed on."""
    return f"<@{user_id}> asks what my documents don't answer:\n> {inline(question, 500)}\n-# {link}"


def canaries_broken(why: str) -> str:
    """The reply to a rebuild that would break canary questions."""
    return f"Not done: {inline(why, 900)}. `/reindex force: True` does it all the same."


CANARIES_BROKEN = (
    "Not done: answers that must stay right would break. Whoever runs me finds which in the log. "
    "`/reindex force: True` does it all the same."
)
"""The same in a server that may not read all documents."""


def not_granted(place: str) -> str:
    """The reply where the operator lets nothing be searched; `place` is what names it in the settings."""
    return f"I don't answer here: whoever runs me has not named `{place}` in `CHIPBOT_SERVERS`, and can add it there."


def cannot_write(channel_id: int) -> str:
    """The reply to a manager who chooses a channel that the bot may not write in."""
    return f"I can't write in <#{channel_id}>: let me see it and send messages there, then choose it again."


def wait(seconds: float) -> str:
    """The reply to a member who asks again too soon."""
    return f"One question at a time, please: ask me again {moment(time.time() + seconds)}."


def failed(code: str) -> str:
    """The one sentence about an error whose cause stands in the log under `code`."""
    return f"Something went wrong on my side; whoever runs me finds the cause in the log under `{code}`."


def index_unusable(code: str) -> str:
    """The same when it is the index that cannot be read."""
    return f"I can't read my index right now; whoever runs me finds the cause in the log under `{code}`."


def already_reindexing(who: str, seconds: float) -> str:
    """The reply to a second rebuild while one runs."""
    return (
        f"The index is being rebuilt already: {inline(who, 40)} started it {moment(time.time() - seconds)}."
    )


def progress(state: Progress) -> str:
    """How far a rebuild is."""
    return f"{REINDEX_STARTED} {inline(state.step, 40)} {state.done:,} of {state.total:,}"


def reindexed(status: IndexStatus, seconds: float) -> str:
    """What a finished rebuild says."""
    return f"The index is rebuilt, in {seconds:.1f} s.\n{status_text(status)}"


def status_text(status: IndexStatus) -> str:
    """What `/status` says: the index in numbers, and each file that could not be read, as far as there is
    room."""
    terms = counted(status.terms, "term")
    lines = [
        f"**Index** `{status.id[:12]}`, built {moment(datetime.fromisoformat(status.built_at).timestamp())}",
        ", ".join((counted(status.documents, "document"), counted(status.passages, "passage"), terms)),
    ]
    if status.vectors is not None:
        lines.append(
            f"meanings compared: {status.vectors:,} vectors of {counted(status.sentences, 'sentence')}"
        )
    told = (failure for failure in status.failures if not failure.empty)
    failures = sorted(told, key=lambda failure: failure.indexed)
    if len(failures) < len(status.failures):
        lines.append(f"without text: {counted(len(status.failures) - len(failures), 'file')}")
    unreadable = sum(not failure.indexed for failure in failures)
    if unreadable:
        lines.append(f"{counted(unreadable, 'file')} could not be read:")
    for number, failure in enumerate(failures):
        how = "indexed, but: " if failure.indexed else ""
        line = f"- {inline(failure.document_id, 100)}: {how}{inline(failure.reason, 200)}"
        if sum(map(units, lines)) + len(lines) + units(line) > CONTENT_LIMIT - 200:
            lines.append(f"- and {len(failures) - number} more")
            break
        lines.append(line)
    return "\n".join(lines)


def counted(number: int, noun: str, more: str = "", *, plural: str = "") -> str:
    """A number of things: "1 vote", "2 votes"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}{more and ' '}{more}"


def _seconds(seconds: float) -> str:
    return counted(max(1, math.ceil(seconds)), "second")
