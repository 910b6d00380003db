"""The operator's pages about questions: why one is answered or refused, and what comes of the canary questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chipbot.answering.explanation import Explanation
from chipbot.errors import ChipbotError
from chipbot.model import Answer
from chipbot.service.canary_result import CanaryResult
from chipbot.service.links import page_path, web_address
from chipbot.service.questions import clean_question
from chipbot.translation import gettext
from chipbot.web.elements import ElementReader
from chipbot.web.operator_view import OperatorView, Page
from chipbot.web.rendering import root_of
from chipbot.web.sessions import Session

if TYPE_CHECKING:
    from aiohttp import web


class QuestionPages:
    """The pages; the functions behind them block."""

    def __init__(
        self,
        view: OperatorView,
        explain: Callable[[str], Explanation],
        canaries: Callable[[], Sequence[CanaryResult]],
    ) -> None:
        self._view = view
        self._explain = explain
        self._canaries = canaries

    def routes(self) -> tuple[tuple[str, str, Page], ...]:
        """Return method, path and page of each."""
        return (
            ("GET", "/try", self.trial),
            ("POST", "/try", self.try_question),
            ("GET", "/canaries", self.canaries),
            ("POST", "/canaries", self.run_canaries),
        )

    async def trial(self, request: web.Request, session: Session) -> web.Response:
        """Return the form that a question is tried in."""
        return self._view.page(request, session, "operator_try.html", here="try", question="", told=None)

    async def try_question(self, request: web.Request, session: Session) -> web.Response:
        """Return what comes of a question, and why."""
        asked = (await self._view.fields(request, session)).get("question", "")
        question = clean_question(asked, blank=not asked.strip()).text
        if not question:
            session.notice = gettext("Ask something about the documents, in a few words or a sentence.")
        told = await asyncio.to_thread(self._explain, question) if question else None
        reader, root = ElementReader(web_address), root_of(request)
        candidates = [
            {
                "told": each,
                "elements": reader.read(each.quote),
                "page": f"{root}/{page_path(each.quote.citation.document_id)}",
                "where": " › ".join(each.quote.citation.breadcrumb),
            }
            for each in (told.passages if told else ())
        ]
        return self._view.page(
            request,
            session,
            "operator_try.html",
            here="try",
            question=question,
            told=told,
            answered=told is not None and isinstance(told.result, Answer),
            candidates=candidates,
        )

    async def canaries(self, request: web.Request, session: Session) -> web.Response:
        """Return the button that asks the canary questions."""
        return self._view.page(
            request, session, "operator_canaries.html", here="canaries", results=None, problem=""
        )

    async def run_canaries(self, request: web.Request, session: Session) -> web.Response:
        """Return what came of the canary questions, the broken ones first."""
        await self._view.fields(request, session)
        results, problem = list[CanaryResult](), ""
        try:
            results += await asyncio.to_thread(self._canaries)
        except ChipbotError as error:
            problem = str(error)
        results.sort(key=lambda result: result.went_well)
        return self._view.page(
            request, session, "operator_canaries.html", here="canaries", results=results, problem=problem
        )
