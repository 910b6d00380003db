"""What this Discord knows: servers, channels, messages, commands, interactions; and who may do and read what."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import discord
from tests.wire import objects
from tests.wire.objects import APPLICATION, EPHEMERAL, LOADING, ME, Object

MAX_MESSAGES = 100_000
"""How many messages are kept; the oldest go."""
ACKNOWLEDGE_WITHIN, TOKEN_LASTS = 3.0, 15 * 60.0
"""Seconds that a bot has to answer an interaction, and that its token is good for."""
_CONTENT_FLAGS = (1 << 18) | (1 << 19)
ADMINISTRATOR = discord.Permissions(administrator=True).value


class DiscordError(Exception):
    """An error as Discord answers it."""

    def __init__(self, status: int, code: int, message: str, **other: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Object = {"message": message, "code": code} | other


@dataclass
class Interaction:
    """What a member did that the bot has to answer."""

    payload: Object
    """What the bot was sent."""
    born: float
    """When, in seconds of the world's clock."""
    callback: int = 0
    """The type of the bot's first answer; 0 while there is none."""
    original: Object | None = None
    """The message that the first answer made or will make, or the one whose button was pressed."""
    follow_ups: list[Object] = field(default_factory=list)
    modal: Object | None = None
    """The form that the bot showed."""
    choices: list[Object] = field(default_factory=list)
    """What the bot completes with."""
    answered_after: float | None = None
    """Seconds until the bot's first answer."""
    expired: bool = False
    """Whether its token was ended before its time."""

    @property
    def shown(self) -> list[Object]:
        """The messages that the member sees for it."""
        original = [self.original] if self.original and not self.original["flags"] & LOADING else []
        return [*original, *self.follow_ups]


class World:
    """One Discord, of which only the bot's view matters."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.application = objects.application()
        self.guilds: dict[str, Object] = {}
        self.channels: dict[str, Object] = {}
        self.messages: OrderedDict[str, Object] = OrderedDict()
        self.replies: dict[str, list[Object]] = {}
        """The messages that reply to one."""
        self.reactions: list[tuple[str, str]] = []
        """Messages, and what the bot reacted to them with."""
        self.interactions: dict[str, Interaction] = {}
        """By their tokens."""
        self.commands: list[Object] = []
        self.nonces: OrderedDict[str, Object] = OrderedDict()
        self.on_shown: Callable[[Object], None] = lambda _: None
        """Is told of each message as it is shown: a deferred one when it is written."""
        self.url = ""
        """Where this Discord is served, files included."""
        self.files: dict[str, bytes] = {}
        """What members gave to commands, by id."""

    def add_guild(self, guild: Object) -> Object:
        """Let there be a server."""
        self.guilds[guild["id"]] = guild
        for one in guild["channels"]:
            self.channels[one["id"]] = one
        return guild

    def upload(self, number: str, name: str, data: bytes) -> Object:
        """Keep a file; return what is said of it."""
        self.files[number] = data
        url = f"{self.url}/attachments/{number}/file"
        return {"id": number, "filename": name, "size": len(data), "url": url, "proxy_url": url}

    def channel(self, number: str) -> Object:
        """The channel or thread; raises DiscordError where there is none."""
        try:
            return self.channels[number]
        except KeyError:
            raise DiscordError(404, 10003, "Unknown Channel") from None

    def guild(self, number: str) -> Object:
        """The server; raises DiscordError where the bot is not in one."""
        try:
            return self.guilds[number]
        except KeyError:
            raise DiscordError(404, 10004, "Unknown Guild") from None

    def message(self, number: str, channel: str) -> Object:
        """The message; raises DiscordError where there is none in the channel."""
        found = self.messages.get(number)
        if found is None or found["channel_id"] != channel:
            raise DiscordError(404, 10008, "Unknown Message")
        return found

    def keep(self, message: Object) -> Object:
        """Keep a message."""
        self.messages[message["id"]] = message
        if message["channel_id"] in self.channels and not message["flags"] & EPHEMERAL:
            self.channels[message["channel_id"]]["last_message_id"] = message["id"]
        if "message_reference" in message:
            self.replies.setdefault(message["message_reference"]["message_id"], []).append(message)
        while len(self.messages) > MAX_MESSAGES:
            self.messages.popitem(last=False)
        if not message["flags"] & LOADING:
            self.on_shown(message)
        return message

    def member(self, guild: Object, user_id: str) -> Object:
        """The member; raises DiscordError where there is none."""
        for one in guild["members"]:
            if one["user"]["id"] == user_id:
                return dict(one)
        raise DiscordError(404, 10007, "Unknown Member")

    def permissions(self, place: Object, user_id: str = APPLICATION) -> int:
        """What a member may do in a channel: the page Permissions' own algorithm."""
        if "guild_id" not in place:
            return objects.ALL
        guild = self.guild(place["guild_id"])
        roles = set(self.member(guild, user_id)["roles"])
        base = 0
        for one in guild["roles"]:
            if one["id"] in roles | {guild["id"]}:
                base |= int(one["permissions"])
        if base & ADMINISTRATOR or guild["owner_id"] == user_id:
            return objects.ALL
        parent = self.channels[place["parent_id"]] if place["type"] in objects.THREADS else place
        overwrites = {each["id"]: each for each in parent["permission_overwrites"]}
        for group in ({guild["id"]}, roles, {user_id}):
            mine = [overwrites[each] for each in group if each in overwrites]
            for each in mine:
                base &= ~int(each["deny"])
            for each in mine:
                base |= int(each["allow"])
        return base

    def may(self, place: Object, **permissions: bool) -> bool:
        """Whether the bot has permissions in a channel."""
        return not ~self.permissions(place) & discord.Permissions(**permissions).value

    def require(self, place: Object, **permissions: bool) -> None:
        """Raise DiscordError where the bot lacks permissions in a channel."""
        if not self.may(place, view_channel=True):
            raise DiscordError(403, 50001, "Missing Access")
        if not self.may(place, **permissions):
            raise DiscordError(403, 50013, "Missing Permissions")

    def forget(self, place: Object) -> None:
        """Let a channel or thread be no more, with what is written there."""
        guild = self.guilds[place["guild_id"]]
        for places in (guild["channels"], guild["threads"]):
            places[:] = [one for one in places if one["id"] != place["id"]]
        self.channels.pop(place["id"])
        for number in [each["id"] for each in self.messages.values() if each["channel_id"] == place["id"]]:
            del self.messages[number]

    def open_thread(self, parent: Object, name: str, owner: str, number: str | None = None) -> Object:
        """A new thread; the id of one that a message starts is that message's."""
        made = objects.thread(parent, name, owner, number)
        self.channels[made["id"]] = made
        self.guilds[made["guild_id"]]["threads"].append(made)
        return made

    def seen(self, message: Object, *, content: bool) -> Object:
        """A message as the bot may see it: without the message content intent the text of what neither
        mentions it, nor is its own, nor a direct message is withheld.
        """
        own = message["author"]["id"] == APPLICATION
        mentioned = any(each["id"] == APPLICATION for each in message["mentions"])
        direct = "guild_id" not in self.channels.get(message["channel_id"], {})
        shown = message
        if not (content or own or mentioned or direct):
            shown = message | {"content": "", "embeds": [], "attachments": [], "components": []}
        mine = [objects.own_reaction(emoji) for number, emoji in self.reactions if number == message["id"]]
        shown = shown | ({"reactions": mine} if mine else {})
        referred = message.get("referenced_message")
        return shown | ({"referenced_message": self.seen(referred, content=content)} if referred else {})

    @property
    def reads_content(self) -> bool:
        """Whether the application has the message content intent."""
        return bool(self.application["flags"] & _CONTENT_FLAGS)

    def interaction(self, token: str) -> Interaction:
        """The interaction of a webhook's token; raises DiscordError where it is over or was not answered."""
        found = self.interactions.get(token)
        if found is None or not found.callback:
            raise DiscordError(404, 10015, "Unknown Webhook")
        if found.expired or self.clock() - found.born > TOKEN_LASTS:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        return found

    def unanswered(self, number: str, token: str) -> Interaction:
        """The interaction that is to be answered first; raises DiscordError where that is too late."""
        found = self.interactions.get(token)
        if found is None or found.payload["id"] != number:
            raise DiscordError(404, 10062, "Unknown interaction")
        if found.callback:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if found.expired or self.clock() - found.born > ACKNOWLEDGE_WITHIN:
            raise DiscordError(404, 10062, "Unknown interaction")
        return found

    def from_bot(self, place: Object, data: Object, **other: Any) -> Object:
        """A message of the bot's with what it sent."""
        fields = ("content", "embeds", "components", "flags", "attachments")
        sent = {name: data[name] for name in fields if data.get(name) is not None}
        sent["components"] = objects.numbered(sent.get("components", []))
        return objects.message(ME, place, **(sent | other))
