"""What commands and messages find on the client."""

from __future__ import annotations

import discord

from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher


class ServiceClient(discord.Client):
    """A Discord client with the services behind it."""

    questions: QuestionService
    """Answers questions."""
    refresher: IndexRefresher
    """Rebuilds the index."""
