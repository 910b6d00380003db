"""The log: text on a terminal, JSON elsewhere; each entry with the id of its request, none with a secret in
it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from chipbot.invocation import as_called
from chipbot.service.request_id import REQUEST_ID
from chipbot.text.printable import visible
from chipbot.translation import SOURCE, in_language

_INTERACTION = re.compile(r"(/(?:interactions|webhooks)/\d+/)[\w.%-]+")
"""Discord puts an interaction's token, good for 15 minutes, into addresses: "Receiving and Responding" in its
documentation.
"""
_HIDDEN = "[hidden]"
_CHATTY = ("discord", "aiohttp")


def configure(
    *,
    level: str,
    layout: Literal["auto", "text", "json"] = "auto",
    questions: bool = False,
    secrets: Iterable[str] = (),
) -> None:
    """Write the log to standard error from now on, instead of wherever this function sent it before.

    What the libraries say at `debug` holds members' messages, so that it is only written where `questions`
    may be.
    """
    as_json = layout == "json" or (layout == "auto" and not sys.stderr.isatty())
    handler = _Handler(sys.stderr)
    handler.setFormatter(_Json(secrets) if as_json else _Text(secrets))
    root = logging.getLogger()
    for other in [other for other in root.handlers if isinstance(other, _Handler)]:
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level.upper())
    libraries = logging.DEBUG if level == "debug" and questions else max(logging.WARNING, root.level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(libraries)


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]  # it takes a type argument for type checkers only
    """Ours, to be told from others'; it writes in English, whoever is spoken to meanwhile."""

    def format(self, record: logging.LogRecord) -> str:
        with in_language(SOURCE):
            return super().format(record)


class _Redacting(logging.Formatter):
    """Hides secrets in everything that it formats, tracebacks included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def clean(self, text: str) -> str:
        """Return the text without its secrets, and with commands as they are called here."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return as_called(_INTERACTION.sub(rf"\1{_HIDDEN}", text))

    def traceback(self, record: logging.LogRecord) -> str:
        """Return what led to the entry, empty where it is not about an error."""
        return self.clean(self.formatException(record.exc_info)) if record.exc_info else ""


class _Text(_Redacting):
    """One line for people, and a traceback below it; whatever others wrote drives no terminal and looks like no other entry."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "milliseconds")[:-6]
        request = REQUEST_ID.get()
        head = f"{when} {record.levelname:<7} {record.name.removeprefix('chipbot.')}: {self.clean(record.getMessage())}"
        lines = [f"{head} [{request}]" if request and request not in head else head, self.traceback(record)]
        return visible("\n".join(filter(None, lines))).replace("\n", "\n  ")


class _Json(_Redacting):
    """One object a line: time (UTC), level, logger, message, and where there is one request and exception."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        more = {"request": REQUEST_ID.get(), "exception": self.traceback(record)}
        return json.dumps(entry | {key: value for key, value in more.items() if value}, ensure_ascii=False)
