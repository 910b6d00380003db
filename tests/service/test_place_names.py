"""Places are named in the reader's language, whatever the format calls them."""

from __future__ import annotations

import pytest

from chipbot.service.place_names import place_name
from chipbot.translation import in_language


@pytest.mark.parametrize(
    ("page", "label", "said"),
    [
        (3, "", "Seite\u00a03"),
        (None, "", ""),
        (None, "row 3", "Zeile 3"),
        (None, "Prices, row 3", "Prices, Zeile 3"),
        (None, "a, row 1, row 3", "a, row 1, Zeile 3"),
        (None, "slide 4", "Folie 4"),
        (None, "slide 4, notes", "Folie 4, Notizen"),
        (None, "cell 12", "Zelle 12"),
        (None, "entry 2", "Eintrag 2"),
        (None, "mail of 2026-01-31", "E-Mail vom 2026-01-31"),
        (None, "mail", "E-Mail"),
        (None, "00:01:02", "00:01:02"),
        (None, "{number}", "{number}"),
        (None, "{number}, row 3", "{number}, Zeile 3"),
    ],
)
def test_a_place_in_german(page: int | None, label: str, said: str) -> None:
    with in_language("de"):
        assert place_name(page, label) == said
    assert place_name(None, label) == label
