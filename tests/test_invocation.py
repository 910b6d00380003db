"""What chipbot advises can be typed as it stands."""

from __future__ import annotations

import pytest

from chipbot.invocation import COMMAND, as_called, is_entered


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


@pytest.mark.parametrize(
    ("command", "entered"),
    [
        ("", False),
        ("./deploy/start", False),
        ("'/home/ada/my bot/deploy/start'", False),
        ("sudo chipbot", True),
        ("docker compose exec bot chipbot", True),
    ],
)
def test_who_runs_the_bot_is_told_by_how_commands_are_called(
    command: str, entered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(COMMAND, command)
    assert is_entered() == entered
