"""Which of a document's links lead to the web, and the address in the form that every front end can pass on."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

# What RFC 3986 allows in an address, without what ends a link, opens a mark or mentions somebody in a chat.
_SAFE = ":/?#!$&+,;=%-._~"
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\Z")


def web_address(target: str) -> str:
    """Return a link's target percent-encoded (RFC 3986) with its host in ASCII (IDNA); empty if it is no web address.

    Relative targets and other schemes lead nowhere from a chat or a terminal, or to what nobody expects. An address
    that names a user is refused as well: what stands before its @ looks like the host.
    """
    try:
        parts = urlsplit(target.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
        address = quote(urlunsplit(parts._replace(netloc=host + port)), safe=_SAFE)
    except ValueError:
        return ""
    known = parts.scheme in ("http", "https") and "@" not in parts.netloc and _HOST.match(host)
    return address if known else ""
