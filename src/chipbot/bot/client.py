"""The Discord client: what it listens to, and what it holds."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from chipbot.bot import failures, messages, sync
from chipbot.bot.commands import Tree, add_commands
from chipbot.bot.desk import GRACE, Desk
from chipbot.bot.reindexing import Reindexing

if TYPE_CHECKING:
    from chipbot.bot.answering import Answering
    from chipbot.settings import Settings

log = logging.getLogger(__name__)


def intents() -> discord.Intents:
    """What the bot listens to: no privileged intent. Messages that mention it and direct messages come with
    their text."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class ChipbotClient(discord.Client):
    """Passes what concerns the bot on to the desk; never pings anyone."""

    def __init__(self, *, desk: Desk, reindexing: Reindexing, grace: float = GRACE) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # chipbot has no voice to miss
        super().__init__(intents=intents(), allowed_mentions=discord.AllowedMentions.none())
        self.desk = desk
        self.reindexing = reindexing
        self._grace = grace
        self.tree = Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        add_commands(self.tree)

    async def setup_hook(self) -> None:
        """Sync the commands; without that the bot still answers messages."""
        try:
            await sync.sync_if_changed(self.tree)
        except discord.HTTPException as error:
            log.warning("the commands could not be synced; they stay as they were: %s", error)

    async def on_ready(self) -> None:
        """Say in the log that the bot is there."""
        log.info("connected as %s, in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message) -> None:
        """Answer messages that address the bot."""
        if self.user is not None:
            await messages.handle(self.desk, message, self.user)

    async def on_error(self, event_method: str, /, *_args: object, **_kwargs: object) -> None:
        """Log what an event handler let through; there is no member to tell."""
        error = sys.exc_info()[1]
        if error is not None:
            failures.reported(event_method, error)

    async def close(self) -> None:
        """Finish the replies under way, then disconnect."""
        self.reindexing.stop()
        await self.desk.close(self._grace)
        await super().close()


def create_client(settings: Settings, library: Answering) -> ChipbotClient:
    """A client for these settings that is not connected yet."""
    return ChipbotClient(desk=Desk(library, cooldown=settings.cooldown), reindexing=Reindexing(library))
