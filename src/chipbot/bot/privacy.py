"""/privacy, /my-data and /forget-me: what is kept of members, for them to see and to delete."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from chipbot.bot import strings
from chipbot.bot.panel import Panel
from chipbot.bot.services import Interaction, ServiceClient, journal_of

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal
    from chipbot.journal.records import MemberData

FILE = "my-data.json"


@app_commands.command(name="privacy", description="What I remember of you, and for how long.")
async def privacy(interaction: discord.Interaction[ServiceClient]) -> None:
    """Say what is kept."""
    journal = journal_of(interaction.client)
    await interaction.response.send_message(_policy(journal, interaction.guild_id), ephemeral=True)


@app_commands.command(name="my-data", description="Show me what you remember of me.")
async def my_data(interaction: discord.Interaction[ServiceClient]) -> None:
    """Show everything that is kept of the member, in numbers and as a file."""
    with interaction.client.questions.request_scope():
        await interaction.response.defer(ephemeral=True, thinking=True)
        data = await journal_of(interaction.client).data_of(interaction.user.id)
        content = json.dumps(_readable(data), ensure_ascii=False, indent=1).encode()
        file = discord.File(io.BytesIO(content), FILE)
        await interaction.followup.send(_summary(data), file=file, ephemeral=True)


@app_commands.command(name="forget-me", description="Delete what you remember of me.")
async def forget_me(interaction: discord.Interaction[ServiceClient]) -> None:
    """Delete what is kept of the member, once they say that they are sure."""
    journal_of(interaction.client)
    await interaction.response.send_message(strings.FORGET_SURE, view=_Sure(), ephemeral=True)


class _Sure(Panel):
    @discord.ui.button(label=strings.FORGET, style=discord.ButtonStyle.danger)
    async def forget(self, interaction: Interaction, _: discord.ui.Button[_Sure]) -> None:
        """Delete it."""
        with interaction.client.questions.request_scope():
            await journal_of(interaction.client).forget(interaction.user.id)
            self.stop()
            await interaction.response.edit_message(content=strings.FORGOTTEN, view=None)


def _policy(journal: Journal, guild_id: int | None) -> str:
    """What is kept of whoever reads this, where they read it."""
    days = f"{journal.keep_days} days"
    if journal.questions.kept:
        questions = f"Your questions are kept for {days}, without your name."
    elif journal.keeps_text(guild_id):
        questions = (
            f"Your questions here are kept for {days}, without your name: those that the documents don't answer "
            "are listed for this server's team."
        )
    else:
        questions = "Your questions are not kept, only counted."
    return strings.privacy(questions, days)


def _summary(data: MemberData) -> str:
    counts = (
        (len(data.questions), "question"),
        (data.answers, "answer", "that buttons still lead back to"),
        (data.votes, "vote"),
        (len(data.gaps), "question", "of yours that the documents don't answer"),
        (data.changes, "change", "of server settings, which stay for a year"),
    )
    return strings.my_data([strings.counted(*count) for count in counts if count[0]])


def _readable(data: MemberData) -> dict[str, object]:
    """The data as a person reads them: times in words, no hashes."""
    content = asdict(data)
    for question in content["questions"]:
        question["asked_at"] = datetime.fromtimestamp(question["asked_at"], UTC).isoformat(timespec="seconds")
        del question["asker"]
    return content


COMMANDS: tuple[app_commands.Command[Any, ..., None], ...] = (privacy, my_data, forget_me)
