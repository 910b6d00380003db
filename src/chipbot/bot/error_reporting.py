"""An error that nobody foresaw -> a log entry with its cause, and one sentence for the member with the
entry's id."""

from __future__ import annotations

import logging
import secrets

from chipbot import logs
from chipbot.bot import strings
from chipbot.errors import StoredIndexError

log = logging.getLogger(__name__)


def reported(way: str, error: BaseException) -> str:
    """Log the error that came by this way in, and return what its member is told: the request's id is the
    code.
    """
    code = logs.REQUEST.get() or secrets.token_hex(4)
    log.error("%s failed [%s]: %s", way, code, error, exc_info=error)
    return strings.index_unusable(code) if isinstance(error, StoredIndexError) else strings.failed(code)
