"""An answerer over two small documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evaluation.examples import CATS, FUND, write

from chipbot.answering.pipeline import Answerer
from chipbot.service.knowledge_base import KnowledgeBase


@pytest.fixture
def answerer(tmp_path: Path) -> Answerer:
    seeds = tmp_path / "seeds"
    (seeds / "pets").mkdir(parents=True)
    write(seeds / "fund.txt", FUND.rstrip("\n"))
    write(seeds / "pets" / "cats.v1.txt", CATS.rstrip("\n"))
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index", threshold=0.0)
    knowledge_base.refresh()
    return knowledge_base.answerer()
