"""An error → one sentence for the member: what it means where that is known, else the id of the log entry that has its
cause.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import discord
from discord import app_commands

from chipbot.bot import document_strings, index_strings, strings
from chipbot.bot.responses import tell
from chipbot.bot.services import Interaction, may_read_all
from chipbot.errors import (
    CanaryError,
    IndexWriteError,
    JournalError,
    SettingsError,
    StoredIndexError,
)
from chipbot.service.canary_file import CanaryFileError
from chipbot.service.document_store import DocumentStoreError
from chipbot.service.refresh import AlreadyRunningError, StoppedError
from chipbot.service.request_id import REQUEST_ID, new_request_id
from chipbot.service.taught_answers import TeachingError
from chipbot.translation import Message, gettext

log = logging.getLogger(__name__)

_GONE = frozenset((10003, 10004, 10008, 10015, 10062, 50001, 50027))
"""Discord's codes for a channel, server, message, webhook, interaction, access or token that is no more: everyday
events, for a member deletes a message or closes Discord, and a network stalls for three seconds."""


_OVER = frozenset((10015, 10062, 50027))
"""Those that say that an interaction is over: then nothing can be said to its member."""


class NotGrantedError(app_commands.AppCommandError):
    """The operator lets nothing be searched in a server."""


class NotNamedError(app_commands.AppCommandError):
    """The operator names no servers, so that whoever has invited the bot might change what everybody is answered."""


async def tell_error(interaction: Interaction, source: str, error: Exception) -> None:
    """Tell the member what an error that came up in `source` means; log it unless that says it all."""
    sentence = _explained(error, interaction) or report(source, error)
    if not (isinstance(error, discord.HTTPException) and error.code in _OVER):
        await tell(interaction, sentence)


def report(source: str, error: BaseException) -> str:
    """Log an error that came up in `source`, and return what its member is told: the request's id is the
    code.
    """
    code = REQUEST_ID.get() or new_request_id()
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        log.info("%s came to nothing, for what it answers is gone [%s]: %s", source, code, error)
        return strings.failed(code)
    if isinstance(error, IndexWriteError):
        log.error("%s failed [%s]: %s", source, code, error)  # no traceback: a disk is full
        return strings.index_unwritten(code)
    log.error("%s failed [%s]: %s", source, code, error, exc_info=error)
    return strings.index_unusable(code) if isinstance(error, StoredIndexError) else strings.failed(code)


_PLAIN: Mapping[tuple[type[Exception], ...], Message] = {
    (app_commands.MissingPermissions,): strings.NOT_ALLOWED,
    (app_commands.NoPrivateMessage,): strings.NOT_IN_DMS,
    (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch): strings.COMMAND_CHANGED,
    (JournalError,): strings.JOURNAL_DOWN,
    (StoppedError,): index_strings.ABORTED,
}
"""What errors mean that are no fault, where that is always the same."""


def _explained(error: Exception, interaction: Interaction) -> str | Message | None:
    """Say what an error means that is no fault; None for any other."""
    for kinds, sentence in _PLAIN.items():
        if isinstance(error, kinds):
            return sentence
    if isinstance(error, NotGrantedError):
        return strings.not_granted(str(interaction.guild_id))
    if isinstance(error, NotNamedError):
        return document_strings.not_named(interaction.guild_id or 0)
    if isinstance(error, CanaryError):
        log.warning("the index stays as it was: %s", error)
        return (
            index_strings.canaries_broken(str(error))
            if may_read_all(interaction)
            else index_strings.some_canaries_broken()
        )
    if isinstance(error, AlreadyRunningError):
        named = error.guild_id in (None, interaction.guild_id)
        return index_strings.already_reindexing(error.who if named else None, error.seconds)
    if isinstance(error, SettingsError | TeachingError | DocumentStoreError | CanaryFileError):
        return strings.fitted(gettext("That was not changed: {why}.", why=error))
    return None
