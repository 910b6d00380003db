"""What the tests of fitting share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.quality.comparing import Comparing, comparing_with


@pytest.fixture
def comparing(tmp_path: Path) -> Comparing:
    """The installed encoder, with no vectors yet; the test is skipped where there is none."""
    found = comparing_with(tmp_path / "vectors")
    if found is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    return found
