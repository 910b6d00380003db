"""What managers see while they change documents: a list, a question whether they are sure, a choice of folders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import discord

from chipbot.bot import document_strings
from chipbot.bot.components import OPTION_LIMIT, OPTIONS, clipped
from chipbot.bot.panel import Panel
from chipbot.bot.services import Interaction
from chipbot.bot.settings_fields import collection_label

if TYPE_CHECKING:
    from chipbot.service.inventory import Entry

PAGE = 10
"""Documents on a page."""


class ListPanel(Panel):
    """A page of the list, and what turns it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries, self._offset = entries, 0
        self._draw()

    def text(self) -> str:
        """What is on the page."""
        shown = self._entries[self._offset : self._offset + PAGE]
        return document_strings.page(shown, len(self._entries), self._offset)

    def _draw(self) -> None:
        if len(self._entries) <= PAGE:
            self.clear_items()
        self.back.disabled = self._offset == 0
        self.forth.disabled = self._offset + PAGE >= len(self._entries)

    async def _turn(self, interaction: Interaction, by: int) -> None:
        self._offset += by * PAGE
        self._draw()
        await interaction.response.edit_message(content=self.text(), view=self)

    @discord.ui.button(emoji="◀️", custom_id="documents:back")
    async def back(self, interaction: Interaction, _: discord.ui.Button[ListPanel]) -> None:
        """Show the page before."""
        await self._turn(interaction, -1)

    @discord.ui.button(emoji="▶️", custom_id="documents:forth")
    async def forth(self, interaction: Interaction, _: discord.ui.Button[ListPanel]) -> None:
        """Show the next page."""
        await self._turn(interaction, 1)


class RemovePanel(Panel):
    """Asks whether a document is to be removed."""

    def __init__(self, remove: Callable[[Interaction], Awaitable[None]]) -> None:
        super().__init__()
        self._remove = remove
        self.sure.label = str(document_strings.REMOVE)

    @discord.ui.button(style=discord.ButtonStyle.danger, custom_id="documents:remove")
    async def sure(self, interaction: Interaction, _: discord.ui.Button[RemovePanel]) -> None:
        """Remove it."""
        self.stop()
        with interaction.client.questions.request_scope():
            await self._remove(interaction)


class FolderPanel(Panel):
    """Asks for a folder."""

    def __init__(self, folders: Sequence[str], choose: Callable[[Interaction, str], Awaitable[None]]) -> None:
        super().__init__()
        self._folders, self._choose = folders[:OPTIONS], choose
        self.choice.options = [
            discord.SelectOption(label=clipped(collection_label(folder), OPTION_LIMIT), value=str(number))
            for number, folder in enumerate(self._folders)
        ]

    @discord.ui.select(cls=discord.ui.Select[Any], custom_id="documents:folder")
    async def choice(self, interaction: Interaction, select: discord.ui.Select[Any]) -> None:
        """Take it."""
        self.stop()
        with interaction.client.questions.request_scope():
            await self._choose(interaction, self._folders[int(select.values[0])])
