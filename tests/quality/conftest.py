"""What the tests of fitting share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.quality.communities import OWN, communities, question_files
from tests.quality.comparing import Comparing, comparing_with


@pytest.fixture
def comparing(tmp_path: Path) -> Comparing:
    """The installed encoder, with no vectors yet; the test is skipped where there is none."""
    found = comparing_with(tmp_path / "vectors")
    if found is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    return found


@pytest.fixture
def community(tmp_path: Path) -> Path:
    """One of the project's communities, with every fourth of its questions."""
    folder = communities(OWN)[0]
    copy = shutil.copytree(folder, tmp_path / "part" / folder.name)
    for file in question_files(copy):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(lines[::4]), encoding="utf-8")
    return copy
