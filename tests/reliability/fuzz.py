"""Fuzzing: inputs made of pieces and of earlier inputs, the same for the same seed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.targets import PIECES, SEEDS, TARGETS, survives, zip_of

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
    caught: dict[str, bytes] = field(default_factory=dict)
    """What only the barrier around every parser caught: each reason, and the first input for it."""


def inputs(seed: int, own: Sequence[bytes] = ()) -> Iterator[bytes]:
    """Inputs without an end: the corpus first, then what comes of it; mostly of what is a target's own, where that is given."""
    random_ = random.Random(seed)
    known = [*own, *(path.read_bytes() for path in sorted(CORPUS.iterdir()))]
    known.append(zip_of({"manifest.json": b"{}", "settings.env": b"", "seeds/a.txt": b"A"}))
    yield from known
    while True:
        data = bytearray(random_.choice(known) if random_.random() < 0.5 else b"")
        if own and random_.random() < 0.9:
            data = bytearray(random_.choice(own))
        for _ in range(random_.randint(1, 8)):
            _mutate(data, random_, known)
        made = bytes(data[: max([LONGEST, *map(len, own)])])
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
    own = SEEDS[name]() if name in SEEDS else []
    for data, _ in zip(inputs(seed, own), range(count), strict=False):
        start = time.thread_time()
        problem, reason = survives(TARGETS[name], data)
        took = time.thread_time() - start
        found.inputs += 1
        found.seconds += took
        found.slowest = max(found.slowest, took)
        if "please report this file" in reason:
            found.caught.setdefault(reason, data)
        if problem is not None:
            found.broke.append((problem, data))
    return found
