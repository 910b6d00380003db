"""Every sentence that those who run a server read: about questions without an answer, and about the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipbot.bot.components import Label, Title
from chipbot.bot.markdown_escape import inline
from chipbot.bot.strings import fitted, moment
from chipbot.translation import Message, digits, gettext, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chipbot.journal.records import Gap, OftenAsked
    from chipbot.journal.report import Report

ANSWER = Label("Answer & remember")
IGNORE = Label("Ignore")
REOPEN = Label("Open again")
UNDO = Label("Take the answer back")
JUMP = Label("Jump")
TELL = Label("Tell those who asked")
TITLE = Message("Answers of the team")
YOUR_ANSWER = Title("Your answer")
NOT_HELPER = Message("Only this server's team can use that.")
GONE = Message("That question isn't kept any more.")
CHANGED = Message("Somebody else has dealt with that question in the meantime.")
NO_FOLDER = Message("I don't know where my documents are, so I can't add to them.")
NOTHING_WRITTEN = Message("There is no word in that answer, so I didn't keep it.")
UNDONE = Message("The answer is no longer among my documents, and the question is open again.")
NO_GAPS = Message("There are no such questions.")
_QUESTION_LIMIT = 300
_CAUSES = {
    "refused": Message("I had no answer"),
    "uncertain": Message("I wasn't sure of my answer"),
    "voted_down": Message("my answer was voted down"),
}


def entry(gap: Gap, by: int | None = None, asked_in: int | None = None) -> str:
    """What the gap channel shows of a question; `by` is who dealt with it, `asked_in` the channel that it was asked in last."""
    asked = ngettext("{number} person asked", "{number} people asked", gap.askers)
    where = f" · <#{asked_in}>" if asked_in else ""
    lines = [
        f"**{asked}** · {_CAUSES[gap.cause]} · {moment(gap.asked_at)}{where}",
        inline(gap.question, _QUESTION_LIMIT),
    ]
    done = _dealt_with(gap, None if by is None else f"<@{by}>")
    return "\n".join([*lines, f"-# {done}"] if done else lines)


def _dealt_with(gap: Gap, member: str | None) -> str:
    """What became of a question; empty while it is open."""
    document = inline(gap.document_id or "", 200)
    if gap.state == "answered":
        if member is None:
            return gettext("Answered: {document}", document=document)
        return gettext("Answered by {member}: {document}", member=member, document=document)
    if gap.state == "ignored":
        return gettext("Ignored") if member is None else gettext("Ignored by {member}", member=member)
    return ""


def remembered(seconds: float, found: bool) -> str:  # noqa: FBT001  # what came of it
    """The reply to an answer that is among the documents now."""
    kept = gettext("Kept and indexed in {seconds} s.", seconds=digits(seconds, 1))
    if found:
        return f"{kept} {gettext('Whoever asks that now is answered with it.')}"
    unfound = gettext(
        "Asked word for word, I still don't find it: write an answer that says what it is about."
    )
    return f"{kept} {unfound}"


def now_answered(gap: Gap) -> str:
    """What is said to who asked a question that the team has answered."""
    return gettext(
        "This server's team has answered “{question}”. Ask me again.",
        question=inline(gap.question, _QUESTION_LIMIT),
    )


def told(number: int) -> str:
    """How many of those who asked were told."""
    if not number:
        return gettext("Nobody could be told.")
    return ngettext("I've told {number} person.", "I've told {number} people.", number)


def your_text(text: str) -> str:
    """What was written into a form, given back where it was not kept."""
    return fitted(f"{gettext('You wrote:')}\n{text}")


def page(questions: Sequence[Gap | OftenAsked], total: int, offset: int, title: str) -> str:
    """A page of questions."""
    if not questions:
        return f"**{title}**\n{NO_GAPS}"
    where = gettext(
        "{first}–{last} of {total}",
        first=digits(offset + 1),
        last=digits(offset + len(questions)),
        total=digits(total),
    )
    lines = [f"**{title}** · {where}"]
    lines += [
        f"{offset + number}. **{digits(each.askers)}×** {inline(each.question, 120)} · {moment(each.asked_at)}"
        for number, each in enumerate(questions, 1)
    ]
    return fitted("\n".join(lines))


def digest(report: Report) -> str:
    """The summary of a week."""
    asked = ngettext("{number} question", "{number} questions", report.questions)
    lines = [f"**{gettext('My week')}** · {asked}"]
    if report.questions:
        share = digits(100 * report.answered / report.questions)
        lines[0] += f", {gettext('{share}% answered', share=share)}"
    if report.votes:
        up, down = (digits(report.votes.get(vote, 0)) for vote in ("up", "down"))
        lines.append(f"👍 {up} · 👎 {down}")
    if report.gaps:
        lines.append(
            ngettext(
                "**Not in my documents** ({number} question open):",
                "**Not in my documents** ({number} questions open):",
                report.open_gaps,
            )
        )
        lines += _most(report.gaps)
    if report.documents:
        lines += [""] if report.gaps else []  # else some clients take it into the item above
        lines += [gettext("**Most cited:**"), *_most(report.documents)]
    return fitted("\n".join(lines))


def _most(counts: Sequence[tuple[str, int]]) -> list[str]:
    return [f"- {digits(number)}× {inline(text, 120)}" for text, number in counts[:5]]
