"""Addresses that settings may have: of the bot's own pages, of Discord, and of a database."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address, ip_address

from chipbot.translation import Message

DISCORD = "https://discord.com"
"""Where Discord is."""
_URL = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::\d{1,5})?", re.ASCII)
_SITE = re.compile(r"https?://[\w.-]+(?::\d{1,5})?(?:/[\w.~/-]*)?", re.ASCII)
_DATABASE = re.compile(r"postgres(ql)?://[^/]*/.")


def listening_host(value: str) -> str:
    """Return a host that can be listened at; raises ValueError that says what is allowed."""
    host = value.strip()
    try:
        known = bool(IPv6Address(host)) if ":" in host else re.fullmatch(r"[\w.-]+", host, re.ASCII)
    except AddressValueError:
        known = False
    if not known:
        raise ValueError(Message("an IP address or a host name, without a port"))
    return host


def discord_url(value: str, *, anywhere: bool) -> str:
    """Return the address of Discord, or of what stands in its place on this machine, or elsewhere if
    `anywhere`; raises ValueError that says what is allowed.
    """
    url = value.strip().rstrip("/")
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError(Message("an address such as http://127.0.0.1:8000, without a path"))
    if url != DISCORD and not anywhere and not _is_loopback(match[1].strip("[]")):
        raise ValueError(
            Message(
                "Discord's own or one on this machine, for the bot's token is sent there; "
                "CHIPBOT_DISCORD_URL_ANYWHERE=true allows others"
            )
        )
    return url


def web_url(value: str) -> str:
    """Return the address of a site, empty where there is none; raises ValueError that says what is allowed."""
    url = value.strip().rstrip("/")
    if url and not _SITE.fullmatch(url):
        raise ValueError(Message("an address like https://docs.example.org, without a user, ? or #"))
    return url


def database_url(value: str) -> str:
    """Return the URL of a PostgreSQL database; raises ValueError that says what is allowed."""
    if not _DATABASE.match(value):
        raise ValueError(Message("a path, or a URL like postgresql://user:password@host/name"))
    return value.strip()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
