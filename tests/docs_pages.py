"""The pages of the documentation's site that no file in docs/ holds: the documents beside README.md, and a
reference written from the code. A hook of MkDocs (.mkdocs.yml).
"""

from __future__ import annotations

import argparse
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files
from tests import docs_demo

from chipbot.cli import command_line
from chipbot.ops.metrics import Metrics
from chipbot.service.telemetry import GatewayFacts, IndexFacts, JournalFacts, ShardFacts
from chipbot.settings import settings_table

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
COPIED = {
    "architecture.md": "ARCHITECTURE.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "guide/install.md": "deploy/README.md",
}
"""Pages of the site → documents of the repository that they are."""
PLACES = {source: page for page, source in COPIED.items()} | {"README.md": "index.md"}
_COMMANDS = """\
# Commands

How they are called depends on where chipbot runs: `./deploy/start ask …` in a checkout, `sudo chipbot ask …` as a
service, `docker compose exec bot chipbot ask …` in a container.
"""
_EXIT_CODES = """\
## Exit codes

| code | meaning |
|--:|---|
| 0 | done; a refusal is done |
| 1 | failed, with one line on standard error |
| 2 | wrong usage |
| 78 | no usable Discord token |
| 130 | stopped by Ctrl-C |
"""
_SETTINGS = """\
# Settings

Each is an environment variable or a line in `.env`; `--seeds` and `--index` on the command line override them. The bot
reads `.env` again on SIGHUP.

"""
_METRICS = """\
# Metrics

`/metrics` serves them in Prometheus' text format once `CHIPBOT_WEB_PORT` is set. No label holds a word of what members
ask, nor who they are.

| metric | type | meaning |
|---|---|---|"""
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made here."""
    pages = {page: (ROOT / source).read_text(encoding="utf-8") for page, source in COPIED.items()}
    pages |= {
        "demo.md": docs_demo.page(),
        "reference/commands.md": commands(),
        "reference/settings.md": settings(),
        "reference/metrics.md": metrics(),
    }
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to files that are no page of the site to the repository."""
    here = posixpath.dirname(COPIED.get(page.file.src_uri, posixpath.join("docs", page.file.src_uri)))
    return _LINK.sub(
        lambda link: _target(link, here, page.file.src_uri, files, str(config.repo_url)), markdown
    )


def _target(link: re.Match[str], here: str, page: str, files: Files, repository: str) -> str:
    """Return where a link leads on the site; `here` is the folder of the document in the repository."""
    path, anchor = posixpath.normpath(posixpath.join(here, link[1])), link[2] or ""
    inside = PLACES.get(path, path.removeprefix("docs/") if path.startswith("docs/") else "")
    if inside and files.get_file_from_path(inside) is not None:
        return posixpath.relpath(inside, posixpath.dirname(page) or ".") + anchor
    if not (ROOT / path).exists():
        return link[0]  # which MkDocs reports
    return f"{repository.rstrip('/')}/blob/main/{path}{anchor}"


def commands() -> str:
    """Return the reference of the command line: what `--help` says."""
    os.environ |= {"COLUMNS": "100", "CHIPBOT_COMMAND": "chipbot"}
    parser, _ = command_line()
    parts = [
        f"## {name}\n\n```text\n{one.format_help()}```\n"
        for name, one in [("chipbot", parser), *_subcommands(parser)]
    ]
    return "\n".join([_COMMANDS, *parts, _EXIT_CODES])


def _subcommands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # there is no public way to ask a parser for its commands
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def settings() -> str:
    """Return the reference of the settings."""
    return _SETTINGS + settings_table()


def metrics() -> str:
    """Return the reference of the metrics: what `/metrics` says of itself."""
    rows: list[str] = []
    meanings: dict[str, str] = {}
    for line in _exposition().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ", 3)
            rows.append(f"| `{name}` | {kind} | {meanings[name]} |")
        elif line.startswith("# HELP "):
            _, _, name, text = line.split(" ", 3)
            meanings[name] = text
    return "\n".join([_METRICS, *rows, ""])


def _exposition() -> str:
    found = Metrics()
    found.watch(
        lambda: IndexFacts(documents=1, passages=1, terms=1, size=1, built_at=0.0, unreadable=0, vectors=0),
        lambda: GatewayFacts(shards=(ShardFacts(number=0, connected=True, latency=0.0, guilds=1),)),
        lambda: JournalFacts(working=True, pending=0, lost=0),
    )
    return found.exposition()[0].decode()
