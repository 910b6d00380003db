"""Which language the bot speaks: a member's own to them alone, and the server's where all read it."""

from __future__ import annotations

from chipbot.bot.services import Interaction, ServiceClient
from chipbot.service.questions import Origin
from chipbot.translation import SOURCE, language_of, set_language


def speak_to(interaction: Interaction) -> None:
    """Speak a member's language from now on in the task that sees to what they did; it is remembered for direct messages."""
    spoken = language_of(str(interaction.locale))
    interaction.client.languages.put(interaction.user.id, spoken)
    set_language(spoken)


def public_language(client: ServiceClient, origin: Origin) -> str:
    """Return the language of all who read a channel: as the server has set it there, or else the server's own.

    In direct messages, whose locale Discord does not tell, it is the language that the member used a command in last.
    """
    if origin.guild_id is None:
        return client.languages.get(origin.user_id) or SOURCE
    guild = client.get_guild(origin.guild_id)
    own = SOURCE if guild is None else language_of(str(guild.preferred_locale))
    return client.questions.settings_of(origin).language or own


def channel_language(client: ServiceClient, guild_id: int, channel_id: int | None) -> str:
    """Return the language of all who read a channel of a server."""
    return public_language(client, Origin(user_id=0, guild_id=guild_id, channel_id=channel_id))
