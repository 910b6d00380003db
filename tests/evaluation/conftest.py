"""An answerer over two small documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core import Asked
from tests.evaluation.examples import CATS, FUND, write

from chipbot.model import AnswerOptions
from chipbot.service.knowledge_base import KnowledgeBase


@pytest.fixture
def answerer(tmp_path: Path) -> Asked:
    seeds = tmp_path / "seeds"
    (seeds / "pets").mkdir(parents=True)
    write(seeds / "fund.txt", FUND.rstrip("\n"))
    write(seeds / "pets" / "cats.v1.txt", CATS.rstrip("\n"))
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index")
    knowledge_base.refresh()
    return Asked(knowledge_base.index(), AnswerOptions(min_confidence=0.0))
