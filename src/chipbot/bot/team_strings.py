"""Every sentence that those who run a server read: about questions without an answer, and about the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipbot.bot.markdown_escape import inline
from chipbot.bot.strings import counted, fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chipbot.journal.records import Gap
    from chipbot.journal.report import Report

ANSWER = "Answer & remember"
IGNORE = "Ignore"
REOPEN = "Open again"
UNDO = "Take the answer back"
JUMP = "Jump"
TELL = "Tell who asked"
YOUR_ANSWER = "Your answer"
NOT_HELPER = "Only this server's team can use that."
GONE = "That question isn't kept any more."
CHANGED = "Somebody else has dealt with that question in the meantime."
NO_FOLDER = "I don't know where my documents are, so I can't add to them."
NOTHING_WRITTEN = "There is no word in that answer, so I didn't keep it."
UNDONE = "The answer is no longer among my documents, and the question is open again."
NO_GAPS = "There are no such questions."
_QUESTION_LIMIT = 300
_CAUSES = {
    "refused": "I had no answer",
    "uncertain": "I wasn't sure of my answer",
    "voted_down": "my answer was voted down",
}


def entry(gap: Gap, by: int | None = None) -> str:
    """What the gap channel shows of a question; `by` is who dealt with it."""
    who = f"**{counted(gap.askers, 'person', plural='people')} asked**"
    lines = [
        f"{who} · {_CAUSES[gap.cause]} · <t:{int(gap.asked_at)}:R>",
        inline(gap.question, _QUESTION_LIMIT),
    ]
    name = f" by <@{by}>" if by is not None else ""
    if gap.state == "answered":
        lines.append(f"-# Answered{name}: {inline(gap.document_id or '', 200)}")
    elif gap.state == "ignored":
        lines.append(f"-# Ignored{name}")
    return "\n".join(lines)


def remembered(seconds: float, found: bool) -> str:  # noqa: FBT001  # what came of it
    """The reply to an answer that is among the documents now."""
    text = f"Kept and indexed in {seconds:.1f} s."
    if found:
        return f"{text} Whoever asks that now is answered with it."
    return f"{text} Asked word for word, I still don't find it: write an answer that says what it is about."


def now_answered(gap: Gap) -> str:
    """What is said to who asked a question that the team has answered."""
    return f"This server's team has answered “{inline(gap.question, _QUESTION_LIMIT)}”. Ask me again."


def told(number: int) -> str:
    """How many of those who asked were told."""
    return f"I've told {counted(number, 'person', plural='people')}." if number else "Nobody could be told."


def your_text(text: str) -> str:
    """What was written into a form, given back where it was not kept."""
    return fitted(f"You wrote:\n{text}")


def page(gaps: Sequence[Gap], total: int, offset: int, title: str) -> str:
    """A page of questions."""
    if not gaps:
        return f"**{title}**\n{NO_GAPS}"
    lines = [f"**{title}** · {offset + 1}–{offset + len(gaps)} of {total:,}"]
    lines += [
        f"{offset + number}. **{gap.askers:,}×** {inline(gap.question, 120)} · <t:{int(gap.asked_at)}:R>"
        for number, gap in enumerate(gaps, 1)
    ]
    return fitted("\n".join(lines))


def digest(report: Report) -> str:
    """The summary of a week."""
    lines = [f"**My week** · {counted(report.questions, 'question')}"]
    if report.questions:
        lines[0] += f", {report.answered / report.questions:.0%} answered"
    if report.votes:
        lines.append(f"👍 {report.votes.get('up', 0):,} · 👎 {report.votes.get('down', 0):,}")
    if report.gaps:
        lines.append(f"**Not in my documents** ({counted(report.open_gaps, 'question')} open):")
        lines += [f"- {number:,}× {inline(text, 120)}" for text, number in report.gaps[:5]]
    if report.documents:
        lines.append("**Most cited:**")
        lines += [f"- {number:,}× {inline(name, 120)}" for name, number in report.documents[:5]]
    return fitted("\n".join(lines))
