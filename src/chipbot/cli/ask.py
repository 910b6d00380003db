"""The commands that answer in the terminal, and the one that builds the index they answer from."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.cli.common import (
    Add,
    knowledge_base_of,
    ready_knowledge_base,
    say,
    say_failures,
    settings_of,
    style,
)
from chipbot.cli.progress import progress

if TYPE_CHECKING:
    from chipbot.model import Answer, NoAnswer
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings

_CHAT_HELP = "Ask a question and press Enter; an empty line, “quit” or Ctrl-D ends."


def add_commands(add: Add) -> None:
    """Add `index`, `ask` and `chat`."""
    indexing = add("index", index, "build or refresh the index from the documents")
    # How a running bot rebuilds beside itself: service/background_rebuild.py.
    indexing.add_argument("--progress-json", action="store_true", help=argparse.SUPPRESS)
    indexing.add_argument("--language", help=argparse.SUPPRESS)
    asking = add("ask", ask, "answer one question in the terminal")
    asking.add_argument(
        "question", metavar="QUESTION", nargs="+", help="the question; quotation marks are optional"
    )
    asking.add_argument("--json", action="store_true", help="print one JSON object for programs to read")
    add("chat", chat, "answer questions in the terminal, one a line")


def index(options: argparse.Namespace) -> int:
    """Bring the index in sync with the documents, and say what it holds."""
    if options.progress_json:
        from chipbot.service.background_rebuild import rebuild

        seeds, folder = Path(options.seeds), Path(options.index)
        return rebuild(seeds, folder, options.language, lambda line: print(line, flush=True))
    knowledge_base = knowledge_base_of(settings_of(options))
    began = time.perf_counter()
    with progress() as report:
        status = knowledge_base.reindex(report)
    from chipbot.cli.terminal import status_line

    print(f"{status_line(status)} in {time.perf_counter() - began:.1f} s", flush=True)
    say_failures(status)
    return 0


def ask(options: argparse.Namespace) -> None:
    """Answer one question."""
    settings = settings_of(options)
    knowledge_base = ready_knowledge_base(settings)
    result = knowledge_base.answer(" ".join(options.question), options=settings.answer_options())
    if options.json:
        from chipbot.service.serialization import to_json

        print(json.dumps(to_json(result), ensure_ascii=False))
    else:
        print(_rendered(result))


def chat(options: argparse.Namespace) -> None:
    """Answer line by line."""
    converse(settings_of(options))


def converse(settings: Settings) -> None:
    """Answer line by line until the input ends; on a terminal with a prompt, and until an empty line."""
    knowledge_base = ready_knowledge_base(settings)
    from chipbot.service.history import History

    history = History()
    interactive = sys.stdin.isatty()
    if interactive:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # importing it gives input() a history and editing keys
        say(_CHAT_HELP)
    while True:
        try:
            line = input("\n? " if interactive else "").strip()
        except EOFError:
            return
        if interactive and line.lower() in ("", "quit", "exit", "q"):
            return
        if not line:
            continue
        if not interactive:
            print(f"? {line}")
        reply = _small_talk(line, knowledge_base)
        if reply is None:
            options = settings.answer_options()
            reply = _rendered(knowledge_base.answer(line, history=history.before(0), options=options))
            history.add(0, line)
        print(reply, end="\n" if interactive else "\n\n", flush=True)


def _small_talk(line: str, knowledge_base: KnowledgeBase) -> str | None:
    from chipbot.service.small_talk import reply_kind

    kind = reply_kind(line)
    if kind is None:
        return None
    if kind == "thanks":
        return "You're welcome."
    status = knowledge_base.status()
    more = f" and {status.documents - 5} more" if status.documents > 5 else ""
    return f"Ask me anything that these documents answer: {'; '.join(status.titles[:5])}{more}."


def _rendered(result: Answer | NoAnswer) -> str:
    from chipbot.cli.terminal import to_text

    width = min(shutil.get_terminal_size((80, 0)).columns, 100) if sys.stdout.isatty() else None
    return to_text(result, style(), width)
