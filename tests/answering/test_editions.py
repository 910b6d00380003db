"""Of the same page in several languages or versions, the asker's language and the newest version come first."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.growth import HARD, assert_linear

from chipbot.answering.editions import Edition, edition_of, named_versions, version_name
from chipbot.model import Answer, AnswerOptions
from chipbot.retrieval.retriever import PassageDocument
from chipbot.service.knowledge_base import KnowledgeBase

NEWEST = (float("inf"),)


@pytest.mark.parametrize(
    ("path", "language", "version", "edition"),
    [
        ("docs/v1.2/guide/start.md", "en", "", Edition(("docs", "guide", "start.md"), "en", (1, 2))),
        ("docs/version-1.10.x/start.md", "en", "", Edition(("docs", "start.md"), "en", (1, 10))),
        ("docs/2024/start.md", "en", "", Edition(("docs", "start.md"), "en", (2024,))),
        ("docs/latest/start.md", "en", "", Edition(("docs", "start.md"), "en", NEWEST)),
        ("docs/start.md", "en", "", Edition(("docs", "start.md"), "en", NEWEST)),
        ("docs/de/start.md", "de", "", Edition(("docs", "start.md"), "de", NEWEST)),
        ("docs/pt-BR/start.md", "pt", "", Edition(("docs", "start.md"), "pt", NEWEST)),
        ("docs/start.de.md", "de", "", Edition(("docs", "start.md"), "de", NEWEST)),
        ("v2/de/start_de.md", "de", "", Edition(("start.md",), "de", (2,))),
        ("it/start.md", "en", "", Edition(("it", "start.md"), "en", NEWEST)),  # a folder on computers
        ("docs/start-up.md", "en", "", Edition(("docs", "start-up.md"), "en", NEWEST)),
        ("docs/7/start.md", "en", "", Edition(("docs", "7", "start.md"), "en", NEWEST)),  # a chapter
        ("docs/old.md", "en", "v1.4.1-beta", Edition(("docs", "A title"), "en", (1, 4, 1))),
        ("docs/v3/old.md", "en", "1.4", Edition(("docs", "old.md"), "en", (3,))),
        ("docs/old.md", "en", "frozen", Edition(("docs", "A title"), "en", NEWEST)),
    ],
)
def test_a_path_says_which_edition_it_is(path: str, language: str, version: str, edition: Edition) -> None:
    assert edition_of(PassageDocument(path, "A title", language, version)) == edition


@pytest.mark.parametrize(
    ("path", "said", "name"),
    [
        ("docs/v1.2/start.md", "", "v1.2"),
        ("docs/1.20/start.md", "", "v1.20"),
        ("docs/version-1.10.x/start.md", "0.9", "v1.10"),
        ("1.0/docs/release_2/start.md", "", "v2"),
        ("docs/2024/start.md", "", "2024"),
        ("docs/Latest/start.md", "", "latest"),
        ("docs/start.md", "2", "v2"),
        ("docs/start.md", "2.1", "v2.1"),
        ("docs/start.md", "v1.4.1-beta", "v1.4.1-beta"),
        ("docs/v2.md", "", ""),
        ("docs/7/start.md", "", ""),
    ],
)
def test_readers_call_a_version_by_its_name(path: str, said: str, name: str) -> None:
    assert version_name(path, said) == name


@pytest.mark.parametrize(
    ("question", "versions"),
    [
        ("How do I install v1.2?", ((1, 2),)),
        ("What changed in 2024 and in 1.10.x?", ((2024,), (1, 10))),
        ("Is v3 out?", ((3,),)),
        ("How many of the 7 chests hold 500 coins?", ()),
        ("", ()),
    ],
)
def test_a_question_names_versions(question: str, versions: tuple[tuple[float, ...], ...]) -> None:
    assert named_versions(question) == versions


def test_naming_versions_takes_linear_time() -> None:
    for piece in (*HARD, "1.", "v", "v1.2 ", "2024"):
        assert_linear(named_versions, piece)


PAGES = {
    "docs/v1.2/limits.md": "# Limits\n\nAn account may have five homes. Pets are fed by hand.\n",
    "docs/v1.10/limits.md": "# Limits\n\nAn account may have nine homes.\n",
    "docs/v1.10/de/limits.md": (
        "# Grenzen\n\nEin Account darf neun Homes haben, die man mit /sethome setzt und wieder verschieben kann.\n"
    ),
    "docs/v1.10/en/homes.md": "# Homes\n\nType /sethome to set a home, and do that again to move it elsewhere.\n",
    "docs/v1.10/de/homes.md": "# Homes\n\nMit /sethome setzt man ein Home, und verschiebt es mit demselben Befehl.\n",
    "fees-old.md": "---\ntitle: Fees\nversion: 2023\n---\nThe yearly fee of the club is ten crowns.\n",
    "fees.md": "---\ntitle: Fees\nversion: 2024\n---\nThe yearly fee of the club is twelve crowns.\n",
    "about.md": "# About\n\nThe club meets in the boathouse, and its founder was Ottilie.\n",
}


NAMES = {
    "docs/v1.2/limits.md": ("Limits (v1.2)",),
    "docs/v1.10/limits.md": ("Limits (v1.10)",),
    "docs/v1.10/de/limits.md": ("Grenzen (v1.10)",),
    "docs/v1.10/en/homes.md": ("Homes (v1.10)",),
    "docs/v1.10/de/homes.md": ("Homes (v1.10)",),
    "fees.md": ("Fees (2024)",),
    "fees-old.md": ("Fees (2023)",),
    "about.md": ("About",),
}
"""What a citation calls each."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder: Path = tmp_path_factory.mktemp("editions")
    for name, text in PAGES.items():
        path = folder / "seeds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    made = KnowledgeBase(folder / "seeds", folder / "index")
    made.refresh()
    return made


@pytest.mark.parametrize(
    ("question", "language", "document"),
    [
        ("How many homes may an account have?", "", "docs/v1.10/limits.md"),
        ("How many homes may an account have in v1.2?", "", "docs/v1.2/limits.md"),
        ("How are pets fed?", "", "docs/v1.2/limits.md"),  # the newer one does not say
        ("Was kostet es, und wie viele Homes darf ein Account haben?", "", "docs/v1.10/de/limits.md"),
        ("/sethome", "en", "docs/v1.10/en/homes.md"),
        ("/sethome", "de", "docs/v1.10/de/homes.md"),
        ("What is the yearly fee of the club?", "", "fees.md"),
        ("What was the yearly fee of the club in 2023?", "", "fees-old.md"),
        ("Who was the founder of the club?", "de", "about.md"),
    ],
)
def test_the_best_edition_comes_first_and_no_other_beside_it(
    base: KnowledgeBase, question: str, language: str, document: str
) -> None:
    answer = base.answer(question, options=AnswerOptions(min_confidence=0, language=language))
    assert isinstance(answer, Answer)
    cited = [quote.citation.document_id for quote in answer.quotes]
    assert cited[0] == document
    assert answer.quotes[0].citation.breadcrumb == NAMES[document]
    retriever = base.answerer().retriever
    documents = map(retriever.document_of, range(base.index().passage_count))
    pages = {document.id: edition_of(document).page for document in documents}
    assert len({pages[document_id] for document_id in cited}) == len(set(cited))
