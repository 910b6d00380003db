"""What members do: questions go in here, and what the bot shows for each is found again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.wire import objects
from tests.wire.call import tell
from tests.wire.interactions import COMMAND, COMPLETION, COMPONENT, MODAL_SUBMIT
from tests.wire.objects import APPLICATION, ME, Object
from tests.wire.world import Interaction, World

if TYPE_CHECKING:
    from tests.wire.gateway import Gateway

MENTION = f"<@{APPLICATION}>"
_MENTIONED = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_OPTION_TYPES: dict[type, int] = {bool: 5, int: 4, float: 10, str: 3}
_ATTACHMENT = 11


@dataclass(frozen=True)
class Upload:
    """A file that a member gives to a command."""

    name: str
    data: bytes
    id: str = field(default_factory=objects.snowflake)


@dataclass
class Question:
    """Something that a member wants answered."""

    message: Object | None = None
    interaction: Interaction | None = None
    reached: int = 0
    """How many sessions of the bot's it was sent to."""


class Members:
    """Does what members do, with a Discord."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world, self.gateway = world, gateway
        self.questions: list[Question] = []
        """Everything asked, in order."""

    def join(self, name: str, guild: Object, *, permissions: int = 0) -> Object:
        """A new member of a server, with a role of their own where they may do more than everybody."""
        made = objects.user(name)
        roles = []
        if permissions:
            roles.append(objects.snowflake())
            guild["roles"].append(objects.role(roles[0], name, permissions))
        guild["members"].append(objects.member(made, roles))
        return made

    def direct(self, who: Object) -> Object:
        """The channel of a user's direct messages with the bot."""
        for one in self.world.channels.values():
            if one["type"] == objects.DIRECT and one["recipients"] == [who]:
                return one
        made: Object = {
            "id": objects.snowflake(),
            "type": objects.DIRECT,
            "recipients": [who],
            "last_message_id": None,
        }
        self.world.channels[made["id"]] = made
        return made

    async def say(self, who: Object, place: Object, text: str, **other: Any) -> Question:
        """Write a message; whom and what it mentions is found in its text."""
        mentions = {each["id"]: each for each in other.pop("mentions", [])}
        for number in _MENTIONED.findall(text):
            mentions[number] = (
                ME if number == APPLICATION else {"id": number} | objects.user("somebody", number)
            )
        made = objects.message(who, place, text, mentions=list(mentions.values()), **other)
        made["mention_roles"] = _ROLE.findall(text)
        place.pop("awaits_first_message", None)
        self.world.keep(made)
        return await self._sent(made)

    async def ask(self, who: Object, place: Object, text: str) -> Question:
        """Mention the bot with a question, or just write it in direct messages."""
        return await self.say(who, place, text if place["type"] == objects.DIRECT else f"{MENTION} {text}")

    async def reply(self, who: Object, to: Object, text: str, *, ping: bool = True) -> Question:
        """Reply to a message. A reply to an interaction's answer pings nobody, whatever the member chose."""
        place = self.world.channels[to["channel_id"]]
        pinged = [to["author"]] if ping and "interaction_metadata" not in to else []
        return await self.say(who, place, text, mentions=pinged, **objects.reply_to(to, place))

    async def edit(self, message: Object, text: str) -> None:
        """Change what a message says."""
        message |= {"content": text, "edited_timestamp": objects.now()}
        message["mentions"] = [ME] if MENTION in text else []
        await tell(self.world, self.gateway, "MESSAGE_UPDATE", message)

    async def delete(self, message: Object) -> None:
        """Delete a message."""
        self.world.messages.pop(message["id"], None)
        place = self.world.channels[message["channel_id"]]
        gone = {"id": message["id"], "channel_id": place["id"]} | {
            name: place[name] for name in ("guild_id",) if name in place
        }
        await self.gateway.dispatch("MESSAGE_DELETE", gone, guild_id=place.get("guild_id"))

    async def start_thread(self, who: Object, message: Object, name: str) -> Object:
        """Start a thread from a message."""
        made = self.world.open_thread(
            self.world.channels[message["channel_id"]], name, who["id"], message["id"]
        )
        await self._told_of(made)
        return made

    async def post(self, who: Object, forum: Object, title: str, text: str, *, late: bool = False) -> Object:
        """Make a forum post; if `late` its first message is still to be written, with `say`."""
        made = self.world.open_thread(forum, title, who["id"])
        made["awaits_first_message"] = True
        await self._told_of(made)
        if not late:
            await self.say(who, made, text, id=made["id"])
        return made

    async def tag(self, post: Object, *tags: str) -> None:
        """Give a forum post these tags of its forum's, and no others."""
        post["applied_tags"] = list(tags)
        await self.gateway.dispatch("THREAD_UPDATE", post, guild_id=post["guild_id"])

    async def delete_post(self, post: Object) -> None:
        """Delete a forum post."""
        self.world.forget(post)
        gone = {name: post[name] for name in ("id", "guild_id", "parent_id", "type")}
        await self.gateway.dispatch("THREAD_DELETE", gone, guild_id=post["guild_id"])

    async def delete_channel(self, place: Object) -> None:
        """Delete a channel."""
        self.world.forget(place)
        await self.gateway.dispatch("CHANNEL_DELETE", place, guild_id=place["guild_id"])

    async def delete_all(self, *messages: Object) -> None:
        """Delete several messages of a channel at once, as moderators' bots do."""
        for message in messages:
            self.world.messages.pop(message["id"], None)
        place = self.world.channels[messages[0]["channel_id"]]
        gone = {
            "ids": [message["id"] for message in messages],
            "channel_id": place["id"],
            "guild_id": place["guild_id"],
        }
        await self.gateway.dispatch("MESSAGE_DELETE_BULK", gone, guild_id=place["guild_id"])

    async def _told_of(self, thread: Object) -> None:
        await self.gateway.dispatch(
            "THREAD_CREATE", thread | {"newly_created": True}, guild_id=thread["guild_id"]
        )

    async def slash(
        self, who: Object, place: Object, name: str, /, **options: str | float | Upload
    ) -> Question:
        """Use a slash command, or a sub-command: "settings", "documents list"."""
        return await self._interact(who, place, COMMAND, self._used(name, _options(options), options))

    async def complete(self, who: Object, place: Object, name: str, /, **options: str) -> Question:
        """Type into a slash command's last option."""
        given = _options(options)
        given[-1]["focused"] = True
        return await self._interact(who, place, COMPLETION, self._used(name, given, {}))

    def _used(self, name: str, given: list[Object], options: Mapping[str, object]) -> Object:
        """What is said of a command, with the options that were given; its files are kept to be fetched."""
        name, _, sub_command = name.partition(" ")
        if sub_command:
            given = [{"name": sub_command, "type": 1, "options": given}]
        files = [upload for upload in options.values() if isinstance(upload, Upload)]
        kept = {upload.id: self.world.upload(upload.id, upload.name, upload.data) for upload in files}
        return (
            self._command(name, 1)
            | {"options": given}
            | ({"resolved": {"attachments": kept}} if kept else {})
        )

    async def menu(self, who: Object, name: str, message: Object) -> Question:
        """Use a command of a message's menu: the bot reads that message, whoever wrote it."""
        data = self._command(name, 3) | {"target_id": message["id"]}
        data["resolved"] = {"messages": {message["id"]: message}}
        return await self._interact(who, self.world.channels[message["channel_id"]], COMMAND, data)

    async def press(
        self, who: Object, message: Object, label: str, values: list[str] | None = None
    ) -> Question:
        """Press the button with a label or custom_id, or choose values in a select; raises KeyError if none."""
        for one in components(message):
            if "custom_id" in one and label in (one.get("label"), one["custom_id"], one.get("placeholder")):
                data = {"custom_id": one["custom_id"], "component_type": one["type"], "id": one["id"]}
                data |= {} if values is None else {"values": values}
                place = self.world.channels[message["channel_id"]]
                return await self._interact(who, place, COMPONENT, data, message=message)
        raise KeyError(label)

    async def press_forged(self, who: Object, message: Object, custom_id: str) -> Question:
        """Send what a client sends that makes up a button's id."""
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        return await self._interact(
            who, self.world.channels[message["channel_id"]], COMPONENT, data, message=message
        )

    async def submit(self, who: Object, form: Question, values: Mapping[str, str]) -> Question:
        """Send the form that the bot showed, with a value for each custom_id; the others as they were."""
        interaction = form.interaction
        if interaction is None or interaction.modal is None:
            raise AssertionError("the bot showed no form")
        data = {"custom_id": interaction.modal["custom_id"], "components": []}
        for row in interaction.modal["components"]:
            data["components"].append(_filled(row, values))
        place = self.world.channels[interaction.payload["channel_id"]]
        return await self._interact(
            who, place, MODAL_SUBMIT, data, message=interaction.payload.get("message")
        )

    def shown(self, question: Question) -> list[Object]:
        """The messages that answer a question, in order."""
        if question.interaction is not None:
            return question.interaction.shown
        number = (question.message or {})["id"]
        replies = self.world.replies.get(number, [])
        return [
            one for one in replies if one["author"]["id"] == APPLICATION and one["id"] in self.world.messages
        ]

    def refused(self, question: Question) -> bool:
        """Whether the bot reacted to a message in place of an answer."""
        return any(number == (question.message or {}).get("id") for number, _ in self.world.reactions)

    def answers(self) -> list[int]:
        """For each question how many answers or visible refusals it has."""
        counts: dict[str, int] = {}
        for each in self.world.messages.values():
            if each["author"]["id"] == APPLICATION and "message_reference" in each:
                number = each["message_reference"]["message_id"]
                counts[number] = counts.get(number, 0) + 1
        for number, _ in self.world.reactions:
            counts[number] = counts.get(number, 0) + 1
        return [
            len(each.interaction.shown) if each.interaction else counts.get((each.message or {})["id"], 0)
            for each in self.questions
        ]

    def _command(self, name: str, kind: int) -> Object:
        for one in self.world.commands:
            if one["name"] == name and one.get("type", 1) == kind:
                return {"id": one["id"], "name": name, "type": kind}
        raise KeyError(name)

    async def _interact(self, who: Object, place: Object, kind: int, data: Object, **other: Any) -> Question:
        payload: Object = {
            "id": objects.snowflake(),
            "application_id": APPLICATION,
            "type": kind,
            "data": data,
            "channel_id": place["id"],
            "channel": place | {"permissions": str(self.world.permissions(place, who["id"]))},
            "token": f"token-{objects.snowflake()}",
            "version": 1,
            "app_permissions": str(self.world.permissions(place)),
            "locale": who.get("locale", "en-US"),
            "entitlements": [],
            "attachment_size_limit": 10 << 20,
            "authorizing_integration_owners": {"0": place.get("guild_id", "0")},
            "context": 0 if "guild_id" in place else 1,
        } | {name: value for name, value in other.items() if value is not None}
        if "guild_id" in place:
            guild = self.world.guilds[place["guild_id"]]
            member = self.world.member(guild, who["id"])
            member["permissions"] = str(self.world.permissions(place, who["id"]))
            locale = guild["preferred_locale"]
            payload |= {"guild_id": guild["id"], "guild_locale": locale, "member": member}
            payload["guild"] = {"id": guild["id"], "locale": locale, "features": []}
        else:
            payload["user"] = who
        interaction = Interaction(payload, self.world.clock())
        self.world.interactions[payload["token"]] = interaction
        question = Question(interaction=interaction)
        self.questions.append(question)
        question.reached = await self.gateway.dispatch(
            "INTERACTION_CREATE", payload, guild_id=place.get("guild_id")
        )
        return question

    async def _sent(self, message: Object) -> Question:
        question = Question(message=message)
        if MENTION in message["content"] or message["mentions"] or message["channel_id"] in self._directs():
            self.questions.append(question)
        question.reached = await tell(self.world, self.gateway, "MESSAGE_CREATE", message)
        return question

    def _directs(self) -> set[str]:
        return {one["id"] for one in self.world.channels.values() if one["type"] == objects.DIRECT}


def components(message: Object) -> list[Object]:
    """All components of a message, those inside of others too."""
    found: list[Object] = []
    waiting = list(message["components"])
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        waiting += [*one.get("components", []), *([one["accessory"]] if one.get("accessory") else [])]
    return found


def text_of(message: Object) -> str:
    """Everything that a message says: its content, or the texts of its layout line by line."""
    texts = [message["content"], *(one["content"] for one in components(message) if one.get("content"))]
    return "\n".join(text for text in texts if text)


def _options(given: Mapping[str, Any]) -> list[Object]:
    return [
        {"name": name, "type": _ATTACHMENT, "value": value.id}
        if isinstance(value, Upload)
        else {"name": name, "type": _OPTION_TYPES[type(value)], "value": value}
        for name, value in given.items()
    ]


def _filled(row: Object, values: Mapping[str, str]) -> Object:
    """A row or label of a form as it is sent."""
    inner = row.get("components") or [row["component"]]
    filled = [
        {"id": one.get("id", 1), "type": one["type"], "custom_id": one["custom_id"]}
        | {"value": values.get(one["custom_id"], one.get("value") or "")}
        for one in inner
        if "custom_id" in one
    ]
    made = {"id": row.get("id", 1), "type": row["type"]}
    return made | ({"components": filled} if "components" in row else {"component": filled[0]})
