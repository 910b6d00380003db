"""A question finds what documents write in another way: synonyms, compounds, forms of numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core import Asked, index_of
from tests.growth import assert_linear

from chipbot.index import Index, open_index
from chipbot.index.bm25 import saturations
from chipbot.index.builder import describe
from chipbot.model import Answer, AnswerOptions, Failure, NoAnswer
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources.synonyms import Rule, parse_synonyms

GUIDE = """# Server guide

The data base is backed up every night at two. Send an e-mail to the staff when something is lost.

The newspaper of the club appears on the 2nd Monday of each month. It has eight pages.

The grant was worth 500M dollars and went to the fisheries of the region. The harbour cost 1.5 billion euros.

Our Wi-Fi password is written on the wall of the kitchen. The login page shows the rules.

The third floor holds the workshops. The café seats thirty people.

U.S. citizens need no visa for visits of up to ninety days. Dogs need a passport of their own.

The VPN costs four euros a month. The virtual tour begins at noon.
"""
SYNONYMS = """# what we call things
US, USA, United States, United States of America
virtual private network, tunnel => VPN
hound, dog
"""


def answerer(synonyms: str = "", text: str = GUIDE) -> Asked:
    index = index_of({"guide.md": text})
    description = describe(None, (), synonyms, index.languages)
    made = Index(index.arrays, {**description, "id": "in-memory", "built_at": index.built_at})
    return Asked(made, AnswerOptions())


def check(question: str, expected: str | None, answers: Asked) -> None:
    """The highlighted sentence holds what is expected; None expects a refusal."""
    result = answers.answer(question)
    if expected is None:
        assert isinstance(result, NoAnswer)
        return
    assert isinstance(result, Answer)
    assert result.corrections == ()
    start, end = result.quotes[0].highlights[0]
    assert expected in result.quotes[0].text[start:end]


PLAIN = answerer()
WITH_SYNONYMS = answerer(SYNONYMS)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("when is the database backed up?", "every night"),
        ("when is the data-base backed up?", "every night"),
        ("how do I email the staff?", "e-mail"),
        ("when does the news paper appear?", "2nd Monday"),
        ("how many pages does the news-paper have?", "newspaper"),
        ("wifi password?", "Wi-Fi"),
        ("where is the wi fi password written?", "wall"),
        ("what does the loginpage show?", "rules"),
        ("where do I log in?", "login page"),
        ("what appears on the second monday?", "newspaper"),
        ("what is on the 3rd floor?", "workshops"),
        ("how much was the 500 million grant?", "500M"),
        ("who got the 500,000,000 dollar grant?", "fisheries"),
        ("what cost 1,500,000,000 euros?", "harbour"),
        ("what cost 1.5bn euros?", "harbour"),
        ("do citizens of the United States need a visa?", None),
        ("what does the tunnel cost?", None),
        ("what do the paper planes of the harbour carry?", None),
    ],
)
def test_words_match_however_they_are_written(question: str, expected: str | None) -> None:
    check(question, expected, PLAIN)


@pytest.mark.parametrize("piece", ["a", "abcdefghij", "dataBase", "e\u0301", "ﷺ", "1,1."])
def test_time_grows_with_the_length_of_a_word_alone(piece: str) -> None:
    assert_linear(PLAIN.answer, piece, length=240)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("do citizens of the United States need a visa?", "U.S. citizens"),
        ("do citizens of the united states of america need a visa?", "U.S. citizens"),
        ("do USA citizens need a visa?", "U.S. citizens"),
        ("do U.S.A. citizens need a visa?", "U.S. citizens"),
        ("what does a hound need?", "passport"),
        ("what do dogs need?", "passport"),
        ("what does the virtual private network cost?", "VPN"),
        ("what does the tunnel cost?", "VPN"),
        ("what does the VPN cost?", "VPN"),
        ("when does the virtual tour begin?", "noon"),
        ("do citizens of the United Kingdom need a visa?", None),
    ],
)
def test_synonyms_are_the_operators(question: str, expected: str | None) -> None:
    check(question, expected, WITH_SYNONYMS)


def test_an_arrow_leads_one_way() -> None:
    text = "# Words\n\nThe tunnel below the hill is closed on Sundays.\n\nThe harbour opens at noon.\n"
    check("is the VPN below the hill closed?", None, answerer("tunnel => VPN", text))
    check("is the VPN below the hill closed?", "tunnel", answerer("VPN => tunnel", text))


def test_what_a_synonym_stands_for_is_not_missing() -> None:
    asked = "Which Zebras has the USA?"
    results = [answers.answer(asked) for answers in (PLAIN, WITH_SYNONYMS)]
    assert [result.missing for result in results if isinstance(result, NoAnswer)] == [
        ("Zebras", "USA"),
        ("Zebras",),
    ]


def test_several_ways_to_write_it_score_as_one_term() -> None:
    """A passage that writes it in both ways is worth no more than one that writes it twice in the same."""
    text = "# A\n\n" + "\n\n# B\n\n".join((f"{'x' * 240} USA and USA", f"{'y' * 240} United States and USA"))
    answers = answerer("USA, United States", text)
    query = answers.parse("USA")
    ranking = answers.rank(query, "USA")
    assert ranking is not None
    lengths = ranking.matches.candidates.lengths
    expected = answers.retriever.saturation(np.array([2, 2]), lengths) * query.terms[0].idf
    assert ranking.matches.scores == pytest.approx(expected)
    vocabulary = answers.retriever.vocabulary
    assert query.terms[0].idf == pytest.approx(vocabulary.idf(vocabulary.find("usa")))


def test_saturation_is_rank_bm25s() -> None:
    index = index_of({"a.md": "# A\n\nIt is a fund."})
    frequencies, lengths = np.arange(1, 9), np.arange(80, 0, -10)
    (length,) = index.arrays["passage_length"].tolist()
    expected = saturations(frequencies, lengths, length)
    assert EmbeddedRetriever(index).saturation(frequencies, lengths) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "rules", "problems"),
    [
        ("", [], []),
        ("# a comment\n\n   # another\r\n", [], []),
        ("cat, feline", [Rule("cat", ("feline",)), Rule("feline", ("cat",))], []),
        ("cat,feline , cat,", [Rule("cat", ("feline",)), Rule("feline", ("cat",))], []),
        ("tom cat, kitty => cat", [Rule("tom cat", ("cat",)), Rule("kitty", ("cat",))], []),
        ("kitty => cat, feline", [Rule("kitty", ("cat", "feline"))], []),
        (
            r"one\, two, three\=>four",
            [Rule("one, two", ("three=>four",)), Rule("three=>four", ("one, two",))],
            [],
        ),
        (
            "cat\ncat, feline",
            [Rule("cat", ("feline",)), Rule("feline", ("cat",))],
            ["line 1 is left out: “cat” stands alone"],
        ),
        ("cat => feline => lion", [], ["line 1 is left out: it has more than one =>"]),
        ("=> cat", [], ["line 1 is left out: one side of => is empty"]),
        ("cat =>  ,", [], ["line 1 is left out: one side of => is empty"]),
        (",,", [], ["line 1 is left out: it names nothing"]),
        ("it, computers", [], ["line 1 is left out: “it” is left out of every question"]),
        ("IT, computers", [Rule("IT", ("computers",)), Rule("computers", ("IT",))], []),
    ],
)
def test_the_file_has_solrs_format(text: str, rules: list[Rule], problems: list[str]) -> None:
    found, wrong = parse_synonyms(text)
    assert found == rules
    assert len(wrong) == len(problems)
    assert all(str(one).startswith(problem) for one, problem in zip(wrong, problems, strict=True))


def test_a_changed_file_is_used_without_analysing_anything_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "guide.md").write_text(GUIDE, "utf-8")
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index")
    knowledge_base.refresh()
    assert isinstance(knowledge_base.answer("what does a hound need?"), NoAnswer)

    monkeypatch.setattr("chipbot.index.workers.read_document", None)
    (seeds / "synonyms.txt").write_text(SYNONYMS, "utf-8")
    assert knowledge_base.staleness() == "synonyms.txt has changed"
    assert knowledge_base.reindex().documents == 1
    assert isinstance(knowledge_base.answer("what does a hound need?"), Answer)
    assert open_index(tmp_path / "index").synonyms == SYNONYMS
    assert knowledge_base.staleness() is None

    (seeds / "synonyms.txt").unlink()
    assert knowledge_base.reindex().failures == ()
    assert isinstance(knowledge_base.answer("what does a hound need?"), NoAnswer)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hound, dog\nalone\n", "line 2 is left out: “alone” stands alone"),
        (b"\0\1\2", "it is a binary file"),
        (b"x" * (2**20 + 1), "it is larger than 1 MiB"),
        (None, "it is not a regular file (but a folder,"),
    ],
)
def test_what_is_wrong_with_the_file_is_reported(tmp_path: Path, content: bytes | None, reason: str) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "guide.md").write_text(GUIDE, "utf-8")
    if content is None:
        (seeds / "synonyms.txt").mkdir()
    else:
        (seeds / "synonyms.txt").write_bytes(content)
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index")
    (failure,) = knowledge_base.refresh().failures
    assert failure.document_id == "synonyms.txt"
    assert failure.reason.startswith(reason)
    assert knowledge_base.staleness() is None
    assert isinstance(failure, Failure)
