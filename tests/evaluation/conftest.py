"""An answerer over two small documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evaluation.examples import CATS, FUND, write

from chipbot.answer import Answerer
from chipbot.library import Library


@pytest.fixture
def answerer(tmp_path: Path) -> Answerer:
    seeds = tmp_path / "seeds"
    (seeds / "pets").mkdir(parents=True)
    write(seeds / "fund.txt", FUND.rstrip("\n"))
    write(seeds / "pets" / "cats.v1.txt", CATS.rstrip("\n"))
    library = Library(seeds, tmp_path / "index", threshold=0.0)
    library.refresh()
    return library.answerer()
