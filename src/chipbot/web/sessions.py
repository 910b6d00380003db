"""Who is logged in on the operator's pages: ids that are drawn by lot, kept here alone, and end by themselves."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

IDLE = 2 * 3600.0
"""Seconds without a request after which a session ends …"""
LONGEST = 12 * 3600.0
"""… and after which it ends whatever is done."""
_MOST = 50


@dataclass(slots=True, kw_only=True)
class Session:
    """One operator at one browser."""

    address: str
    """Where they logged in from, as it stands in the log."""
    began: float
    used: float
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """What each form of theirs holds, so that no other site's can be sent in their name."""
    notice: str = ""
    """What the next page says."""
    changes: list[tuple[str, str]] = field(default_factory=list)
    """The changes that can be undone: their ids, and what they are in words."""

    def owns(self, form_token: str) -> bool:
        """Whether a form is this session's; takes as long whatever it holds."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode("utf-8", "replace"))


class Sessions:
    """All sessions, by the digests of their ids: what is compared tells nothing of an id by how long it takes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def open(self, address: str) -> str:
        """Begin a session; return its id."""
        now, session_id = self._clock(), secrets.token_urlsafe(32)
        self._sessions[_digest(session_id)] = Session(address=address, began=now, used=now)
        if len(self._sessions) > _MOST:
            self._sessions.popitem(last=False)
        return session_id

    def find(self, session_id: str) -> Session | None:
        """Return a session that has not ended, which then is used again; None where there is none."""
        key, now = _digest(session_id), self._clock()
        session = self._sessions.get(key)
        if session is None:
            return None
        if now - session.used > IDLE or now - session.began > LONGEST:
            del self._sessions[key]
            return None
        session.used = now
        self._sessions.move_to_end(key)
        return session

    def close(self, session_id: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(session_id), None)

    def close_all(self) -> None:
        """End all sessions."""
        self._sessions.clear()


def _digest(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode("utf-8", "replace")).digest()
