"""A rebuild that breaks a canary question does not go live unless it is forced, and says which."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from chipbot import cli
from chipbot.errors import CanaryError
from chipbot.model import Answer, Progress
from chipbot.ops import canaries
from chipbot.service.background_rebuild import BackgroundRebuilder
from chipbot.service.knowledge_base import KnowledgeBase

QUESTION = "When does the raid team meet?"
RIGHT, WRONG = "The raid team meets on Friday.\n", "The raid team is the pride of the club.\n"


@pytest.fixture(autouse=True)
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("CHIPBOT_") and name != "CHIPBOT_ENCODER"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "raids.txt").write_text(RIGHT)
    (seeds / "rules.txt").write_text("Advertising is forbidden in all channels.\n")
    labelled = [
        {"question": QUESTION, "answers": ["Friday"]},
        {"question": "Is advertising forbidden?", "answers": ["forbidden"]},
        {"question": "Who was the first on the moon?", "answers": []},
    ]
    (seeds / "canaries.jsonl").write_text("\n".join(map(json.dumps, labelled)))
    return seeds


def base_of(kind: type[KnowledgeBase] = KnowledgeBase) -> KnowledgeBase:
    return kind(Path("seeds"), Path("index"), approve=canaries.check)


def answered(base: KnowledgeBase) -> str:
    result = base.answer(QUESTION)
    return result.quotes[0].text if isinstance(result, Answer) else "none"


@pytest.mark.parametrize("kind", [KnowledgeBase, BackgroundRebuilder])
def test_what_breaks_a_canary_does_not_go_live_unless_forced(seeds: Path, kind: type[KnowledgeBase]) -> None:
    base = base_of(kind)
    base.reindex()
    assert base.status().failures == ()
    (seeds / "raids.txt").write_text(WRONG)
    with pytest.raises(
        CanaryError, match=r"break 1 of 3 canary questions \(When does the raid team meet\?\)"
    ):
        base.reindex()
    assert answered(base) == RIGHT.strip()
    assert answered(base_of(kind)) == RIGHT.strip()
    base.reindex(force=True)
    assert answered(base) != RIGHT.strip()
    (seeds / "rules.txt").write_text("Advertising is forbidden everywhere.\n")
    base.reindex()  # what was forced is what is compared with


def test_a_start_goes_on_with_the_index_before(seeds: Path) -> None:
    base_of().reindex()
    (seeds / "raids.txt").write_text(WRONG)
    warnings: list[str] = []
    base = KnowledgeBase(Path("seeds"), Path("index"), warn=warnings.append, approve=canaries.check)
    base.refresh()
    assert answered(base) == RIGHT.strip()
    assert "canary" in warnings[0]


def test_the_first_index_goes_live_whatever_it_answers(seeds: Path) -> None:
    (seeds / "raids.txt").write_text(WRONG)
    base = base_of()
    base.refresh()
    assert answered(base) != RIGHT.strip()


def test_questions_that_cannot_be_read_are_named(seeds: Path) -> None:
    base_of().reindex()
    (seeds / "raids.txt").write_text(WRONG)
    (seeds / "canaries.jsonl").write_text("{")
    with pytest.raises(CanaryError, match=r"canaries\.jsonl, line 1"):
        base_of().reindex()


def test_the_command_says_which_and_how_to_force_it(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["index"]) == 0
    (seeds / "raids.txt").write_text(WRONG)
    assert cli.run(["index"]) == 1
    assert QUESTION in capsys.readouterr().err
    assert cli.run(["index", "--force"]) == 0


def test_progress_is_told_all_the_same(seeds: Path) -> None:
    steps: list[Progress] = []
    base_of().reindex(steps.append)
    assert {state.step for state in steps} >= {"reading"}
    assert seeds.is_dir()
