"""Whatever a reader does in its process, that file is named and the next one is read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from tests.core import ROOT
from tests.sources.misbehaved import WELL
from tests.sources.samples import SAMPLES

from chipbot.errors import DocumentError
from chipbot.model import ReadLimits
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources import FORMATS, reader_process
from chipbot.sources.reader_process import ReaderProcess

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither signals nor limits")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces limits of memory")
MODULE = "tests.sources.misbehaved"


@pytest.fixture
def make_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ReaderProcess]]:
    monkeypatch.setenv("PYTHONPATH", os.fspath(ROOT))
    with ExitStack() as stack:
        limits = ReadLimits(seconds=1, memory=256 * 2**20)
        yield lambda **options: stack.enter_context(closing(ReaderProcess(limits, **options)))


@pytest.fixture
def reader(make_reader: Callable[..., ReaderProcess]) -> ReaderProcess:
    return make_reader()


def test_what_is_read_arrives_as_it_was(reader: ReaderProcess) -> None:
    assert reader.read(MODULE, b"well") == WELL
    assert reader.read(MODULE, b"x" * 3_000_000) == WELL


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"error", "^it is no good$"),
        (b"raise", r"^it cannot be read \(KeyError: 'x.*y'\); please report this file$"),
        pytest.param(b"crash", r"broke down \(SIGSEGV\)", marks=POSIX),
        (b"exit", r"broke down \(code 3\)"),
        pytest.param(
            b"loop", "more than 1 seconds: split it, or raise CHIPBOT_MAX_READ_SECONDS", marks=POSIX
        ),
        pytest.param(b"memory", "more than CHIPBOT_MAX_READ_MEMORY allows", marks=LINUX),
    ],
)
def test_what_goes_wrong_is_one_files_reason(reader: ReaderProcess, data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        reader.read(MODULE, data)
    assert reader.read(MODULE, b"well") == WELL


def test_a_reader_that_waits_for_ever_is_ended(make_reader: Callable[..., ReaderProcess]) -> None:
    reader = make_reader(start_seconds=3)
    with pytest.raises(DocumentError, match="more than 1 seconds"):
        reader.read(MODULE, b"sleep")
    assert reader.read(MODULE, b"well") == WELL


def test_a_file_is_read_by_the_process_that_read_the_one_before(reader: ReaderProcess) -> None:
    reader.read(MODULE, b"well")
    first = reader._process
    reader.read(MODULE, b"well")
    assert reader._process is first


@POSIX
def test_the_process_ends_with_the_one_that_started_it() -> None:
    program = (
        "import os, chipbot.sources.reader_process as r, chipbot.model as m\n"
        "reader = r.ReaderProcess(m.ReadLimits())\n"
        f"reader.read({MODULE!r}, b'well')\n"
        "print(reader._process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.fspath(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=environment, text=True
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(int(done.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("it is still there")


def test_no_process_is_left_after_a_build(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    for name in ("handbook.pdf", "prices.xlsx"):
        (tmp_path / "seeds" / name).write_bytes(SAMPLES[name]())
    KnowledgeBase(tmp_path / "seeds", tmp_path / "index").refresh()
    assert reader_process._processes == {}


def test_asking_of_text_alone_imports_no_reader_of_other_formats(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "fund.txt").write_text("The fund holds 12 crates of apples.")
    folders = ["--seeds", os.fspath(tmp_path / "seeds"), "--index", os.fspath(tmp_path / "index")]
    program = (
        "import sys\n"
        "from chipbot.__main__ import main\n"
        f"sys.argv = {['chipbot', 'ask', *folders, 'How many crates does the fund hold?']!r}\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(*sys.modules)\n"
    )
    for _ in range(2):  # once it is built first
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            text=True,
            env=os.environ | {"CHIPBOT_ENCODER": "off"},
        )
        assert "12 crates" in done.stdout
        modules = set(done.stdout.splitlines()[-1].split())
        assert not modules & {"pypdfium2", "python_calamine", "selectolax", "docutils", "markdown_it"}
        formats = {name for name in modules if name.startswith("chipbot.sources.formats.")}
        assert "chipbot.sources.formats.decoding" in formats  # of synonyms
        assert not formats & {f"chipbot.sources.formats.{name}" for name in set(FORMATS.values()) - {"plain"}}
