"""`chipbot demo`: the shipped document, to try chipbot on without documents of one's own."""

from __future__ import annotations

import argparse
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.cli.ask import converse
from chipbot.cli.common import Add, ready_knowledge_base, say
from chipbot.errors import SeedsError
from chipbot.translation import Message, gettext

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from chipbot.settings import Settings

DOCUMENT = "000_6aca35ccc39c56b2.txt"
"""The shipped document, about the semiconductor alliance of the United States and Mexico."""
_QUESTIONS = Message("""\
This is a chat with the document that chipbot ships. Try for example:
  How much money is in the fund?
  Who is the CEO of TSMC?            (which it does not say)
""")


def add_commands(add: Add) -> None:
    """Add `demo`."""
    trying = add(
        "demo",
        demo,
        gettext("chat with the document that chipbot ships; nothing is kept"),
        ("demo", "demo --web"),
        folders=False,
    )
    trying.add_argument(
        "--web", action="store_true", help=gettext("show it as pages to a browser on this machine instead")
    )


def demo(options: argparse.Namespace) -> None:
    """Answer questions about the shipped document, from an index that is gone afterwards."""
    from chipbot.settings import load

    content = shipped_document().read_bytes()
    with tempfile.TemporaryDirectory(prefix="chipbot-demo-") as folder:
        seeds = Path(folder, "seeds")
        seeds.mkdir()
        (seeds / DOCUMENT).write_bytes(content)
        settings = load(seeds=seeds, index=Path(folder, "index"))
        if options.web:
            _serve(settings)
        else:
            say(str(_QUESTIONS))
            converse(settings)


def _serve(settings: Settings) -> None:
    """Serve the pages of a demo, whatever the operator's settings say of who sees the operator's."""
    from chipbot.ops import daemon, pages_server

    daemon.configure_logs(settings)
    own = {"web_host": "127.0.0.1", "web_url": "", "web_password_file": None, "servers": frozenset[str]()}
    alone = settings.model_copy(update=own)
    pages_server.run(alone, ready_knowledge_base(alone, serving=True), say)


def shipped_document() -> Traversable:
    """Return the shipped document: in the wheel, or in the checkout that is run. Raises SeedsError where it is in neither."""
    installed = resources.files("chipbot") / "demo" / DOCUMENT
    checkout = Path(__file__).parents[3] / "seeds" / DOCUMENT
    for place in (installed, checkout):
        if place.is_file():
            return place
    raise SeedsError(
        Message("the shipped document was removed ({path}): ask your own with `chipbot chat`", path=checkout)
    )
