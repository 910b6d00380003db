"""A reader that does what the bytes say, in the process that reads."""

from __future__ import annotations

import os
import signal
import time

from chipbot.errors import DocumentError
from chipbot.model import Block, Mark, Place
from chipbot.sources.formats import Extracted
from chipbot.translation import Message

WELL = Extracted(
    text="Fund\n\na\tb",
    title="Fünd 😀",
    blocks=(
        Block(0, 4, "heading", (), 1, 1),
        Block(
            6,
            9,
            "table_row",
            ("Fund",),
            2,
            cells=((6, 7), (8, 9)),
            headers=("A", "B"),
            question=(0, 4),
            checked=True,
        ),
    ),
    marks=(Mark(0, 4, "link", "https://example.org"),),
    places=(Place(0, page=1), Place(6, label="row 2", url="https://example.org/2")),
    language="en",
    problems=(Message("{what} is odd, in {number} ways", what=Message("it"), number=1000),),
)


def extract(data: bytes) -> Extracted:
    """Read well, or misbehave."""
    if data == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if data == b"loop":
        while True:
            pass
    if data == b"sleep":
        time.sleep(600)
    if data == b"memory":
        bytearray(4 * 2**30)
    if data == b"exit":
        os._exit(3)
    if data == b"error":
        raise DocumentError(Message("it is no good"))
    if data == b"raise":
        raise KeyError("x\ny")
    if data == b"loud":
        print("noise")  # noqa: T201  # what a library may do
    return WELL
