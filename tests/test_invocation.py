"""What chipbot advises can be typed as it stands."""

from __future__ import annotations

import pytest

from chipbot.invocation import COMMAND, as_called


@pytest.mark.parametrize(
    ("command", "text", "shown"),
    [
        ("", "run `chipbot index`", "run `chipbot index`"),
        ("./deploy/start", "run `chipbot index`", "run `./deploy/start index`"),
        ("sudo chipbot", "“chipbot doctor” says why", "“sudo chipbot doctor” says why"),
        (r"C:\1\chipbot", "`chipbot setup`", r"`C:\1\chipbot setup`"),
        ("x", "chipbot needs discord.com; “chipbot”", "chipbot needs discord.com; “chipbot”"),
    ],
)
def test_commands_are_called_as_they_are_here(
    command: str, text: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(COMMAND, command)
    assert as_called(text) == shown
