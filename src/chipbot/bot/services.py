"""What commands and messages find on the client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import discord

from chipbot.errors import JournalError
from chipbot.service.question_service import QuestionService
from chipbot.service.questions import Origin
from chipbot.service.refresh import IndexRefresher

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal


class ServiceClient(discord.Client):
    """A Discord client with the services behind it."""

    questions: QuestionService
    """Answers questions."""
    refresher: IndexRefresher
    """Rebuilds the index."""
    seeds: Path | None = None
    """The folder with the documents, where the team's answers are written to; None where nothing is."""

    @property
    def journal(self) -> Journal | None:
        """What is remembered; None where nothing is."""
        return self.questions.journal


def journal_of(client: ServiceClient) -> Journal:
    """Return what is remembered; raises JournalError where nothing is."""
    if client.journal is None:
        raise JournalError("there is no journal: the log says why")
    return client.journal


def origin_of(
    user: discord.User | discord.Member,
    channel: object,
    guild_id: int | None,
    message_id: int | None = None,
) -> Origin:
    """Return who asks, and where."""
    parent = channel.parent_id if isinstance(channel, discord.Thread) else getattr(channel, "id", None)
    roles = tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()
    return Origin(
        user_id=user.id,
        guild_id=guild_id,
        channel_id=parent,
        role_ids=roles,
        message_id=message_id,
        thread_id=channel.id if isinstance(channel, discord.Thread) else None,
    )
