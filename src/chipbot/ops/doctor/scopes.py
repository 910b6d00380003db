"""Who is answered, and from which folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipbot.ops.doctor.findings import Finding, ok, warning
from chipbot.service.scopes import TOP
from chipbot.translation import gettext, listed

if TYPE_CHECKING:
    from chipbot.settings import Settings


def scopes(settings: Settings) -> list[Finding]:
    """Does `CHIPBOT_SERVERS` name servers, and folders that there are?"""
    if not settings.servers:
        text = gettext(
            "every server that the bot is in is answered from all documents; CHIPBOT_SERVERS can limit that"
        )
        return [ok("scopes", text)]
    named = {folder for entry in settings.servers for folder in entry.partition(":")[2].split("+") if folder}
    missing = sorted(folder for folder in named if folder != TOP and not (settings.seeds / folder).is_dir())
    if missing:
        text = gettext(
            "{names}: no such folder in {folder}, so nothing of it is answered from",
            names=listed(missing),
            folder=settings.seeds,
        )
        return [warning("scopes", text, gettext("correct CHIPBOT_SERVERS, or create the folder"))]
    return [
        ok(
            "scopes",
            gettext("{number} named; any other place is answered from nothing", number=len(settings.servers)),
        )
    ]
