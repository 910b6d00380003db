"""What the operator's pages have in common: how they are drawn, and which forms they take."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from chipbot.web.forms import Upload, read_form, read_upload
from chipbot.web.rendering import Rendering, root_of
from chipbot.web.sessions import Session

log = logging.getLogger(__name__)

PATH = "/operator"
"""Where the pages are."""
_FIELDS = 64 * 1024  # bytes that a form takes beside its files

Page = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]


class OperatorView:
    """Draws a session's pages, and reads the forms in them."""

    def __init__(self, rendering: Rendering, limit: int) -> None:
        """Draw with these templates; the files of a form have at most `limit` bytes together."""
        self._rendering = rendering
        self._limit = limit + _FIELDS
        self._arriving = asyncio.Lock()

    def page(
        self, request: web.Request, session: Session, template: str, *, status: int = 200, **values: Any
    ) -> web.Response:
        """Return a page, with what the session has to be told."""
        notice, session.notice = session.notice, ""
        return self._rendering.page(
            request,
            template,
            status=status,
            form_token=session.form_token,
            notice=notice,
            changes=session.changes[::-1],
            **values,
        )

    async def fields(self, request: web.Request, session: Session) -> dict[str, str]:
        """Return the fields of a form without files; raises HTTPForbidden where it is not the session's own."""
        fields = dict(await read_form(request))
        if not _owns(session, fields.get("form_token", "")):
            raise web.HTTPForbidden
        return fields

    async def upload(self, request: web.Request, session: Session) -> Upload:
        """Return a form with files; raises HTTPForbidden where it is not the session's own."""
        async with self._arriving:  # one at a time
            return await read_upload(request, lambda token: _owns(session, token), self._limit)


def redirect(request: web.Request, path: str) -> web.Response:
    """Send the browser to another of these pages, wherever a proxy has put them."""
    return web.Response(status=303, headers={"Location": f"{root_of(request)}{PATH}/{path}"})


def _owns(session: Session, form_token: str) -> bool:
    owns = session.owns(form_token)
    if not owns:
        log.warning("operator's pages: a form that is not the session's, from %s", session.address)
    return owns
