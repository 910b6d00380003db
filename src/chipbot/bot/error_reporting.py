"""An error that nobody foresaw → a log entry with its cause, and one sentence for the member with the
entry's id.
"""

from __future__ import annotations

import logging

import discord

from chipbot.bot import strings
from chipbot.errors import StoredIndexError
from chipbot.service.request_id import REQUEST_ID, new_request_id

log = logging.getLogger(__name__)

_GONE = frozenset((10003, 10004, 10008, 10015, 10062, 50001, 50027))
"""Discord's codes for a channel, server, message, webhook, interaction, access or token that is no more: everyday
events, for a member deletes a message or closes Discord, and a network stalls for three seconds."""


def report(source: str, error: BaseException) -> str:
    """Log an error that came up in `source`, and return what its member is told: the request's id is the
    code.
    """
    code = REQUEST_ID.get() or new_request_id()
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        log.info("%s came to nothing, for what it answers is gone [%s]: %s", source, code, error)
        return strings.failed(code)
    log.error("%s failed [%s]: %s", source, code, error, exc_info=error)
    return strings.index_unusable(code) if isinstance(error, StoredIndexError) else strings.failed(code)
