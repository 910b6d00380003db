"""An error that nobody foresaw → a log entry with its cause, and one sentence for the member with the
entry's id.
"""

from __future__ import annotations

import logging

from chipbot.bot import strings
from chipbot.errors import StoredIndexError
from chipbot.service.request_id import REQUEST_ID, new_request_id

log = logging.getLogger(__name__)


def report(source: str, error: BaseException) -> str:
    """Log an error that came up in `source`, and return what its member is told: the request's id is the
    code.
    """
    code = REQUEST_ID.get() or new_request_id()
    log.error("%s failed [%s]: %s", source, code, error, exc_info=error)
    return strings.index_unusable(code) if isinstance(error, StoredIndexError) else strings.failed(code)
