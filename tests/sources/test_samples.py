"""Real files of every format: quotes are slices, answers say the right page, row or time, whatever damages a file."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core import document
from tests.sources.samples import SAMPLES, handbook, scan
from tests.sources.soundness import assert_sound
from tests.sources.survey import mutated

from chipbot.errors import DocumentError
from chipbot.model import Answer, AnswerOptions, ReadLimits
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.place_names import place_name
from chipbot.translation import in_language

QUESTIONS = {
    "When does the tower open on Sundays?": ("handbook.pdf", "at noon on Sundays", 1, ""),
    "How long are umbrellas kept?": ("handbook.pdf", "ninety days", 3, ""),
    "How long does the winding of the great clock take?": ("clock.srt", "forty minutes", None, "0:01"),
    "Until when do the bells ring?": ("bells.vtt", "half past six", None, "0:01"),
    "Where is the green key?": ("key.eml", "behind the boiler door", None, "mail of 2025-05-12"),
    "Where does the ferry depart?": ("faq.json", "northern jetty", None, "entry 1"),
    "When does the server restart?": ("rules.json", "four in the morning", None, "2024-05-01 12:03"),
    "Who feeds the herons?": ("prices.xlsx", "Bartholomew", None, "Staff, row 3"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answer]:
    """Asks an index of one file of each format."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "seeds").mkdir()
    for name, make in SAMPLES.items():
        if name not in ("prices.xls", "prices.ods", "staff.tsv", "faq.jsonl"):  # the same again
            (folder / "seeds" / name).write_bytes(make())
    knowledge_base = KnowledgeBase(folder / "seeds", folder / "index")
    assert all(failure.indexed for failure in knowledge_base.refresh().failures)

    def ask(question: str) -> Answer:
        answer = knowledge_base.answer(question, options=AnswerOptions(min_confidence=0))
        assert isinstance(answer, Answer)
        return answer

    return ask


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_says_the_place_that_a_reader_finds_it_at(
    answers: Callable[[str], Answer], question: str
) -> None:
    name, words, page, label = QUESTIONS[question]
    quote = answers(question).quotes[0]
    assert words in quote.text
    citation = quote.citation
    assert (citation.document_id, citation.page, citation.label) == (name, page, label)
    with in_language("de"):
        assert (place_name(None, label) != label) == (label[:1].isalpha())  # a time is a time everywhere


def test_a_message_is_cited_by_its_own_link(answers: Callable[[str], Answer]) -> None:
    citation = answers("When does the server restart?").quotes[0].citation
    assert citation.url == "https://discord.com/channels/77/88/1003"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_quote_is_a_slice(name: str) -> None:
    assert_sound(document(SAMPLES[name](), name, None))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_read_or_named(name: str) -> None:
    whole, random_ = SAMPLES[name](), random.Random(name)
    reasons = [reason for _ in range(60) if (reason := reason_against(mutated(whole, random_), name))]
    assert not [reason for reason in reasons if "please report" in reason]
    assert document(whole, name).blocks


def reason_against(data: bytes, name: str) -> str:
    """Why a file is not read; empty where it is, and well."""
    try:
        made = document(data, name, None)
    except DocumentError as error:
        return str(error) or "none"
    assert_sound(made)
    return ""


def test_whatever_else_is_in_a_folder_every_good_file_is_indexed(tmp_path: Path) -> None:
    seeds, random_ = tmp_path / "seeds", random.Random(0)
    seeds.mkdir()
    good = {f"{i}-{name}": make() for i in range(3) for name, make in SAMPLES.items()}
    bad = {f"{i}-bad-{name}": mutated(make(), random_) for i in range(3) for name, make in SAMPLES.items()}
    bad |= {
        "big.txt": b"x" * (2**20 + 1),
        "deep.json": b"[" * 100_000,
        "locked.pdf": handbook(password="x"),  # noqa: S106  # of a test
        "picture.txt": b"\x89PNG\r\n\x1a\n",
        "scan.pdf": scan(),
    }
    for name, data in {**good, **bad}.items():
        (seeds / name).write_bytes(data)
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index", limits=ReadLimits(size=2**20))
    failed = {
        failure.document_id: failure.reason
        for failure in knowledge_base.refresh().failures
        if not failure.indexed
    }
    assert not failed.keys() & good.keys()
    assert failed.keys() >= {"big.txt", "deep.json", "locked.pdf", "picture.txt", "scan.pdf"}
    assert all(failed.values())
    indexed = {document.id for document in knowledge_base.index().documents()}
    assert indexed == {*good, *bad} - failed.keys()


def test_the_samples_are_of_every_format_here() -> None:
    assert {Path(name).suffix for name in SAMPLES} >= {
        *(".pdf", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".srt", ".vtt", ".eml", ".json", ".jsonl")
    }
