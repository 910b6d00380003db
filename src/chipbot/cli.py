"""The command line: reads the settings once, wires everything together, and turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from chipbot import __version__
from chipbot.errors import ChipbotError
from chipbot.model import Progress
from chipbot.progress import progress

if TYPE_CHECKING:
    from chipbot.library import Library
    from chipbot.model import Answer, IndexStatus, NoAnswer
    from chipbot.render import Style
    from chipbot.settings import Settings

_TERMINAL_CHAT = """\
No Discord token is set, so this is a chat in your terminal: the same answers, no Discord.
To run the bot on your server: https://discord.com/developers/applications → New Application → Bot → Reset Token,
then put the line CHIPBOT_TOKEN=… into .env and start again.
"""
_CHAT_HELP = "Ask a question and press Enter; an empty line, “quit” or Ctrl-D ends."
_MAX_FAILURES_SHOWN = 20


def run(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code: 0 done, 1 failed, 2 wrong usage, 78 no usable token."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.command
    try:
        _tolerate_any_text(sys.stdin, sys.stdout, sys.stderr)
        if command is not _ask:
            gc.enable()
        command(options)
        print(end="", flush=True)  # so that what cannot be written is known before the end, even where there is no stdout
    except ChipbotError as error:
        _say(f"chipbot: {error}")
        return error.code
    except KeyboardInterrupt:
        _say("chipbot: stopped")
        return 130
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # else the reader of our output has gone; there is nobody left to tell
            _say(f"chipbot: {error}")
        # Python would try to write what is left once more when it ends.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # it stays open until then
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    folders = argparse.ArgumentParser(add_help=False)
    folders.add_argument("--seeds", metavar="DIR", help="the folder with the documents (default: seeds)")
    folders.add_argument("--index", metavar="DIR", help="the folder of the index (default: index)")
    parser = argparse.ArgumentParser(
        prog="chipbot",
        description="Answers questions with verbatim quotes from your own documents. Without a command: runs the Discord bot "
        "where a token is set, and otherwise a chat in the terminal.",
    )
    parser.add_argument("--version", action="version", version=f"chipbot {__version__}")
    parser.set_defaults(command=_start, seeds=None, index=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", parents=[folders])
        added.set_defaults(command=command)
        return added

    add("index", _index, "build or refresh the index from the documents")
    ask = add("ask", _ask, "answer one question in the terminal")
    ask.add_argument("question", metavar="QUESTION", nargs="+", help="the question; quotation marks are optional")
    ask.add_argument("--json", action="store_true", help="print one JSON object for programs to read")
    add("chat", _chat, "answer questions in the terminal, one a line")
    add("run", _run, "run the Discord bot")
    _add_eval(add("eval", _eval, "measure how well labelled questions are answered"))
    return parser


def _add_eval(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS.jsonl",
        nargs="+",
        help='JSON Lines: {"question": "…", "answers": ["…"]}, the answers as they stand in the documents; an empty list '
        "where the question should be refused. Optional: id, doc_id, answer_start, answerable, lang",
    )
    command.add_argument(
        "--foreign",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="more questions, all of which should be refused; may be given several times",
    )
    command.add_argument("--details", type=Path, metavar="FILE", help="write what came of each question, one JSON object a line")
    command.add_argument("--json", action="store_true", help="print one JSON object for programs to read")
    command.add_argument("--wrong", type=int, metavar="N", help="show the first N that went wrong (on a terminal: 10)")


def _index(options: argparse.Namespace) -> None:
    library = _library(_settings(options))
    began = time.perf_counter()
    with progress() as report:
        status = library.reindex(report)
    from chipbot.render import status_line

    print(f"{status_line(status)} in {time.perf_counter() - began:.1f} s", flush=True)
    _say_failures(status)


def _ask(options: argparse.Namespace) -> None:
    library = _ready(_settings(options))
    result = library.answer(" ".join(options.question))
    if options.json:
        from chipbot.render import to_json

        print(json.dumps(to_json(result), ensure_ascii=False))
    else:
        _print(result)


def _chat(options: argparse.Namespace) -> None:
    _converse(_ready(_settings(options)))


def _run(options: argparse.Namespace) -> None:
    settings = _settings(options)
    from chipbot import bot

    bot.token_of(settings)  # before the index is built: without a token there is nothing to build it for
    _log_to_stderr(settings.log_level)
    library = _ready(settings)
    bot.run(settings, library)


def _eval(options: argparse.Namespace) -> None:
    settings = _settings(options)
    from chipbot import evaluation

    questions = evaluation.read(options.questions, options.foreign)
    answerer = _ready(settings).answerer()
    questions = evaluation.resolve(questions, answerer.index, lambda message: _say(f"chipbot: {message}"))
    outcomes = []
    with _lines(options.details) as write, progress() as report:
        for outcome in evaluation.ask(answerer, questions):
            write(json.dumps(evaluation.details(outcome), ensure_ascii=False))
            outcomes.append(outcome)
            report(Progress(step="asking", done=len(outcomes), total=len(questions)))
    summary = evaluation.summarise(outcomes, settings.threshold)
    if options.json:
        print(json.dumps(evaluation.to_object(summary), ensure_ascii=False))
        return
    style = _style()
    print(evaluation.to_text(summary, style, min(shutil.get_terminal_size((100, 0)).columns, 120)))
    most = options.wrong if options.wrong is not None else 10 if sys.stdout.isatty() else 0
    if wrong := evaluation.wrong_to_text(outcomes, most, style):
        print(f"\n{wrong}")


@contextlib.contextmanager
def _lines(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Open a file to write line by line, if there is a path; raise a ChipbotError where that cannot be done."""
    if path is None:
        yield lambda _: None
        return
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield lambda line: file.write(f"{line}\n")
    except OSError as error:
        raise ChipbotError(f"{path} cannot be written: {error.strerror}") from None


def _log_to_stderr(level: str) -> None:
    import logging

    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    if level != "debug":
        logging.getLogger("discord").setLevel(logging.WARNING)  # its connection chatter is for its own debugging


def _start(options: argparse.Namespace) -> None:
    """Do the main job: the bot where there is a token, a chat in the terminal otherwise."""
    if _settings(options).token is not None:
        _run(options)
        return
    if sys.stdin.isatty():
        _say(_TERMINAL_CHAT)
    _chat(options)


def _converse(library: Library) -> None:
    """Answer line by line until the input ends; on a terminal with a prompt, and until an empty line."""
    interactive = sys.stdin.isatty()
    if interactive:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # importing it gives input() a history and editing keys
        _say(_CHAT_HELP)
    previous: str | None = None
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
        reply = _small_talk(line, library)
        if reply is None:
            reply = _rendered(library.answer(line, context=previous))
            previous = line
        print(reply, end="\n" if interactive else "\n\n", flush=True)


def _small_talk(line: str, library: Library) -> str | None:
    from chipbot.smalltalk import reply_kind

    kind = reply_kind(line)
    if kind is None:
        return None
    if kind == "thanks":
        return "You're welcome."
    titles = library.status().titles
    more = f" and {len(titles) - 5} more" if len(titles) > 5 else ""
    return f"Ask me anything that these documents answer: {'; '.join(titles[:5])}{more}."


def _settings(options: argparse.Namespace) -> Settings:
    from chipbot.settings import load, unknown_variables

    chosen = {name: value for name in ("seeds", "index") if (value := getattr(options, name)) is not None}
    settings = load(**chosen)
    for complaint in unknown_variables():
        _say(f"chipbot: {complaint}")
    return settings


def _library(settings: Settings) -> Library:
    from chipbot.library import Library

    return Library(
        settings.seeds,
        settings.index,
        threshold=settings.threshold,
        quotes=settings.quotes,
        warn=lambda message: _say(f"chipbot: {message}"),
    )


def _ready(settings: Settings) -> Library:
    """Return a library whose index is in step with the documents."""
    library = _library(settings)
    with progress() as report:
        before = time.perf_counter()
        status = library.refresh(report)
    if status.rebuilt:
        from chipbot.render import status_line

        _say(f"Indexed {status_line(status)} in {time.perf_counter() - before:.1f} s.")
        _say_failures(status)
    return library


def _say_failures(status: IndexStatus) -> None:
    from chipbot.render import visible

    for failure in status.failures[:_MAX_FAILURES_SHOWN]:
        _say(f"not indexed: {visible(failure.document_id)}: {failure.reason}")
    if len(status.failures) > _MAX_FAILURES_SHOWN:
        _say(f"not indexed: {len(status.failures) - _MAX_FAILURES_SHOWN} more files")


def _print(result: Answer | NoAnswer) -> None:
    print(_rendered(result))


def _rendered(result: Answer | NoAnswer) -> str:
    from chipbot.render import to_text

    width = min(shutil.get_terminal_size((80, 0)).columns, 100) if sys.stdout.isatty() else None
    return to_text(result, _style(), width)


def _style() -> Style:
    from chipbot.render import ANSI, PLAIN

    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return ANSI if colour else PLAIN


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _tolerate_any_text(*streams: TextIO) -> None:
    """Let text that an encoding lacks appear as an escape, and input that is not in it too, rather than end the program."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
