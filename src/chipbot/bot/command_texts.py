"""The names and descriptions of commands and their options, in every language of Discord's that there is a catalogue for."""

from __future__ import annotations

import discord
from discord import app_commands

from chipbot.translation import SOURCE, gettext, in_language, language_of, pgettext

_NAMES = "command"  # what is a noun elsewhere, in German in capitals


def command_name(text: str) -> str:
    """Mark the name of a command or option: one word in lower case, with `-` between its parts."""
    return text


def command_text(text: str) -> str:
    """Mark what is said of a command or option."""
    return text


def shown_name(name: str) -> str:
    """Return what a command or option is called in the language of the context."""
    return pgettext(_NAMES, name)


class CommandTranslator(app_commands.Translator):
    """Tells Discord the translations of whatever is marked."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the translation; None where Discord is to show the source."""
        spoken = language_of(str(locale))
        if spoken == SOURCE:
            return None
        with in_language(spoken):
            named = context.location.name.endswith("_name") and not _is_menu(context.data)
            return shown_name(string.message) if named else gettext(string.message)


def _is_menu(named: object) -> bool:
    return isinstance(named, app_commands.ContextMenu)
