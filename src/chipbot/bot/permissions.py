"""What the bot must be allowed to do besides what its invite link asks for, where a server has chosen more."""

from __future__ import annotations

import discord

from chipbot.bot.solved_tag import solved_tag
from chipbot.journal.server_settings import ServerSettings
from chipbot.translation import Message

_NAMES = {
    "read_messages": Message("View Channel"),
    "send_messages": Message("Send Messages"),
    "send_messages_in_threads": Message("Send Messages in Threads"),
    "read_message_history": Message("Read Message History"),
    "add_reactions": Message("Add Reactions"),
    "create_public_threads": Message("Create Public Threads"),
    "manage_threads": Message("Manage Threads"),
}
"""What Discord calls each permission that the bot may need, by discord.py's names."""


def chosen(settings: ServerSettings, channel: object) -> discord.Permissions:
    """Return what the bot needs besides where these settings hold.

    Add Reactions where every message is answered, for who is too hasty sees a reaction rather than a sentence for all; Create
    Public Threads to answer in threads; Manage Threads to give a forum's post the tag that says that it is solved.

    Args:
        settings: Those of a channel, or of a server.
        channel: The channel; None for a server as a whole.
    """
    wanted = discord.Permissions.none()
    in_forum = isinstance(channel, discord.ForumChannel)
    wanted.add_reactions = settings.listen == "always" and not in_forum
    wanted.create_public_threads = settings.reply_in == "thread" and not in_forum
    wanted.manage_threads = (
        settings.listen == "always"
        and isinstance(channel, discord.ForumChannel)
        and solved_tag(channel) is not None
    )
    return wanted


def lacking(
    settings: ServerSettings, channel: discord.abc.GuildChannel | None, me: discord.Member
) -> list[str]:
    """Return what the bot may not do that these settings take, by the names that Discord shows, in the language of the
    context.
    """
    mine = me.guild_permissions if channel is None else channel.permissions_for(me)
    return [*names(chosen(settings, channel).value & ~mine.value)]


def names(value: int) -> tuple[str, ...]:
    """Return permissions that the bot may need by the names that Discord shows in the language of the context."""
    return tuple(str(_NAMES[name]) for name, is_set in discord.Permissions(value) if is_set)
