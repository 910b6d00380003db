"""Buttons and menus that one member alone sees, for the minutes in which Discord lets them be edited."""

from __future__ import annotations

from typing import Any

import discord

from chipbot.bot import error_reporting
from chipbot.bot.language import speak_to
from chipbot.bot.services import Interaction

PATIENCE = 840.0
"""Seconds for which a panel works: what is left of an interaction's 15 minutes after a minute of reading."""


def is_news(interaction: Interaction) -> bool:
    """Whether an interaction has not been seen before: after a lost connection Discord sends some again."""
    return interaction.client.interactions.add(interaction.id, None)


class Panel(discord.ui.View):
    """What a member is shown in private; whatever goes wrong in it is told to them in one sentence."""

    def __init__(self) -> None:
        super().__init__(timeout=PATIENCE)

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Whether what was pressed or chosen is news, and who did may do that still; what follows is in their language."""
        speak_to(interaction)
        return is_news(interaction) and await self.allows(interaction)

    async def allows(self, interaction: Interaction) -> bool:  # noqa: ARG002  # some panels do not ask who it is
        """Whether the member may use it still; tells those who may not."""
        return True

    async def on_error(  # type: ignore[override]  # the client is ours
        self, interaction: Interaction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        """Tell the member; log the cause unless the sentence says it all."""
        await error_reporting.tell_error(interaction, f"the panel's {type(item).__name__}", error)


class Form(discord.ui.Modal):
    """A form; what goes wrong when it is sent is told in one sentence."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Whether it has not been sent before; what follows is in the member's language."""
        speak_to(interaction)
        return is_news(interaction)

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]  # ours
        """Tell the member; log the cause unless the sentence says it all."""
        await error_reporting.tell_error(interaction, f"the form {self.title!r}", error)
