"""Writes the generated parts of README.md: `python tests/readme.py`; test_settings.py holds them true."""

from __future__ import annotations

from pathlib import Path

from chipbot.settings import settings_table

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- settings -->\n", "<!-- /settings -->"


def with_table(readme: str) -> str:
    """Return the README with the settings table between its markers as the model has it."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{settings_table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
