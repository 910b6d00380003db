"""Changes of documents by the operator: made in turn, indexed at once, taken back where the index refuses them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from chipbot.errors import ChipbotError
from chipbot.service.document_store import Change, DocumentStore
from chipbot.service.refresh import IndexRefresher
from chipbot.translation import Message, gettext, joined, ngettext, sentence
from chipbot.web.sessions import Session

log = logging.getLogger(__name__)

WAIT = 20.0
"""Seconds that a page waits for the index."""
GRACE = 10.0
"""Seconds that changes under way have when the server stops."""
_PATIENCE = 600.0  # seconds that a change waits for a rebuild under way
_KEPT = 20  # changes of a session that it can undo
_DONE = {
    "added": Message("{document}: added"),
    "replaced": Message("{document}: replaced"),
    "removed": Message("{document}: removed"),
}

Step = Callable[[str], Change]
"""Changes one document, in the name that it is given; blocks and raises ChipbotError."""


class OperatorChanges:
    """Makes changes, one form's after the other's."""

    def __init__(self, store: DocumentStore, refresher: IndexRefresher) -> None:
        self._store = store
        self._refresher = refresher
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[bool]] = set()

    async def make(self, session: Session, steps: Sequence[Step]) -> bool:
        """Change documents and index them. The session is told what came of it.

        Returns:
            Whether anything was changed, as far as that is known after some seconds.
        """
        task = asyncio.create_task(self._made(session, steps))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        done, _ = await asyncio.wait({task}, timeout=WAIT)
        if not done:
            session.notice = gettext("The change is under way: load the page anew in a while.")
            return True
        return await task

    async def close(self) -> None:
        """Give changes under way some seconds to be indexed; the next start indexes what is left."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE)
            for task in late:
                task.cancel()

    async def _made(self, session: Session, steps: Sequence[Step]) -> bool:
        by = f"the operator at {session.address}"
        said, changes = list[str](), list[Change]()
        async with self._turn:
            for step in steps:
                try:
                    changes.append(await asyncio.to_thread(step, by))
                except ChipbotError as error:
                    said.append(sentence(error))
                else:
                    said.append(_said(changes[-1]))
            if changes:
                try:
                    await self._refresher.run_in_turn("the operator", patience=_PATIENCE)
                except ChipbotError as error:
                    said, changes = await self._taken_back(changes, by, str(error)), []
        kept = [(change.id, _done(change)) for change in changes if change.id]
        session.changes = [*session.changes, *kept][-_KEPT:]
        session.notice = "\n".join(said)
        return bool(changes)

    async def _taken_back(self, changes: Sequence[Change], by: str, reason: str) -> list[str]:
        """Undo what the index refuses; say of what stays that it does."""
        staying = [change for change in reversed(changes) if not await self._is_undone(change, by)]
        if not staying:
            return [gettext("Nothing has changed: {reason}.", reason=reason)]
        return [
            gettext(
                "{document} is changed, but not indexed: {reason}.",
                document=change.document_id,
                reason=reason,
            )
            for change in staying
        ]

    async def _is_undone(self, change: Change, by: str) -> bool:
        if not change.id:  # it took a change back itself
            return False
        try:
            await asyncio.to_thread(self._store.undo, change.id, by=by)
        except ChipbotError as error:
            log.warning("%s stays changed: %s", change.document_id, error)
            return False
        return True


def _said(change: Change) -> str:
    """Say in a sentence what was done, and what of the document could be read."""
    said = [sentence(_done(change))]
    if change.characters:
        said.append(
            ngettext(
                "“{title}”, {number} character.",
                "“{title}”, {number} characters.",
                change.characters,
                title=change.title,
            )
        )
    if change.problems:
        said.append(gettext("But {problems}.", problems=joined(change.problems)))
    return " ".join(said)


def _done(change: Change) -> str:
    """Say in some words what was done."""
    document = change.document_id
    if not change.id:
        return gettext("{document}: undone", document=document)
    return _DONE[change.action].filled(document=document)
