"""`chipbot --check-update`: is there a newer version?"""

from __future__ import annotations

import argparse

from chipbot import __version__


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add `--check-update`."""
    parser.add_argument(
        "--check-update",
        dest="command",
        action="store_const",
        const=check_update,
        help="ask where chipbot is published, once, whether there is a newer version, and exit",
    )


def check_update(_: argparse.Namespace) -> None:
    """Print which version is the newest; nothing is installed or changed."""
    from chipbot.ops.releases import newest_release, numbers, repository

    newest = newest_release(repository())
    if newest is None:
        print(f"This is chipbot {__version__}; no version has been released yet.")
    elif numbers(newest.version) > numbers(__version__):
        print(
            f"chipbot {newest.version} is out; this is {__version__}. What is new, and how to upgrade: {newest.url}"
        )
    elif numbers(newest.version) == numbers(__version__):
        print(f"This is chipbot {__version__}, the newest version.")
    else:
        print(f"This is chipbot {__version__}, newer than the newest release, {newest.version}.")
