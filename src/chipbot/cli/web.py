"""`chipbot web`: the pages without Discord."""

from __future__ import annotations

import argparse

from chipbot.cli.common import Add, ready_knowledge_base, say, settings_of


def add_commands(add: Add) -> None:
    """Add `web`."""
    add("web", web, "serve the pages to ask on and to read documents on, without Discord", examples=("web",))


def web(options: argparse.Namespace) -> None:
    """Serve the pages until told to stop."""
    from chipbot.ops import daemon, pages_server

    settings = settings_of(options)
    daemon.configure_logs(settings)
    pages_server.run(settings, ready_knowledge_base(settings, serving=True), say)
