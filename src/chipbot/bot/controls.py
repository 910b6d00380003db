"""What happens when a button is pressed, a menu is used or a form is sent: found by its `custom_id`, whenever that is.

Not discord.py's views and dynamic items: those forget what was sent before a restart or take a message apart to find one
button, and what they raise reaches nobody. Here one event has one way, and one place for what goes wrong.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord

from chipbot.bot import error_reporting, strings
from chipbot.bot.components import Target, target_of
from chipbot.bot.language import speak_to
from chipbot.bot.responses import say
from chipbot.bot.services import Interaction

Control = Callable[[Interaction, Target], Awaitable[None]]
"""Does what a control stands for."""


async def handle(interaction: Interaction, controls: Mapping[str, Control]) -> None:
    """Do what was pressed, used or sent, once; whatever goes wrong is logged and told, and never raised."""
    custom_id = data_of(interaction).get("custom_id")
    target = target_of(custom_id) if isinstance(custom_id, str) else None
    kinds = (discord.InteractionType.component, discord.InteractionType.modal_submit)
    if (
        interaction.type not in kinds
        or target is None
        or not interaction.client.interactions.add(interaction.id, None)
    ):
        return
    speak_to(interaction)
    try:
        with interaction.client.questions.request_scope():
            control = controls.get(target.action)
            if control is None:  # a button of another version
                await say(interaction, _too_old(interaction))
            else:
                await control(interaction, target)
    except Exception as error:  # noqa: BLE001  the last line of defence: the member is told, whatever it was
        await error_reporting.tell_error(interaction, f"the button {target.action}", error)


def data_of(interaction: Interaction) -> dict[str, Any]:
    """What Discord says about an interaction: what was pressed, chosen, written."""
    return dict(interaction.data or {})


def _too_old(interaction: Interaction) -> str:
    message = interaction.message
    sent = message.created_at if message is not None else interaction.created_at
    return strings.too_old(sent.timestamp())


async def say_too_old(interaction: Interaction) -> None:
    """Say that what a control stands for is not kept any more."""
    await say(interaction, _too_old(interaction))
