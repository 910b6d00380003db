"""What the way to Discord loses is asked for again, and what answers in its place is not taken for it.

discord.py asks again after some errors of Discord's own (500, 502, 504), on this machine never after a connection that
was reset, and takes any page of HTML for an answer. Here both of its clients, the bot's and that of interactions, ask
again a few times, where asking twice does what asking once does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.backoff import ExponentialBackoff
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

if TYPE_CHECKING:
    from discord.http import HTTPClient, Route

log = logging.getLogger(__name__)

PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds before each further attempt: the first ones fit into the three that an interaction waits, all of them into
the few minutes for which Discord knows a message's nonce.
"""
LONGEST = 10.0
"""Seconds that Discord may ask to wait; what it wants later fails now."""
LONGEST_PAUSE = 60.0
"""The most seconds between two attempts to log in."""
_REPEATABLE = frozenset(("GET", "PUT", "PATCH", "DELETE"))
_CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
_TOO_MANY, _UNAVAILABLE = 429, 503
_LOGIN = "/users/@me"
_ACKNOWLEDGED = 40060  # what Discord says to a first answer that it has had

Ask = Callable[[], Awaitable[Any]]


class UnreachableError(discord.HTTPException):
    """A request never got through: the error that discord.py has for what fails, without an answer."""

    def __init__(self, why: str) -> None:
        Exception.__init__(self, why)
        self.status = self.code = 0
        self.text = why


_PAGE = "a web page answers in its place; does this network ask for a login?"


async def log_in(client: discord.Client, token: str) -> None:
    """Log the client in, however long Discord is out of reach: each failed attempt is a line in the log.

    Raises discord.LoginFailure where Discord refuses the token.
    """
    backoff: ExponentialBackoff[Any] = ExponentialBackoff()
    while True:
        try:
            await client.login(token)
        except discord.LoginFailure:
            raise
        except Exception as error:  # noqa: BLE001  # whatever answers in Discord's place
            pause = min(1 + backoff.delay(), LONGEST_PAUSE)
            log.warning("Discord cannot be reached; trying again in %.0f s: %s", pause, reason(error))
        else:
            return
        await client.http.close()
        client.http.connector = discord.utils.MISSING  # the old one was closed with its session
        await asyncio.sleep(pause)


def reason(error: BaseException) -> str:
    """Return what an error says, in one line, by its name where that is all that it says."""
    known = isinstance(error, aiohttp.ClientError | OSError | discord.DiscordException) and str(error)
    return " ".join(str(error).split())[:300] if known else f"{type(error).__name__} {error}".strip()


def guard(http: HTTPClient) -> None:
    """Let a client's requests, and those of interactions in the current context, survive a bad connection."""
    request = http.request

    async def patient(route: Route, **options: Any) -> Any:
        repeatable = route.method in _REPEATABLE or _has_nonce(options)
        pauses = () if route.path == _LOGIN else PAUSES  # `log_in` asks again by itself
        return await _asked(lambda: request(route, **options), pauses, repeatable=repeatable)

    http.request = patient  # type: ignore[method-assign]  # discord.py makes its client itself
    async_context.set(_PatientAdapter())  # type: ignore[no-untyped-call]  # discord.py leaves it without types


class _PatientAdapter(AsyncWebhookAdapter):
    """What sends the answers to interactions."""

    async def request(self, route: Route, *args: Any, **options: Any) -> Any:
        request = super().request
        callback = route.path == _CALLBACK

        async def ask() -> Any:
            try:
                return await request(route, *args, **options)
            except discord.HTTPException as error:
                if callback and error.code == _ACKNOWLEDGED:  # an attempt got through whose answer did not
                    return {"interaction": {"id": route.webhook_id, "type": 0}}
                raise

        return await _asked(ask, PAUSES, repeatable=callback or route.method in _REPEATABLE)


async def _asked(ask: Ask, pauses: Sequence[float], *, repeatable: bool) -> Any:
    """Return what `ask` does, after further attempts where the first ones are lost on the way.

    What is not `repeatable` is only asked for again where Discord says that it has done nothing.
    """
    for pause in pauses:
        try:
            return await _answer(ask)
        except discord.HTTPException as error:
            wait = _wait(error, pause, repeatable=repeatable)
            if wait is None:
                raise
            log.info("asking Discord again in %.2f s: %s", wait, reason(error))
            await asyncio.sleep(wait)
    return await _answer(ask)


async def _answer(ask: Ask) -> Any:
    """Return what Discord answers; raises UnreachableError where nothing does, or no part of its API."""
    try:
        answer = await ask()
    except discord.HTTPException as error:
        if error.text.lstrip().startswith("<"):
            raise UnreachableError(_PAGE) from error
        raise
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        raise UnreachableError(reason(error)) from error
    except ValueError as error:  # JSON that is none
        raise UnreachableError(_PAGE) from error
    if isinstance(answer, str) and answer:
        raise UnreachableError(_PAGE)
    return answer


def _wait(error: discord.HTTPException, pause: float, *, repeatable: bool) -> float | None:
    """Return how many seconds to wait before asking again; None where that would not help, or do it twice."""
    if error.status == _TOO_MANY:  # the proxy's, before Discord; discord.py sees to Discord's own
        asked = _seconds(error.response.headers)
        return max(asked, pause) if asked <= LONGEST else None
    lost = isinstance(error, UnreachableError) or error.status == _UNAVAILABLE
    return pause if repeatable and lost else None


def _seconds(headers: Mapping[str, str]) -> float:
    try:
        return float(headers.get("Retry-After", "0"))
    except ValueError:  # a date
        return LONGEST + 1


def _has_nonce(options: Mapping[str, Any]) -> bool:
    """Whether Discord makes a message once however often it is sent."""
    params = options.get("json")
    return isinstance(params, Mapping) and bool(params.get("enforce_nonce"))
