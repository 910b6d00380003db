"""Seeds that change, shrink, and become pipes, devices, folders and links while they are read and quoted from."""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from tests.reliability.stored import ANYTHING, Damage

from chipbot.model import Answer, Quote
from chipbot.service.knowledge_base import KnowledgeBase

FILES = 12
PARAGRAPHS = 40
QUESTION = "How many dollars did the harbour fund hold in 1903?"


def text_of(number: int, version: int) -> str:
    """A version of a document, which each of its paragraphs names."""
    lines = [
        f"In {1900 + year} the harbour fund of town {number} held {1000 + year} dollars, says version {version}."
        for year in range(PARAGRAPHS)
    ]
    return f"Town {number}\n\n" + "\n\n".join(lines) + "\n"


def _become_sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 33)


def _shrink(path: Path) -> None:
    if path.is_file() and not path.is_symlink():
        os.truncate(path, path.stat().st_size // 2)


SPECIAL: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a device without an end": lambda path: path.symlink_to("/dev/zero"),
    "a terminal": lambda path: path.symlink_to("/dev/tty"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a folder": Path.mkdir,
    "nothing": lambda _: None,
    "8 GiB of nothing": _become_sparse,
}
"""What a document, the synonyms or the places of sources may become."""
NAMES = [*(f"{number:02}.txt" for number in range(FILES)), "synonyms.txt", "sources.yaml", ".chipbotignore"]


class Changing:
    """A seeds folder in which something changes all the time, in a thread of its own."""

    def __init__(self, seeds: Path, seed: int) -> None:
        self.seeds = seeds
        self.changes = 0
        self.versions = 0
        self._random = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Changing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def settle(self) -> None:
        """Let each document be one again."""
        for number, name in enumerate(NAMES):
            _remove(self.seeds / name)
            if number < FILES:
                (self.seeds / name).write_text(text_of(number, self.versions), "utf-8")

    def _run(self) -> None:
        while not self._over.wait(self._random.random() * 0.004):
            number = self._random.randrange(len(NAMES))
            path = self.seeds / NAMES[number]
            self.changes += 1
            match self._random.randrange(4):
                case 0:
                    _remove(path)
                    SPECIAL[self._random.choice(list(SPECIAL))](path)
                case 1:
                    _shrink(path)
                case _ if number < FILES:
                    self.versions += 1
                    _remove(path)
                    path.write_text(text_of(number, self.versions), "utf-8")
                case _:
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def seeds_that_change(folder: Path, count: int, seed: int = 0) -> Damage:
    """Build and ask while everything changes, until there were so many changes; each quote must be of one true version."""
    seeds, damage = (
        folder / "seeds",
        Damage("seeds changed, cut off, replaced by special files while read and served"),
    )
    seeds.mkdir(parents=True)
    changing = Changing(seeds, seed)
    changing.settle()
    knowledge_base = KnowledgeBase(seeds, folder / "index")
    knowledge_base.refresh()
    with changing:
        while changing.changes < count:
            _try(knowledge_base, changing, damage)
    changing.settle()
    knowledge_base.reindex()
    _try(knowledge_base, changing, damage, rebuilt=True)
    damage.injected = changing.changes
    return damage


def _try(knowledge_base: KnowledgeBase, changing: Changing, damage: Damage, *, rebuilt: bool = False) -> None:
    """Rebuild, and ask."""
    try:
        if not rebuilt:
            knowledge_base.reindex()
        result = knowledge_base.answer(QUESTION, options=ANYTHING)
    except Exception as error:  # noqa: BLE001  # it is what is counted
        damage.raised(error)
        return
    quotes = result.quotes if isinstance(result, Answer) else ()
    if not all(_is_true(quote, changing.versions) for quote in quotes):
        damage.wrong += 1
    elif rebuilt:
        damage.unchanged += bool(quotes)
    else:
        damage.other += 1


def _is_true(quote: Quote, versions: int) -> bool:
    """Whether a quote stands in some version of its document, just there."""
    citation = quote.citation
    number = int(citation.document_id[:2])
    said = quote.text.rpartition("version ")[2].rstrip(".\n")
    if not said.isdecimal():  # the file was cut off there
        whole = text_of(number, 0)
        return whole[citation.start : citation.start + 20] == quote.text[:20]
    candidates = [version for version in range(versions + 1) if str(version).startswith(said)]
    return any(
        text_of(number, version)[citation.start : citation.end] == quote.text for version in candidates
    )
