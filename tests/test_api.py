"""chipbot as a library: its example runs, it offers what it says, and importing it costs nothing."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core import SEED
from tests.readme import README

import chipbot


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEED, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_documented_example_runs() -> None:
    results = doctest.testmod(chipbot)
    assert (results.failed, results.attempted > 3) == (0, True)


def test_everything_offered_is_there() -> None:
    assert all(getattr(chipbot, name) is not None for name in chipbot.__all__)
    offered = {name for names in chipbot._MODULES.values() for name in names}
    assert offered | {"__version__"} == set(chipbot.__all__)
    with pytest.raises(AttributeError, match="module 'chipbot' has no attribute 'answr'"):
        _ = chipbot.answr


def test_an_index_is_built_and_asked(folder: Path) -> None:
    assert chipbot.build().documents == 1
    (folder / "seeds" / "law.txt").write_text("The Law\n\nThe zebra clause was added in 1999.\n")
    answer = chipbot.ask("When was the zebra clause added?", options=chipbot.AnswerOptions(max_quotes=1))
    assert isinstance(answer, chipbot.Answer)
    assert [quote.citation.document_id for quote in answer.quotes] == ["law.txt"]
    shutil.rmtree("seeds")
    with pytest.raises(chipbot.ChipbotError, match="seeds"):
        chipbot.build()


def test_importing_it_loads_nothing() -> None:
    code = "import sys, chipbot; print(*(name for name in sys.modules if name.startswith(('chipbot.', 'numpy'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_readmes_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)  # noqa: S102  # our own README
    assert isinstance(names["answer"], chipbot.Answer)
