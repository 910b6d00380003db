"""The pages: asking, the list of documents, a document with what was quoted of it, its file."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import posixpath
from importlib.resources import files
from itertools import groupby
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote

from aiohttp import web

from chipbot.errors import DocumentError
from chipbot.model import ReadLimits
from chipbot.service.documents import Documents
from chipbot.service.history import MAX_QUESTIONS
from chipbot.service.links import page_path, web_address
from chipbot.service.pictures import PagePictures, has_pictures
from chipbot.service.question_service import QuestionService
from chipbot.service.questions import Origin, Question, clean_question
from chipbot.sources.collections import collection_of
from chipbot.web.answers import AnswerView, answer_view, reason
from chipbot.web.document_view import document_view
from chipbot.web.forms import read_form
from chipbot.web.guard import Guard, Handler, client_address
from chipbot.web.rendering import Rendering, number_in, root_of

log = logging.getLogger(__name__)

_LISTED = 500  # documents on a page of the list
_AT_ONCE = 2  # pages that are drawn at once


class Pages:
    """The pages and what is behind them."""

    def __init__(
        self,
        questions: QuestionService,
        documents: Documents,
        *,
        originals: bool = False,
        limits: ReadLimits = ReadLimits(),
    ) -> None:
        """Show these documents; `originals` says whether their files may be had, and `limits` within what pages of them
        are drawn.
        """
        self._questions = questions
        self._documents = documents
        self._originals = originals
        self._pictures = PagePictures(documents, limits)
        self._drawing = asyncio.Semaphore(_AT_ONCE)
        self._picturing = asyncio.Semaphore(1)
        self._style = files(__package__).joinpath("style.css").read_bytes()
        self._rendering = Rendering()

    def add_to(self, app: web.Application, guard: Guard) -> None:
        """Add the pages to an application behind a guard, after all else that it has."""

        def guarded(handler: Handler) -> Handler:
            async def handle(request: web.Request) -> web.StreamResponse:
                return await guard.serve(request, lambda request: self._rendering.answered(request, handler))

            return handle

        for path, handler in {
            "/": self.ask,
            "/style.css": self.style,
            "/documents": self.documents,
            "/documents/{id:.+}": self.document,
            "/originals/{id:.+}": self.original,
            "/pictures/{id:.+}": self.picture,
            "/{other:.*}": self.nothing,
        }.items():
            app.router.add_get(path, guarded(handler))
        app.router.add_post("/", guarded(self.ask))

    async def nothing(self, _: web.Request) -> web.Response:
        """Say of any other address that there is nothing."""
        raise web.HTTPNotFound

    async def style(self, _: web.Request) -> web.Response:
        """Return the stylesheet."""
        return web.Response(body=self._style, content_type="text/css", charset="utf-8")

    async def ask(self, request: web.Request) -> web.Response:
        """Return the form, and the answer to the question in it."""
        form = await read_form(request) if request.method == "POST" else []
        asked = next((value for name, value in form if name == "question"), "")
        earlier = [clean_question(value).text for name, value in form if name == "before"]
        before = tuple(filter(None, earlier[-MAX_QUESTIONS:]))
        question = clean_question(asked, blank=not asked.strip())
        view = AnswerView()
        if request.method == "POST":
            view = await self._answer(question, before, _number_of(client_address(request)), root_of(request))
        history = (*before, question.text)[-MAX_QUESTIONS:] if question.text else before
        return self._rendering.page(
            request,
            "ask.html",
            here="ask",
            question=question.text or asked[:200].strip(),
            before=history,
            earlier=[one for one in reversed(before) if one != question.text],
            message=view.message,
            quotes=view.quotes,
            corrections=view.corrections,
            suggestions=view.suggestions,
        )

    async def _answer(self, question: Question, before: tuple[str, ...], who: int, root: str) -> AnswerView:
        async def find_history() -> tuple[str, ...]:
            return before

        with self._questions.request_scope("web"):
            turned_away = await self._questions.check_rate_limit(Origin(user_id=who, web=True), question)
            if turned_away is not None:
                return AnswerView(message=reason(turned_away))
            response = await self._questions.ask(question, "web", find_history=find_history)
            return answer_view(response, root)

    async def documents(self, request: web.Request) -> web.Response:
        """Return a page of the list of documents."""
        rows = await asyncio.to_thread(self._documents.rows)
        rows.sort(key=lambda row: collection_of(row.id))  # those in none first
        pages = max(1, -(-len(rows) // _LISTED))
        page = min(max(number_in(request, "page"), 1), pages)
        shown = rows[(page - 1) * _LISTED : page * _LISTED]
        entries = [
            {"id": row.id, "title": row.title, "language": row.language, "path": page_path(row.id)}
            for row in shown
        ]
        groups = [(name, list(some)) for name, some in groupby(entries, lambda row: collection_of(row["id"]))]
        return self._rendering.page(
            request,
            "documents.html",
            here="documents",
            groups=groups,
            total=len(rows),
            page=page,
            pages=pages,
        )

    async def document(self, request: web.Request) -> web.Response:
        """Return a document with what was quoted of it."""
        document_id, root = request.match_info["id"], root_of(request)
        async with self._drawing:
            body = await asyncio.to_thread(
                self._drawn, document_id, root, request.query.get("mark", ""), number_in(request, "page")
            )
        if body is None:
            raise web.HTTPNotFound
        return web.Response(text=body, content_type="text/html")

    def _drawn(self, document_id: str, root: str, mark: str, part: int) -> str | None:
        stored = self._documents.read(document_id)
        if stored is None:
            return None
        view = document_view(stored, lambda target: self._link(target, document_id, root), mark, part)
        path = percent_encoded(document_id)
        is_drawn = has_pictures(document_id) and self._documents.original(document_id) is not None
        return self._rendering.text(
            "document.html",
            root,
            here="document",
            view=view,
            id=document_id,
            page=view.part,
            pages=view.parts,
            source=self._documents.source_url(stored.row),
            original=f"{root}/originals/{path}" if self._originals else "",
            pictures=f"{root}/pictures/{path}" if is_drawn else "",
            mark=mark if view.mark == "found" else "",
        )

    def _link(self, target: str, document_id: str, root: str) -> str:
        """Return where a link in a document leads: to the web, to a heading, or to another document that is here."""
        if target.startswith("#"):
            return "#" + percent_encoded(unquote(target[1:]))
        address = web_address(target)
        if address or ":" in target.partition("/")[0] or target.startswith("/"):
            return address
        path, _, anchor = target.partition("#")
        other = posixpath.normpath(
            posixpath.join(posixpath.dirname(document_id), unquote(path.partition("?")[0]))
        )
        if other.startswith("..") or not self._documents.has(other):
            return ""
        return f"{root}/{page_path(other)}" + (f"#{percent_encoded(unquote(anchor))}" if anchor else "")

    async def original(self, request: web.Request) -> web.StreamResponse:
        """Return a document's file, to be kept and not shown: a browser would run what is in it."""
        path = None
        if self._originals:
            path = await asyncio.to_thread(self._documents.original, request.match_info["id"])
        if path is None:
            raise web.HTTPNotFound
        name = percent_encoded(path.name)
        return web.FileResponse(
            path,
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Content-Type": "application/octet-stream",
            },
        )

    async def picture(self, request: web.Request) -> web.Response:
        """Return the picture of a page of a document, with what was quoted of it marked."""
        document_id, mark = request.match_info["id"], request.query.get("mark", "")
        try:
            async with self._picturing:
                drawn = await asyncio.to_thread(
                    self._pictures.picture, document_id, number_in(request, "page"), mark
                )
        except DocumentError as error:
            log.warning("a page of %r is not drawn: %s", document_id, error)
            drawn = None
        if drawn is None:
            raise web.HTTPNotFound
        return web.Response(body=drawn, content_type="image/png")


def _number_of(address: str) -> int:
    """Return a number that stands for an address beside members' ids, which are positive."""
    return (
        -int.from_bytes(hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        - 1
    )
