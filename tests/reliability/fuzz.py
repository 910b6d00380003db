"""Fuzzing: inputs made of pieces and of earlier inputs, the same for the same seed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.targets import PIECES, TARGETS, survives, zip_of

CORPUS = Path(__file__).parent / "corpus"
"""Inputs that once broke something, and a few that are well formed: one a file."""
LONGEST = 4000


@dataclass
class Fuzzed:
    """What fuzzing a target came to."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    """Seconds of processor time of the slowest input."""
    broke: list[tuple[str, bytes]] = field(default_factory=list)
    """What was raised, and by which input."""


def inputs(seed: int) -> Iterator[bytes]:
    """Inputs without an end: the corpus first, then what comes of it."""
    random_ = random.Random(seed)
    known = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    known.append(zip_of({"manifest.json": b"{}", "settings.env": b"", "seeds/a.txt": b"A"}))
    yield from known
    while True:
        data = bytearray(random_.choice(known) if random_.random() < 0.5 else b"")
        for _ in range(random_.randint(1, 8)):
            _mutate(data, random_, known)
        made = bytes(data[:LONGEST])
        if random_.random() < 0.02:
            known.append(made)
        yield made


def _mutate(data: bytearray, random_: random.Random, known: list[bytes]) -> None:
    place = random_.randrange(len(data) + 1)
    match random_.randrange(6):
        case 0:
            data[place:place] = random_.choice(PIECES).encode() * random_.choice((1, 1, 2, 3, 50, 500))
        case 1:
            data[place:place] = random_.choice(known)[: random_.randrange(200)]
        case 2:
            del data[place : place + random_.randrange(1, 50)]
        case 3 if data:
            data[place - 1] ^= 1 << random_.randrange(8)
        case 4:
            data[place:place] = random_.randbytes(random_.randrange(1, 8))
        case _:
            data[place:place] = chr(
                random_.choice((0x20, 0xA0, 0x2028, 0x3000, 0x1F600, 0x5D0, 0x300, 0xFEFF))
            ).encode()


def fuzz(name: str, count: int, seed: int = 0) -> Fuzzed:
    """Give a target so many inputs."""
    found = Fuzzed(name)
    for data, _ in zip(inputs(seed), range(count), strict=False):
        start = time.thread_time()
        problem = survives(TARGETS[name], data)
        took = time.thread_time() - start
        found.inputs += 1
        found.seconds += took
        found.slowest = max(found.slowest, took)
        if problem is not None:
            found.broke.append((problem, data))
    return found
