"""The menus and buttons of the settings' panel: what was chosen goes to whom the panel says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from chipbot.bot.services import Interaction

Take = Callable[[Interaction, list[Any]], Awaitable[None]]
"""Takes what a member has chosen."""


class Menu(discord.ui.Select[Any]):
    """A menu of options."""

    def __init__(
        self,
        name: str,
        placeholder: str,
        options: Sequence[discord.SelectOption],
        take: Take,
        *,
        row: int = 2,
        most: int = 1,
    ) -> None:
        super().__init__(
            custom_id=custom_id(name), placeholder=placeholder, options=[*options], max_values=most, row=row
        )
        self._take = take

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Hand on the values."""
        await self._take(interaction, self.values)


class ChannelMenu(discord.ui.ChannelSelect[Any]):
    """A menu of a server's channels."""

    def __init__(self, name: str, placeholder: str, take: Take, **options: Any) -> None:
        super().__init__(custom_id=custom_id(name), placeholder=placeholder, **options)
        self._take = take

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Hand on the channels."""
        await self._take(interaction, self.values)


class RoleMenu(discord.ui.RoleSelect[Any]):
    """A menu of a server's roles."""

    def __init__(self, name: str, placeholder: str, take: Take, *, most: int) -> None:
        super().__init__(custom_id=custom_id(name), placeholder=placeholder, max_values=most, row=2)
        self._take = take

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Hand on the roles."""
        await self._take(interaction, self.values)


class Press(discord.ui.Button[Any]):
    """A button."""

    def __init__(self, name: str, label: str, take: Take, **options: Any) -> None:
        super().__init__(custom_id=custom_id(name), label=label, **options)
        self._take = take

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Say that it was pressed."""
        await self._take(interaction, [])


def custom_id(name: str) -> str:
    """Return the id of a control of the panel."""
    return f"settings:{name}"
