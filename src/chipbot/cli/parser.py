"""How command lines are parsed, and what is said about those that make no sense."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

from chipbot.cli.common import say
from chipbot.cli.complaints import in_own_words
from chipbot.cli.wrap import WIDEST, wrap
from chipbot.invocation import command
from chipbot.translation import gettext

if TYPE_CHECKING:
    from argparse import Namespace


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Lays out help, in the language of the context and by the columns that it takes."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Add how a command is used."""
        super().add_usage(usage, actions, groups, gettext("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that names the option or command that was meant, below the usage of the command at hand."""

    def __init__(self, *, description: str, examples: Sequence[str] = (), **options: object) -> None:
        """Make a parser; `examples` are command lines without the name of the program, shown by --help."""
        width = min(shutil.get_terminal_size((80, 0)).columns, WIDEST) - 2
        shown = "\n  ".join(f"{command()} {example}" for example in examples)
        super().__init__(
            description="\n".join(wrap(description, max(width, 20))),
            epilog=f"{gettext('examples:')}\n  {shown}" if examples else None,
            formatter_class=_Formatter,
            allow_abbrev=False,
            **options,  # type: ignore[arg-type]  # those of ArgumentParser
        )
        self._positionals.title, self._optionals.title = gettext("arguments"), gettext("options")
        if "-h" in self._option_string_actions:
            self._option_string_actions["-h"].help = gettext("show this help, and exit")

    def parse_known_args(  # type: ignore[override]  # the two overloads of ArgumentParser in one
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """Parse as ArgumentParser does; what is left over is an error of this very parser, not of the one above it."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._about(unknown[0]))
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        """Say what is wrong below how the command is used, and exit with code 2."""
        self.print_usage(sys.stderr)
        more = gettext("“{command} --help” says more", command=self.prog)
        say(f"chipbot: {in_own_words(message)}; {more}")
        self.exit(2)

    def _about(self, argument: str) -> str:
        if not argument.startswith("-"):
            return gettext("there is one argument too many: {argument}", argument=repr(argument))
        name = argument.partition("=")[0]
        return gettext("there is no option {name}", name=name) + did_you_mean(name, self.options())

    def options(self) -> list[str]:
        """Return the names of this parser's own options."""
        return [option for action in self._actions for option in action.option_strings]


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return the end of a sentence that names the one of the known words which resembles the word, if one does."""
    close = get_close_matches(word, known, n=1)
    return f": {gettext('did you mean {word}?', word=close[0])}" if close else ""


def check_command(parser: Parser, arguments: Sequence[str], commands: Sequence[str]) -> None:
    """End with what was probably meant where the first argument is neither an option of this parser's nor a command."""
    first = arguments[0] if arguments else commands[0]
    options = parser.options()
    name = first.partition("=")[0]
    if first.startswith("-"):
        if name not in options and not did_you_mean(name, options):
            parser.error(
                gettext("there is no option {name} here: a command's options go after it", name=name)
            )
        return
    if first in commands:
        return
    if " " in first:
        told = gettext(
            "to ask a question, put “ask” before it: {command}", command=f"{parser.prog} ask {first!r}"
        )
        parser.error(told)
    known = [f"--{first}"] if f"--{first}" in options else commands
    parser.error(gettext("there is no command {name}", name=first) + did_you_mean(first, known))
