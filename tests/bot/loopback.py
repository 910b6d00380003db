"""A small Discord on loopback: the part of its REST interface and gateway that the real discord.py asks for.

It follows Discord's documentation (Reference, Gateway, Application, Guild, Channel); what it is not asked to
know is a 404. `python -m tests.bot.loopback` serves one for benchmarks until it is ended, and prints its
addresses.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from unittest.mock import patch

import discord
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from yarl import URL

ME = 80351110224678912
TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"  # noqa: S105  # made up: Discord documents this one
EVERYONE = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True).value
IN_THREADS = discord.Permissions(send_messages_in_threads=True).value
HEARTBEAT = 41250  # milliseconds
_USER = {"id": str(ME), "username": "chipbot", "discriminator": "0001", "avatar": None, "bot": True}
_MESSAGE: dict[str, Any] = {
    "id": "77",
    "author": _USER,
    "content": "",
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
}
Object = dict[str, Any]


def overwrite(role_id: int, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    return {"id": str(role_id), "type": 0, "allow": str(allow), "deny": str(deny)}


def channel(channel_id: int, name: str, *overwrites: dict[str, Any], kind: int = 0) -> dict[str, Any]:
    return {
        "id": str(channel_id),
        "type": kind,
        "name": name,
        "position": 0,
        "permission_overwrites": list(overwrites),
        "parent_id": None,
        "nsfw": False,
        "bitrate": 64000,
        "user_limit": 0,
    }


def guild(
    guild_id: int, name: str, *channels: Object, everyone: int = EVERYONE, mine: int = IN_THREADS
) -> dict[str, Any]:
    """A server in which the bot has a role of its own, with number `guild_id` + 1; @everyone's has the
    server's number.
    """
    roles = [("@everyone", guild_id, everyone), ("chipbot", guild_id + 1, mine)]
    return {
        "id": str(guild_id),
        "name": name,
        "owner_id": "1",
        "channels": list(channels),
        "members": [],
        "emojis": [],
        "stickers": [],
        "features": [],
        "roles": [
            {
                "id": str(number),
                "name": role,
                "permissions": str(value),
                "position": place,
                "color": 0,
                "hoist": False,
            }
            | {"managed": place > 0, "mentionable": False}
            for place, (role, number, value) in enumerate(roles)
        ],
        "member_count": 2,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "unavailable": False,
    }


def mention(number: int, text: str, *, guild_id: int = 100, channel_id: int = 102) -> Object:
    """A message of a member's that mentions the bot, as the gateway sends it."""
    ann = {"id": "1", "username": "ann", "discriminator": "0", "avatar": None}
    place = {"id": str(number), "channel_id": str(channel_id), "guild_id": str(guild_id), "author": ann}
    member = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    return (
        _MESSAGE
        | place
        | {"member": member, "content": f"<@{ME}> {text}", "mentions": [_USER | {"member": member}]}
    )


@dataclass
class Loopback:
    """What this Discord says, and what it was asked."""

    token: str = TOKEN
    guilds: list[dict[str, Any]] = field(default_factory=list)
    application: dict[str, Any] = field(default_factory=dict)
    clock: float | None = None
    """What time it says it is, instead of the true one."""
    failures: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    """For "METHOD /path": statuses and bodies to answer with, one a request, before the true answer."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often each "METHOD /path" was asked for."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    """What the bot has sent: messages and answers to interactions."""
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    """The gateway's open connections."""
    commands: list[dict[str, Any]] = field(default_factory=list)
    greet: bool = True
    """Whether the gateway says hello."""
    url: str = ""

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to the bot."""
        for socket in list(self.sockets):
            with contextlib.suppress(ConnectionError):  # a bot that was killed
                await socket.send_json({"op": 0, "t": event, "s": 2, "d": data})

    async def send_raw(self, text: str) -> None:
        """Send any text whatever over the gateway."""
        for socket in list(self.sockets):
            await socket.send_str(text)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one REST request."""
        path = request.path.removeprefix("/api/v10")
        self.asked[f"{request.method} {path}"] += 1
        headers = {} if self.clock is None else {"Date": formatdate(self.clock, usegmt=True)}
        failures = self.failures.get(f"{request.method} {path}")
        if failures:
            status, body = failures.pop(0)
            return _json(body, status, headers | {"Via": "1.1 loopback"})
        if request.headers.get("Authorization") != f"Bot {self.token}" and not path.startswith(
            ("/interactions", "/webhooks")
        ):
            return _json({"message": "401: Unauthorized", "code": 0}, 401, headers)
        body = await self._body(request, path)
        if body is None:
            return _json({"message": "Unknown", "code": 10003}, 404, headers)
        return _json(body, 200, headers)

    async def _body(self, request: web.Request, path: str) -> Any:
        match path.strip("/").split("/"):
            case ["users", "@me"]:
                return _USER
            case ["users", "@me", "guilds"]:
                return [{"id": one["id"], "name": one["name"], "features": []} for one in self.guilds]
            case ["oauth2", "applications", "@me"] | ["applications", "@me"]:
                return self._application()
            case ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
                return {"url": self.url.replace("http", "ws", 1), "shards": 1, "session_start_limit": limit}
            case ["applications", _, "commands"]:
                if request.method == "PUT":
                    sent = await request.json()
                    ours = {"application_id": str(ME), "version": "1"}
                    self.commands = [
                        {"description": ""} | one | ours | {"id": str(number)}
                        for number, one in enumerate(sent, 1)
                    ]
                return self.commands
            case ["guilds", number, *rest]:
                return self._of_guild(next((one for one in self.guilds if one["id"] == number), None), rest)
            case ["channels", number, "messages"]:
                self.sent.append(await request.json())
                return _MESSAGE | {"channel_id": number}
            case ["channels", _, "typing"]:
                return {}
        return None

    @staticmethod
    def _of_guild(one: dict[str, Any] | None, rest: list[str]) -> Any:
        if one is None or not rest:
            return one
        if rest == ["channels"]:
            return one["channels"]
        if rest == ["members", str(ME)]:
            return {
                "user": _USER,
                "roles": [str(int(one["id"]) + 1)],
                "joined_at": "2026-01-01T00:00:00+00:00",
                "flags": 0,
            } | {
                "deaf": False,
                "mute": False,
            }
        return None

    def _application(self) -> dict[str, Any]:
        return {
            "id": str(ME),
            "name": "chipbot",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "",
            "flags": 0,
            "owner": {"id": "1", "username": "ann", "discriminator": "0", "avatar": None},
        } | self.application

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one gateway connection: hello, identify or resume, heartbeats."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.greet:
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": HEARTBEAT}})
        self.sockets.add(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._obey(socket, json.loads(message.data))
        self.sockets.discard(socket)
        return socket

    async def _obey(self, socket: web.WebSocketResponse, payload: dict[str, Any]) -> None:
        self.asked[f"op {payload['op']}"] += 1
        if payload["op"] == 1:
            await socket.send_json({"op": 11})
        elif payload["op"] == 2 and payload["d"]["token"] != self.token:
            await socket.close(code=4004)
        elif payload["op"] == 2:
            ready = {
                "v": 10,
                "user": _USER,
                "session_id": "s",
                "resume_gateway_url": self.url.replace("http", "ws", 1),
            }
            ready |= {
                "guilds": [{"id": one["id"], "unavailable": True} for one in self.guilds],
                "private_channels": [],
            }
            await socket.send_json(
                {"op": 0, "t": "READY", "s": 1, "d": ready | {"application": {"id": str(ME), "flags": 0}}}
            )
            for one in self.guilds:
                members = [self._of_guild(one, ["members", str(ME)])]
                await socket.send_json(
                    {"op": 0, "t": "GUILD_CREATE", "s": 1, "d": one | {"members": members}}
                )
        elif payload["op"] == 6:
            await socket.send_json({"op": 0, "t": "RESUMED", "s": 2, "d": {}})

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Loopback]:
        """Serve on a free port of loopback."""
        app = web.Application()
        app.router.add_get("/", self.gateway)
        app.router.add_route("*", "/api/{path:.*}", self.answer)
        async with TestServer(app) as server:
            self.url = str(server.make_url("")).rstrip("/")
            yield self

    @contextlib.contextmanager
    def in_place_of_discord(self) -> Iterator[None]:
        """Let this process's discord.py take this for Discord."""
        gateway = URL(self.url.replace("http", "ws", 1) + "/")
        with (
            patch.object(discord.http.Route, "BASE", f"{self.url}/api/v10"),
            patch.object(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway),
        ):
            yield


def _json(body: Any, status: int, headers: dict[str, str]) -> web.Response:
    """A JSON answer without a charset, as Discord's are: discord.py does not read others as JSON."""
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers=headers, content_type="application/json"
    )


PROCESS = """
import sys
import discord, discord.gateway, yarl
url = sys.argv.pop(1)
discord.http.Route.BASE = url + "/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/")
from chipbot.__main__ import main
main()
"""
"""Python that runs the command line with a Loopback, whose address is the first argument, in place of
Discord.
"""


async def main() -> None:
    """Serve until ended."""
    async with Loopback(guilds=[guild(100, "Club", channel(102, "general"))]).serving() as loopback:
        print(loopback.url, flush=True)  # noqa: T201  # whoever started this reads it
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
