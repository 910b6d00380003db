"""Buttons and menus that one member alone sees, for the minutes in which Discord lets them be edited."""

from __future__ import annotations

import logging
from typing import Any

import discord

from chipbot.bot import error_reporting, strings
from chipbot.bot.services import ServiceClient
from chipbot.errors import CanaryError, JournalError, SettingsError
from chipbot.service.refresh import AlreadyRunningError
from chipbot.service.taught_answers import TeachingError

log = logging.getLogger(__name__)

Interaction = discord.Interaction[ServiceClient]
PATIENCE = 840.0
"""Seconds for which a panel works: what is left of an interaction's 15 minutes after a minute of reading."""


class Panel(discord.ui.View):
    """What a member is shown in private; whatever goes wrong in it is told to them in one sentence."""

    def __init__(self) -> None:
        super().__init__(timeout=PATIENCE)

    async def on_error(  # type: ignore[override]  # the client is ours
        self, interaction: Interaction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        """Tell the member; log the cause unless the sentence says it all."""
        await tell(
            interaction,
            explained(error) or error_reporting.report(f"the panel's {type(item).__name__}", error),
        )


class Form(discord.ui.Modal):
    """A form; what goes wrong when it is sent is told in one sentence."""

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]  # ours
        """Tell the member; log the cause unless the sentence says it all."""
        await tell(interaction, explained(error) or error_reporting.report(f"the form {self.title!r}", error))


def explained(error: Exception) -> str | None:
    """What to say about an error that is no fault; None for any other."""
    if isinstance(error, JournalError):
        return strings.JOURNAL_DOWN
    if isinstance(error, CanaryError):
        return strings.canaries_broken(str(error))
    if isinstance(error, AlreadyRunningError):
        return strings.already_reindexing(error.who, error.seconds)
    return f"That was not changed: {error}." if isinstance(error, SettingsError | TeachingError) else None


async def tell(interaction: Interaction, sentence: str) -> None:
    """Tell the member a sentence alone; where the interaction is dead, log it."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("could not tell the member: %s", error)
