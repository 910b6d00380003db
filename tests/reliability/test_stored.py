"""Whatever happens to a stored index, a quote says what its document says, or there is none and one clear error."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from tests.reliability.changing import seeds_that_change
from tests.reliability.remembered import damage_to_the_journal, damage_to_vectors
from tests.reliability.stored import Archive, damage_at_rest, flips_under_an_open_index

from chipbot.errors import IndexDamagedError
from chipbot.service.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(tmp_path_factory.mktemp("archive"))


def test_bit_flips_under_an_open_index(archive: Archive) -> None:
    damage = flips_under_an_open_index(archive, 200)
    assert (damage.wrong, damage.crashed) == (0, 0), damage
    assert damage.told


def test_bit_flips_and_truncations_at_rest(archive: Archive) -> None:
    for damage in damage_at_rest(archive, 60):
        assert (damage.wrong, damage.crashed) == (0, 0), damage
        assert damage.told


def test_damage_to_vectors_and_to_the_journal_is_told_or_does_no_harm(tmp_path: Path) -> None:
    found = [*damage_to_vectors(tmp_path / "vectors", 15), *damage_to_the_journal(tmp_path / "journal", 30)]
    assert [(damage.wrong, damage.crashed) for damage in found] == [(0, 0)] * 5, found
    assert found[-1].told, "a journal that was cut off"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes and devices with names")
def test_seeds_that_change_while_they_are_read_are_quoted_truly(tmp_path: Path) -> None:
    damage = seeds_that_change(tmp_path, 150)
    assert (damage.wrong, damage.crashed, damage.unchanged) == (0, 0, 1), damage
    assert damage.other


def test_a_damaged_index_is_used_no_more_until_it_is_built_anew(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    told: list[bool] = []
    knowledge_base = KnowledgeBase(archive.seeds, archive.index)
    knowledge_base.on_damage = lambda: told.append(True)
    before = archive.ask(knowledge_base)
    arrays = archive.build / "arrays.bin"
    data = arrays.read_bytes()
    with arrays.open("r+b") as file:  # the very file that is mapped
        for match in re.finditer(b"In 1903 the", data):
            file.seek(match.start())
            file.write(b"At")
    for _ in range(2):
        with pytest.raises(IndexDamagedError, match="run `chipbot index` to build it again"):
            archive.ask(knowledge_base)
    assert told
    KnowledgeBase(archive.seeds, archive.index).reindex()
    assert [each.confidence for each in archive.ask(knowledge_base)] == [each.confidence for each in before]
