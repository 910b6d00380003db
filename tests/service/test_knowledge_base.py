"""The knowledge base keeps the index in sync with the seeds folder, whatever lies in it, and answers all the
while.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipbot.errors import BuildError, IndexDamagedError, IndexMissingError, IndexWriteError, SeedsError
from chipbot.index import CURRENT, EVERYTHING, Index, current, open_index
from chipbot.index.builder import Contents, build_index, describe
from chipbot.index.schema import FIELDS
from chipbot.index.segment import SegmentBuilder
from chipbot.index.workers import Pace
from chipbot.index.writer import IndexWriter
from chipbot.model import Answer, AnswerOptions, Document, NoAnswer, Progress, ReadLimits
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources import SeedFile, read_document, scan
from chipbot.text.passages import Chunk, chunk_document
from chipbot.translation import Message

FUND = "The Fund\n\nThe law earmarked a $500 million fund for semiconductors.\n"
LAW = "# The Law\n\nThe CHIPS Act was enacted in 2022 by the parliament.\n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


class Place:
    """A seeds folder with an index folder, what libraries over them warned of, and what they analysed."""

    def __init__(self, root: Path) -> None:
        self.seeds = root / "seeds"
        self.index = root / "index"
        self.seeds.mkdir()
        self.warnings: list[str] = []
        self.analysed: list[str] = []

    def knowledge_base(self, **options: Any) -> KnowledgeBase:
        return KnowledgeBase(self.seeds, self.index, warn=self.warnings.append, **options)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.seeds / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def age(self) -> None:
        """Make every file older than the clock's tick, so that its time can be trusted."""
        for path in self.seeds.rglob("*"):
            if path.is_file() and not path.is_symlink():
                os.utime(path, ns=(10**18, 10**18 + len(path.name)))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path)

    add = SegmentBuilder.add

    def counted(builder: SegmentBuilder, document: Document, **options: Any) -> None:
        made.analysed.append(document.id)
        add(builder, document, **options)

    monkeypatch.setattr(SegmentBuilder, "add", counted)
    made.write("fund.txt", FUND)
    return made


def quoted(knowledge_base: KnowledgeBase, question: str) -> list[str]:
    """The documents that a question's quotes are from."""
    result = knowledge_base.answer(question)
    return [quote.citation.document_id for quote in result.quotes] if isinstance(result, Answer) else []


# Worker processes


SHARED = Pace(batch=1, worthwhile=1, processes=2)
"""Every file is a segment, and worth a worker process."""


def build(place: Place, pace: Pace = Pace(processes=1)) -> Index:
    files, unlisted, _ = scan(place.seeds)
    return build_index(Contents(place.seeds, files, {}, unlisted, "", None), place.index, pace=pace)


@pytest.mark.parametrize("pace", [SHARED, SHARED._replace(processes=9)])
def test_worker_processes_build_the_same_index(place: Place, pace: Pace) -> None:
    for number in range(12):
        place.write(f"{number}.md", f"{LAW}\n\nPart {number} of it.\n")
    place.write("3a.txt", b"\0\1\2")
    alone = build(place)
    shutil.rmtree(place.index)
    together = build(place, pace)
    assert (together.id, [failure.document_id for failure in together.failures]) == (alone.id, ["3a.txt"])


def test_a_worker_process_that_dies_is_reported(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("law.md", LAW)
    (place.seeds / "huge.md").write_text("x")
    monkeypatch.setattr("chipbot.processes.ProcessPoolExecutor", _Dying)
    with pytest.raises(BuildError, match="was ended"):
        build(place, SHARED)
    assert not place.index.exists()


class _Dying(ProcessPoolExecutor):
    """Its processes end as soon as there is something to do."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return super().submit(os.abort)


def test_where_processes_cannot_be_had_documents_are_analysed_here(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSYS, "no semaphores")

    place.write("law.md", LAW)
    monkeypatch.setattr("chipbot.processes.ProcessPoolExecutor", impossible)
    assert build(place, SHARED).document_count == 2


def test_a_disk_that_fills_up_meanwhile_leaves_building_in_memory(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("law.md", LAW)
    written = place.knowledge_base().refresh()
    shutil.rmtree(place.index)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    knowledge_base = place.knowledge_base()
    status = knowledge_base.refresh()
    assert (status.documents, status.titles) == (written.documents, written.titles)
    assert isinstance(knowledge_base.answer("What does the law do?"), Answer | NoAnswer)
    assert [warning for warning in place.warnings if "No space left" in warning]
    assert not place.index.exists()


class Panic(BaseException):
    """What a library in Rust raises when it panics is no Exception."""


RAISED = [
    (ValueError("no such thing"), "ValueError: no such thing"),
    (Panic("byte index 8 is not a boundary"), "Panic: byte index 8 is not a boundary"),
    (RecursionError("maximum recursion depth exceeded"), "something in it is nested too deeply"),
    (MemoryError(), "MemoryError"),
]


@pytest.mark.parametrize(("error", "reason"), RAISED)
def test_whatever_one_file_raises_the_others_are_indexed(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: BaseException, reason: str
) -> None:
    place.write("odd.md", LAW)
    place.write("z.md", LAW)
    real = chunk_document

    def chunk(document: Document) -> list[Chunk]:
        if document.id == "odd.md":
            raise error
        return real(document)

    monkeypatch.setattr("chipbot.index.segment.chunk_document", chunk)
    status = place.knowledge_base().refresh()
    (failure,) = status.failures
    assert (status.documents, failure.document_id, failure.indexed) == (2, "odd.md", False)
    assert reason in failure.reason
    assert not place.knowledge_base().refresh().rebuilt


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_ends_the_program_ends_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def chunk(_: Document) -> list[Chunk]:
        raise error

    monkeypatch.setattr("chipbot.index.segment.chunk_document", chunk)
    with pytest.raises(error):
        place.knowledge_base().refresh()
    assert not place.index.exists()


def test_a_panic_in_a_worker_process_is_a_failure_of_that_file(place: Place) -> None:
    """sentencex 1.0.32 panics on this text."""
    for number in range(6):
        place.write(f"{number}.md", f"Plan A\N{NO-BREAK SPACE}. It is number {number}.")
    index = build(place, SHARED)
    assert index.document_count + len(index.failures) == 7
    assert all("cannot be analysed" in failure.reason for failure in index.failures)


def test_what_is_wrong_with_an_indexed_document_is_remembered_until_it_changes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("odd.md", LAW)
    place.age()
    real = read_document

    def read(file: SeedFile, language: str | None) -> Document:
        document = real(file, language)
        odd = file.id == "odd.md" and file.size == len(LAW)
        return (
            replace(document, problems=(Message("language: xx is unknown"), Message("two")))
            if odd
            else document
        )

    monkeypatch.setattr("chipbot.index.workers.read_document", read)
    (failure,) = place.knowledge_base().refresh().failures
    assert (failure.document_id, failure.reason, failure.indexed) == (
        "odd.md",
        "language: xx is unknown; two",
        True,
    )
    assert not place.knowledge_base().refresh().rebuilt
    place.write("law.md", LAW)
    assert place.knowledge_base().refresh().failures == (failure,)
    place.write("odd.md", LAW + "More.")
    assert place.knowledge_base().refresh().failures == ()


def test_a_build_that_nobody_hears_of_any_more_is_not_tried_again(place: Place) -> None:
    heard: list[Progress] = []

    def gone(progress: Progress) -> None:
        heard.append(progress)
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        place.knowledge_base().refresh(gone)
    assert len(heard) == 1


# In step


def test_the_languages_are_those_of_the_documents_that_are_there(place: Place) -> None:
    place.write("a.md", "---\nlanguage: es\n---\n# Ley\n\nLa ley es de 2022.")
    place.write("b.md", "---\nlanguage: de\n---\n# Gesetz\n\nDas Gesetz ist von 2022.")
    place.age()
    place.knowledge_base().refresh()
    assert open_index(place.index).languages == ("de", "en", "es")
    place.write("c.md", "---\nlanguage: fr\n---\n# Loi\n\nLa loi est de 2022.")
    (place.seeds / "a.md").unlink()
    place.knowledge_base().refresh()
    assert open_index(place.index).languages == ("de", "en", "fr")


def test_the_first_refresh_builds_and_the_second_does_not(place: Place) -> None:
    progress: list[Progress] = []
    status = place.knowledge_base().refresh(progress.append)
    assert (status.documents, status.titles, status.failures, status.rebuilt) == (1, ("The Fund",), (), True)
    assert list(dict.fromkeys((state.step, state.done, state.total) for state in progress)) == [
        ("reading", 0, 1),
        ("indexing", 0, 1),
        ("indexing", 1, 1),
    ]
    again = place.knowledge_base().refresh()
    assert (again.id, again.built_at, again.rebuilt) == (status.id, status.built_at, False)
    assert place.analysed == ["fund.txt"]
    assert place.warnings == []


def test_an_answer_needs_an_index(place: Place) -> None:
    with pytest.raises(IndexMissingError, match="chipbot index"):
        place.knowledge_base().answer("fund?")
    with pytest.raises(IndexMissingError, match="chipbot index"):
        place.knowledge_base().status()


def several(place: Place) -> None:
    place.write("a.txt", "A fund is.")
    place.write("law.md", "# X\n\nFunds.")
    (place.seeds / "b.txt").unlink()


CHANGES: dict[str, Callable[[Place], object]] = {
    "added before": lambda place: place.write("a.md", LAW),
    "added after": lambda place: place.write("z/law.md", LAW),
    "changed": lambda place: place.write("law.md", LAW + "\nIt has seven parts.\n"),
    "changed to the same size": lambda place: place.write("law.md", LAW.replace("2022", "2023")),
    "deleted": lambda place: (place.seeds / "law.md").unlink(),
    "renamed": lambda place: (place.seeds / "law.md").rename(place.seeds / "act.md"),
    "title changed": lambda place: place.write("law.md", LAW.replace("Law", "Act")),
    "became binary": lambda place: place.write("law.md", b"\0\1"),
    "several": several,
}


@pytest.mark.parametrize("aged", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_an_index_brought_in_step_is_the_one_built_from_nothing(
    place: Place, tmp_path: Path, change: str, aged: bool
) -> None:
    place.write("law.md", LAW)
    place.write("b.txt", "Bees\n\nThe FUND was founded by Funds.")
    if aged:
        place.age()
    place.knowledge_base().reindex()
    before = {path: path.read_bytes() for path in place.seeds.rglob("*") if path.is_file()}
    place.analysed.clear()
    CHANGES[change](place)
    status = place.knowledge_base().reindex()
    assert status.rebuilt
    changed = {
        path.relative_to(place.seeds).as_posix()
        for path in place.seeds.rglob("*")
        if path.is_file() and before.get(path) != path.read_bytes() and b"\0" not in path.read_bytes()
    }
    assert set(place.analysed) == changed
    fresh = KnowledgeBase(place.seeds, tmp_path / "fresh")
    assert fresh.reindex().id == status.id
    ours, other = open_index(place.index), open_index(tmp_path / "fresh")
    for name in (field.name for field in FIELDS):
        assert np.array_equal(ours.arrays[name], other.arrays[name]), name


def test_of_many_documents_only_the_one_that_changed_is_analysed(place: Place) -> None:
    for number in range(300):
        place.write(f"{number:03}.md", LAW.replace("2022", str(number)))
    place.age()
    place.knowledge_base().reindex()
    place.analysed.clear()
    place.write("150.md", LAW + "\nIt has seven parts.\n")
    assert place.knowledge_base().reindex().documents == 301
    assert place.analysed == ["150.md"]


def test_two_builds_of_the_same_seeds_have_the_same_id(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.seeds, tmp_path / "copy")
    place.knowledge_base().reindex()
    KnowledgeBase(tmp_path / "copy", tmp_path / "other").reindex()
    assert current(place.index) == current(tmp_path / "other")


def test_a_change_that_leaves_size_and_time_is_seen_when_the_file_was_just_written(place: Place) -> None:
    knowledge_base = place.knowledge_base()
    knowledge_base.refresh()
    info = (place.seeds / "fund.txt").stat()
    place.write("fund.txt", FUND.replace("500", "700"))
    os.utime(place.seeds / "fund.txt", ns=(info.st_atime_ns, info.st_mtime_ns))
    assert knowledge_base.refresh().rebuilt
    result = knowledge_base.answer("How much money is in the fund?")
    assert isinstance(result, Answer)
    assert "$700 million" in result.quotes[0].text


@pytest.mark.parametrize(
    "changed", [{"reading": 0}, {"analysis": 0}, {"language": "de"}, {"k1": 2.0}, {"max_chars": 1}]
)
def test_an_index_with_other_settings_of_the_build_is_analysed_again(
    place: Place, changed: dict[str, Any]
) -> None:
    place.knowledge_base().refresh()
    index = open_index(place.index)
    with IndexWriter(place.index) as writer:  # as another version of chipbot would have built it
        description = describe(None, index.failures, index.synonyms, index.languages)
        description["settings"] = index.settings | changed
        arrays = [(name, [values]) for name, values in index.arrays.items()]
        writer.commit(writer.write(arrays, description))
    knowledge_base = place.knowledge_base()
    assert knowledge_base.refresh().rebuilt
    assert not knowledge_base.refresh().rebuilt
    assert place.analysed == ["fund.txt", "fund.txt"]


def test_another_language_analyses_everything_again(place: Place) -> None:
    place.knowledge_base().refresh()
    knowledge_base = KnowledgeBase(place.seeds, place.index, language="de")
    assert knowledge_base.refresh().rebuilt
    assert not knowledge_base.refresh().rebuilt
    assert place.analysed == ["fund.txt", "fund.txt"]


# What lies in the seeds folder and cannot be a document


def broken_link(place: Place) -> None:
    (place.seeds / "odd.txt").symlink_to("nowhere.txt")


def link_out(place: Place) -> None:
    (place.seeds.parent / "secret.txt").write_text("The secret fund is large.")
    (place.seeds / "odd.txt").symlink_to("../secret.txt")


def link_to_itself(place: Place) -> None:
    (place.seeds / "odd.txt").symlink_to("odd.txt")


def link_to_folder(place: Place) -> None:
    place.write("folder/law.md", LAW)
    (place.seeds / "odd.txt").symlink_to("folder")


def fifo(place: Place) -> None:
    os.mkfifo(place.seeds / "odd.txt")


def not_utf8_name(place: Place) -> None:
    (place.seeds / os.fsdecode(b"odd\xff.txt")).write_text("The fund is large.")


BAD: dict[str, tuple[Callable[[Place], object], str, str]] = {
    "binary": (lambda place: place.write("odd.txt", b"\x8fPNG\0\1"), "odd.txt", "binary file"),
    "empty": (lambda place: place.write("odd.txt", b""), "odd.txt", "holds no text"),
    "broken encoding": (lambda place: place.write("odd.txt", b"\xff\xfe\x00"), "odd.txt", "not valid"),
    "AsciiDoc": (
        lambda place: place.write("odd.adoc", b"= A"),
        "odd.adoc",
        "no reader for .adoc (`asciidoctor FILE` makes an .html",
    ),
    "other suffix": (
        lambda place: place.write("odd.exe", b"x"),
        "odd.exe",
        "no reader for .exe (known: .csv,",
    ),
    "no suffix": (lambda place: place.write("odd", b"x"), "odd", "files without a suffix"),
    "in a folder": (lambda place: place.write("a b/ö.txt", b"\0"), "a b/ö.txt", "binary file"),
    "broken link": (broken_link, "odd.txt", "symbolic link to a file that does not exist"),
    "link out": (link_out, "odd.txt", "leads out of the seeds folder"),
    "link to itself": (link_to_itself, "odd.txt", "leads back to itself"),
    "link to a folder": (link_to_folder, "odd.txt", "symbolic link to a folder"),
    "fifo": (fifo, "odd.txt", "not a regular file"),
    "name that is no text": (not_utf8_name, "odd\\udcff.txt", "name is not valid text"),
}


def check_bad(place: Place, name: str, reason: str) -> None:
    """The file is reported, the rest is answered from, and nothing is built again because of it."""
    status = place.knowledge_base().refresh()
    assert [failure.document_id for failure in status.failures] == [name]
    assert reason in status.failures[0].reason
    assert quoted(place.knowledge_base(), "How much is the fund?") == ["fund.txt"]
    again = place.knowledge_base().refresh()
    assert not again.rebuilt
    assert again.failures == status.failures
    assert not place.knowledge_base().reindex().rebuilt


@POSIX
@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_a_document_is_reported_and_the_rest_is_indexed(
    place: Place, kind: str
) -> None:
    make, name, reason = BAD[kind]
    make(place)
    check_bad(place, name, reason)


def test_a_file_that_is_too_large_is_read_once_the_limit_is_raised(place: Place) -> None:
    place.write("odd.txt", b"x" * (2**20 + 1))
    small = KnowledgeBase(place.seeds, place.index, limits=ReadLimits(size=2**20))
    (failure,) = small.refresh().failures
    assert "larger than 1 MiB: split it, or raise CHIPBOT_MAX_FILE_SIZE" in failure.reason
    assert not small.refresh().rebuilt
    assert place.knowledge_base().refresh().failures == ()


def test_a_file_that_broke_a_limit_is_tried_again_with_another(place: Place) -> None:
    place.write("odd.pdf", b"%PDF-1.4 broken")
    assert place.knowledge_base().refresh().failures
    assert not place.knowledge_base().refresh().rebuilt
    patient = KnowledgeBase(place.seeds, place.index, limits=ReadLimits(seconds=90))
    assert patient.refresh().rebuilt


def test_a_file_that_may_not_be_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.write("odd.txt", "The fund is large.")
    refused(monkeypatch, "odd.txt")
    check_bad(place, "odd.txt", "Permission denied")
    monkeypatch.undo()
    path.chmod(0o640)  # what makes it readable changes neither its size nor its time of change
    status = place.knowledge_base().refresh()
    assert status.failures == ()
    assert status.documents == 2


def refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = os.open

    def opened(path: str, flags: int) -> int:
        if Path(path).name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, flags)

    monkeypatch.setattr("chipbot.sources.opener.os.open", opened)


@POSIX
def test_a_folder_that_may_not_be_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    name = os.fsdecode(b"f\xff")
    place.write(f"{name}/a.txt", "x")
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    check_bad(place, "f\\udcff/", "folder cannot be read: Permission denied")


def test_a_seeds_folder_that_may_not_be_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(_: Path) -> object:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(SeedsError, match="Permission denied"):
        place.knowledge_base().refresh()


def test_a_file_that_was_fixed_is_indexed(place: Place) -> None:
    path = place.write("odd.txt", b"\0")
    assert len(place.knowledge_base().refresh().failures) == 1
    path.write_text("The fund is large and was mended.")
    status = place.knowledge_base().refresh()
    assert (status.rebuilt, status.documents, status.failures) == (True, 2, ())


@POSIX
def test_a_failure_that_went_away_is_forgotten(place: Place) -> None:
    broken_link(place)
    place.knowledge_base().refresh()
    (place.seeds / "odd.txt").unlink()
    assert place.knowledge_base().refresh().failures == ()


@POSIX
def test_a_link_inside_the_seeds_folder_is_a_document(place: Place) -> None:
    (place.seeds / "same.txt").symlink_to("fund.txt")
    assert place.knowledge_base().refresh().documents == 2


def test_hidden_files_are_passed_over(place: Place) -> None:
    place.write(".secret.txt", "x")
    place.write(".git/config.txt", "x")
    status = place.knowledge_base().refresh()
    assert (status.documents, status.failures) == (1, ())


# Nothing to index


def test_a_seeds_folder_without_documents(place: Place) -> None:
    (place.seeds / "fund.txt").unlink()
    with pytest.raises(SeedsError, match=r"is empty: put documents in it"):
        place.knowledge_base().refresh()


def test_a_seeds_folder_that_is_missing(place: Place) -> None:
    shutil.rmtree(place.seeds)
    with pytest.raises(SeedsError, match="does not exist: create it"):
        place.knowledge_base().refresh()


def test_a_seeds_folder_with_nothing_that_can_be_read(place: Place) -> None:
    place.write("fund.txt", b"\0")
    said = r"folder .* cannot be read: fund.txt: it is a binary file, not text$"
    with pytest.raises(SeedsError, match=f"^the one file in the seeds {said}"):
        place.knowledge_base().reindex()
    place.write("odd.exe", b"x")
    said = r"can be read; the first is fund.txt: it is a binary file, not text$"
    with pytest.raises(SeedsError, match=f"^none of 2 files in the seeds folder .* {said}"):
        place.knowledge_base().reindex()
    assert not place.index.exists()


def test_the_last_document_deleted_leaves_no_answer(place: Place) -> None:
    knowledge_base = place.knowledge_base()
    knowledge_base.refresh()
    (place.seeds / "fund.txt").unlink()
    with pytest.raises(SeedsError, match="is empty"):
        knowledge_base.refresh()
    assert isinstance(knowledge_base.answer("How much is the fund?"), NoAnswer)


# The index folder


@pytest.mark.parametrize("size", [0, 10**9])
def test_a_damaged_index_is_repaired(place: Place, size: int) -> None:
    identity = place.knowledge_base().refresh().id
    arrays = place.index / identity / "arrays.bin"
    arrays.write_bytes(b"x" + arrays.read_bytes()[1:])
    knowledge_base = place.knowledge_base(verify_at_start=size)
    status = knowledge_base.reindex() if size == 0 else knowledge_base.refresh()
    assert (status.rebuilt, status.id) == (True, identity)
    assert [warning for warning in place.warnings if "damaged" not in warning] == []
    assert quoted(knowledge_base, "How much is the fund?") == ["fund.txt"]
    assert open_index(place.index, verify=EVERYTHING).id == identity


def test_an_index_that_is_cut_short_while_it_is_used_is_named_and_built_anew(place: Place) -> None:
    """In a process of its own, which would not survive reading what is gone."""
    script = f"""if True:
        import os
        from pathlib import Path
        from chipbot.errors import IndexDamagedError
        from chipbot.service.knowledge_base import KnowledgeBase

        seeds, folder = Path({str(place.seeds)!r}), Path({str(place.index)!r})
        base, damage = KnowledgeBase(seeds, folder), []
        base.on_damage = lambda: damage.append(1)
        os.truncate(folder / base.refresh().id / "arrays.bin", 0)
        for _ in range(2):
            try:
                base.answer("How much is the fund?")
            except IndexDamagedError as error:
                print(error, bool(damage))
        base.reindex()
        print(base.answer("How much is the fund?").quotes[0].citation.document_id)
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    *errors, answer = done.stdout.splitlines()
    assert all("has 0 bytes instead of" in error and error.endswith("True") for error in errors)
    assert (len(errors), answer) == (2, "fund.txt")


def test_damage_is_found_at_every_start_but_not_looked_for_in_what_was_just_written(place: Place) -> None:
    running = place.knowledge_base()
    identity = running.refresh().id
    arrays = place.index / identity / "arrays.bin"
    arrays.write_bytes(b"x" + arrays.read_bytes()[1:])
    (place.index / CURRENT).touch()
    assert running.status().id == identity  # opened anew
    for start in (
        KnowledgeBase.answerer,
        KnowledgeBase.status,
        lambda knowledge_base: knowledge_base.answer("How much is the fund?"),
    ):
        with pytest.raises(IndexDamagedError, match="array text"):
            start(place.knowledge_base())
    assert place.knowledge_base().refresh().rebuilt


def no_folder(_: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdir(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir", mkdir)


def a_file(place: Place, _: pytest.MonkeyPatch) -> None:
    place.index.write_text("mine")


@pytest.mark.parametrize("make", [no_folder, a_file])
def test_an_index_folder_that_cannot_be_written(
    place: Place, monkeypatch: pytest.MonkeyPatch, make: Callable[[Place, pytest.MonkeyPatch], None]
) -> None:
    make(place, monkeypatch)
    knowledge_base = place.knowledge_base()
    with pytest.raises(IndexWriteError, match="--index"):
        knowledge_base.reindex()
    assert knowledge_base.refresh().rebuilt
    assert quoted(knowledge_base, "How much is the fund?") == ["fund.txt"]
    (warning,) = place.warnings
    assert "answering from memory" in warning


def test_a_stale_index_that_cannot_be_replaced_is_not_answered_from(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.knowledge_base().refresh()
    place.write("fund.txt", FUND.replace("500", "700"))
    no_folder(place, monkeypatch)
    knowledge_base = place.knowledge_base()
    knowledge_base.refresh()
    for _ in range(2):
        result = knowledge_base.answer("How much money is in the fund?")
        assert isinstance(result, Answer)
        assert "$700 million" in result.quotes[0].text


# While it runs


def test_a_deleted_document_is_gone_at_once(place: Place) -> None:
    place.write("law.md", LAW)
    knowledge_base = place.knowledge_base()
    knowledge_base.refresh()
    assert quoted(knowledge_base, "When was the CHIPS Act enacted?")[0] == "law.md"
    (place.seeds / "law.md").unlink()
    assert "law.md" not in quoted(knowledge_base, "When was the CHIPS Act enacted?")
    (place.seeds / "fund.txt").unlink()
    result = knowledge_base.answer("How much money is in the fund?")
    assert isinstance(result, NoAnswer)
    assert result.rejected == ()


def test_a_refusal_does_not_suggest_what_is_deleted(place: Place) -> None:
    knowledge_base = KnowledgeBase(place.seeds, place.index)
    knowledge_base.refresh()
    strict = AnswerOptions(min_confidence=1.0)
    before = knowledge_base.answer("How much money is in the fund?", options=strict)
    assert isinstance(before, NoAnswer)
    assert (before.suggestions, len(before.rejected)) == (("The Fund",), 1)
    (place.seeds / "fund.txt").unlink()
    after = knowledge_base.answer("How much money is in the fund?", options=strict)
    assert isinstance(after, NoAnswer)
    assert (after.reason, after.suggestions, after.rejected) == ("no_match", (), ())
    assert knowledge_base.status().titles == ()


def test_the_confidence_is_that_of_a_document_that_is_still_there(place: Place) -> None:
    question = "How much money is in the fund?"
    place.write("other.txt", "The Bake Sale\n\nThe fund sells cakes.\n")
    knowledge_base = place.knowledge_base()
    knowledge_base.refresh()
    before = knowledge_base.answer(question, options=AnswerOptions(min_confidence=0))
    (place.seeds / "fund.txt").unlink()
    after = knowledge_base.answer(question, options=AnswerOptions(min_confidence=0))
    assert isinstance(before, Answer)
    assert isinstance(after, Answer)
    assert [quote.citation.document_id for quote in after.quotes] == ["other.txt"]
    assert after.confidence < before.confidence
    assert knowledge_base.status().titles == ("The Bake Sale",)


def test_a_new_index_is_used_without_a_restart(place: Place) -> None:
    running = place.knowledge_base()
    running.refresh()
    assert quoted(running, "When was the CHIPS Act enacted?") == []
    place.write("law.md", LAW)
    place.knowledge_base().reindex()
    assert quoted(running, "When was the CHIPS Act enacted?") == ["law.md"]
    assert running.status().documents == 2


@pytest.mark.parametrize("harm", ["pointer", "arrays", "everything"])
def test_an_index_that_breaks_meanwhile_does_not_stop_the_answers(place: Place, harm: str) -> None:
    running = place.knowledge_base()
    running.refresh()
    if harm == "pointer":
        (place.index / CURRENT).write_text("0123456789abcdef\n")
    elif harm == "arrays":
        place.write("law.md", LAW)
        identity = place.knowledge_base().reindex().id
        (place.index / identity / "arrays.bin").unlink()
    else:
        shutil.rmtree(place.index)
    for _ in range(2):
        assert quoted(running, "How much money is in the fund?") == ["fund.txt"]
    assert len(place.warnings) == (0 if harm == "everything" else 1)


def test_many_ask_while_the_documents_change(place: Place) -> None:
    knowledge_base = place.knowledge_base()
    knowledge_base.refresh()
    stop = threading.Event()
    problems: list[BaseException] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                assert quoted(knowledge_base, "How much money is in the fund?")[:1] == ["fund.txt"]
        except BaseException as error:  # noqa: BLE001  # of another thread: told below
            problems.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for turn in range(12):
        place.write("law.md", LAW + f"\nIt has {turn} parts.\n")
        (knowledge_base if turn % 2 else place.knowledge_base()).reindex()
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert place.warnings == []
    assert knowledge_base.status().documents == 2
