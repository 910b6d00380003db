"""The command line: one module a command; errors become one line and an exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from chipbot import __version__, invocation
from chipbot.cli import (
    ask,
    backup,
    completion,
    demo,
    doctor,
    documents,
    encoder,
    imports,
    index,
    report,
    setup,
    update,
    web,
)
from chipbot.cli import eval as evaluation
from chipbot.cli import run as run_bot
from chipbot.cli.common import Command, say
from chipbot.cli.parser import Parser, check_command
from chipbot.errors import ChipbotError
from chipbot.translation import environment_language, gettext, in_language, sentence


def run(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code: 0 done, 1 failed, 2 wrong usage, 78 no usable token."""
    with in_language(environment_language(os.environ)):
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    parser, commands = command_line()
    check_command(parser, arguments, commands)
    options = parser.parse_args(arguments)
    command: Command = options.command
    try:
        _tolerate_any_text(sys.stdin, sys.stdout, sys.stderr)
        if command is not ask.ask:
            gc.enable()
        code = command(options)
        print(
            end="", flush=True
        )  # so that what cannot be written is known before the end, even where there is no stdout
    except ChipbotError as error:
        say(f"chipbot: {error}")
        return error.code
    except KeyboardInterrupt:
        line = "\n" if sys.stderr.isatty() else ""  # the one that is typed in may not be at its end
        say(f"{line}chipbot: {gettext('stopped')}")
        return 130
    except OSError as error:
        if not isinstance(
            error, BrokenPipeError
        ):  # else the reader of our output has gone; there is nobody left to tell
            say(f"chipbot: {error}")
        # Python would try to write what is left once more when it ends.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # it stays open until then
        return 1
    return code or 0


_GROUPS = (
    index,
    ask,
    demo,
    documents,
    imports,
    web,
    run_bot,
    setup,
    encoder,
    evaluation,
    report,
    doctor,
    backup,
)
"""What adds commands, in the order in which they are listed."""


def command_line() -> tuple[Parser, list[str]]:
    """Return the parser of a command line, and the names of its commands."""
    options = argparse.ArgumentParser(add_help=False)  # its group is of the same name as a command's
    options.add_argument(
        "--seeds", metavar="DIR", help=gettext("the folder with the documents (default: seeds)")
    )
    options.add_argument("--index", metavar="DIR", help=gettext("the folder of the index (default: index)"))
    parser = Parser(
        prog=invocation.command(),
        description=gettext(
            "Answers questions with verbatim quotes from your own documents. Without a command: "
            "runs the Discord bot where a token is set, and otherwise a chat in the terminal."
        ),
        examples=('ask "How much money is in the fund?"', "setup", "index"),
    )
    parser.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"chipbot {__version__}",
        help=gettext("show the version, and exit"),
    )
    update.add_option(parser)
    parser.set_defaults(command=run_bot.start, seeds=None, index=None)
    commands = parser.add_subparsers(title=gettext("commands"), metavar=gettext("COMMAND"))

    def add(
        name: str, command: Command, text: str, examples: Sequence[str], *, folders: bool = True
    ) -> argparse.ArgumentParser:
        description = sentence(text[0].upper() + text[1:])
        added = commands.add_parser(
            name,
            help=text,
            description=description,
            examples=examples,
            parents=[options] if folders else [],  # type: ignore[list-item]  # any parser's options can be
        )
        added.set_defaults(command=command)
        return added

    for group in _GROUPS:
        group.add_commands(add)
    completion.add_commands(add, parser)
    return parser, list(commands.choices)


def _tolerate_any_text(*streams: TextIO) -> None:
    """Let text that an encoding lacks appear as an escape, and input that is not in it too, rather than end
    the program.
    """
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
