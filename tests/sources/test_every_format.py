"""One folder with a file of each suffix that can be read: all are indexed, every quote is a slice, answers say the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core import document
from tests.sources import office_samples, samples, test_office_samples, test_samples
from tests.sources.soundness import assert_sound

from chipbot.model import Answer, AnswerOptions
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources import FORMATS

TWINS = {
    "observatory.docx": (".docm", ".dotx"),
    "lighthouse.pptx": (".potx", ".pptm"),
    "prices.xlsx": (".xlsm", ".xlsb"),  # content decides: a workbook by another name
    "bees.html": (".htm",),
    "faq.jsonl": (".ndjson",),
    "gate.md": (".markdown", ".mdx"),
    "shed.txt": (".text",),
}
"""Suffixes of files of the same format as another."""
WRITTEN = {
    "gate.md": b"---\ntitle: The Gate\n---\n## Hours\n\nThe **gate** is unlocked by the gardener at seven.\n",
    "shed.txt": b"The shed\n\nThe ladder stands in the shed behind the compost.\n",
}
FILES: dict[str, Callable[[], bytes]] = {
    **samples.SAMPLES,
    **office_samples.SAMPLES,
    **{name: lambda data=data: data for name, data in WRITTEN.items()},  # type: ignore[misc]  # data is bound
}
QUESTIONS: dict[str, tuple[str, str, str]] = {
    "Who unlocks the gate?": ("gate.md", "gardener at seven", ""),
    "Where does the ladder stand?": ("shed.txt", "behind the compost", ""),
    **{question: (row[0], row[1], row[3]) for question, row in test_samples.QUESTIONS.items()},
    **{question: (row[0], row[1], row[3]) for question, row in test_office_samples.QUESTIONS.items()},
}
"""What is asked, and which file says which words where."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    seeds: Path = tmp_path_factory.mktemp("every") / "seeds"
    for folder in ("files", "twins"):
        (seeds / folder).mkdir(parents=True)
    for name, make in FILES.items():
        (seeds / "files" / name).write_bytes(make())
        for suffix in TWINS.get(name, ()):
            (seeds / "twins" / Path(name).with_suffix(suffix)).write_bytes(make())
    made = KnowledgeBase(seeds, seeds.parent / "index")
    made.refresh()
    return made


def test_a_file_of_each_suffix_is_indexed(base: KnowledgeBase) -> None:
    failures = base.index().failures
    assert all(failure.indexed for failure in failures)
    assert [failure.document_id for failure in failures] == ["files/key.eml", "twins/prices.xlsb"]
    indexed = [row.id for row in base.index().documents()]
    assert {Path(name).suffix for name in indexed} == set(FORMATS)


@pytest.mark.parametrize(
    "name",
    [*FILES, *(str(Path(name).with_suffix(suffix)) for name, more in TWINS.items() for suffix in more)],
)
def test_every_passage_is_a_slice(name: str) -> None:
    known = {Path(file).stem: make for file, make in FILES.items()}
    assert_sound(document(FILES.get(name, known[Path(name).stem])(), name, None))


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_say_the_place_among_all_of_them(base: KnowledgeBase, question: str) -> None:
    name, words, label = QUESTIONS[question]
    options = AnswerOptions(min_confidence=0, collections=frozenset(["files"]))
    answer = base.answer(question, options=options)
    assert isinstance(answer, Answer)
    quote = answer.quotes[0]
    same = {"prices.xlsx": ("prices.xlsx", "prices.ods", "prices.xls", "staff.tsv")}  # the same again
    assert Path(quote.citation.document_id).name in same.get(name, (name, name.replace(".json", ".jsonl")))
    assert words in quote.text
    if Path(quote.citation.document_id).name == name:
        assert quote.citation.label.startswith(label)
