"""What argparse complains of, which it says in English alone, in words of our own."""

from __future__ import annotations

import re

from chipbot.translation import Message

_COMPLAINTS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"the following arguments are required: (?P<name>.*)", Message("{name} is missing")),
        (r"argument (?P<name>\S+): expected (?:one|at least one) argument", Message("{name} needs a value")),
        (r"argument (?P<name>\S+): ignored explicit argument .*", Message("{name} takes no value")),
        (
            r"argument (?P<name>\S+): not allowed with argument (?P<other>\S+)",
            Message("{other} and {name} exclude each other"),
        ),
        (
            r"argument (?P<name>\S+): invalid int value: (?P<value>.*)",
            Message("{name} is {value}, but must be a whole number"),
        ),
        (
            r"argument (?P<name>\S+): invalid choice: (?P<value>.*) \(choose from (?P<choices>[^()]*)\)",
            Message("{name} is {value}, but must be one of: {choices}"),
        ),
        (r"argument (?P<name>\S+): (?P<why>.*)", Message("{name}: {why}")),
    )
)
"""What argparse says, and what is said in its place."""


def in_own_words(message: str) -> str:
    """Return what argparse complains of in the language of the context; any other message as it is."""
    for pattern, said in _COMPLAINTS:
        if found := pattern.fullmatch(message):
            return said.filled(**found.groupdict())
    return message
