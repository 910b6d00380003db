"""What commands, messages and buttons find on the client."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import discord

from chipbot.bot.answered import AnsweredMessage, Recent
from chipbot.bot.busy_notices import BusyNotices
from chipbot.bot.imported_channels import ImportedChannels
from chipbot.bot.shards import Shards
from chipbot.errors import JournalError
from chipbot.service.completion import Completion
from chipbot.service.document_store import DocumentStore
from chipbot.service.kept_answers import KeptAnswers
from chipbot.service.question_service import QuestionService
from chipbot.service.questions import Origin
from chipbot.service.refresh import IndexRefresher
from chipbot.service.telemetry import GatewayFacts

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal


Draw = Callable[[], discord.ui.LayoutView]
"""Draws a message in the language of the moment."""


class ServiceClient(discord.AutoShardedClient):
    """A Discord client with the services behind it."""

    connections: Shards
    """The shards that it serves."""

    questions: QuestionService
    """Answers questions."""
    refresher: IndexRefresher
    """Rebuilds the index."""
    seeds: Path | None = None
    """The folder with the documents, where the team's answers are written to; None where nothing is."""
    completion: Completion
    """Completes questions."""
    channels: ImportedChannels | None = None
    """The channels that are imported; None where none can be."""
    documents: DocumentStore | None = None
    """The documents, to be changed by servers' managers; None where they are not."""
    kept: KeptAnswers
    """What the buttons below answers stand for."""
    bridges: frozenset[int]
    """Bots and webhooks that are answered like members."""
    command_ids: dict[str, int]
    """The ids of the commands, as far as Discord has said them."""
    answered: Recent[AnsweredMessage]
    """The members' messages that were answered last, by their ids."""
    interactions: Recent[None]
    """The interactions that were seen last."""
    languages: Recent[str]
    """The languages of the members who used a command or a button last."""
    busy_notices: BusyNotices
    """Tell channels that too many ask at once."""
    asked_team: Recent[None]
    """The refusals whose questions went to the team."""
    for_all: Recent[Draw]
    """How what one member alone sees is drawn for everybody, by the number of the answer."""
    shown_to_all: Recent[None]
    """The answers that everybody was shown."""
    started_at: datetime
    """When the bot started."""
    retry_pause: float
    """Seconds before sending into a new forum post is tried again."""

    @abstractmethod
    def gateway_facts(self) -> GatewayFacts:
        """The connections in numbers."""

    @property
    def journal(self) -> Journal | None:
        """What is remembered; None where nothing is."""
        return self.questions.journal


Interaction = discord.Interaction[ServiceClient]
"""What a member did with a command, a button, a menu or a form of this bot."""


def journal_of(client: ServiceClient) -> Journal:
    """Return what is remembered; raises JournalError where nothing is."""
    if client.journal is None:
        raise JournalError("there is no journal: the log says why")
    return client.journal


def server_of(interaction: discord.Interaction[ServiceClient]) -> Origin:
    """Return who uses something, and in which server: what holds in all of it."""
    return Origin(user_id=interaction.user.id, guild_id=interaction.guild_id)


def may_read_all(interaction: discord.Interaction[ServiceClient]) -> bool:
    """Whether the operator lets all documents be searched in a server."""
    return interaction.client.questions.granted(server_of(interaction)) is None


def origin_of(
    user: discord.User | discord.Member,
    channel: object,
    guild_id: int | None,
    message_id: int | None = None,
    locale: discord.Locale | None = None,
    *,
    alone: bool = False,
) -> Origin:
    """Return who asks, and where.

    Args:
        user: The member.
        channel: The channel, thread or direct message.
        guild_id: The server; None in direct messages.
        message_id: The message that asks, where one does.
        locale: What the member has set Discord to, where it says so.
        alone: Whether the member alone sees what comes of it.
    """
    parent = channel.parent_id if isinstance(channel, discord.Thread) else getattr(channel, "id", None)
    roles = tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()
    return Origin(
        user_id=user.id,
        guild_id=guild_id,
        channel_id=parent,
        role_ids=roles,
        message_id=message_id,
        language=locale.value.partition("-")[0] if locale else "",
        thread_id=channel.id if isinstance(channel, discord.Thread) else None,
        alone=alone,
    )


def is_private_thread(channel: object) -> bool:
    """Whether fewer read a thread than the channel that it hangs in."""
    return isinstance(channel, discord.Thread) and channel.is_private()
