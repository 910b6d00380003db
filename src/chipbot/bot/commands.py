"""The application commands: /ask, /help, /status and /reindex are here, the others in modules of their own; and the
message menu's "Ask the documents"."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from chipbot.bot import error_reporting, index_strings, privacy, strings
from chipbot.bot.command_texts import command_name, command_text
from chipbot.bot.document_strings import ADD_MENU
from chipbot.bot.documents import DocumentCommands, add_menu
from chipbot.bot.language import speak_to
from chipbot.bot.managers import for_managers, for_team
from chipbot.bot.question_list import list_questions
from chipbot.bot.removal import remove_menu
from chipbot.bot.responses import respond, say
from chipbot.bot.services import ServiceClient, may_read_all, origin_of, server_of
from chipbot.bot.settings_panel import settings
from chipbot.model import Progress

log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[ServiceClient]):
    """The command tree, with the one error handler of everything that is an interaction with a command."""

    async def interaction_check(self, interaction: discord.Interaction[ServiceClient], /) -> bool:
        """Whether the interaction has not been seen before: after a lost connection Discord sends some again."""
        speak_to(interaction)
        if interaction.type is discord.InteractionType.autocomplete:  # one a key: nobody remembers them
            return True
        return interaction.client.interactions.add(interaction.id, None)

    async def on_error(
        self, interaction: discord.Interaction[ServiceClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the member one sentence, which only they see; log the cause unless the sentence says it all."""
        source = f"/{interaction.command.qualified_name}" if interaction.command else "command"
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await error_reporting.tell_error(interaction, source, cause)


def add_commands(tree: Tree) -> None:
    """Put all commands into the tree."""
    tree.add_command(app_commands.ContextMenu(name=strings.ASK_MENU.text, callback=ask_menu))
    tree.add_command(app_commands.ContextMenu(name=strings.REMOVE.text, callback=remove_menu))
    tree.add_command(for_managers(app_commands.ContextMenu(name=ADD_MENU.text, callback=add_menu)))
    tree.add_command(DocumentCommands())
    commands: tuple[app_commands.Command[Any, ..., None], ...] = (ask, about, status, reindex)
    for command in (*commands, for_managers(settings), for_team(list_questions), *privacy.COMMANDS):
        tree.add_command(command)


@app_commands.command(
    name=command_name("ask"),
    description=command_text("Ask a question; the answer is quoted from the documents."),
)
@app_commands.rename(question=command_name("question"), private=command_name("private"))
@app_commands.describe(
    question=command_text("What you want to know"), private=command_text("Show the answer to you alone")
)
async def ask(
    interaction: discord.Interaction[ServiceClient],
    question: str,
    private: bool | None = None,  # noqa: FBT001  discord.py makes a command's option of each parameter
) -> None:
    """Answer a question."""
    await respond(interaction, question, "ask", private=private)


@ask.autocomplete("question")
async def complete(
    interaction: discord.Interaction[ServiceClient], typed: str
) -> list[app_commands.Choice[str]]:
    """Suggest how a question may go on."""
    origin = origin_of(interaction.user, interaction.channel, interaction.guild_id)
    private: bool | None = interaction.namespace.private
    if private is None:
        private = interaction.client.questions.settings_of(origin).private
    found = await interaction.client.completion.choices(typed, replace(origin, alone=private))
    return [app_commands.Choice(name=each, value=each) for each in found]


async def ask_menu(interaction: discord.Interaction[ServiceClient], message: discord.Message) -> None:
    """Answer the question in somebody's message."""
    await respond(interaction, message.content, "context_menu")


@app_commands.command(name=command_name("help"), description=command_text("How to ask, and what I can do."))
async def about(interaction: discord.Interaction[ServiceClient]) -> None:
    """Say how to use the bot."""
    await say(interaction, strings.help_text(interaction.client.questions.cooldown.seconds))


@for_managers
@app_commands.command(
    name=command_name("status"),
    description=command_text("The index in use: documents, passages, when it was built, what failed."),
)
async def status(interaction: discord.Interaction[ServiceClient]) -> None:
    """Say what there is to say about the index."""
    questions = interaction.client.questions
    with questions.request_scope():
        await interaction.response.defer(ephemeral=True, thinking=True)
        text = index_strings.status_text(await questions.status(questions.options_of(server_of(interaction))))
        gateway = interaction.client.gateway_facts()
        if gateway.shard_count > 1 and interaction.guild_id is not None:
            text = f"{index_strings.shard_text(gateway, interaction.guild_id)}\n{text}"
        if questions.journal is None or questions.journal.problem is not None:
            text = f"{strings.JOURNAL_DOWN}\n{text}"
        await interaction.edit_original_response(content=text)


@for_managers
@app_commands.command(
    name=command_name("reindex"), description=command_text("Rebuild the index from the documents.")
)
@app_commands.rename(force=command_name("force"))
@app_commands.describe(force=command_text("Use the result even if it breaks canary questions"))
async def reindex(
    interaction: discord.Interaction[ServiceClient],
    force: bool = False,  # noqa: FBT001, FBT002  discord.py makes a command's option of each parameter
) -> None:
    """Rebuild the index, and show how far that is."""

    questions = interaction.client.questions

    async def show(state: Progress) -> None:
        if not may_read_all(interaction):
            return  # how many documents there are is not theirs to know
        with contextlib.suppress(discord.HTTPException):  # the rebuild matters more than its progress
            await interaction.edit_original_response(content=index_strings.progress(state))

    with interaction.client.questions.request_scope():
        await interaction.response.defer(ephemeral=True, thinking=True)
        name = interaction.user.display_name
        guild_id = interaction.guild_id
        force = force and may_read_all(interaction)  # canary questions are about documents of others, too
        _, seconds = await interaction.client.refresher.run(name, show, guild_id=guild_id, force=force)
        new = await questions.status(questions.options_of(server_of(interaction)))
        await interaction.edit_original_response(content=index_strings.reindexed(new, seconds))
