"""`chipbot completion`: what makes a shell complete commands and options."""

from __future__ import annotations

import argparse

from chipbot.cli.common import Add
from chipbot.translation import gettext

SHELLS = ("bash", "zsh", "fish")
_FILES = {
    "bash": "~/.local/share/bash-completion/completions/chipbot",
    "zsh": "~/.zfunc/_chipbot, with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc",
    "fish": "~/.config/fish/completions/chipbot.fish",
}
"""Where each shell looks for the script."""


def add_commands(add: Add, parser: argparse.ArgumentParser) -> None:
    """Add `completion`, which completes what `parser` parses."""
    adding = add(
        "completion",
        lambda options: complete(options.shell, parser),
        gettext("print the script by which a shell completes commands and options"),
        examples=("completion bash > ~/.local/share/bash-completion/completions/chipbot",),
        folders=False,
    )
    places = "; ".join(f"{shell}: {file}" for shell, file in _FILES.items())
    adding.add_argument(
        "shell", choices=SHELLS, help=gettext("where its output goes: {places}", places=places)
    )


def complete(shell: str, parser: argparse.ArgumentParser) -> None:
    """Print the script by which a shell completes the parser's commands, options and files."""
    import shtab

    parser.prog = "chipbot"  # what shells complete is a command by its name, however this one was called
    print(shtab.complete(parser, shell=shell))
