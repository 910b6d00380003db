"""The operator's pages about documents: what became of each, and forms that add, edit, replace and remove them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, get_args
from urllib.parse import quote as percent_encoded

from aiohttp import web

from chipbot.service.document_store import Change, DocumentStore, DocumentStoreError
from chipbot.service.inventory import Entry, State
from chipbot.service.links import page_path
from chipbot.service.scopes import TOP
from chipbot.translation import gettext, sentence
from chipbot.web.editing import Editable, editable, edited
from chipbot.web.forms import TEXT
from chipbot.web.operator_changes import OperatorChanges
from chipbot.web.operator_view import OperatorView, Page, redirect
from chipbot.web.rendering import number_in
from chipbot.web.sessions import Session

_LISTED = 200  # files on a page of the list
_STATES = get_args(State)


class DocumentPages:
    """The pages."""

    def __init__(self, view: OperatorView, store: DocumentStore, changes: OperatorChanges) -> None:
        self._view = view
        self._store = store
        self._changes = changes

    def routes(self) -> tuple[tuple[str, str, Page], ...]:
        """Return method, path and page of each."""
        return (
            ("GET", "", self.documents),
            ("GET", "/", self.documents),
            ("POST", "/", self.upload),
            ("GET", "/documents/{id:.+}", self.document),
            ("POST", "/documents/{id:.+}", self.save),
            ("GET", "/new", self.new),
            ("POST", "/new", self.create),
            ("POST", "/remove", self.remove),
            ("POST", "/undo", self.undo),
        )

    async def documents(self, request: web.Request, session: Session) -> web.Response:
        """Return a page of the list of files, with what became of each."""
        entries = await asyncio.to_thread(self._store.entries)
        state, name = request.query.get("state", ""), request.query.get("name", "")[:200]
        counts = Counter(entry.state for entry in entries)
        chosen = [entry for entry in entries if state in ("", entry.state) and _has(entry, name)]
        pages = max(1, -(-len(chosen) // _LISTED))
        page = min(max(number_in(request, "page"), 1), pages)
        return self._view.page(
            request,
            session,
            "operator_documents.html",
            here="files",
            counts=[(known, counts[known]) for known in _STATES if counts[known]],
            entries=[_row(entry) for entry in chosen[(page - 1) * _LISTED : page * _LISTED]],
            total=len(chosen),
            state=state if state in _STATES else "",
            name=name,
            folders=sorted({entry.collection for entry in entries if entry.collection}),
            page=page,
            pages=pages,
        )

    async def upload(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Add the files of a form."""
        form = await self._view.upload(request, session)
        if not form.files:
            session.notice = gettext("No file was chosen.")
            return redirect(request, "")
        folder = form.fields.get("folder", "").strip() or TOP
        put = self._store.put if "replace" in form.fields else self._store.add
        await self._changes.make(
            session, [partial(_put, put, name, data, folder) for name, data in form.files]
        )
        return redirect(request, "")

    async def document(self, request: web.Request, session: Session) -> web.Response:
        """Return what there is to say and to do about a file."""
        return await self._document(request, session)

    async def _document(
        self, request: web.Request, session: Session, *, typed: str | None = None, is_newer: bool = False
    ) -> web.Response:
        """Return the page of a file.

        Args:
            request: The request for it.
            session: Whose request it is.
            typed: The text that could not be saved, which stands in place of the file's.
            is_newer: Whether that is because the file has changed since it was read.
        """
        document_id = request.match_info["id"]
        entry = await asyncio.to_thread(self._store.find, document_id)
        if entry is None:
            raise web.HTTPNotFound
        text, problem = Editable(), ""
        if entry.state != "ignored":
            try:
                text = editable(document_id, await asyncio.to_thread(self._store.read, document_id))
            except DocumentStoreError as error:
                problem = str(error)
        return self._view.page(
            request,
            session,
            "operator_document.html",
            status=200 if typed is None else 409,
            here="",
            entry=_row(entry),
            problem=problem,
            text=text if typed is None else Editable(text=typed, digest=text.digest, is_text=True),
            changed=is_newer,
        )

    async def save(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Put a text, or a file, in place of a document."""
        document_id, form = request.match_info["id"], await self._view.upload(request, session)
        if form.files:
            return await self._replace(request, session, form.files[0][1])
        if TEXT not in form.fields:
            session.notice = gettext("No file was chosen.")
            return redirect(request, f"documents/{percent_encoded(document_id)}")
        typed = form.fields[TEXT]
        try:
            present = await asyncio.to_thread(self._store.read, document_id)
        except DocumentStoreError as error:
            session.notice = sentence(error)
            folder, _, name = document_id.rpartition("/")
            return self._new(request, session, name=name, folder=folder, text=typed)
        if editable(document_id, present).digest != form.fields.get("digest", ""):
            return await self._document(request, session, typed=typed, is_newer=True)
        return await self._replace(request, session, edited(typed, present), typed)

    async def _replace(
        self, request: web.Request, session: Session, data: bytes, typed: str | None = None
    ) -> web.StreamResponse:
        """Replace a document; where that cannot be, no typed word is lost."""
        document_id = request.match_info["id"]
        if await self._changes.make(session, [lambda by: self._store.replace(document_id, data, by=by)]):
            return redirect(request, f"documents/{percent_encoded(document_id)}")
        if typed is None:
            return redirect(request, "")
        return await self._document(request, session, typed=typed)

    async def new(self, request: web.Request, session: Session) -> web.Response:
        """Return the form for a document that is written here."""
        return self._new(request, session)

    def _new(
        self, request: web.Request, session: Session, *, name: str = "", folder: str = "", text: str = ""
    ) -> web.Response:
        return self._view.page(
            request, session, "operator_new.html", here="new", name=name, folder=folder, text=text
        )

    async def create(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Add a document that was written here."""
        form = await self._view.upload(request, session)
        name, folder = form.fields.get("name", "").strip(), form.fields.get("folder", "").strip()
        text = form.fields.get(TEXT, "")
        step = partial(_put, self._store.add, name, edited(text, b""), folder or TOP)
        if await self._changes.make(session, [step]):
            return redirect(request, "")
        return self._new(request, session, name=name, folder=folder, text=text)

    async def remove(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Remove a document."""
        document_id = (await self._view.fields(request, session)).get("document", "")
        await self._changes.make(session, [lambda by: self._store.remove(document_id, by=by)])
        return redirect(request, "")

    async def undo(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Take a change back."""
        change_id = (await self._view.fields(request, session)).get("change", "")
        await self._changes.make(session, [lambda by: self._store.undo(change_id, by=by)])
        session.changes = [one for one in session.changes if one[0] != change_id]
        return redirect(request, "")


def _put(put: Callable[..., Change], name: str, data: bytes, folder: str, by: str) -> Change:
    return put(name, data, collection=folder, by=by)


def _has(entry: Entry, name: str) -> bool:
    return name.casefold() in f"{entry.document} {entry.title}".casefold()


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry,
        "path": percent_encoded(entry.document),
        "page": page_path(entry.document) if entry.state == "indexed" else "",
    }
