"""How many connections the pages have: each takes a file descriptor, and the bot needs some to reply and to rebuild."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from chipbot.web.guard import is_near

if TYPE_CHECKING:
    from aiohttp import web

MOST = 200
"""Connections at once; one more, and the oldest ends: a page takes no time, while who reads nothing stays for ever."""
OF_ONE = 40
"""Those of one address, unless a proxy nearby brings everybody's; one more is hung up on."""


def limit(server: web.Server) -> None:
    """Have a server end connections of which there are too many."""
    take = server.connection_made

    def connection_made(handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        take(handler, transport)
        transports = [each.transport for each in server.connections if each.transport is not None]
        address = _address(transport)
        if not is_near(address) and sum(_address(each) == address for each in transports) > OF_ONE:
            asyncio.get_running_loop().call_soon(transport.abort)  # once aiohttp has begun to serve it
        elif len(transports) > MOST:
            transports[0].abort()

    server.connection_made = connection_made  # type: ignore[method-assign]  # aiohttp has no other way in


def _address(transport: asyncio.Transport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""
