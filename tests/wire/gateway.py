"""The gateway, version 10: sessions of shards over websockets, and what can go wrong with them.

It follows the pages Gateway and Gateway Events of Discord's documentation, and Opcodes and Status Codes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import WSCloseCode, WSMsgType, web
from tests.wire.objects import Object, snowflake

HEARTBEAT = 41_250
"""Milliseconds between two heartbeats, as Discord has it."""
MAX_REPLAYED = 1_000
"""How many events a session keeps for a bot that comes back; the true number is not documented."""
MAX_PAYLOAD = 4_096
"""Bytes of what a bot may send at once."""
CLOSE_CODES = {
    4000: "Unknown error",
    4001: "Unknown opcode",
    4002: "Decode error",
    4003: "Not authenticated",
    4004: "Authentication failed",
    4005: "Already authenticated",
    4007: "Invalid seq",
    4008: "Rate limited",
    4009: "Session timed out",
    4010: "Invalid shard",
    4011: "Sharding required",
    4012: "Invalid API version",
    4013: "Invalid intent(s)",
    4014: "Disallowed intent(s)",
}
"""Discord's own codes, and what they mean; 1000, 1001 and 1006 happen too."""
FATAL = frozenset((4004, 4010, 4011, 4012, 4013, 4014))
"""The codes after which a bot must not connect again."""
_ENDING = frozenset((4007, 4009))
"""The other codes after which a session is gone."""
PRIVILEGED = {
    discord.Intents(members=True).value: (1 << 14) | (1 << 15),
    discord.Intents(presences=True).value: (1 << 12) | (1 << 13),
    discord.Intents(message_content=True).value: (1 << 18) | (1 << 19),
}
"""Each privileged intent, and the flags of applications that may have it."""


@dataclass
class Session:
    """One shard's session: it outlives its connections."""

    intents: int
    shard: tuple[int, int]
    socket: Socket | None
    id: str = field(default_factory=lambda: f"session-{snowflake()}")
    sequence: int = 0
    sent: deque[Object] = field(default_factory=lambda: deque(maxlen=MAX_REPLAYED))

    async def send(self, event: str, data: Any) -> None:
        """Send an event, or keep it until the bot comes back."""
        self.sequence += 1
        payload = {"op": 0, "t": event, "s": self.sequence, "d": data}
        self.sent.append(payload)
        if self.socket is not None:
            await self.socket.send(payload)

    async def replay(self, sequence: int) -> None:
        """Send what came after a sequence number again."""
        for payload in [each for each in self.sent if each["s"] > sequence]:
            if self.socket is not None:
                await self.socket.send(payload)


class Socket:
    """One connection: JSON, as text or in a stream of zlib."""

    def __init__(self, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self.raw = socket
        self._deflate = zlib.compressobj() if compress else None
        self._turn = asyncio.Lock()

    async def send(self, payload: object) -> None:
        """Send one payload; a bot that has gone is no reason to fail."""
        await self.send_text(json.dumps(payload))

    async def send_text(self, text: str) -> None:
        """Send any text whatever as if it were a payload."""
        with contextlib.suppress(ConnectionError):
            async with self._turn:
                if self._deflate is None:
                    await self.raw.send_str(text)
                else:
                    data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.raw.send_bytes(data)

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes that are no part of the stream."""
        with contextlib.suppress(ConnectionError):
            await self.raw.send_bytes(data)

    async def close(self, code: int) -> None:
        """Close the connection; with 1006 without a word, as a network that is gone."""
        if code == WSCloseCode.ABNORMAL_CLOSURE:
            transport = self.raw._req.transport if self.raw._req is not None else None
            if transport is not None:
                transport.abort()
            return
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self.raw.close(code=code, message=CLOSE_CODES.get(code, "").encode())


class Gateway:
    """All sessions, and how this gateway behaves."""

    def __init__(self, token: str, ready: Callable[[Session], tuple[Object, list[Object]]]) -> None:
        self.token = token
        self.sessions: dict[str, Session] = {}
        self.application_flags = 0
        self.asked: Counter[str] = Counter()
        """How often each operation came: "op 2"."""
        self.heartbeat = HEARTBEAT
        self.greets = True
        """Whether it says hello."""
        self.acknowledges = True
        """Whether heartbeats are acknowledged."""
        self.resumes = True
        """Whether sessions can be resumed."""
        self.copies = 1
        """How often each event is sent."""
        self.delay = 0.0
        """Seconds that events are late."""
        self.closes_with = 0
        """The code that a new connection is closed with at once; 0 for none."""
        self.shards = 1
        """How many shards it asks bots for."""
        self.concurrency = 1
        """How many of them may identify within `IDENTIFY_EVERY` seconds."""
        self.identified: list[tuple[float, int]] = []
        """When each shard identified, in seconds of the event loop."""
        self.doubled: list[int] = []
        """The shards that identified while they had another session that was connected."""
        self._ready = ready

    @property
    def connected(self) -> list[Session]:
        """The sessions that have a connection."""
        return [each for each in self.sessions.values() if each.socket is not None]

    def sessions_of(self, guild_id: str | None) -> list[Session]:
        """The sessions that events of a server go to; those of direct messages go to shard 0."""
        number = int(guild_id) >> 22 if guild_id else 0
        return [each for each in self.sessions.values() if number % each.shard[1] == each.shard[0]]

    async def dispatch(self, event: str, data: Any, *, guild_id: str | None = None, intents: int = 0) -> int:
        """Send an event to whom it concerns and who has one of the intents, if it needs any; returns how many
        sessions got it or will when they resume.
        """
        if self.delay:
            await asyncio.sleep(self.delay)
        reached = [one for one in self.sessions_of(guild_id) if not intents or one.intents & intents]
        for session in reached:
            for _ in range(self.copies):
                await session.send(event, data)
        return len(reached)

    def connected_of(self, shard: int | None) -> list[Session]:
        """The connected sessions of a shard; without one, of all."""
        return [each for each in self.connected if shard in (None, each.shard[0])]

    async def drop(self, code: int, *, shard: int | None = None) -> None:
        """Close every connection, or those of a shard; sessions end where Discord says that they do."""
        for session in self.connected_of(shard):
            socket, session.socket = session.socket, None
            if code in FATAL | _ENDING or not self.resumes:
                self.sessions.pop(session.id, None)
            if socket is not None:
                await socket.close(code)

    async def reconnect(self) -> None:
        """Ask every bot to connect again: operation 7."""
        for session in self.connected:
            if session.socket is not None:
                await session.socket.send({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """End every session, or say that it may be resumed: operation 9."""
        for session in self.connected:
            if not resumable:
                self.sessions.pop(session.id, None)
            if session.socket is not None:
                await session.socket.send({"op": 9, "d": resumable})

    async def send_raw(self, data: str | bytes, *, shard: int | None = None) -> None:
        """Send anything over every connection, or those of a shard: text as a payload, bytes as they are."""
        for session in self.connected_of(shard):
            if session.socket is None:
                continue
            await (
                session.socket.send_text(data) if isinstance(data, str) else session.socket.send_bytes(data)
            )

    async def repeat(self, count: int) -> None:
        """Send the last events of each session once more, as they were."""
        for session in self.connected:
            await session.replay(session.sequence - count)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection until it ends."""
        raw = web.WebSocketResponse()
        await raw.prepare(request)
        socket = Socket(raw, compress=request.query.get("compress") == "zlib-stream")
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            await socket.close(4012)
        if self.closes_with:
            await socket.close(self.closes_with)
        if self.greets:
            await socket.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat}})
        try:
            async for received in raw:
                if received.type is WSMsgType.TEXT:
                    code = await self._obey(socket, received.data)
                    if code:
                        await socket.close(code)
        finally:  # however it ends: a bot that is killed says nothing
            self._note_end(socket)
        return raw

    def _note_end(self, socket: Socket) -> None:
        """Let the session of a connection that has ended wait for another, unless the bot is done with it."""
        for session in list(self.sessions.values()):
            if session.socket is socket:
                session.socket = None
                if socket.raw.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                    self.sessions.pop(session.id)

    async def _obey(self, socket: Socket, text: str) -> int:
        """Do what a bot sends; returns the code to close with where that is against the rules, else 0."""
        try:
            payload = json.loads(text)
            operation, data = payload["op"], payload.get("d")
        except (ValueError, TypeError, KeyError):
            return 4002
        self.asked[f"op {operation}"] += 1
        if len(text.encode()) > MAX_PAYLOAD:
            return 4002
        match operation:
            case 1:
                if self.acknowledges:
                    await socket.send({"op": 11})
                return 0
            case 2:
                return await self._identify(socket, data)
            case 6:
                return await self._resume(socket, data)
            case 3 | 4 | 8:
                return 0 if any(each.socket is socket for each in self.connected) else 4003
        return 4001

    async def _identify(self, socket: Socket, data: Object) -> int:
        number, count = data.get("shard") or (0, 1)
        if data["token"].removeprefix("Bot ") != self.token:
            return 4004
        if any(each.socket is socket for each in self.connected):
            return 4005
        if not 0 <= number < count:
            return 4010
        for intent, flags in PRIVILEGED.items():
            if data["intents"] & intent and not self.application_flags & flags:
                return 4014
        self.identified.append((asyncio.get_running_loop().time(), number))
        self.doubled += [each.shard[0] for each in self.connected if each.shard[0] == number]
        session = Session(data["intents"], (number, count), socket)
        self.sessions[session.id] = session
        ready, guilds = self._ready(session)
        await session.send("READY", ready)
        if session.intents & discord.Intents(guilds=True).value:
            for one in guilds:
                await session.send("GUILD_CREATE", one)
        return 0

    async def _resume(self, socket: Socket, data: Object) -> int:
        session = self.sessions.get(data["session_id"])
        if data["token"].removeprefix("Bot ") != self.token:
            return 4004
        if session is None or not self.resumes:
            self.sessions.pop(data["session_id"], None)
            await socket.send({"op": 9, "d": False})
            return 0
        if data["seq"] is None or data["seq"] > session.sequence:
            self.sessions.pop(session.id)
            return 4007
        session.socket = socket
        await session.replay(data["seq"])
        await session.send("RESUMED", {})
        return 0
