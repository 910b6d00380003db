"""Which files are no documents, and what says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chipbot.sources import scan
from chipbot.sources.collections import read_sources
from chipbot.sources.ignore_rules import IGNORE_FILE
from chipbot.translation import joined


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def check(folder: Path, rules: str | None, names: str, listed: str, ignored: dict[str, str]) -> None:
    write(folder, *names.split())
    if rules is not None:
        (folder / IGNORE_FILE).write_text(rules)
    found = scan(folder)
    assert [file.id for file in found.files] == listed.split()
    assert {failure.document_id: failure.reason for failure in found.ignored} == ignored
    assert found.failures == []


@pytest.mark.parametrize(
    ("rules", "names", "listed", "ignored"),
    [
        pytest.param(
            None,
            "a.md wiki/_Sidebar.md wiki/_Footer.md SUMMARY.md requirements-dev.txt ROBOTS.TXT x/logo.PNG conf.py Makefile",
            "a.md",
            dict.fromkeys(
                [
                    "wiki/_Sidebar.md",
                    "wiki/_Footer.md",
                    "SUMMARY.md",
                    "requirements-dev.txt",
                    "ROBOTS.TXT",
                    "x/logo.PNG",
                    "conf.py",
                    "Makefile",
                ],
                "by default",
            ),
            id="by default",
        ),
        pytest.param(
            None, "a.md node_modules/b/c.md", "a.md", {"node_modules/": "by default"}, id="whole folders"
        ),
        pytest.param(
            "# ours\n\ndrafts/\n*.txt\n!keep.txt\n/top.md\n",
            "a.md b.txt c/keep.txt c/drafts/d.md top.md c/top.md",
            "a.md c/keep.txt c/top.md",
            {
                "b.txt": ".chipbotignore: *.txt",
                "c/drafts/d.md": ".chipbotignore: drafts/",
                "top.md": ".chipbotignore: /top.md",
            },
            id="by the file",
        ),
        pytest.param(
            "!robots.txt\n!node_modules/\n",
            "robots.txt node_modules/a.md humans.txt",
            "node_modules/a.md robots.txt",
            {"humans.txt": "by default"},
            id="taken in",
        ),
        pytest.param(
            "\ufeff*.txt\r\n", "a.md b.txt", "a.md", {"b.txt": ".chipbotignore: *.txt"}, id="Windows"
        ),
    ],
)
def test_files_are_ignored(
    tmp_path: Path, rules: str | None, names: str, listed: str, ignored: dict[str, str]
) -> None:
    check(tmp_path, rules, names, listed, ignored)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"*.log\n!\n", "line 2 is no pattern: !"),
        (b"*.log\n[z-a].md\n", "line 2 is no pattern: [z-a].md"),
        (b"\0\1\2", "it cannot be read: it is a binary file, not text"),
        (b"#" * 2**21, "it cannot be read: it is larger than 1 MiB"),
    ],
)
def test_what_is_wrong_with_the_file_is_named_and_the_rest_counts(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    write(tmp_path, "a.md", "b.log")
    (tmp_path / IGNORE_FILE).write_bytes(content)
    found = scan(tmp_path)
    assert [file.id for file in found.files] == ["a.md"]
    assert [(failure.document_id, failure.reason) for failure in found.failures] == [(IGNORE_FILE, problem)]


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / IGNORE_FILE).mkdir()
    assert [failure.reason for failure in scan(tmp_path).failures] == ["it cannot be read: Is a directory"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_in_the_place_of_the_file_is_named_and_nobody_waits_for_it(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    os.mkfifo(tmp_path / IGNORE_FILE)
    os.mkfifo(tmp_path / "sources.yaml")
    (failure,) = scan(tmp_path).failures
    assert failure.reason == "it cannot be read: it is not a regular file (but a pipe, socket or device)"
    assert joined(read_sources(tmp_path / "sources.yaml").problems) == failure.reason
