"""Every sentence about the index: how it is, for `/status`, and how it is rebuilt, for `/reindex`."""

from __future__ import annotations

import math
import time
from datetime import datetime
from typing import TYPE_CHECKING

from chipbot.bot.markdown_escape import inline, units
from chipbot.bot.strings import CONTENT_LIMIT, moment, typed
from chipbot.service.steps import step_name
from chipbot.service.telemetry import shard_of
from chipbot.translation import Message, digits, gettext, listed, ngettext

if TYPE_CHECKING:
    from chipbot.model import Failure, IndexStatus, Progress
    from chipbot.service.telemetry import GatewayFacts

_ROOM = 400
"""How many of a message's characters stay free for what stands around `/status`."""
_SHARDS_NAMED = 10
REINDEX_STARTED = Message("Rebuilding the index…")
ABORTED = Message("The rebuild was stopped because I'm about to restart. The index is as it was before.")


def already_reindexing(who: str | None, seconds: float) -> str:
    """The reply to a second rebuild while one runs, which somebody started: None for somebody of another server."""
    since = moment(time.time() - seconds)
    if who is None:
        return gettext("The index is being rebuilt already: somebody started it {moment}.", moment=since)
    return gettext(
        "The index is being rebuilt already: {name} started it {moment}.", name=inline(who, 40), moment=since
    )


def canaries_broken(why: str) -> str:
    """The reply to a rebuild that would break canary questions."""
    return gettext(
        "Not done: {why}. {command} does it all the same.",
        why=inline(why, 900),
        command=typed("reindex", "force"),
    )


def some_canaries_broken() -> str:
    """The same in a server that may not read all documents."""
    return gettext(
        "Not done: answers that must stay right would break. Whoever runs me finds which in the log. "
        "{command} does it all the same.",
        command=typed("reindex", "force"),
    )


def progress(state: Progress) -> str:
    """How far a rebuild is."""
    step = inline(step_name(state.step), 40)
    how_far = gettext(
        "{step} {done} of {total}", step=step, done=digits(state.done), total=digits(state.total)
    )
    return f"{REINDEX_STARTED} {how_far}"


def reindexed(status: IndexStatus, seconds: float) -> str:
    """What a finished rebuild says."""
    done = gettext("The index is rebuilt, in {seconds} s.", seconds=digits(seconds, 1))
    return f"{done}\n{status_text(status)}"


def status_text(status: IndexStatus) -> str:
    """What `/status` says: the index in numbers, and each file that could not be read, as far as there is
    room."""
    lines = [
        gettext(
            "**Index** {id}, built {moment}",
            id=f"`{status.id[:12]}`",
            moment=moment(datetime.fromisoformat(status.built_at).timestamp()),
        ),
        size(status.documents, status.passages, status.terms),
    ]
    if status.vectors is not None:
        lines.append(
            ngettext(
                "meanings compared: {vectors} vectors of {number} sentence",
                "meanings compared: {vectors} vectors of {number} sentences",
                status.sentences,
                vectors=digits(status.vectors),
            )
        )
    told = (failure for failure in status.failures if not failure.empty)
    failures = sorted(told, key=lambda failure: failure.indexed)
    empty = len(status.failures) - len(failures)
    if empty:
        lines.append(ngettext("without text: {number} file", "without text: {number} files", empty))
    unreadable = sum(not failure.indexed for failure in failures)
    if unreadable:
        lines.append(
            ngettext("{number} file could not be read:", "{number} files could not be read:", unreadable)
        )
    for number, failure in enumerate(failures):
        line = _failure(failure)
        if sum(map(units, lines)) + len(lines) + units(line) > CONTENT_LIMIT - _ROOM:
            lines.append(f"- {gettext('and {number} more', number=digits(len(failures) - number))}")
            break
        lines.append(line)
    return "\n".join(lines)


def shard_text(gateway: GatewayFacts, guild_id: int) -> str:
    """What `/status` says of several shards: which one a server is on, and which of this process are not connected."""
    number = shard_of(guild_id, gateway.shard_count)
    mine = next((shard for shard in gateway.shards if shard.number == number), None)
    lines = [
        gettext("**Shard** {number} of {count}", number=digits(number), count=digits(gateway.shard_count))
    ]
    if mine is not None and math.isfinite(mine.latency):
        lines.append(gettext("{milliseconds} ms to Discord", milliseconds=digits(1000 * mine.latency)))
    if lost := gateway.disconnected:
        named = [*map(digits, lost[:_SHARDS_NAMED])]
        if (more := len(lost) - _SHARDS_NAMED) > 0:
            named.append(gettext("and {number} more", number=digits(more)))
        lines.append(gettext("not connected: {shards}", shards=listed(named)))
    return listed(lines)


def size(documents: int, passages: int, terms: int) -> str:
    """The size of an index in a line."""
    return listed(
        (
            ngettext("{number} document", "{number} documents", documents),
            ngettext("{number} passage", "{number} passages", passages),
            ngettext("{number} term", "{number} terms", terms),
        )
    )


def _failure(failure: Failure) -> str:
    """A file that could not be read, or not as it is meant, and why."""
    name, reason = inline(failure.document_id, 100), inline(failure.reason, 200)
    if failure.indexed:
        return f"- {gettext('{name}: indexed, but: {reason}', name=name, reason=reason)}"
    return f"- {name}: {reason}"
