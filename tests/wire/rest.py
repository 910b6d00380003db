"""REST, version 10: the routes that a bot such as this asks for; what it is not asked to know is a 404."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from aiohttp import web
from tests.wire import interactions, limits, messages
from tests.wire.call import NOTHING, Call, Handler, Route, check
from tests.wire.faults import VIA, Fault, Plan
from tests.wire.objects import APPLICATION, ME, snowflake
from tests.wire.world import DiscordError, World

if TYPE_CHECKING:
    from tests.wire.gateway import Gateway

PREFIX = "/api/v10"


class Rest:
    """Answers requests, or lets go wrong what is planned to."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world, self.gateway = world, gateway
        self.faults = Plan()
        self.asked: Counter[str] = Counter()
        """How often each "METHOD /path" was asked for."""
        self.clock: float | None = None
        """What time it says it is, instead of the true one."""
        self.url = ""
        self.on_sent: Callable[[str, Any], None] = lambda _path, _body: None
        """Is told everything that the bot sends: to which path, and what."""

    def add_routes(self, app: web.Application) -> None:
        """Let an application serve all of REST."""
        for method, path, handler in ROUTES:
            app.router.add_route(method, PREFIX + path, self._serving(handler))
        app.router.add_route("*", PREFIX + "/{path:.*}", self._serving(_unknown))
        app.router.add_get("/attachments/{id}/{name}", self._file)

    def _serving(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            path = request.path.removeprefix(PREFIX)
            self.asked[f"{request.method} {path}"] += 1
            fault = self.faults.take(request.method, path) or Fault()
            if fault.delay:
                await asyncio.sleep(fault.delay)
            answer: web.StreamResponse | None = None
            if fault.after or not (fault.reset or fault.status):
                answer = await self._answer(request, handler)
            if fault.reset:
                if request.transport is not None:
                    request.transport.abort()
                raise asyncio.CancelledError
            return self._faulty(fault) if fault.status or answer is None else answer

        return serve

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file that a member gave to a command."""
        fault = self.faults.take("GET", request.path)
        return self._faulty(fault) if fault else web.Response(body=self.world.files[request.match_info["id"]])

    async def _answer(self, request: web.Request, handler: Handler) -> web.Response:
        try:
            self._check_token(request)
            body = await _body(request)
            if body is not None:
                self.on_sent(request.path.removeprefix(PREFIX), body)
            found = await handler(Call(self.world, self.gateway, request, body, self.url))
        except DiscordError as error:
            return self._json(error.body, error.status)
        except ValueError:
            return self._json({"message": "The request body contains invalid JSON.", "code": 50109}, 400)
        return web.Response(status=204, headers=self._headers()) if found is NOTHING else self._json(found)

    def _check_token(self, request: web.Request) -> None:
        path = request.path.removeprefix(PREFIX)
        if path.startswith(("/interactions/", "/webhooks/")):  # whose paths hold a token of their own
            return
        if request.headers.get("Authorization") != f"Bot {self.gateway.token}":
            raise DiscordError(401, 0, "401: Unauthorized")

    def _headers(self) -> dict[str, str]:
        return VIA | ({} if self.clock is None else {"Date": formatdate(self.clock, usegmt=True)})

    def _json(self, body: Any, status: int = 200) -> web.Response:
        """A JSON answer without a charset, as Discord's are: discord.py does not read others as JSON."""
        data = json.dumps(body).encode()
        return web.Response(
            body=data, status=status, headers=self._headers(), content_type="application/json"
        )

    def _faulty(self, fault: Fault) -> web.Response:
        if isinstance(fault.body, str):
            return web.Response(body=fault.body.encode(), status=fault.status, headers=fault.headers)
        headers = fault.headers if fault.status == 429 else self._headers() | fault.headers
        data = json.dumps(fault.body).encode()
        return web.Response(body=data, status=fault.status, headers=headers, content_type="application/json")


async def _body(request: web.Request) -> Any:
    """What a request sends: JSON, or a form with JSON and files, of which the names and sizes are kept."""
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return json.loads(text) if text else None
    form = await request.post()
    body = json.loads(str(form["payload_json"]))
    files = [each for each in form.values() if isinstance(each, web.FileField)]
    body["attachments"] = [
        {
            "id": snowflake(),
            "filename": one.filename,
            "size": len(one.file.read()),
            "url": "",
            "proxy_url": "",
        }
        for one in files
    ]
    return body


async def _unknown(_: Call) -> Any:
    raise DiscordError(404, 0, "404: Not Found")


async def _me(_: Call) -> Any:
    return ME


async def _application(call: Call) -> Any:
    return call.world.application


async def _my_guilds(call: Call) -> Any:
    return [{"id": one["id"], "name": one["name"], "features": []} for one in call.world.guilds.values()]


async def _gateway(call: Call) -> Any:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": call.gateway.concurrency}
    return {
        "url": call.url.replace("http", "ws", 1),
        "shards": call.gateway.shards,
        "session_start_limit": limit,
    }


async def _commands(call: Call) -> Any:
    if call.request.query.get("with_localizations") == "true":
        return call.world.commands
    return [_unlocalised(one) for one in call.world.commands]


def _unlocalised(value: Any) -> Any:
    """A command without what it is called in each language, which Discord says only who asks for it."""
    if isinstance(value, list):
        return [_unlocalised(each) for each in value]
    if isinstance(value, dict):
        return {name: _unlocalised(inner) for name, inner in value.items() if "localizations" not in name}
    return value


async def _register(call: Call) -> Any:
    check(limits.command_problems(call.body))
    ours = {"application_id": APPLICATION, "version": "1"}
    call.world.commands = [{"description": ""} | one | ours | {"id": snowflake()} for one in call.body]
    return call.world.commands


async def _guild(call: Call) -> Any:
    return call.world.guild(call["guild"])


async def _guild_channels(call: Call) -> Any:
    return call.world.guild(call["guild"])["channels"]


async def _guild_member(call: Call) -> Any:
    return call.world.member(call.world.guild(call["guild"]), call["user"])


async def _leave(call: Call) -> Any:
    del call.world.guilds[call.world.guild(call["guild"])["id"]]
    return NOTHING


async def _direct(call: Call) -> Any:
    """Open the channel of direct messages with a user."""
    for one in call.world.channels.values():
        if any(each["id"] == call.body["recipient_id"] for each in one.get("recipients", [])):
            return one
    raise DiscordError(400, 50033, "Invalid Recipient(s)")


async def _channel(call: Call) -> Any:
    place = call.world.channel(call["channel"])
    call.world.require(place)
    return place


async def _change_channel(call: Call) -> Any:
    place = call.world.channel(call["channel"])
    call.world.require(place, manage_threads=True)
    place |= {name: value for name, value in call.body.items() if name in place}
    event = "THREAD_UPDATE" if "thread_metadata" in place else "CHANNEL_UPDATE"
    await call.gateway.dispatch(event, place, guild_id=place.get("guild_id"))
    return place


ROUTES: list[Route] = [
    ("GET", "/users/@me", _me),
    ("GET", "/users/@me/guilds", _my_guilds),
    ("POST", "/users/@me/channels", _direct),
    ("DELETE", "/users/@me/guilds/{guild}", _leave),
    ("GET", "/oauth2/applications/@me", _application),
    ("GET", "/applications/@me", _application),
    ("GET", "/gateway/bot", _gateway),
    ("GET", "/applications/{application}/commands", _commands),
    ("PUT", "/applications/{application}/commands", _register),
    ("GET", "/guilds/{guild}", _guild),
    ("GET", "/guilds/{guild}/channels", _guild_channels),
    ("GET", "/guilds/{guild}/members/{user}", _guild_member),
    ("GET", "/channels/{channel}", _channel),
    ("PATCH", "/channels/{channel}", _change_channel),
    *messages.ROUTES,
    *interactions.ROUTES,
]
"""Method, path and handler of everything that is answered."""
