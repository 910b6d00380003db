"""The web address: is it the bot that answers there, or can the bot have it?"""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from chipbot.ops.doctor.findings import Finding, failed, ok, skipped, warning
from chipbot.translation import gettext

if TYPE_CHECKING:
    from chipbot.settings import Settings

_PATIENCE = 5.0  # seconds
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # nothing is bound: where to ask for what listens everywhere


def web(settings: Settings, *, patience: float = _PATIENCE) -> list[Finding]:
    """Does the bot answer at its web address within `patience` seconds, or is the address free for it?"""
    if settings.web_port == 0 and settings.web_url:
        text = gettext(
            "CHIPBOT_WEB_URL is set, where citations lead, and CHIPBOT_WEB_PORT is 0: nothing is served"
        )
        return [warning("web address", text, gettext("set CHIPBOT_WEB_PORT, or remove CHIPBOT_WEB_URL"))]
    if settings.web_port == 0:
        return [skipped("web address", gettext("switched off: CHIPBOT_WEB_PORT is 0"))]
    host = _EVERYWHERE.get(settings.web_host, settings.web_host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}/healthz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy leads to this machine
    try:
        with opener.open(url, timeout=patience) as answer:
            ours = answer.read(100).startswith(b"chipbot ")
    except urllib.error.HTTPError as error:
        error.close()
        ours = False
    except OSError as error:
        return [_bindable(settings, str(getattr(error, "reason", error)))]
    if not ours:
        return [
            failed(
                "web address",
                gettext("another program answers at {url}", url=url),
                gettext("choose another CHIPBOT_WEB_PORT"),
            )
        ]
    return [ok("web address", gettext("the bot answers at {url}", url=url))]


def _bindable(settings: Settings, why: str) -> Finding:
    """Could the bot listen there? `why` says how asking failed."""
    address = f"{settings.web_host}:{settings.web_port}"
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            settings.web_host, settings.web_port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
    except OSError as error:
        text = gettext(
            "nothing answers at {address} ({why}), and it cannot be listened at: {reason}",
            address=address,
            why=why,
            reason=error.strerror or error,
        )
        return failed(
            "web address", text, gettext("correct CHIPBOT_WEB_HOST, or choose another CHIPBOT_WEB_PORT")
        )
    return ok("web address", gettext("{address} is free; the bot is not running", address=address))
