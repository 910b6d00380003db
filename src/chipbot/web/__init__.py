"""The web server: the only importer of aiohttp.web. It tells whether the bot runs and is ready, and what it
has counted, and shows the documents.

Nothing in it can change anything but the operator's pages, which take a password, and it never tells what members
ask. It is switched off unless a port is set, and then listens on this machine only unless another address is set too;
the documents are then shown only where the operator has also said at which address members reach them.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from chipbot import __version__
from chipbot.errors import ChipbotError
from chipbot.translation import Message, gettext
from chipbot.web import connections
from chipbot.web.gate import Gate
from chipbot.web.guard import Guard, allowed_names, is_loopback
from chipbot.web.operator_pages import OperatorPages, Workshop
from chipbot.web.pages import Pages
from chipbot.web.password import PasswordError, PasswordFile

__all__ = [
    "Exposition",
    "Gate",
    "OperatorPages",
    "Pages",
    "PasswordError",
    "PasswordFile",
    "Readiness",
    "Workshop",
    "application",
    "is_loopback",
    "serving",
]

log = logging.getLogger(__name__)

Readiness = Callable[[], Awaitable[Mapping[str, str | None]]]
"""Says of each thing that the bot needs to answer what is wrong with it; None for nothing."""
Exposition = Callable[[], tuple[bytes, str]]
"""Returns what was counted, and its media type."""
_MAX_REQUEST = 64 * 1024  # bytes
IDLE = 30.0
"""Seconds that a connection may stay without a whole request."""
_GRACE = 1.0  # seconds that requests under way have when the server stops


@contextlib.asynccontextmanager
async def serving(
    host: str,
    port: int,
    *,
    readiness: Readiness,
    metrics: Exposition,
    pages: Pages | None = None,
    operator_pages: OperatorPages | None = None,
    web_url: str = "",
) -> AsyncIterator[str]:
    """Serve while inside; yields the address. Raises ChipbotError where it cannot be listened at.

    Args:
        host: The address to listen at.
        port: The port; 0 for any that is free.
        readiness: Says what keeps the bot from answering.
        metrics: Returns what was counted.
        pages: The documents' pages; None for none.
        operator_pages: The operator's pages beside them; None for none.
        web_url: The address at which readers reach them, where that is another one.
    """
    app = application(readiness, metrics)
    if pages is not None:
        guard = Guard(allowed_names(host, web_url))
        if operator_pages is not None:
            operator_pages.add_to(app, guard)
        pages.add_to(app, guard)
    told = logging.getLogger(f"{__name__}.server")
    told.addFilter(_is_no_fault_of_senders)
    runner = web.AppRunner(app, access_log=None, logger=told, shutdown_timeout=_GRACE, keepalive_timeout=IDLE)
    await runner.setup()
    if runner.server is not None:
        connections.limit(runner.server)
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ChipbotError(
                Message(
                    "the web server cannot listen at {address}: {reason}",
                    address=f"{host}:{port}",
                    reason=_reason(error),
                )
            ) from error
        bound = runner.addresses[0]
        address = f"http://{f'[{bound[0]}]' if ':' in bound[0] else bound[0]}:{bound[1]}"
        what = "the pages, " if pages is not None else ""
        log.info("serving %s/healthz, /readyz and /metrics at %s", what, address)
        yield address
    finally:
        await runner.cleanup()
        if operator_pages is not None:
            await operator_pages.close()


def application(readiness: Readiness, metrics: Exposition) -> web.Application:
    """Return the application behind the address."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text=f"chipbot {__version__} is running\n")

    async def readyz(_: web.Request) -> web.Response:
        problems = {name: problem for name, problem in (await readiness()).items() if problem is not None}
        return web.json_response(
            {"ready": not problems, "problems": problems}, status=503 if problems else 200
        )

    async def metricsz(_: web.Request) -> web.Response:
        body, content_type = await asyncio.to_thread(metrics)
        return web.Response(body=body, headers={"Content-Type": content_type})

    app = web.Application(client_max_size=_MAX_REQUEST)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metricsz)
    return app


def _is_no_fault_of_senders(record: logging.LogRecord) -> bool:
    """Whether an entry of aiohttp's is about more than bytes that are no HTTP: whoever sends those could fill the log."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return gettext("another program does already; choose another CHIPBOT_WEB_PORT")
    return gettext("{reason}; correct CHIPBOT_WEB_HOST and CHIPBOT_WEB_PORT", reason=error.strerror or error)
