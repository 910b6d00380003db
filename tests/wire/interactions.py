"""The REST routes of interactions: their first answer within three seconds, and what follows in 15 minutes.

It follows the page Receiving and Responding of Discord's documentation.
"""

from __future__ import annotations

from typing import Any

from tests.wire import limits, objects
from tests.wire.call import NOTHING, Call, Route, check
from tests.wire.messages import edit
from tests.wire.objects import APPLICATION, EPHEMERAL, LOADING, Object
from tests.wire.world import DiscordError, Interaction

COMMAND, COMPONENT, COMPLETION, MODAL_SUBMIT = 2, 3, 4, 5
"""Types of interactions."""
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""Types of first answers."""
ALLOWED = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    COMPLETION: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}
"""The first answers that each type of interaction may get."""
_KINDS = {1: 20, 2: 23, 3: 23}  # types of commands → types of the messages that answer them


async def _callback(call: Call) -> Any:
    interaction = call.world.unanswered(call["interaction"], call["token"])
    kind, data = call.body["type"], call.body.get("data") or {}
    allowed = ALLOWED[interaction.payload["type"]]
    if kind in (DEFERRED_UPDATE, UPDATE) and "message" not in interaction.payload:
        allowed = allowed - {DEFERRED_UPDATE, UPDATE}
    if kind not in allowed:
        message = f"Value must be one of {{{', '.join(map(str, sorted(allowed)))}}}."
        check([limits.Problem(("type",), "BASE_TYPE_CHOICES", message)])
    _check(kind, data)
    interaction.callback = kind
    interaction.answered_after = call.world.clock() - interaction.born
    await _carry_out(call, interaction, kind, data)
    return _callback_response(interaction) if "with_response" in call.request.query else NOTHING


def _check(kind: int, data: Object) -> None:
    if kind in (MESSAGE, UPDATE):
        check(limits.message_problems(data))
    if kind == MESSAGE and limits.is_empty(data):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    if kind == MODAL:
        check(limits.modal_problems(data))
    if kind == CHOICES:
        check(limits.choices_problems(data.get("choices") or []))


async def _carry_out(call: Call, interaction: Interaction, kind: int, data: Object) -> None:
    clicked = call.world.messages.get(interaction.payload.get("message", {}).get("id", ""))
    if kind == MODAL:
        interaction.modal = data
    elif kind == CHOICES:
        interaction.choices = data.get("choices") or []
    elif kind == UPDATE and clicked is not None:
        interaction.original = clicked
        edit(clicked, data)
        await call.tell("MESSAGE_UPDATE", clicked)
    elif kind == DEFERRED_UPDATE:
        interaction.original = clicked
    elif kind in (MESSAGE, DEFERRED):
        loading = LOADING if kind == DEFERRED else 0
        flags = int(data.get("flags") or 0)
        interaction.original = _made(call, interaction, data | {"flags": flags | loading})
        await call.tell("MESSAGE_CREATE", interaction.original)


def _made(call: Call, interaction: Interaction, data: Object) -> Object:
    """A new message that answers an interaction."""
    payload = interaction.payload
    place = call.world.channels[payload["channel_id"]]
    user = payload.get("user") or payload["member"]["user"]
    metadata = {"id": payload["id"], "type": payload["type"], "user": user}
    other: Object = {
        "application_id": APPLICATION,
        "webhook_id": APPLICATION,
        "interaction_metadata": metadata
        | {"authorizing_integration_owners": {"0": payload.get("guild_id", "0")}},
        "type": _KINDS.get(payload["data"].get("type", 0), 0),
    }
    clicked = call.world.messages.get(payload.get("message", {}).get("id", ""))
    if clicked is not None:
        other |= objects.reply_to(clicked, place)
    return call.world.keep(call.world.from_bot(place, data, **other))


def _callback_response(interaction: Interaction) -> Object:
    original = interaction.original
    said: Object = {"id": interaction.payload["id"], "type": interaction.payload["type"]}
    if original is None:
        return {"interaction": said, "resource": {"type": interaction.callback}}
    said |= {
        "response_message_id": original["id"],
        "response_message_loading": bool(original["flags"] & LOADING),
        "response_message_ephemeral": bool(original["flags"] & EPHEMERAL),
    }
    return {"interaction": said, "resource": {"type": interaction.callback, "message": original}}


async def _follow_up(call: Call) -> Any:
    interaction, data = call.world.interaction(call["token"]), call.body
    check(limits.message_problems(data))
    if limits.is_empty(data):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    original = interaction.original
    if (
        original is not None and original["flags"] & LOADING
    ):  # what completes a defer is as private as that was
        return await _complete(call, original, data)
    made = _made(call, interaction, data)
    interaction.follow_ups.append(made)
    await call.tell("MESSAGE_CREATE", made)
    return made


async def _complete(call: Call, message: Object, data: Object) -> Object:
    """Write a message that was deferred, or change one."""
    edit(message, data)
    was_loading = message["flags"] & LOADING
    message["flags"] &= ~LOADING
    if was_loading:
        call.world.on_shown(message)
    await call.tell("MESSAGE_UPDATE", message)
    return message


def _message(call: Call) -> tuple[Interaction, Object]:
    interaction = call.world.interaction(call["token"])
    number = call["message"]
    wanted = [interaction.original, *interaction.follow_ups]
    for one in wanted:
        if one is not None and number in ("@original", one["id"]):
            return interaction, one
    raise DiscordError(404, 10008, "Unknown Message")


async def _fetch(call: Call) -> Any:
    return _message(call)[1]


async def _edit(call: Call) -> Any:
    return await _complete(call, _message(call)[1], call.body)


async def _delete(call: Call) -> Any:
    interaction, message = _message(call)
    call.world.messages.pop(message["id"], None)
    if interaction.original is message:
        interaction.original = None
    else:
        interaction.follow_ups.remove(message)
    return NOTHING


_HOOK = "/webhooks/{application}/{token}"
ROUTES: list[Route] = [
    ("POST", "/interactions/{interaction}/{token}/callback", _callback),
    ("POST", _HOOK, _follow_up),
    ("GET", _HOOK + "/messages/{message}", _fetch),
    ("PATCH", _HOOK + "/messages/{message}", _edit),
    ("DELETE", _HOOK + "/messages/{message}", _delete),
]
