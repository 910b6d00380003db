"""Who is answered, and from which folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipbot.ops.doctor.findings import Finding, ok, warning
from chipbot.service.scopes import TOP

if TYPE_CHECKING:
    from chipbot.settings import Settings


def scopes(settings: Settings) -> list[Finding]:
    """Does `CHIPBOT_SERVERS` name servers, and folders that there are?"""
    if not settings.servers:
        text = "every server that the bot is in is answered from all documents; CHIPBOT_SERVERS names some"
        return [ok("scopes", text)]
    named = {folder for entry in settings.servers for folder in entry.partition(":")[2].split("+") if folder}
    missing = sorted(folder for folder in named if folder != TOP and not (settings.seeds / folder).is_dir())
    if missing:
        text = f"{', '.join(missing)}: no such folder in {settings.seeds}, so nothing of it is answered from"
        return [warning("scopes", text, "correct CHIPBOT_SERVERS, or create the folder")]
    return [ok("scopes", f"{len(settings.servers)} named; any other place is answered from nothing")]
