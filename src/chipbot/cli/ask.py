"""`chipbot ask` and `chipbot chat`: answers in the terminal."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, output_width, ready_knowledge_base, say, settings_of, style
from chipbot.translation import digits, gettext, joined, typed_words

if TYPE_CHECKING:
    from chipbot.model import Answer, NoAnswer
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings

_LEAVING = ("", "q", ":q")  # in every language
_STANDARD_INPUT = ["-"]


def add_commands(add: Add) -> None:
    """Add `ask` and `chat`."""
    asking = add(
        "ask",
        ask,
        gettext("answer one question in the terminal"),
        ('ask "How much money is in the fund?"', "ask --json how do I appeal a ban", "ask - < question.txt"),
    )
    asking.add_argument(
        "question",
        metavar="QUESTION",
        nargs="+",
        help=gettext("the question, with or without quotation marks; - reads it from standard input"),
    )
    asking.add_argument(
        "--json", action="store_true", help=gettext("print one JSON object for programs to read")
    )
    add(
        "chat",
        chat,
        gettext("answer questions in the terminal, one a line"),
        ("chat", "chat < questions.txt"),
    )


def ask(options: argparse.Namespace) -> None:
    """Answer one question."""
    settings = settings_of(options)
    question = sys.stdin.read() if options.question == _STANDARD_INPUT else " ".join(options.question)
    knowledge_base = ready_knowledge_base(settings)
    result = knowledge_base.answer(question, options=settings.answer_options())
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
    for line in _typed() if interactive else _piped():
        reply = _small_talk(line, knowledge_base)
        if reply is None:
            options = settings.answer_options()
            reply = _rendered(knowledge_base.answer(line, history=history.before(0), options=options))
            history.add(0, line)
        print(reply, end="\n" if interactive else "\n\n", flush=True)


def _piped() -> Iterator[str]:
    """Yield the lines of standard input that are not blank, and print each before its answer."""
    for line in map(str.strip, sys.stdin):
        if line:
            print(f"? {line}")
            yield line


def _typed() -> Iterator[str]:
    """Yield what is typed at a prompt until it says that this is the end; Ctrl-C clears the line before it ends."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # importing it gives input() a history and editing keys
    leave = typed_words("words that are typed to leave, the first shown", "quit exit bye")
    help_ = typed_words("words that are typed for help, the first shown", "help")
    usage = gettext(
        "Ask a question and press Enter. An empty line, “{leave}” or Ctrl-D ends; “{help}” says this again.",
        leave=leave[0],
        help=help_[0],
    )
    say(usage)
    interrupted = False
    while True:
        try:
            line = input("\n? ").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            say("\n" + gettext("Ctrl-C once more ends."))
            continue
        interrupted = False
        if line.casefold() in (*_LEAVING, *leave):
            return
        if line.casefold() in help_:
            say(usage)
        else:
            yield line


def _small_talk(line: str, knowledge_base: KnowledgeBase) -> str | None:
    from chipbot.service.small_talk import reply_kind

    kind = reply_kind(line)
    if kind is None:
        return None
    if kind == "thanks":
        return gettext("You're welcome.")
    status = knowledge_base.status()
    titles = joined(status.titles[:5])
    if status.documents > 5:
        titles += " " + gettext("and {number} more", number=digits(status.documents - 5))
    return gettext("Ask me anything that these documents answer: {titles}.", titles=titles)


def _rendered(result: Answer | NoAnswer) -> str:
    from chipbot.cli.terminal import to_text

    return to_text(result, style(), output_width())
