"""The REST routes of messages, reactions and threads."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.wire import limits, objects
from tests.wire.call import NOTHING, Call, Route, check
from tests.wire.objects import APPLICATION, COMPONENTS_V2, EPHEMERAL, ME, Object
from tests.wire.world import DiscordError, World

_NONCES = 10_000  # messages whose nonces are remembered; a few minutes' worth at Discord


async def _create(call: Call) -> Any:
    world, data = call.world, call.body
    place = world.channel(call["channel"])
    in_thread = place["type"] in objects.THREADS
    world.require(place, **{"send_messages_in_threads" if in_thread else "send_messages": True})
    if place.get("awaits_first_message"):
        why = "Cannot message this thread until after the post author has sent an initial message."
        raise DiscordError(400, 40058, why)
    if place["type"] == objects.FORUM:
        raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    check(limits.message_problems(data))
    if limits.is_empty(data):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    nonce = data.get("nonce") if data.get("enforce_nonce") else None
    if nonce is not None and nonce in world.nonces:
        return world.nonces[nonce]
    message = world.keep(world.from_bot(place, data, **_reference(world, place, data)))
    if nonce is not None:
        world.nonces[nonce] = message
        if len(world.nonces) > _NONCES:
            world.nonces.popitem(last=False)
    place["last_message_id"] = message["id"]
    await call.tell("MESSAGE_CREATE", message)
    return message | ({"nonce": nonce} if nonce is not None else {})


def _reference(world: World, place: Object, data: Object) -> Object:
    """What a message says of the one that it replies to."""
    reference = data.get("message_reference")
    if not reference:
        return {}
    if not world.may(place, read_message_history=True):
        raise DiscordError(400, 160002, "Cannot reply without permission to read message history")
    referred = world.messages.get(str(reference["message_id"]))
    if referred is None or referred["channel_id"] != place["id"]:
        if reference.get("fail_if_not_exists", True):
            check([limits.Problem(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])
        return {}
    pings = (data.get("allowed_mentions") or {}).get("replied_user", True)
    return objects.reply_to(referred, place) | {"mentions": [referred["author"]] if pings else []}


async def _history(call: Call) -> Any:
    world, place = call.world, call.world.channel(call["channel"])
    world.require(place)
    if not world.may(place, read_message_history=True):
        return []
    query = call.request.query
    before = int(query.get("before", 1 << 63))
    found = [one for one in world.messages.values() if one["channel_id"] == place["id"]]
    found = [one for one in found if int(one["id"]) < before and not one["flags"] & EPHEMERAL]
    newest = found[: -int(query.get("limit", 50)) - 1 : -1]
    return [world.seen(one, content=world.reads_content) for one in newest]


async def _fetch(call: Call) -> Any:
    place = call.world.channel(call["channel"])
    call.world.require(place, read_message_history=True)
    message = call.world.message(call["message"], place["id"])
    return call.world.seen(message, content=call.world.reads_content)


async def _edit(call: Call) -> Any:
    message = call.world.message(call["message"], call["channel"])
    if message["author"]["id"] != APPLICATION:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    edit(message, call.body)
    await call.tell("MESSAGE_UPDATE", message)
    return message


def edit(message: Object, data: Object) -> None:
    """Change a message of the bot's in place; raises DiscordError where Discord would refuse that."""
    check(limits.message_problems(data, message["flags"] & COMPONENTS_V2))
    changed = {
        name: data[name] for name in ("content", "embeds", "components", "attachments") if name in data
    }
    after = message | {name: value or ("" if name == "content" else []) for name, value in changed.items()}
    after["flags"] |= int(data.get("flags") or 0) & COMPONENTS_V2
    after["components"] = objects.numbered(after["components"])
    check(limits.message_problems(after))
    if limits.is_empty(after):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    message |= after | {"edited_timestamp": objects.now()}


async def _delete(call: Call) -> Any:
    place = call.world.channel(call["channel"])
    message = call.world.message(call["message"], place["id"])
    if message["author"]["id"] != APPLICATION:
        call.world.require(place, manage_messages=True)
    del call.world.messages[message["id"]]
    gone = {"id": message["id"], "channel_id": place["id"]}
    if "guild_id" in place:
        gone["guild_id"] = place["guild_id"]
    await call.gateway.dispatch("MESSAGE_DELETE", gone, guild_id=place.get("guild_id"))
    return NOTHING


async def _react(call: Call) -> Any:
    place = call.world.channel(call["channel"])
    call.world.require(place, add_reactions=True, read_message_history=True)
    message = call.world.message(call["message"], place["id"])
    call.world.reactions.append((message["id"], unquote(call["emoji"])))
    return NOTHING


async def _unreact(call: Call) -> Any:
    mine = (call["message"], unquote(call["emoji"]))
    if mine in call.world.reactions:
        call.world.reactions.remove(mine)
    return NOTHING


async def _type(call: Call) -> Any:
    call.world.require(call.world.channel(call["channel"]), send_messages=True)
    return NOTHING


async def _thread_from_message(call: Call) -> Any:
    world, place = call.world, call.world.channel(call["channel"])
    world.require(place, create_public_threads=True)
    message = world.message(call["message"], place["id"])
    if message["id"] in world.channels:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    return await _open(call, place, message["id"])


async def _thread(call: Call) -> Any:
    place = call.world.channel(call["channel"])
    call.world.require(place, create_public_threads=True)
    return await _open(call, place, None)


async def _archived(call: Call) -> Any:
    """The archived posts of a channel, those archived last first, `limit` at a time."""
    place, query = call.world.channel(call["channel"]), call.request.query
    call.world.require(place, read_message_history=True)
    before, limit = query.get("before", "9999"), int(query.get("limit", 50))

    def archived_at(thread: Object) -> str:
        return str(thread["thread_metadata"]["archive_timestamp"])

    found = [
        thread
        for thread in call.world.guild(place["guild_id"])["threads"]
        if thread["parent_id"] == place["id"] and thread["thread_metadata"]["archived"]
    ]
    older = sorted((one for one in found if archived_at(one) < before), key=archived_at, reverse=True)
    return {"threads": older[:limit], "members": [], "has_more": len(older) > limit}


async def _open(call: Call, place: Object, number: str | None) -> Object:
    check(list(limits.lengths("thread", call.body)))
    made = call.world.open_thread(place, call.body["name"], ME["id"], number)
    await call.gateway.dispatch("THREAD_CREATE", made | {"newly_created": True}, guild_id=made["guild_id"])
    return made


_ONE = "/channels/{channel}/messages/{message}"
ROUTES: list[Route] = [
    ("POST", "/channels/{channel}/messages", _create),
    ("GET", "/channels/{channel}/messages", _history),
    ("GET", _ONE, _fetch),
    ("PATCH", _ONE, _edit),
    ("DELETE", _ONE, _delete),
    ("PUT", _ONE + "/reactions/{emoji}/@me", _react),
    ("DELETE", _ONE + "/reactions/{emoji}/@me", _unreact),
    ("POST", "/channels/{channel}/typing", _type),
    ("POST", _ONE + "/threads", _thread_from_message),
    ("POST", "/channels/{channel}/threads", _thread),
    ("GET", "/channels/{channel}/threads/archived/public", _archived),
]
