"""The id of the request that is worked on: what a member is told when it fails, and what its log entries carry."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id in the current context; None outside of a request."""


def new_request_id() -> str:
    """Return an id that no other request is likely to have: eight hexadecimal digits."""
    return secrets.token_hex(4)
