"""The barrier behind which every parser runs: what it raises is one file's error, not everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chipbot.errors import DocumentError
from chipbot.translation import Message


@contextmanager
def document_barrier() -> Iterator[None]:
    """Let whatever a parser raises for one file be that file's DocumentError, with the true reason.

    A panic of a library in Rust is no Exception; an interrupt from the keyboard and the like go through.
    """
    try:
        yield
    except (DocumentError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except RecursionError as error:  # most of all the standard library's, on addresses in a mail
        raise DocumentError(Message("something in it is nested too deeply to be read")) from error
    except BaseException as error:
        words = " ".join(str(error).split())[:200]
        problem = f"{type(error).__name__}: {words}" if words else type(error).__name__
        raise DocumentError(
            Message("it cannot be read ({problem}); please report this file", problem=problem)
        ) from error
