"""`chipbot --check-update`: is there a newer version?"""

from __future__ import annotations

import argparse

from chipbot import __version__
from chipbot.cli.common import print_line
from chipbot.translation import gettext


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add `--check-update`."""
    parser.add_argument(
        "--check-update",
        dest="command",
        action="store_const",
        const=check_update,
        help=gettext("ask where chipbot is published, once, whether there is a newer version, and exit"),
    )


def check_update(_: argparse.Namespace) -> None:
    """Print which version is the newest; nothing is installed or changed."""
    from chipbot.ops.releases import newest_release, numbers, repository

    newest = newest_release(repository())
    if newest is None:
        print_line(
            gettext("This is chipbot {version}; no version has been released yet.", version=__version__)
        )
    elif numbers(newest.version) > numbers(__version__):
        print_line(
            gettext(
                "chipbot {newest} is out; this is {version}. What is new, and how to upgrade: {url}",
                newest=newest.version,
                version=__version__,
                url=newest.url,
            )
        )
    elif numbers(newest.version) == numbers(__version__):
        print_line(gettext("This is chipbot {version}, the newest version.", version=__version__))
    else:
        print_line(
            gettext(
                "This is chipbot {version}, newer than the newest release, {newest}.",
                version=__version__,
                newest=newest.version,
            )
        )
