"""`chipbot backup` and `chipbot restore`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, print_line, say, settings_of
from chipbot.translation import digits, gettext, ngettext

if TYPE_CHECKING:
    from chipbot.ops.backup import Contents


_NAMED = 5  # documents


def add_commands(add: Add) -> None:
    """Add `backup` and `restore`."""
    command = add(
        "backup",
        backup,
        gettext("write documents, settings and journal, without the token, to one file"),
        examples=("backup chipbot.zip",),
    )
    command.add_argument("file", type=Path, metavar="FILE", help=gettext("the zip file to write"))
    command.add_argument("--force", action="store_true", help=gettext("replace FILE if it is there already"))
    command = add(
        "restore",
        restore,
        gettext("put documents, settings and journal back from a backup"),
        examples=("restore chipbot.zip", "restore --force chipbot.zip"),
    )
    command.add_argument("file", type=Path, metavar="FILE", help=gettext("the zip file that backup wrote"))
    command.add_argument(
        "--force",
        action="store_true",
        help=gettext("replace documents and settings that differ from the backup's"),
    )


def backup(options: argparse.Namespace) -> None:
    """Write a backup, and say what is in it."""
    from chipbot.ops.backup import back_up

    settings = settings_of(options)
    contents = back_up(settings, options.file, force=options.force)
    if not isinstance(settings.journal, Path | None):
        say(gettext("left out: the journal, which PostgreSQL has: back that up with pg_dump"))
    for name in contents.left_out:
        say(
            gettext(
                "left out: {name} (a broken link, one that leads out of the folder, or a name that is not text)",
                name=name,
            )
        )
    print_line(
        gettext(
            "{path}: {contents}, each with its checksum; not the token",
            path=options.file,
            contents=_summary(contents),
        )
    )


def restore(options: argparse.Namespace) -> None:
    """Put a backup back, and say what to do next."""
    from chipbot.ops import backup
    from chipbot.settings import home

    settings = settings_of(options)
    contents = backup.restore(options.file, settings, home() / ".env", force=options.force)
    print_line(gettext("restored {contents}", contents=_summary(contents)))
    if contents.left_out:
        names = ", ".join(contents.left_out[:_NAMED]) + (", …" if contents.left_out[_NAMED:] else "")
        say(
            gettext(
                "documents that the backup lacks stay ({number}): {names}",
                number=digits(len(contents.left_out)),
                names=names,
            )
        )
    if settings.token is None:
        say(gettext("No token is set, for no backup holds one: `chipbot setup` asks for it."))


def _summary(contents: Contents) -> str:
    documents = ngettext(
        "{number} document ({size} bytes)",
        "{number} documents ({size} bytes)",
        contents.documents,
        size=digits(contents.size),
    )
    settings = ngettext("{number} setting", "{number} settings", len(contents.settings))
    if contents.journal:
        return gettext("{documents}, {settings} and the journal", documents=documents, settings=settings)
    return gettext("{documents} and {settings}", documents=documents, settings=settings)
