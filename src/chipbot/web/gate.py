"""The way in to the operator's pages: a password, asked for seldom and slowly, and a cookie that only they get."""

from __future__ import annotations

import asyncio
import logging
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from chipbot.web.guard import RateLimit, client_address, host_name, is_loopback
from chipbot.web.password import PasswordFile
from chipbot.web.sessions import Session, Sessions

log = logging.getLogger(__name__)

_COOKIE = "chipbot"
_TRIES = 5  # at the password that an address has at once …
_EVERYBODY = 30  # … and all together
_AGAIN = 30.0  # seconds until an address has another one …
_EVERYBODY_AGAIN = 2.0  # … and all together


class Gate:
    """Lets the operator in; what is typed is compared one at a time, off the event loop."""

    def __init__(self, password: PasswordFile, web_url: str = "", sessions: Sessions | None = None) -> None:
        """Ask for a password.

        Args:
            password: The file that holds it.
            web_url: The address at which readers reach the pages; with https the cookie goes there encrypted alone.
            sessions: Who is logged in.
        """
        self._password = password
        self._https_name = (urlsplit(web_url).hostname or "") if web_url.startswith("https://") else ""
        self._sessions = sessions or Sessions()
        self._stamp = password.stamp()
        self._comparing = asyncio.Semaphore(1)
        self._limit = RateLimit(1 / _AGAIN, _TRIES)
        self._limit_of_all = RateLimit(1 / _EVERYBODY_AGAIN, _EVERYBODY)

    def check_way(self, request: web.Request) -> None:
        """Raise HTTPMisdirectedRequest where somebody between the operator and here could read along."""
        if not self._is_https(request) and not is_loopback(host_name(request.host)):
            raise web.HTTPMisdirectedRequest

    def session(self, request: web.Request) -> Session | None:
        """Return the session that a request is part of; None where there is none."""
        self._end_outdated()
        session_id = request.cookies.get(self._cookie(request), "")
        return self._sessions.find(session_id) if session_id else None

    async def log_in(self, request: web.Request, typed: str) -> str | None:
        """Begin a session where somebody typed the password; return its id, None where it is another.

        Raises HTTPTooManyRequests where there were too many tries, PasswordError where there is no password.
        """
        self._end_outdated()
        address = address_of(request)
        # Whoever has tried too often by themselves doesn't count for all: they could keep the operator out.
        wait = self._limit.seconds(client_address(request)) or self._limit_of_all.seconds("")
        if wait:
            log.warning("operator's pages: too many tries at the password from %s", address)
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(max(1, round(wait)))})
        async with self._comparing:
            right = await asyncio.to_thread(self._password.matches, typed)
        if not right:
            log.warning("operator's pages: a wrong password from %s", address)
            return None
        log.info("operator's pages: logged in from %s", address)
        return self._sessions.open(address)

    def keep(self, request: web.Request, answer: web.StreamResponse, session_id: str) -> None:
        """Have the browser keep a session's id, for requests from these pages alone and out of reach of scripts."""
        answer.set_cookie(
            self._cookie(request),
            session_id,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._is_https(request),
        )

    def log_out(self, request: web.Request, answer: web.StreamResponse) -> None:
        """End the session of a request."""
        name = self._cookie(request)
        self._sessions.close(request.cookies.get(name, ""))
        answer.del_cookie(name, path="/", httponly=True, samesite="Strict", secure=self._is_https(request))
        log.info("operator's pages: logged out from %s", address_of(request))

    def _end_outdated(self) -> None:
        """End the sessions that began with another password than the file's."""
        stamp = self._password.stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            self._sessions.close_all()

    def _cookie(self, request: web.Request) -> str:
        """Return the cookie's name; no other site, and nobody without encryption, can set one with the prefix.

        https://www.ietf.org/archive/id/draft-ietf-httpbis-rfc6265bis-20.html#name-the-__host-prefix
        """
        return f"__Host-{_COOKIE}" if self._is_https(request) else _COOKIE

    def _is_https(self, request: web.Request) -> bool:
        return bool(self._https_name) and host_name(request.host) == self._https_name


def address_of(request: web.Request) -> str:
    """Return who asks, as it can stand in the log: an address, whatever a proxy has been told to pass on."""
    try:
        return str(ip_address(client_address(request).partition("%")[0]))
    except ValueError:
        return "an unknown address"
