"""What the first question in a scope costs: its index is merged then. Prints processor seconds and MiB.

    .venv/bin/python tests/benchmarks/scopes.py [DOCUMENTS]

Documents of made-up words, 20 passages each, half of them in the scope.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from chipbot.model import AnswerOptions
from chipbot.service.knowledge_base import KnowledgeBase

WORDS = 20_000
SCOPE = AnswerOptions(collections=frozenset(["a"]), guild_id=0)


def write_documents(folder: Path, count: int) -> None:
    """Write documents whose words are as unequal as a language's."""
    chance = random.Random(1)  # the same documents each time
    for number in range(count):
        path = folder / ("a" if number % 2 else "b") / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = (
            " ".join(f"w{int(WORDS * chance.random() ** 4)}" for _ in range(60)).capitalize()
            for _ in range(20)
        )
        path.write_text(f"# T{number}\n\n" + "\n\n".join(f"{each}." for each in paragraphs), encoding="utf-8")


def main() -> None:
    """Measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as name:
        seeds = Path(name) / "seeds"
        write_documents(seeds, count)
        base = KnowledgeBase(seeds, Path(name) / "index")
        base.refresh()
        for label in ("first", "second"):
            began = time.process_time()
            base.answer("w1 w2 w500", options=SCOPE)
            print(f"{label} question: {time.process_time() - began:.3f} s")
        part = base.status(SCOPE)
        print(f"{part.passages:,} of {base.status().passages:,} passages in the scope")
        size = sum(array.nbytes for array in base.index().arrays.values())
        print(f"index of all documents: {size / 2**20:.1f} MiB; the scope's is its share of it")


if __name__ == "__main__":
    main()
