"""The names and descriptions of commands and their options, in every language of Discord's that there is a catalogue for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import discord
from discord import app_commands

from chipbot.translation import SOURCE, gettext, language_of, pgettext, said_in_each

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

    def __init__(self, texts: Mapping[str, Mapping[Marked, str]]) -> None:
        """Make it of what each text is in each language."""
        self._texts = texts

    @classmethod
    async def of(cls, tree: app_commands.CommandTree[Any]) -> CommandTranslator:
        """Return the translator of a tree's commands, which reads one catalogue after the other."""
        reader = _Reader()
        for command in tree.get_commands():
            await command.get_translated_payload(tree, reader)
        return cls(said_in_each(lambda: {each: each.said() for each in reader.found}))

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the translation; None where Discord is to show the source."""
        spoken = language_of(str(locale))
        return None if spoken == SOURCE else self._texts[spoken][Marked.of(string, context)]


class Marked(NamedTuple):
    """A text of a command's that is marked."""

    text: str
    named: bool
    """Whether it is the name of a command or option, which is a word in lower case."""

    @classmethod
    def of(cls, string: app_commands.locale_str, context: app_commands.TranslationContextTypes) -> Marked:
        """Return what a string is where it stands."""
        is_menu = isinstance(context.data, app_commands.ContextMenu)
        return cls(string.message, context.location.name.endswith("_name") and not is_menu)

    def said(self) -> str:
        """Return what it is in the language of the context."""
        return shown_name(self.text) if self.named else gettext(self.text)


class _Reader(app_commands.Translator):
    """Finds what is marked, and translates nothing."""

    def __init__(self) -> None:
        self.found: set[Marked] = set()

    async def translate(
        self,
        string: app_commands.locale_str,
        _: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> None:
        self.found.add(Marked.of(string, context))
