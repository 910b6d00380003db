"""Documents are added, replaced and removed while chipbot runs; each change is whole, reported, and can be undone.

    store = DocumentStore(seeds, documents.inventory, links, limits=settings.read_limits())
    change = store.add("rules.pdf", data, collection="team", by="Boss", collections=granted)
    change.document_id, change.title, change.problems    # team/rules.pdf; what could be read of it
    store.undo(change.id, by="Boss", collections=granted)

Every method blocks (call it off the event loop), may be called from any thread, and raises DocumentStoreError with one
line where something cannot be done: then nothing has changed. `collections` are those that whoever asks may see and
change, None for all; what is outside of them is as if it were not there. Nothing is indexed here: whoever changes a
document refreshes the index afterwards (`IndexRefresher.run_in_turn`), and undoes the change where that fails.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chipbot.errors import ChipbotError, DocumentError
from chipbot.files import addition, make_folder, move, remove, replacement
from chipbot.model import Collections, Document, ReadLimits
from chipbot.service.document_changes import Action, DocumentChanges
from chipbot.service.document_names import (
    check_wanted,
    document_id_of,
    format_name,
    is_document_id,
    problem_with_folder,
)
from chipbot.service.inventory import Entry
from chipbot.service.links import CitationLinks
from chipbot.service.scopes import TOP, membership
from chipbot.sources import parse_document
from chipbot.sources.collections import collection_of
from chipbot.sources.opener import read_bytes, refuse_size
from chipbot.sources.reader_process import ReaderProcess
from chipbot.text.printable import one_line
from chipbot.translation import Message

log = logging.getLogger(__name__)

_MAX_SHOWN = 80  # code points of a name that somebody has written


class DocumentStoreError(ChipbotError):
    """A document cannot be added, replaced, removed or brought back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done with a document, and what could be read of it."""

    id: str
    """What undoes it: 16 hexadecimal digits; empty for what is itself undone."""
    action: Action
    document_id: str
    title: str = ""
    """What the document calls itself; empty where it was removed."""
    language: str = ""
    """The ISO 639-1 code of its language."""
    characters: int = 0
    """How much readable text it has."""
    problems: tuple[Message, ...] = ()
    """What is wrong with it although it can be read."""


class DocumentStore:
    """The documents of one seeds folder, to be listed and changed."""

    def __init__(
        self,
        seeds: Path,
        inventory: Callable[[], list[Entry]],
        links: CitationLinks,
        *,
        limits: ReadLimits = ReadLimits(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Change the documents in `seeds`.

        Args:
            seeds: The folder with the documents.
            inventory: Returns every file of it with what became of it: `Documents.inventory`.
            links: Says which folders are imported, and so not changed here.
            limits: Within what a file is read.
            clock: Tells the time, in seconds since 1970.
        """
        self.limits = limits
        self._seeds = seeds
        self._inventory = inventory
        self._links = links
        self._changes = DocumentChanges(seeds, clock)
        self._lock = threading.Lock()

    def entries(self, collections: Collections = None) -> list[Entry]:
        """Return every file with what became of it, in the order of paths, without the answers of servers' teams.

        Raises ChipbotError where there is no usable index.
        """
        is_inside = membership(collections, 0)
        return [entry for entry in self._inventory() if is_inside(entry.document)]

    def find(self, document_id: str, collections: Collections = None) -> Entry | None:
        """Return one of these files; None where there is no such one. Raises ChipbotError where there is no usable index."""
        return next((entry for entry in self.entries(collections) if entry.document == document_id), None)

    def add(
        self,
        name: str,
        data: bytes,
        *,
        collection: str = TOP,
        by: str,
        collections: Collections = None,
    ) -> Change:
        """Add a document.

        Args:
            name: What its file is called; the document is called as much like it as is safe.
            data: Its bytes, which say what format it has.
            collection: The folder that it goes into, which is made where there is none; `.` for no folder.
            by: Who adds it, as it stands in the log.
            collections: Those that may be changed.
        """
        with self._explained(name):
            self._check_collection(collection, collections)
            document_id = document_id_of(name, data, collection)
            check_wanted(self._seeds, document_id)
            self._check_owner(document_id)
            document = self._read(document_id, data)
            with self._lock:
                path = self._path(document_id)
                if path.exists():
                    raise DocumentStoreError(
                        Message(
                            "{document} is there already: replace it, or give the file another name",
                            document=document_id,
                        )
                    )
                make_folder(path.parent)
                change_id = self._note("added", document_id, by, _digest(data), None)
                with addition(path) as file:
                    file.write(data)
            return _change(change_id, "added", document)

    def replace(self, document_id: str, data: bytes, *, by: str, collections: Collections = None) -> Change:
        """Put other bytes, of the same format, in place of a document; raises where it is not there."""
        with self._explained(document_id):
            self._present(document_id, collections)
            true = document_id_of(document_id, data, TOP)
            if format_name(true) != format_name(document_id):
                raise DocumentStoreError(
                    Message(
                        "{document} cannot become a file of another kind ({suffix}): remove it, and add the other",
                        document=document_id,
                        suffix=Path(true).suffix,
                    )
                )
            document = self._read(document_id, data)
            with self._lock:
                path = self._present(document_id, collections)
                change_id = self._note("replaced", document_id, by, _digest(data), path)
                with replacement(path) as file:
                    file.write(data)
            return _change(change_id, "replaced", document)

    def put(
        self, name: str, data: bytes, *, collection: str, by: str, collections: Collections = None
    ) -> Change:
        """Add a document, or replace the one of that name: for what is surely the same, such as a message."""
        with self._explained(name):
            document_id = document_id_of(name, data, collection)
        if (self._seeds / document_id).exists():
            return self.replace(document_id, data, by=by, collections=collections)
        return self.add(name, data, collection=collection, by=by, collections=collections)

    def check_present(self, document_id: str, collections: Collections = None) -> None:
        """Raise where there is no such document that may be replaced or removed."""
        with self._explained(document_id):
            self._present(document_id, collections)

    def remove(self, document_id: str, *, by: str, collections: Collections = None) -> Change:
        """Remove a document; raises where it is not there."""
        with self._explained(document_id), self._lock:
            path = self._present(document_id, collections)
            change_id = self._note("removed", document_id, by, "", path)
            remove(path)
            return Change(id=change_id, action="removed", document_id=document_id)

    def undo(self, change_id: str, *, by: str, collections: Collections = None) -> Change:
        """Take a change back; raises where that is too old, done already, or would undo a later change as well.

        Returns:
            What was taken back.
        """
        with self._explained("the change"), self._lock:
            record = self._changes.find(change_id)
            if record is None or not membership(collections, 0)(record.document_id):
                raise DocumentStoreError(Message("that change is undone already, or too old to be undone"))
            path, before = self._path(record.document_id), self._changes.before(change_id)
            if self._digest_of(path) != record.digest:
                raise DocumentStoreError(
                    Message(
                        "{document} has been changed since: it stays as it is", document=record.document_id
                    )
                )
            if record.action == "added":
                remove(path)
            else:
                make_folder(path.parent)
                move(before, path)
            self._changes.drop(change_id)
            log.info("document %s: undone by %s (was %s)", record.document_id, _plain(by), record.action)
            return Change(id="", action=record.action, document_id=record.document_id)

    def read(self, document_id: str, collections: Collections = None) -> bytes:
        """Return the file of a document that may be replaced; raises where there is none."""
        with self._explained(document_id):
            return read_bytes(self._present(document_id, collections), self.limits.size)

    def _check_collection(self, collection: str, collections: Collections) -> None:
        if collections is not None and collection not in collections:
            raise DocumentStoreError(
                Message("{folder} is no folder that you may use here", folder=_plain(collection))
            )
        problem = problem_with_folder(collection)
        if problem is not None:
            raise DocumentStoreError(problem)

    def _present(self, document_id: str, collections: Collections) -> Path:
        """Return the file of a document that may be changed; raises where there is none."""
        inside = is_document_id(document_id) and membership(collections, 0)(document_id)
        path = self._path(document_id) if inside else self._seeds
        if not inside or path.is_symlink() or not path.is_file():
            raise DocumentStoreError(Message("{document} is no document here", document=_plain(document_id)))
        self._check_owner(document_id)
        return path

    def _check_owner(self, document_id: str) -> None:
        origin = self._links.sources().imported_from(document_id)
        if origin:
            raise DocumentStoreError(
                Message(
                    "the folder {folder} is imported from {origin}: change it there",
                    folder=collection_of(document_id),
                    origin=origin,
                )
            )

    def _path(self, document_id: str) -> Path:
        path = self._seeds / document_id
        if not path.parent.resolve().is_relative_to(self._seeds.resolve()):
            raise DocumentStoreError(
                Message("{document} would lead out of the documents", document=document_id)
            )
        return path

    def _read(self, document_id: str, data: bytes) -> Document:
        """Read a document as the index will, in a process of its own, so that answers are given meanwhile."""
        refuse_size(len(data), self.limits.size)
        with contextlib.closing(ReaderProcess(self.limits)) as reader:
            return parse_document(data, document_id, limits=self.limits, reader=reader)

    def _note(self, action: Action, document_id: str, by: str, digest: str, file: Path | None) -> str:
        change_id = self._changes.note(action, document_id, by=_plain(by), digest=digest, file=file)
        log.info("document %s: %s by %s", document_id, action, _plain(by))
        return change_id

    def _digest_of(self, path: Path) -> str:
        """Return the digest of a file; empty where there is none."""
        return _digest(read_bytes(path, self.limits.size)) if path.exists() else ""

    @contextlib.contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Say in one line which document, or which folder, cannot be read or written."""
        try:
            yield
        except DocumentError as error:
            raise DocumentStoreError(
                Message("{document}: {reason}", document=_plain(what), reason=error.reason)
            ) from error
        except OSError as error:
            log.warning("%s: %s", error.filename or self._seeds, error.strerror or error)
            raise DocumentStoreError(
                Message(
                    "the documents cannot be written ({reason}): see that there is room, and that the bot's user may write "
                    "there",
                    reason=error.strerror or error,
                )
            ) from error


def _change(change_id: str, action: Action, document: Document) -> Change:
    return Change(
        id=change_id,
        action=action,
        document_id=document.id,
        title=document.title,
        language=document.language,
        characters=len(document.text),
        problems=document.problems,
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _plain(text: str) -> str:
    """Return what others wrote, on one line that is not long."""
    return one_line(text)[:_MAX_SHOWN]
