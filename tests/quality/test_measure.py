"""The table of what was measured has every figure that was asked for, and a dash for each that was not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.quality import measure

TOWNS = {"Aldermoor": "1501", "Bexhollow": "1502", "Culverton": "1503"}


@pytest.mark.parametrize("vary", [True, False])
def test_variants_are_asked_or_left_out(
    vary: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = tmp_path / "towns" / "docs"
    docs.mkdir(parents=True)
    questions = []
    for town, year in TOWNS.items():
        (docs / f"{town}.txt").write_text(f"{town}\n\nThe town of {town} was founded in {year}.\n")
        questions.append({"id": town, "question": f"When was {town} founded?", "answers": [year]})
    (tmp_path / "towns" / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    (tmp_path / "strangers.jsonl").write_text(json.dumps({"question": "how long do eggs boil"}))
    monkeypatch.setattr(sys, "argv", ["measure", str(tmp_path), *([] if vary else ["--unvaried"])])
    measure.main()
    cells = [line.split("|")[1:3] for line in capsys.readouterr().out.splitlines()]
    rows = {name.strip(): figure.strip() for name, figure in cells}
    assert rows["hit@1"].startswith("1.000")
    assert rows["out-of-domain questions refused"].startswith("1.000")
    for name in ("terse: hit@1", "one typo: hit@1", "one typo: hit@1 lost"):
        assert rows[name].startswith(("1.000", "0.000")) if vary else rows[name] == "–"
