"""Questions to a person at a terminal, who reads slowly, types ahead and pastes at the wrong moment."""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chipbot.translation import typed_words

termios: Any = import_module("termios") if find_spec("termios") else None
"""The terminal's settings; None on Windows, which has none such."""


@contextlib.contextmanager
def echo_off() -> Iterator[None]:
    """While inside, show nothing of what is typed between questions: it may be a token, pasted too early.

    Does nothing where standard input is no terminal, or on Windows.
    """
    before = _attributes()
    if before is None:
        yield
        return
    try:
        _set_echo(on=False)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def ask(question: str) -> str:
    """Return the line that is typed after the question, without blanks around it; empty at the end of input."""
    _forget_typed_ahead()
    print(question, end="", file=sys.stderr, flush=True)
    before = _attributes()
    try:
        _set_echo(on=True)
        return input().strip()
    except EOFError:
        return ""
    finally:
        if before is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def yes(question: str, *, default: bool) -> bool:
    """Return whether the answer is yes; Enter alone is the default, and so is what is neither yes nor no."""
    yes = typed_words("words that mean yes, the first shown", "y yes")
    no = typed_words("words that mean no, the first shown", "n no")
    keys = f"{yes[0].upper()}/{no[0]}" if default else f"{yes[0]}/{no[0].upper()}"
    answer = ask(f"{question} [{keys}] ").casefold()
    return answer not in no if default else answer in yes


def secret(question: str) -> str:
    """Return the line that is typed or pasted after the question, which is never shown; EOFError at the end of input."""
    _forget_typed_ahead()
    return getpass.getpass(question, stream=sys.stderr)


def _attributes() -> list[Any] | None:
    """Return the terminal's settings, None where there is no terminal."""
    if termios is None:
        return None
    try:
        attributes: list[Any] = termios.tcgetattr(sys.stdin)
    except (OSError, ValueError, termios.error):
        return None
    return attributes


def _set_echo(*, on: bool) -> None:
    attributes = _attributes()
    if attributes is not None:
        flags = attributes[3]
        attributes[3] = flags | termios.ECHO if on else flags & ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, attributes)


def _forget_typed_ahead() -> None:
    """Drop what was typed before the question was there to be answered."""
    if _attributes() is not None:
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
