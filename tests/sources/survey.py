"""Reads every file of a folder as chipbot does, and says which cannot be read and why: `python -m tests.sources.survey FOLDER`.

`--mutate 100` reads each of them so often once more, damaged each time in another way.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import sys
import time
import zipfile
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from chipbot.errors import DocumentError
from chipbot.model import Document
from chipbot.sources import FORMATS, parse_document
from chipbot.sources.formats import suffix_of
from chipbot.sources.reader_process import close_readers
from chipbot.text.passages import chunk_document


class Tally(NamedTuple):
    """What became of the files of one format."""

    files: list[str]
    read: Counter[str]
    """How many files, blocks and characters were read, and how many files before they were damaged."""
    reasons: Counter[str]
    """Why the others were not."""
    seconds: list[float]


def mutated(data: bytes, random_: random.Random) -> bytes:
    """A file with bytes changed, cut out, doubled or moved; half the times inside a file that an archive packs."""
    if data.startswith(b"PK") and random_.random() < 0.5:
        return _mutated_inside(data, random_)
    out = bytearray(data)
    for _ in range(random_.randint(1, 12)):
        at = random_.randrange(len(out) + 1)
        length = min(random_.choice((1, 1, 2, 8, 100)), len(out) - at)
        kind = random_.randrange(6)
        if kind <= 1:
            out[at : at + length] = random_.randbytes(length)
        elif kind == 2:
            del out[at : at + length]
        elif kind == 3:
            out[at:at] = out[at : at + length] * random_.choice((1, 2, 50))
        elif kind == 4:
            out[at : at + length] = random_.choice(
                (b"\0", b"\xff", b"<", b'"', b"-", b"9" * 12, b"\xed\xa0\x80")
            )
        elif random_.random() < 0.2:
            del out[max(at, len(out) // 2) :]
        if not out:
            return b"\0"
    return bytes(out)


def _mutated_inside(data: bytes, random_: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    # NotImplementedError: of a method of compression that zipfile does not know.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
        return data[: len(data) // 2]
    chosen = random_.choice([name for name, part in parts.items() if part] or [""])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, mutated(part, random_) if name == chosen else part)
    return out.getvalue()


def check(made: Document) -> None:
    """Fail where an offset leads out of the text, or a passage is no slice of it."""
    made.text.encode()
    for block in made.blocks:
        assert 0 <= block.start < block.end <= len(made.text), block
    for chunk in chunk_document(made):
        assert made.text[chunk.passage.start : chunk.passage.end].strip()


def read(tally: Tally, data: bytes, name: str, *, whole: bool) -> None:
    """Read a file, be it whole or damaged, and take down what became of it."""
    begun = time.perf_counter()
    try:
        made = parse_document(data, name)
        check(made)
    except DocumentError as error:
        tally.reasons[str(error)[:90]] += 1
    else:
        tally.read.update(files=1, whole=int(whole), blocks=len(made.blocks), characters=len(made.text))
    tally.seconds.append(time.perf_counter() - begun)


def main() -> None:
    """Print a table by format, and the reasons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mutate", type=int, default=0, metavar="N")
    options = parser.parse_args()
    random_, tallies = random.Random(0), defaultdict[str, Tally](lambda: Tally([], Counter(), Counter(), []))
    for path in sorted(options.folder.rglob("*")):
        suffix = suffix_of(path.name)
        if path.is_file() and suffix in FORMATS:
            data = path.read_bytes()
            tallies[suffix].files.append(path.name)
            read(tallies[suffix], data, path.name, whole=True)
            for _ in range(options.mutate):
                read(tallies[suffix], mutated(data, random_), path.name, whole=False)
    close_readers()
    report(tallies)


def report(tallies: dict[str, Tally]) -> None:
    """Print what became of the files."""
    out = sys.stdout.write
    out(
        "format | files | read | tried | read | refused | blocks | longest s\n---|--:|--:|--:|--:|--:|--:|--:\n"
    )
    for suffix, (files, done, reasons, seconds) in sorted(tallies.items()):
        tried = len(seconds)
        row = (
            suffix,
            len(files),
            done["whole"],
            tried,
            done["files"],
            reasons.total(),
            done["blocks"],
            f"{max(seconds):.1f}",
        )
        out(" | ".join(map(str, row)) + "\n")
    for suffix, tally in sorted(tallies.items()):
        for reason, count in tally.reasons.most_common(12):
            out(f"{suffix}: {count} x {reason}\n")
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(whose)
        out(f"processor {used.ru_utime + used.ru_stime:.1f} s, memory {used.ru_maxrss // 1024} MiB\n")


if __name__ == "__main__":
    main()
