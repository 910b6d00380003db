"""What a server's team answers is found at once, quoted with its signature, first, and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from chipbot.model import Answer, AnswerOptions
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.taught_answers import TeachingError, teach, unteach

if TYPE_CHECKING:
    from pathlib import Path

    from chipbot.model import NoAnswer

CLUB, OTHER = 7, 70
DAY = date(2026, 11, 28)
QUESTION = "How do I join the raid team?"
TEXT = "Write to an officer in the lobby, with your level and your time zone."


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "guide.md").write_text(
        "# Guide\n\nThe raid team meets on Friday.\n\nTo join the raid team, fill in the form of last year.\n\n"
        + "\n\n".join(f"Chapter {number} tells of dragons, gold and long roads." for number in range(20)),
        encoding="utf-8",
    )
    base = KnowledgeBase(seeds, tmp_path / "index")
    base.reindex()
    return base


def ask(base: KnowledgeBase, question: str, guild_id: int | None) -> Answer | NoAnswer:
    return base.answer(question, options=AnswerOptions(guild_id=guild_id))


def best(base: KnowledgeBase, question: str, guild_id: int | None) -> str:
    result = ask(base, question, guild_id)
    return result.quotes[0].citation.document_id if isinstance(result, Answer) else "none"


def test_it_comes_first_where_it_was_given_until_it_is_taken_back(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds"
    assert best(base, QUESTION, CLUB) == "guide.md"
    taught, _ = teach(seeds, CLUB, 3, QUESTION, TEXT, by="Boss", on=DAY)
    base.reindex()
    (seeds / "answers" / "notes.md").write_text(
        "# Notes\n\nThe raid team's colour is teal.\n", encoding="utf-8"
    )
    base.reindex()
    assert best(base, "What is the colour of the raid team?", OTHER) == "answers/notes.md", (
        "a folder of the operator's"
    )
    for question in (QUESTION, "how to join raid team"):
        assert best(base, question, CLUB) == taught
        assert best(base, question, None) == taught
        assert best(base, question, OTHER) == "guide.md"
        assert best(base, question, 0) == "guide.md"
    result = ask(base, QUESTION, CLUB)
    assert isinstance(result, Answer)
    assert TEXT in result.quotes[0].text
    assert result.quotes[0].citation.heading == (QUESTION,)
    assert best(base, "When does the raid team meet?", CLUB) == "guide.md"
    unteach(seeds, taught)
    assert best(base, QUESTION, CLUB) == "guide.md"
    base.reindex()
    assert best(base, QUESTION, CLUB) == "guide.md"


@pytest.mark.parametrize(
    ("question", "by", "name"),
    [
        (QUESTION, "Boss", "3-how-do-i-join-the-raid-team.md"),
        ("¿Dónde está el *baño*?\n# Title", 'B"o\\ss: #1', "3-dónde-está-el-baño-title.md"),
        ("../../etc/passwd", "<@1>", "3-etc-passwd.md"),
        ("部" * 100, "---", "3-answer.md"),
        ("🎉", "x\ny", "3-answer.md"),
    ],
)
def test_whatever_is_asked_makes_a_document_that_reads_as_it_was_written(
    base: KnowledgeBase, tmp_path: Path, question: str, by: str, name: str
) -> None:
    taught, _ = teach(tmp_path / "seeds", CLUB, 3, question, TEXT, by=by, on=DAY)
    assert taught == f"answers/{CLUB}/{name}"
    status = base.reindex()
    assert status.failures == ()
    index = base.index()
    (row,) = [row for row in range(index.document_count) if index.document(row).id == taught]
    assert index.document(row).title == "Answers of the team"
    passages = index.arrays["document_passages"]
    text = "\n".join(index.read_passage(number) for number in range(passages[row], passages[row + 1]))
    assert TEXT in text
    assert f"— {' '.join(by.split())}, 2026-11-28" in text
    assert index.passage(int(passages[row])).heading == (" ".join(question.split()),)


def test_a_second_answer_replaces_the_first_which_comes_back_where_it_is_taken_back(tmp_path: Path) -> None:
    first, second = (teach(tmp_path, CLUB, 3, QUESTION, text, by="Boss", on=DAY) for text in ("A.", "B."))
    path = tmp_path / first.document_id
    assert (first.document_id, first.before) == (second.document_id, None)
    assert list(path.parent.iterdir()) == [path]
    assert "B." in path.read_text(encoding="utf-8")
    unteach(tmp_path, *second)
    assert "A." in path.read_text(encoding="utf-8")
    unteach(tmp_path, *first)
    assert list(path.parent.iterdir()) == []


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "answers").touch()
    with pytest.raises(TeachingError, match="cannot be written"):
        teach(tmp_path, CLUB, 3, QUESTION, TEXT, by="Boss", on=DAY)
    for name in ("guide.md", "answers/../guide.md"):
        with pytest.raises(TeachingError, match="not an answer of the team"):
            unteach(tmp_path, name)
    unteach(tmp_path / "gone", "answers/7/3-x.md")
