"""What every page has in common: who may ask how often, under which names, and what a browser may do with the answer."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from chipbot.translation import first_served, gettext, set_language

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RATE = 2.0
"""Requests a second that one address may make for long …"""
BURST = 60.0
"""… and how many at once."""
_MOST = 10_000  # addresses that are remembered
_MOST_LANGUAGES = 20  # that a browser may name
_COMPRESSED = 1_000  # bytes from which on an answer is compressed
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Server": "chipbot",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding, Accept-Language",
}


class RateLimit:
    """A bucket of tokens for each address (https://en.wikipedia.org/wiki/Token_bucket)."""

    def __init__(
        self, rate: float = RATE, burst: float = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many addresses are remembered."""
        return len(self._buckets)

    def seconds(self, address: str) -> float:
        """Count a request; return 0 where it may be made, else in how many seconds.

        Whoever has an address of IPv6 has 2^64 of them, which count as one.
        """
        now, address = self._clock(), _network(address)
        tokens, then = self._buckets.pop(address, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        allowed = tokens >= 1
        self._buckets[address] = (tokens - allowed, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate


class Guard:
    """Stands before the pages."""

    def __init__(self, names: frozenset[str], limit: RateLimit | None = None) -> None:
        """Let requests to hosts of these names through, or to all if there are none."""
        self._names = names
        self._limit = limit or RateLimit()

    async def serve(
        self, request: web.Request, handler: Handler, *, private: bool = False
    ) -> web.StreamResponse:
        """Return what the handler answers, or why it is not asked, fit for a browser and in its language; what is private
        is kept by nobody.
        """
        set_language(accepted_language(request.headers.get("Accept-Language", "")))
        answer = self._refused(request) or await handler(request)
        answer.headers.update(_HEADERS)
        if private:
            answer.headers.update({"Cache-Control": "no-store", "Vary": "Cookie"})
        elif isinstance(answer, web.Response) and answer.status == 200 and isinstance(answer.body, bytes):
            tag = hashlib.blake2b(answer.body, digest_size=12).hexdigest()
            answer.etag = tag
            known = request.if_none_match or ()
            if request.method in ("GET", "HEAD") and any(one.value in (tag, "*") for one in known):
                return web.Response(status=304, headers={**_HEADERS, "ETag": answer.headers["ETag"]})
            if len(answer.body) >= _COMPRESSED and answer.content_type != "image/png":
                answer.enable_compression()
        return answer

    def _refused(self, request: web.Request) -> web.Response | None:
        if self._names and host_name(request.host) not in self._names:
            # A page of another site could have a name of its own lead here (DNS rebinding), and read what we answer.
            return web.Response(
                status=421, text=gettext("This address is not served here; set CHIPBOT_WEB_URL.") + "\n"
            )
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in (
            "same-origin",
            "none",
        ):
            return web.Response(status=403, text=gettext("Questions are asked on this page alone.") + "\n")
        seconds = self._limit.seconds(client_address(request))
        if seconds:
            wait = str(max(1, round(seconds)))
            text = gettext("Too many requests: wait {seconds} s.", seconds=wait)
            return web.Response(status=429, headers={"Retry-After": wait}, text=f"{text}\n")
        return None


def accepted_language(header: str) -> str:
    """Return the language that a browser likes best of those that there are.

    Source: https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
    """
    weighted: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_LANGUAGES]:
        name, _, weight = part.replace(" ", "").partition(";q=")
        with contextlib.suppress(ValueError):
            weighted.append((float(weight or 1), name))
    liked = sorted((pair for pair in weighted if pair[0] > 0), key=lambda pair: -pair[0])
    return first_served(name for _, name in liked)


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    return host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0].lower()


def allowed_names(host: str, web_url: str) -> frozenset[str]:
    """Return the names that pages are served under: those of this machine, or of `CHIPBOT_WEB_URL`."""
    own = {"localhost", "127.0.0.1", "::1", host.lower()}
    return frozenset(own | ({urlsplit(web_url).hostname or ""} if web_url else set()))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def client_address(request: web.Request) -> str:
    """Return who asks: behind a proxy on this machine or its network, whom the proxy names last."""
    peer = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded if forwarded and is_near(peer) else peer


def _network(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found) if found.version == 4 else f"{int(found) >> 64:x}::/64"


def is_near(address: str) -> bool:
    """Whether an address is of this machine or its network, where a proxy may be that says who asks."""
    try:
        return ip_address(address.partition("%")[0]).is_private
    except ValueError:
        return False
