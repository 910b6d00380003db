"""Templates → pages: the only importer of Jinja2. Everything that is put into a template is escaped."""

from __future__ import annotations

import logging
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from chipbot.errors import ChipbotError
from chipbot.translation import Message, digits, gettext, language, ngettext
from chipbot.web.guard import Handler

log = logging.getLogger(__name__)

_TOLD = {
    400: Message("What was sent is no form of these pages."),
    403: Message(
        "That form is too old, or not from this page: go back, load the page anew and send it again."
    ),
    408: Message("It took too long to arrive: try again."),
    413: Message("That is larger than CHIPBOT_MAX_FILE_SIZE allows."),
    415: Message("What was sent is no form of these pages."),
    421: Message(
        "These pages are reached by https, at the address in CHIPBOT_WEB_URL, or on the machine itself."
    ),
    429: Message("There were too many tries: wait a while."),
}
_NO_PAGE = Message("There is no such page here.")


class Rendering:
    """The templates beside this module."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "gettext": gettext,
            "ngettext": ngettext,
            "digits": digits,
            "language": language,
        }

    def text(self, template: str, root: str, **values: Any) -> str:
        """Return a page as text; `root` is the way from it to the first."""
        return self._templates.get_template(template).render(root=root, **values)

    def page(self, request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """Return a page that answers a request."""
        text = self.text(template, root_of(request), **values)
        return web.Response(text=text, content_type="text/html", status=status)

    def message(self, request: web.Request, status: int, title: str, message: str) -> web.Response:
        """Return a page with one sentence."""
        return self.page(request, "message.html", status=status, here="", title=title, message=message)

    async def answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Return what a handler answers; what goes wrong is logged and told in a sentence."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            title = gettext("Not Found") if error.status == 404 else error.reason
            told = _TOLD.get(error.status, _NO_PAGE)
            answer = self.message(request, error.status, title, str(told))
            if wait := error.headers.get("Retry-After"):
                answer.headers["Retry-After"] = wait
            return answer
        except ChipbotError:
            log.exception("a page could not be drawn")
            return self.message(
                request,
                503,
                gettext("Not now"),
                gettext("The documents cannot be read right now: try again later."),
            )
        except Exception:
            log.exception("a page could not be drawn")
            return self.message(
                request,
                500,
                gettext("Something went wrong"),
                gettext("Whoever runs this finds the cause in the log."),
            )


def root_of(request: web.Request) -> str:
    """Return the way from a page to the first, wherever a proxy has put it."""
    return "/".join([".."] * (request.rel_url.raw_path.count("/") - 1)) or "."


def number_in(request: web.Request, name: str) -> int:
    """Return a number that is part of an address; 0 where there is none."""
    value = request.query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0
