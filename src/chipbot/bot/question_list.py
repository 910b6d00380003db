"""/questions: what members asked without getting an answer, page by page, for the server's team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands

from chipbot.bot import team_strings
from chipbot.bot.command_texts import command_name, command_text
from chipbot.bot.components import Option
from chipbot.bot.panel import Panel
from chipbot.bot.services import Interaction, ServiceClient, journal_of
from chipbot.bot.team import may_help

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal
    from chipbot.journal.records import Gap, GapCause, GapState, OftenAsked

PAGE = 10
"""Questions on a page."""
Which = Literal["asked", "open", "voted_down", "answered", "ignored"]
_TITLES: dict[Which, Option] = {
    "asked": Option("Most asked"),
    "open": Option("Without an answer"),
    "voted_down": Option("Voted down"),
    "answered": Option("Answered by the team"),
    "ignored": Option("Ignored"),
}


@app_commands.command(
    name=command_name("questions"),
    description=command_text("What members asked and my documents don't answer."),
)
async def list_questions(interaction: discord.Interaction[ServiceClient]) -> None:
    """Show the first page."""
    journal = journal_of(interaction.client)
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    if not may_help(interaction):
        await interaction.response.send_message(str(team_strings.NOT_HELPER), ephemeral=True)
        return
    with interaction.client.questions.request_scope():
        panel = QuestionList(journal, interaction.guild_id)
        await interaction.response.send_message(await panel.turn(0), view=panel, ephemeral=True)


class QuestionList(Panel):
    """A page of questions, and what turns it."""

    def __init__(self, journal: Journal, guild_id: int) -> None:
        super().__init__()
        self._journal, self._guild_id = journal, guild_id
        self._which: Which = "open"
        self._offset = 0
        self.choice.placeholder = str(Option("Which"))
        self.choice.options = [
            discord.SelectOption(label=str(title), value=which)
            for which, title in _TITLES.items()
            if which != "asked" or journal.questions.kept
        ]

    async def allows(self, interaction: Interaction) -> bool:
        """Whether the member is of the team still."""
        if may_help(interaction):
            return True
        await interaction.response.edit_message(content=str(team_strings.NOT_HELPER), view=None)
        self.stop()
        return False

    async def turn(self, by: int) -> str:
        """Go on by so many pages, and return what is on the new one."""
        self._offset = max(0, self._offset + by * PAGE)
        gaps, total = await self._found()
        if not gaps and self._offset:  # they were dealt with in the meantime
            self._offset = max(0, (total - 1) // PAGE * PAGE)
            gaps, total = await self._found()
        self.back.disabled = self._offset == 0
        self.forth.disabled = self._offset + PAGE >= total
        for option in self.choice.options:
            option.default = option.value == self._which
        return team_strings.page(gaps, total, self._offset, str(_TITLES[self._which]))

    async def _found(self) -> tuple[tuple[Gap | OftenAsked, ...], int]:
        if self._which == "asked":
            return await self._journal.questions.most_asked(self._guild_id, offset=self._offset, limit=PAGE)
        state: GapState = "open" if self._which == "voted_down" else self._which
        cause: GapCause | None = "voted_down" if self._which == "voted_down" else None
        return await self._journal.gaps.list(
            self._guild_id, state, cause=cause, offset=self._offset, limit=PAGE
        )

    @discord.ui.select(cls=discord.ui.Select[Any], row=0, custom_id="questions:which")
    async def choice(self, interaction: Interaction, select: discord.ui.Select[Any]) -> None:
        """Show others."""
        self._which = next(which for which in _TITLES if which == select.values[0])
        self._offset = 0
        await interaction.response.edit_message(content=await self.turn(0), view=self)

    @discord.ui.button(emoji="◀️", row=1, custom_id="questions:back")
    async def back(self, interaction: Interaction, _: discord.ui.Button[QuestionList]) -> None:
        """Show the page before."""
        await interaction.response.edit_message(content=await self.turn(-1), view=self)

    @discord.ui.button(emoji="▶️", row=1, custom_id="questions:forth")
    async def forth(self, interaction: Interaction, _: discord.ui.Button[QuestionList]) -> None:
        """Show the next page."""
        await interaction.response.edit_message(content=await self.turn(1), view=self)
