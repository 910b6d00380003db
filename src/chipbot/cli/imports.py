"""`chipbot import`: folders of documents from Git repositories, websites and Discord, brought in and kept in sync."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chipbot.cli.common import Add, print_line, say, settings_of
from chipbot.cli.progress import progress
from chipbot.errors import SourcesError
from chipbot.translation import Message, digits, gettext, ngettext

if TYPE_CHECKING:
    from chipbot.settings import Settings
    from chipbot.sources.collections import Source, Sources
    from chipbot.sources.imports import ImportResult


def add_commands(add: Add) -> None:
    """Add `import`."""
    command = add(
        "import",
        run,
        gettext("bring in documents from a Git repository, a website or a channel, or bring them up to date"),
        examples=(
            "import handbook https://github.com/example/handbook.git --folder docs",
            "import site https://www.example.org/sitemap.xml",
            "import rules https://discord.com/channels/1234/5678",
            "import",
        ),
    )
    command.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help=gettext("the folder among the documents (default: all that are imported)"),
    )
    command.add_argument(
        "address",
        metavar="ADDRESS",
        nargs="?",
        help=gettext(
            "what to import to a new folder: a Git repository (https://, ssh://, file://), a "
            "website's sitemap (….xml) or the link of a channel in Discord, which the running "
            "bot keeps in sync"
        ),
    )
    command.add_argument(
        "--branch", default="", help=gettext("the repository's branch or tag (default: its own)")
    )
    command.add_argument(
        "--folder", default="", help=gettext("the sub-folder of the repository (default: all of it)")
    )
    command.add_argument(
        "--url",
        default="",
        help=gettext(
            "where the documents stand on the web: {path} is a file's path without suffix, {file} with it"
        ),
    )
    command.add_argument(
        "--token-file", metavar="FILE", default="", help=gettext("the token of a private repository")
    )
    command.add_argument(
        "--pages", type=int, default=1_000, help=gettext("the most pages of a website (default: 1000)")
    )
    command.add_argument(
        "--shared",
        action="store_true",
        help=gettext("quote a channel's messages outside of its server, too"),
    )
    command.add_argument(
        "--private", action="store_true", help=gettext("allow a website at a private address")
    )


def run(options: argparse.Namespace) -> int:
    """Import a new folder, or bring imported ones in sync; what fails is named, and the others go on."""
    from chipbot.sources.channel_links import channel_link, folder_of_channel
    from chipbot.sources.collections import SOURCES, add_source, read_sources

    settings = settings_of(options)
    path = settings.sources or settings.seeds / SOURCES
    sources = read_sources(path)
    for problem in sources.problems:
        say(f"chipbot: {path.name}: {problem}")
    if options.address:
        link = channel_link(options.address)
        bound = None if options.shared else link
        folder = options.name if bound is None else folder_of_channel(options.name, bound)
        if folder in sources.by_folder:
            raise SourcesError(
                Message(
                    "{name} is in {path} already: correct it there, or choose another name",
                    name=folder,
                    path=path,
                )
            )
        if link is not None:
            _add_channel(options, path, settings, folder)
            return 0
        source = _new_source(options, path, settings)
        result = _sync(settings, path, options.name, source)
        add_source(path, options.name, replace(source, url=source.url or result.url))
        return 0
    imported = {name: one for name, one in sources.by_folder.items() if one.git or one.sitemap}
    if options.name is not None:
        if options.name not in imported:
            raise SourcesError(_unknown(options.name, path, sources))
        imported = {options.name: imported[options.name]}
    if not imported and not sources.problems and not any(one.discord for one in sources.by_folder.values()):
        raise SourcesError(Message("nothing is imported yet: `chipbot import NAME ADDRESS` begins"))
    failed = [_failed(settings, path, name, one) for name, one in imported.items()]
    return int(any(failed) or bool(sources.problems))


def _unknown(name: str, path: Path, sources: Sources) -> Message:
    """Return why a folder cannot be brought in sync."""
    if name in sources.by_folder and sources.by_folder[name].discord:
        return Message(
            "{name} is a channel, which the bot keeps in sync while it runs: `chipbot run`", name=name
        )
    return Message(
        "{path} does not say where {name} comes from: `chipbot import NAME ADDRESS` does",
        name=name,
        path=path,
    )


def _add_channel(options: argparse.Namespace, path: Path, settings: Settings, folder: str) -> None:
    """Write to `sources.yaml` that a channel is imported; what it takes besides is said."""
    from chipbot.sources.collections import Source, add_source, checked_source

    source = checked_source(folder, Source(discord=options.address, shared=options.shared))
    add_source(path, folder, source)
    if not settings.message_content:
        say(
            gettext(
                "chipbot: Discord tells what members write only to bots with the message content intent: switch it on in "
                "the developer portal, under Bot, set CHIPBOT_MESSAGE_CONTENT=true, and restart the bot"
            )
        )
    print_line(
        gettext("{folder}: the running bot brings it in within a minute, and keeps it in sync", folder=folder)
    )


def _failed(settings: Settings, path: Path, name: str, source: Source) -> bool:
    try:
        _sync(settings, path, name, source)
    except SourcesError as error:
        say(f"chipbot: {name}: {error}")
        return True
    return False


def _new_source(options: argparse.Namespace, path: Path, settings: Settings) -> Source:
    """Return what is to be written to `sources.yaml`, with what the repository itself says filled in."""
    from chipbot.sources import git_repository
    from chipbot.sources.collections import Source, checked_source

    address: str = options.address
    if urlsplit(address).path.lower().endswith((".xml", ".xml.gz")):
        made = Source(url=options.url, sitemap=address, pages=options.pages, private=options.private)
        return checked_source(options.name, made)
    token_file = str(Path(options.token_file).absolute()) if options.token_file else ""
    named = Source(git=address, branch=options.branch, folder=options.folder, token_file=token_file)
    source = checked_source(options.name, named)  # before anybody is asked
    branch = source.branch or git_repository.default_branch(source, _token(source, path, settings))
    url = options.url or git_repository.page_template(address, branch, source.folder)
    return checked_source(options.name, replace(source, branch=branch, url=url))


def _token(source: Source, path: Path, settings: Settings) -> str:
    from chipbot.settings import home
    from chipbot.sources.git_command import read_token

    if not source.token_file:
        return ""
    secret = settings.token.get_secret_value() if settings.token else ""
    own = (home() / ".env", settings.token_file, settings.web_password_file)
    return read_token(path.parent / source.token_file, settings.seeds, filter(None, own), secret)


def _sync(settings: Settings, path: Path, name: str, source: Source) -> ImportResult:
    from chipbot.model import Progress
    from chipbot.sources.imports import import_folder

    with progress() as report:

        def show(done: int, total: int) -> None:
            report(Progress(step="importing", done=done, total=total))

        result = import_folder(
            settings.seeds, name, source, token=_token(source, path, settings), report=show
        )
    for problem in result.problems:
        say(f"{name}: {problem}")
    print_line(f"{name}: {_said(result)}")
    return result


def _said(result: ImportResult) -> str:
    changes = (
        (result.added, gettext("{number} added", number=digits(result.added))),
        (result.changed, gettext("{number} changed", number=digits(result.changed))),
        (result.removed, gettext("{number} removed", number=digits(result.removed))),
    )
    what = ", ".join(said for number, said in changes if number) or gettext("nothing has changed")
    files = ngettext("{number} file", "{number} files", result.present)
    if result.version:
        files = gettext("{files}, at {version}", files=files, version=result.version[:12])
    return f"{files}: {what}"
