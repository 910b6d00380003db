"""/documents, and "Add to documents" in a message's menu: those who manage a server change what is answered there, as far as
the operator lets them. Whatever they change, a button takes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple

import aiohttp
import discord
from discord import app_commands

from chipbot.bot import document_strings, error_reporting, strings
from chipbot.bot.command_texts import command_name, command_text
from chipbot.bot.components import Target, button
from chipbot.bot.controls import Control
from chipbot.bot.document_panels import FolderPanel, ListPanel, RemovePanel
from chipbot.bot.managers import check_manages
from chipbot.bot.message_document import message_document
from chipbot.bot.responses import say
from chipbot.bot.services import Interaction, ServiceClient, server_of
from chipbot.errors import CanaryError, ChipbotError, JournalError
from chipbot.model import Collections
from chipbot.service.document_store import Change, DocumentStore, DocumentStoreError
from chipbot.service.scopes import TOP

log = logging.getLogger(__name__)

_PATIENCE = 60.0  # seconds for which a rebuild under way is waited for
_CHOICES = 25  # of a completion
_CHOICE_LIMIT = 100  # characters


class Scope(NamedTuple):
    """What a manager may change."""

    store: DocumentStore
    collections: Collections
    """The collections that the operator grants their server; None for all."""

    def folders(self) -> list[str]:
        """Return the folders that a new document may go into, off the event loop."""
        there = {entry.collection or TOP for entry in self.store.entries(self.collections)}
        return sorted(there | (self.collections or {TOP}))


def scope_of(interaction: Interaction) -> Scope:
    """Return what who uses something may change; raises app_commands.AppCommandError where that is nothing."""
    check_manages(interaction)
    client = interaction.client
    if not client.questions.grants.names_any:
        raise error_reporting.NotNamedError
    if client.documents is None:
        raise DocumentStoreError(str(document_strings.NO_STORE))
    return Scope(client.documents, client.questions.granted(server_of(interaction)))


@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
class DocumentCommands(app_commands.Group):
    """The sub-commands; who uses one is looked at each time."""

    def __init__(self) -> None:
        super().__init__(
            name=command_name("documents"),
            description=command_text("The documents that I answer from: add, list, replace, remove."),
        )

    @app_commands.command(
        name=command_name("add"), description=command_text("Add a document; I say what I could read of it.")
    )
    @app_commands.rename(file=command_name("file"), folder=command_name("folder"))
    @app_commands.describe(
        file=command_text("The file: text, Markdown, PDF, Word and more"),
        folder=command_text("The folder it goes into"),
    )
    async def add(
        self,
        interaction: discord.Interaction[ServiceClient],
        file: discord.Attachment,
        folder: str | None = None,
    ) -> None:
        """Add a file."""
        scope = scope_of(interaction)
        with interaction.client.questions.request_scope():
            await interaction.response.defer(ephemeral=True, thinking=True)
            folder = folder or await _only_folder(scope)
            data = await _fetched(file, scope.store)
            await change(
                interaction,
                lambda: scope.store.add(
                    file.filename,
                    data,
                    collection=folder,
                    by=_name(interaction),
                    collections=scope.collections,
                ),
            )

    @app_commands.command(
        name=command_name("replace"), description=command_text("Put a newer file in place of a document.")
    )
    @app_commands.rename(document=command_name("document"), file=command_name("file"))
    @app_commands.describe(
        document=command_text("The document"), file=command_text("The file that takes its place")
    )
    async def replace(
        self, interaction: discord.Interaction[ServiceClient], document: str, file: discord.Attachment
    ) -> None:
        """Replace a document."""
        scope = scope_of(interaction)
        with interaction.client.questions.request_scope():
            await interaction.response.defer(ephemeral=True, thinking=True)
            data = await _fetched(file, scope.store)
            await change(
                interaction,
                lambda: scope.store.replace(
                    document, data, by=_name(interaction), collections=scope.collections
                ),
            )

    @app_commands.command(name=command_name("remove"), description=command_text("Remove a document."))
    @app_commands.rename(document=command_name("document"))
    @app_commands.describe(document=command_text("The document"))
    async def remove(self, interaction: discord.Interaction[ServiceClient], document: str) -> None:
        """Ask whether the document is to be removed."""
        scope = scope_of(interaction)
        await asyncio.to_thread(scope.store.check_present, document, scope.collections)

        async def remove(pressed: Interaction) -> None:
            now = scope_of(pressed)
            await change(
                pressed,
                lambda: now.store.remove(document, by=_name(pressed), collections=now.collections),
            )

        await interaction.response.send_message(
            document_strings.sure(document), view=RemovePanel(remove), ephemeral=True
        )

    @app_commands.command(
        name=command_name("list"),
        description=command_text("What documents there are, and what became of each."),
    )
    async def show(self, interaction: discord.Interaction[ServiceClient]) -> None:
        """Show the first page."""
        scope = scope_of(interaction)
        with interaction.client.questions.request_scope():
            entries = await asyncio.to_thread(scope.store.entries, scope.collections)
            panel = ListPanel(entries)
            text = strings.linked(panel.text(), interaction.client.command_ids)
            await interaction.response.send_message(text, view=panel, ephemeral=True)

    @replace.autocomplete("document")
    @remove.autocomplete("document")
    async def _complete_document(
        self, interaction: discord.Interaction[ServiceClient], typed: str
    ) -> list[app_commands.Choice[str]]:
        return await _choices(
            interaction,
            typed,
            lambda scope: [
                entry.document for entry in scope.store.entries(scope.collections) if not entry.imported_from
            ],
        )

    @add.autocomplete("folder")
    async def _complete_folder(
        self, interaction: discord.Interaction[ServiceClient], typed: str
    ) -> list[app_commands.Choice[str]]:
        return await _choices(interaction, typed, Scope.folders)


async def _choices(
    interaction: Interaction, typed: str, names: Callable[[Scope], list[str]]
) -> list[app_commands.Choice[str]]:
    """What may be meant by what was typed; nothing for who may change nothing."""
    try:
        scope = scope_of(interaction)
        found = await asyncio.to_thread(names, scope)
    except (app_commands.AppCommandError, ChipbotError):
        return []
    wanted = [name for name in found if typed.casefold() in name.casefold() and len(name) <= _CHOICE_LIMIT]
    return [app_commands.Choice(name=name, value=name) for name in wanted[:_CHOICES]]


async def add_menu(interaction: discord.Interaction[ServiceClient], message: discord.Message) -> None:
    """Add a message's text, in the folder that its manager chooses where there are several."""
    scope = scope_of(interaction)
    if not message.content.strip():
        await say(interaction, document_strings.NO_TEXT)
        return
    document = message_document(message)

    async def add(chosen: Interaction, folder: str) -> None:
        now = scope_of(chosen)
        await change(
            chosen,
            lambda: now.store.put(
                document.name, document.data, collection=folder, by=_name(chosen), collections=now.collections
            ),
        )

    folders = await asyncio.to_thread(scope.folders)
    if len(folders) == 1:
        await add(interaction, folders[0])
    else:
        panel = FolderPanel(folders, add)
        await interaction.response.send_message(
            str(document_strings.CHOOSE_FOLDER), view=panel, ephemeral=True
        )


async def change(interaction: Interaction, act: Callable[[], Change]) -> None:
    """Change a document, index it, and say what came of it, with a button that undoes it; what fails stays as it was."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
    scope = scope_of(interaction)
    made = await asyncio.to_thread(act)
    try:
        seconds = await _index(interaction)
    except BaseException as error:
        await asyncio.shield(asyncio.to_thread(scope.store.undo, made.id, by=_name(interaction)))
        if isinstance(error, CanaryError):
            log.warning("%s was taken back: %s", made.document_id, error)
            raise DocumentStoreError(str(document_strings.BREAKS_CANARIES)) from error
        raise
    entry = None
    if made.action != "removed":
        with contextlib.suppress(ChipbotError):  # it is there all the same
            entry = await asyncio.to_thread(scope.store.find, made.document_id, scope.collections)
    await note_change(interaction, f"{made.action} {made.document_id}")
    view = discord.ui.View(timeout=None)
    view.add_item(button(Target("document_undo", made.id), document_strings.UNDO))
    view.stop()  # a press comes back by its custom_id
    await interaction.edit_original_response(content=document_strings.done(made, entry, seconds), view=view)


async def _index(interaction: Interaction) -> float:
    """Bring the index in sync; return the seconds that it took."""
    name = interaction.user.display_name
    refresher = interaction.client.refresher
    _, seconds = await refresher.run_in_turn(name, guild_id=interaction.guild_id, patience=_PATIENCE)
    return seconds


async def _undo(interaction: Interaction, target: Target) -> None:
    """Take a change back, index that, and take the button away."""
    scope = scope_of(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    undone = await asyncio.to_thread(
        scope.store.undo, target.number, by=_name(interaction), collections=scope.collections
    )
    await _index(interaction)
    await note_change(interaction, f"undone: {undone.action} {undone.document_id}")
    await interaction.edit_original_response(content=document_strings.undone(undone))


async def note_change(interaction: Interaction, what: str) -> None:
    """Leave a line in the audit of the server, as `document_strings.audited` reads it."""
    journal = interaction.client.journal
    if journal is not None and interaction.guild_id is not None:
        with contextlib.suppress(JournalError):
            await journal.settings.note(interaction.guild_id, "documents", what, by=interaction.user.id)


async def _fetched(file: discord.Attachment, store: DocumentStore) -> bytes:
    """Return the bytes of an attachment."""
    if file.size > store.limits.size:
        raise DocumentStoreError(document_strings.too_large(store.limits.size))
    try:
        return await file.read()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.info("an attachment cannot be fetched: %s", error)
        raise DocumentStoreError(str(document_strings.NOT_FETCHED)) from error


async def _only_folder(scope: Scope) -> str:
    """Return the folder of a document for which none is named: none where that may be, else the only one."""
    if scope.collections is None or TOP in scope.collections:
        return TOP
    folders = await asyncio.to_thread(scope.folders)
    if len(folders) > 1:
        raise DocumentStoreError(document_strings.choose_folder(folders))
    return folders[0]


def _name(interaction: Interaction) -> str:
    return f"{interaction.user.display_name} ({interaction.user.id}, server {interaction.guild_id})"


CONTROLS: Mapping[str, Control] = {"document_undo": _undo}
"""What each control's name stands for."""
