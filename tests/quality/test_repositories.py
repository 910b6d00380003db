"""Questions about public repositories: they hold none of their documents' text, and find the answers again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.quality import repositories
from tests.quality.repositories import Source, build, look_up, pointer, sources
from tests.quality.terse import read_lines
from tests.sources.test_git_import import Repository

from chipbot.errors import SourcesError

PAGE = "# Fees\n\nBring your card. The *first* visit costs nothing, a year 40 euros.\n"
ANSWER = "The first visit costs nothing"


def test_an_answer_is_found_again_by_its_digest_whatever_it_is_written_with() -> None:
    pointed = pointer(ANSWER, "fees.md")

    assert (
        look_up(pointed, {"fees.md": "Bring it. the FIRST visit — costs nothing!"})
        == "the FIRST visit — costs nothing"
    )


def test_an_answer_that_is_gone_is_not_found() -> None:
    assert (
        look_up(pointer(ANSWER, "fees.md"), {"fees.md": "The first visit costs a little", "other.md": ANSWER})
        is None
    )


def test_a_pointer_holds_no_word_of_the_answer() -> None:
    kept = json.dumps(pointer(ANSWER, "fees.md")).casefold()

    assert not any(word in kept for word in ANSWER.casefold().split() if word != "the")


def _repository(folder: Path) -> str:
    """Make a repository of two pages; return its commit."""
    folder.parent.mkdir()
    made = Repository(folder)
    made.commit({"fees.md": PAGE, "other.md": "# Not asked about\n"})
    return made.git("rev-parse", "HEAD").strip()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository_becomes_a_community(tmp_path: Path) -> None:
    commit = _repository(tmp_path / "club" / "docs")
    questions = tmp_path / "questions"
    questions.mkdir()
    asked = {
        "question": "do i pay the first time?",
        "answerable": True,
        "answers": [pointer(ANSWER, "fees.md")],
    }
    near = {"question": "can i pay by card?", "answerable": False, "answers": []}
    (questions / "club+docs.jsonl").write_text(f"{json.dumps(asked)}\n{json.dumps(near)}\n", encoding="utf-8")
    (questions / "other+docs.jsonl").write_text(
        json.dumps({"question": "how tall is it?", "answerable": True, "answers": []}), encoding="utf-8"
    )

    build(
        Source("club/docs", commit, ("fees.md",)),
        tmp_path / "built",
        f"{tmp_path.as_uri()}/{{repository}}",
        questions,
    )

    built = tmp_path / "built" / "club+docs"
    assert [path.name for path in (built / "docs").iterdir()] == ["fees.md"]
    found = list(read_lines(built / "questions.jsonl"))
    assert [line["question"] for line in found] == [asked["question"], near["question"], "how tall is it?"]
    assert [line["answers"] for line in found] == [[ANSWER], [], []]
    assert [line.get("near") for line in found] == [None, True, False]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository_that_lacks_a_document_leaves_nothing_half_done(tmp_path: Path) -> None:
    commit = _repository(tmp_path / "club" / "docs")

    with pytest.raises(SourcesError, match=r"club/docs.*gone\.md"):
        build(
            Source("club/docs", commit, ("fees.md", "gone.md")),
            tmp_path / "built",
            f"{tmp_path.as_uri()}/{{repository}}",
        )

    assert list((tmp_path / "built" / "club+docs").iterdir()) == []


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_questions_have_the_form_that_is_described(source: Source) -> None:
    lines = list(read_lines(repositories.QUESTIONS / f"{source.name}.jsonl"))

    assert len({line["question"] for line in lines}) == len(lines)
    for line in lines:
        assert line["question"].strip() == line["question"] != ""
        assert bool(line["answers"]) is line["answerable"]
        for answer in line["answers"]:
            assert answer["doc_id"] in source.files
            assert answer["words"] > 2
