"""The operator's pages: change documents, see what failed and why, try a question, run the canary questions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chipbot.answering.explanation import Explanation
from chipbot.service.canary_result import CanaryResult
from chipbot.service.document_store import DocumentStore
from chipbot.service.refresh import IndexRefresher
from chipbot.translation import gettext
from chipbot.web.forms import read_form
from chipbot.web.gate import Gate
from chipbot.web.guard import Guard, Handler
from chipbot.web.operator_changes import OperatorChanges
from chipbot.web.operator_documents import DocumentPages
from chipbot.web.operator_questions import QuestionPages
from chipbot.web.operator_view import PATH, OperatorView, Page, redirect
from chipbot.web.password import PasswordError
from chipbot.web.rendering import Rendering
from chipbot.web.sessions import Session

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the operator works with; the functions block."""

    store: DocumentStore
    refresher: IndexRefresher
    explain: Callable[[str], Explanation]
    """Answers a question and says why."""
    canaries: Callable[[], Sequence[CanaryResult]]
    """Asks the canary questions; raises ChipbotError where they cannot be."""


class OperatorPages:
    """The pages behind the password."""

    def __init__(self, gate: Gate, workshop: Workshop) -> None:
        self._gate = gate
        self._rendering = Rendering()
        self._view = OperatorView(self._rendering, workshop.store.limits.size)
        self._changes = OperatorChanges(workshop.store, workshop.refresher)
        self._pages = (
            *DocumentPages(self._view, workshop.store, self._changes).routes(),
            *QuestionPages(self._view, workshop.explain, workshop.canaries).routes(),
            ("POST", "/logout", self.log_out),
        )

    def add_to(self, app: web.Application, guard: Guard) -> None:
        """Add the pages to an application behind a guard, before what answers any other address."""

        def guarded(handler: Handler) -> Handler:
            async def checked(request: web.Request) -> web.StreamResponse:
                self._gate.check_way(request)
                return await handler(request)

            async def handle(request: web.Request) -> web.StreamResponse:
                return await guard.serve(
                    request, lambda request: self._rendering.answered(request, checked), private=True
                )

            return handle

        app.router.add_get(f"{PATH}/login", guarded(self.login))
        app.router.add_post(f"{PATH}/login", guarded(self.log_in))
        for method, path, page in self._pages:
            app.router.add_route(method, PATH + path, guarded(self._for_operator(page)))

    async def close(self) -> None:
        """Give changes under way some seconds."""
        await self._changes.close()

    def _for_operator(self, page: Page) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            session = self._gate.session(request)
            if session is None:
                return redirect(request, "login")
            return await page(request, session)

        return handle

    async def login(self, request: web.Request) -> web.Response:
        """Return the form that asks for the password."""
        return self._rendering.page(request, "operator_login.html", here="", message="")

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """Let in who types the password."""
        typed = dict(await read_form(request)).get("password", "")
        try:
            session_id = await self._gate.log_in(request, typed)
        except PasswordError as error:
            log.error("%s", error)  # noqa: TRY400  # the message is written to be enough
            return self._refused(request, gettext("There is no password that can be used: the log says why."))
        if session_id is None:
            return self._refused(request, gettext("That is not the password."))
        answer = redirect(request, "")
        self._gate.keep(request, answer, session_id)
        return answer

    def _refused(self, request: web.Request, message: str) -> web.Response:
        return self._rendering.page(request, "operator_login.html", status=401, here="", message=message)

    async def log_out(self, request: web.Request, session: Session) -> web.StreamResponse:
        """End the session."""
        await self._view.fields(request, session)
        answer = redirect(request, "login")
        self._gate.log_out(request, answer)
        return answer
