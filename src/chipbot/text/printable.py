"""Text of documents and members → text that a terminal or a log shows and nothing else."""

from __future__ import annotations


def visible(text: str) -> str:
    """Replace control characters, which could drive a terminal, by U+FFFD; tabs stay, and line breaks of any
    kind become LF.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" or ord(c) > 0x9F else "\ufffd" for c in lines)


def one_line(text: str) -> str:
    """Return a text on one line: white space of any kind and what cannot be seen become single blanks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
