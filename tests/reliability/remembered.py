"""Damage to what is kept beside an index: vectors, and the journal, whose file SQLite keeps no checksums of."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from tests.reliability.stored import Archive, Damage, cut, flipped, judge, shown
from tests.retrieval.test_encoder import write_model

from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer, KeptPassage
from chipbot.service.knowledge_base import KnowledgeBase

CHANGES: dict[str, Callable[[bytes, random.Random], bytes]] = {"bit flips": flipped, "truncations": cut}
PATIENCE = 20.0
"""Seconds that a damaged journal has to say so."""
MEMBERS = 40


def damage_to_vectors(folder: Path, count: int, seed: int = 0) -> list[Damage]:
    """Damage the vectors at rest, and under a bot that has them open."""
    model = folder / "model"
    model.mkdir(parents=True)
    write_model(model)
    archive = Archive(folder / "archive", documents=6)

    def opened() -> KnowledgeBase:
        return KnowledgeBase(archive.seeds, archive.index, encoder=model)

    opened().encode()
    before, path, random_ = shown(archive.ask(opened())), archive.index / "vectors.bin", random.Random(seed)
    intact, found = path.read_bytes(), []
    for what, change in CHANGES.items():
        damage = Damage(f"vectors: {what} at rest")
        for _ in range(count):
            path.write_bytes(change(intact, random_))
            judge(archive, opened(), before, damage)
        found.append(damage)
    path.write_bytes(intact)
    under = Damage("vectors: bit flips under an open index")
    knowledge_base = opened()
    with path.open("r+b") as file:
        for _ in range(count):
            file.seek(0)
            file.write(flipped(intact, random_))
            file.flush()
            judge(archive, knowledge_base, before, under)
    return [*found, under]


def damage_to_the_journal(folder: Path, count: int, seed: int = 0) -> list[Damage]:
    """Damage the journal at rest, and do with it what a bot does."""
    (path, ids), random_ = asyncio.run(_made(folder)), random.Random(seed)
    intact = path.read_bytes()
    before, found = asyncio.run(_used(folder, ids)), []
    for what, change in CHANGES.items():
        damage = Damage(f"journal: {what} at rest")
        for _ in range(count):
            for left in path.parent.glob(path.name + "-*"):
                left.unlink()
            path.write_bytes(change(intact, random_))
            damage.injected += 1
            try:
                seen = asyncio.run(_used(folder, ids))
            except Exception as error:  # noqa: BLE001  # it is what is counted
                damage.raised(error)
            else:
                damage.unchanged += seen == before
                damage.other += seen != before
        found.append(damage)
    return found


def _journal(folder: Path) -> Journal:
    return Journal(journal_place(None, folder / "index"), keep_questions=True)


async def _made(folder: Path) -> tuple[Path, list[str]]:
    """A journal with answers, votes and a server's settings; its file, and the ids of some answers."""
    journal, ids = _journal(folder), []
    await journal.start()
    for number in range(MEMBERS):
        passage = KeptPassage(document_id="000.txt", start=number, end=number + 30, highlights=((1, 5),))
        kept = KeptAnswer(
            asker=journal.member(number), channel_id=1, guild_id=7, question="what?", passages=(passage,)
        )
        answer_id = journal.answers.keep(kept)
        journal.answers.sent(answer_id, number)
        ids.append(answer_id)
        await journal.answers.vote(answer_id, journal.member(number), 1 if number % 3 else -1, "because")
    await journal.settings.change(7, "cooldown", 5.0, by=1)
    await journal.close()
    if journal.place.file is None:
        raise AssertionError("it is a file")
    return journal.place.file, ids[::8]


async def _used(folder: Path, ids: list[str]) -> list[object]:
    """What a bot reads in the journal, and writes there; raises JournalError."""
    journal = _journal(folder)
    try:
        async with asyncio.timeout(PATIENCE):
            await journal.start()
            found: list[object] = [journal.settings.of(7).cooldown]
            for answer_id in ids:
                kept = await journal.answers.kept(answer_id)
                found += [kept and kept.question, kept and kept.passages]
                found.append((await journal.answers.votes(answer_id)).up)
            found.append((await journal.data_of(1)).votes)
            await journal.settings.change(7, "cooldown", 6.0, by=1)
            await journal.settings.change(7, "cooldown", 5.0, by=1)
            await journal.tidy()
            return found
    finally:
        await journal.close()
