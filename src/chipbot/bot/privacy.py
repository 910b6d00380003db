"""/privacy, /my-data and /forget-me: what is kept of members, for them to see and to delete."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from chipbot.bot import privacy_strings, strings
from chipbot.bot.command_texts import command_name, command_text
from chipbot.bot.panel import Panel
from chipbot.bot.services import Interaction, ServiceClient, journal_of
from chipbot.translation import gettext, ngettext

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal
    from chipbot.journal.records import MemberData

FILE = "my-data.json"


@app_commands.command(
    name=command_name("privacy"), description=command_text("What I remember of you, and for how long.")
)
async def privacy(interaction: discord.Interaction[ServiceClient]) -> None:
    """Say what is kept."""
    journal = journal_of(interaction.client)
    channels = interaction.client.channels
    text = strings.linked(_policy(journal, interaction.guild_id), interaction.client.command_ids)
    quoted = (
        [] if channels is None or interaction.guild_id is None else channels.of_server(interaction.guild_id)
    )
    opted_out = journal.member(interaction.user.id) in (journal.opt_outs.members or ())
    if not quoted and not opted_out:
        await interaction.response.send_message(text, ephemeral=True)
        return
    if quoted:
        text += privacy_strings.quoted_channels(quoted, opted_out=opted_out)
    await interaction.response.send_message(text, view=_Quoting(out=not opted_out), ephemeral=True)


@app_commands.command(
    name=command_name("my-data"), description=command_text("Show me what you remember of me.")
)
async def my_data(interaction: discord.Interaction[ServiceClient]) -> None:
    """Show everything that is kept of the member, in numbers and as a file."""
    with interaction.client.questions.request_scope():
        await interaction.response.defer(ephemeral=True, thinking=True)
        data = await journal_of(interaction.client).data_of(interaction.user.id)
        content = json.dumps(_readable(data), ensure_ascii=False, indent=1).encode()
        file = discord.File(io.BytesIO(content), FILE)
        summary = strings.linked(_summary(data), interaction.client.command_ids)
        await interaction.followup.send(summary, file=file, ephemeral=True)


@app_commands.command(
    name=command_name("forget-me"), description=command_text("Delete what you remember of me.")
)
async def forget_me(interaction: discord.Interaction[ServiceClient]) -> None:
    """Delete what is kept of the member, once they say that they are sure."""
    journal_of(interaction.client)
    await interaction.response.send_message(str(privacy_strings.FORGET_SURE), view=_Sure(), ephemeral=True)


class _Sure(Panel):
    def __init__(self) -> None:
        super().__init__()
        self.forget.label = str(privacy_strings.FORGET)

    @discord.ui.button(style=discord.ButtonStyle.danger)
    async def forget(self, interaction: Interaction, _: discord.ui.Button[_Sure]) -> None:
        """Delete it."""
        with interaction.client.questions.request_scope():
            entries = await journal_of(interaction.client).forget(interaction.user.id)
            _forget(interaction.client, interaction.user.id)
            self.stop()
            await interaction.response.edit_message(content=str(privacy_strings.FORGOTTEN), view=None)
            for channel_id, message_id in entries:
                channel = interaction.client.get_partial_messageable(channel_id)
                with contextlib.suppress(discord.HTTPException):  # it may be gone, or the channel
                    await channel.get_partial_message(message_id).delete()


def _forget(client: ServiceClient, user_id: int) -> None:
    """Forget what a member wrote and was answered, as far as it is in memory."""
    for number in client.kept.forget(user_id):
        client.for_all.pop(number)
    client.completion.forget()
    client.questions.history.forget(user_id)
    for answered in client.answered.values():
        if answered.author == user_id:
            answered.content = ""


class _Quoting(Panel):
    """Opts a member out of being quoted, or takes that back."""

    def __init__(self, *, out: bool) -> None:
        super().__init__()
        self._out = out
        self.switch.label = str(privacy_strings.OPT_OUT if out else privacy_strings.OPT_IN)

    @discord.ui.button()
    async def switch(self, interaction: Interaction, _: discord.ui.Button[_Quoting]) -> None:
        """Note it, and have the documents brought in sync with it."""
        client = interaction.client
        with client.questions.request_scope():
            journal = journal_of(client)
            await journal.opt_outs.change(journal.member(interaction.user.id), out=self._out)
            if client.channels is not None:
                client.channels.look_again()
            self.stop()
            done = privacy_strings.OPTED_OUT if self._out else privacy_strings.OPTED_IN
            await interaction.response.edit_message(content=str(done), view=None)


def _policy(journal: Journal, guild_id: int | None) -> str:
    """What is kept of whoever reads this, where they read it."""
    days = journal.keep_days
    if journal.questions.kept:
        questions = ngettext(
            "Your questions are kept for {number} day, without your name.",
            "Your questions are kept for {number} days, without your name.",
            days,
        )
    elif journal.keeps_text(guild_id):
        questions = ngettext(
            "Your questions here are kept for {number} day, without your name: those that the documents don't answer "
            "are listed for this server's team.",
            "Your questions here are kept for {number} days, without your name: those that the documents don't answer "
            "are listed for this server's team.",
            days,
        )
    else:
        questions = gettext("Your questions are not kept, only counted.")
    return privacy_strings.privacy(questions, days)


def _summary(data: MemberData) -> str:
    counts = {
        ngettext("{number} question", "{number} questions", len(data.questions)): len(data.questions),
        ngettext(
            "{number} answer that buttons still lead back to",
            "{number} answers that buttons still lead back to",
            data.answers,
        ): data.answers,
        ngettext("{number} vote", "{number} votes", data.votes): data.votes,
        ngettext(
            "{number} question of yours that the documents don't answer",
            "{number} questions of yours that the documents don't answer",
            len(data.gaps),
        ): len(data.gaps),
        ngettext(
            "{number} change of server settings, which stays for a year",
            "{number} changes of server settings, which stay for a year",
            data.changes,
        ): data.changes,
        gettext("1 wish not to be quoted, which stays"): int(data.opted_out),
    }
    return privacy_strings.my_data([count for count, number in counts.items() if number])


def _readable(data: MemberData) -> dict[str, object]:
    """The data as a person reads them: times in words, no hashes."""
    content = asdict(data)
    for question in content["questions"]:
        question["asked_at"] = datetime.fromtimestamp(question["asked_at"], UTC).isoformat(timespec="seconds")
        del question["asker"]
    return content


COMMANDS: tuple[app_commands.Command[Any, ..., None], ...] = (privacy, my_data, forget_me)
