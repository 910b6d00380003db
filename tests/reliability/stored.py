"""Damage to a stored index: whatever bit flips, what is quoted is what the documents say, or nothing is quoted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tests.core import lines_of

from chipbot.errors import ChipbotError
from chipbot.model import Answer, AnswerOptions, NoAnswer, Quote
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources import parse_document

SUBJECTS = "fund water bridge harbour library market museum garden theatre station".split()
QUESTIONS = [f"How many dollars did the {subject} fund hold in 1903?" for subject in SUBJECTS[:4]]
ANYTHING = AnswerOptions(min_confidence=0)


@dataclass
class Damage:
    """What became of a number of faults."""

    fault: str
    injected: int = 0
    unchanged: int = 0
    """The answers were the same."""
    told: int = 0
    """One clear error was raised."""
    other: int = 0
    """Another answer came, all of whose quotes are true."""
    wrong: int = 0
    """A quote says what no document does, or stands elsewhere."""
    crashed: int = 0
    """Something else was raised."""
    notes: list[str] = field(default_factory=list)
    """What that was."""

    def raised(self, error: Exception) -> None:
        """Count what was raised in place of an answer."""
        if isinstance(error, ChipbotError):
            self.told += "\n" not in str(error)
        else:
            self.crashed += 1
            self.notes.append(f"{type(error).__name__}: {error}")


class Archive:
    """A seeds folder with its index, and what its documents truly say."""

    def __init__(self, folder: Path, documents: int = 30, years: int = len(SUBJECTS)) -> None:
        self.seeds, self.index = folder / "seeds", folder / "index"
        self.seeds.mkdir(parents=True)
        for number in range(documents):
            subject = SUBJECTS[number % len(SUBJECTS)]
            mark, suffix = ("# ", "md") if number % 2 else ("", "txt")
            parts = [f"{mark}The {subject} fund, part {number}"]
            for year in range(years):
                other = SUBJECTS[year % len(SUBJECTS)]
                parts += [f"## About {1900 + year}"] if mark else []
                money = 1000 + 7 * year + number
                parts.append(
                    f"In {1900 + year} the {subject} fund held {money} dollars. It went to the {other}."
                )
            (self.seeds / f"{number:03}.{suffix}").write_text("\n\n".join(parts), encoding="utf-8")
        KnowledgeBase(self.seeds, self.index).refresh()
        self.documents = {
            path.name: parse_document(path.read_bytes(), path.name) for path in self.seeds.iterdir()
        }
        self.build = self.index / (self.index / "CURRENT").read_text().strip()

    def is_true(self, quote: Quote) -> bool:
        """Whether a quote says what its document does, where it says that it stands."""
        citation = quote.citation
        document = self.documents.get(citation.document_id)
        return (
            document is not None
            and document.text[citation.start : citation.end] == quote.text
            and document.title == citation.title
            and (
                lines_of(document.text, citation.start) == citation.line_start
                or citation.document_id.endswith("md")
            )
            and all(0 <= start < end <= len(quote.text) for start, end in quote.highlights)
        )

    def ask(self, knowledge_base: KnowledgeBase) -> list[Answer | NoAnswer]:
        """What is answered to all questions."""
        return [knowledge_base.answer(question, options=ANYTHING) for question in QUESTIONS]


def judge(archive: Archive, knowledge_base: KnowledgeBase, before: list[str], damage: Damage) -> None:
    damage.injected += 1
    try:
        results = archive.ask(knowledge_base)
    except Exception as error:  # noqa: BLE001  # it is what is counted
        damage.raised(error)
        return
    quotes = [quote for each in results for quote in (each.quotes if isinstance(each, Answer) else ())]
    if not all(map(archive.is_true, quotes)):
        damage.wrong += 1
    elif shown(results) == before:
        damage.unchanged += 1
    else:
        damage.other += 1


def shown(results: list[Answer | NoAnswer]) -> list[str]:
    return [str(each.quotes if isinstance(each, Answer) else each.reason) for each in results]


def flips_under_an_open_index(archive: Archive, count: int, seed: int = 0) -> Damage:
    """Flip a bit of the arrays while they are mapped, ask, and flip it back."""
    damage, random_ = Damage("bit flips under an open index"), random.Random(seed)
    arrays = archive.build / "arrays.bin"
    size = arrays.stat().st_size
    before = shown(archive.ask(KnowledgeBase(archive.seeds, archive.index)))
    with arrays.open("r+b") as file:
        for _ in range(count):
            knowledge_base = KnowledgeBase(archive.seeds, archive.index)
            knowledge_base.index()
            place, bit = random_.randrange(size), 1 << random_.randrange(8)
            _flip(file, place, bit)
            judge(archive, knowledge_base, before, damage)
            _flip(file, place, bit)
    return damage


def damage_at_rest(archive: Archive, count: int, seed: int = 0) -> list[Damage]:
    """Flip bits of each file of the index, and cut them off, while nobody has it open; the whole is verified at start,
    as a bot does it, and only what is shown, as for an index of any size.
    """
    random_ = random.Random(seed)
    before = shown(archive.ask(KnowledgeBase(archive.seeds, archive.index)))
    files = [archive.build / "arrays.bin", archive.build / "manifest.json", archive.index / "CURRENT"]
    found = []
    for what, change in (("bit flips at rest", flipped), ("truncations at rest", cut)):
        damage = Damage(what)
        for number in range(count):
            path = files[number % len(files)]
            intact = path.read_bytes()
            path.write_bytes(change(intact, random_))
            judge(archive, KnowledgeBase(archive.seeds, archive.index), before, damage)
            path.write_bytes(intact)
        found.append(damage)
    return found


def flipped(data: bytes, random_: random.Random) -> bytes:
    """Flip one bit."""
    place = random_.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random_.randrange(8)]) + data[place + 1 :]


def cut(data: bytes, random_: random.Random) -> bytes:
    """Cut it off somewhere."""
    return data[: random_.randrange(len(data))]


def _flip(file: BinaryIO, place: int, bit: int) -> None:
    file.seek(place)
    byte = file.read(1)[0]
    file.seek(place)
    file.write(bytes([byte ^ bit]))
    file.flush()
