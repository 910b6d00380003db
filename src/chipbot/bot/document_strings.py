"""Every sentence about documents that a server's managers add, replace and remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chipbot.bot.components import Label, MenuName
from chipbot.bot.markdown_escape import inline
from chipbot.bot.strings import fitted
from chipbot.sources.seeds_folder import CANARIES
from chipbot.translation import Message, digits, gettext, listed, ngettext

if TYPE_CHECKING:
    from chipbot.service.document_store import Change
    from chipbot.service.inventory import Entry

ADD_MENU = MenuName("Add to documents")
UNDO = Label("Undo")
KEEP_SO = Label("Keep it so")
CANARY_REMOVED = Message("Undone: it may be answered otherwise again.")
REMOVE = Label("Remove it")
NO_STORE = Message("I don't know where my documents are, so I can't change them")
NOT_FETCHED = Message("Discord doesn't hand that file over: send it again")
NO_TEXT = Message("That message has no text. Add its file with `/documents`.")
NO_DOCUMENTS = Message("There are no documents here yet. Add one with `/documents`.")
CHOOSE_FOLDER = Message("Which folder of the documents is it to go into?")
BREAKS_CANARIES = Message("answers that must stay right would break, so it was taken back")
_STATES: Mapping[str, Message] = {
    "failed": Message("could not be read"),
    "empty": Message("holds no text"),
    "ignored": Message("is ignored"),
}
_ID_LIMIT, _REASON_LIMIT, _QUESTION_LIMIT = 100, 200, 200
_FOLDERS = 10


def not_named(guild_id: int) -> str:
    """Why nothing is changed where the operator names no servers: anyone may have invited the bot to theirs."""
    return gettext(
        "I change documents only for servers that whoever runs me has named: {setting} does that, with `dm` and `web` "
        "behind it if I am to answer there, too.",
        setting=f"`CHIPBOT_SERVERS={guild_id}`",
    )


def choose_folder(folders: Sequence[str]) -> str:
    """Why a document is not added where several folders may be meant."""
    shown = listed(inline(each, 60) for each in folders[:_FOLDERS])
    more = ", …" if len(folders) > _FOLDERS else ""
    return gettext("say which folder it is to go into: {folders}", folders=shown + more)


def too_large(limit: int) -> str:
    """Why a file is not fetched from Discord."""
    return gettext("that file is larger than {number} MiB: split it", number=digits(limit // 2**20))


def done(change: Change, entry: Entry | None, seconds: float) -> str:
    """What a change came to: what of the document can be found, and what is wrong with it."""
    document = inline(change.document_id, _ID_LIMIT)
    if change.action == "removed":
        return gettext("Removed: {document} is not quoted any more.", document=document)
    title = f"**{inline(change.title, _ID_LIMIT)}**"
    if change.action == "added":
        said = gettext("{title} is added as {document}.", title=title, document=document)
    else:
        said = gettext("{title} is replaced: {document}.", title=title, document=document)
    lines = [f"{said} {_found(entry)} ({digits(seconds, 1)} s)"]
    lines += [f"-# {inline(str(problem), _REASON_LIMIT)}" for problem in change.problems]
    return fitted("\n".join(lines))


def _found(entry: Entry | None) -> str:
    if entry is not None and entry.state == "indexed":
        return ngettext("{number} passage can be quoted.", "{number} passages can be quoted.", entry.passages)
    reason = inline(entry.reason, _REASON_LIMIT) if entry is not None else "?"
    return gettext("Nothing of it can be quoted: {reason}.", reason=reason)


def undone(change: Change) -> str:
    """The reply to an undo."""
    document = inline(change.document_id, _ID_LIMIT)
    if change.action == "added":
        return gettext("Undone: {document} is removed again.", document=document)
    if change.action == "replaced":
        return gettext("Undone: {document} is as it was before.", document=document)
    return gettext("Undone: {document} is back again.", document=document)


def sure(document_id: str) -> str:
    """What is asked before a document is removed."""
    return gettext(
        "Remove {document} from the documents? It can be undone for a while.",
        document=inline(document_id, _ID_LIMIT),
    )


def canary_added(question: str) -> str:
    """The reply to who makes a canary question of an answer."""
    return gettext(
        "From now on “{question}” has to be answered so: a rebuild that would break that does not go live. It is a line in "
        "{file}, beside the documents.",
        question=inline(question, _QUESTION_LIMIT),
        file=f"`{CANARIES}`",
    )


def audited(change: str) -> str:
    """A line of the audit: what was done with which document, or undone."""
    action, _, name = change.removeprefix("undone: ").partition(" ")
    name = inline(name, _ID_LIMIT)
    said = {
        "added": gettext("{document} added", document=name),
        "replaced": gettext("{document} replaced", document=name),
        "removed": gettext("{document} removed", document=name),
        "canary": gettext("has to stay answered so: “{question}”", question=name),
    }.get(action, inline(change, _ID_LIMIT))
    return gettext("undone: {change}", change=said) if change.startswith("undone: ") else said


def page(entries: Sequence[Entry], total: int, offset: int) -> str:
    """A page of the list."""
    if not entries:
        return str(NO_DOCUMENTS)
    shown = gettext(
        "{first}–{last} of {total}",
        first=digits(offset + 1),
        last=digits(offset + len(entries)),
        total=digits(total),
    )
    return fitted("\n".join([f"**{gettext('Documents')}** · {shown}", *map(_line, entries)]))


def _line(entry: Entry) -> str:
    parts = [inline(entry.document, _ID_LIMIT)]
    if entry.state == "indexed":
        parts.append(ngettext("{number} passage", "{number} passages", entry.passages))
        if entry.imported_from:
            parts.append(gettext("imported"))
    else:
        parts.append(str(_STATES[entry.state]))
    if entry.reason and entry.state != "empty":
        parts.append(inline(entry.reason, _REASON_LIMIT))
    return "- " + " · ".join(parts)
