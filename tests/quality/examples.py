"""Labelled questions + indexed documents → examples to fit weights to: rankings, with what of them is right."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from tests.quality.communities import PLAIN, question_files
from tests.quality.terse import VARIANTS, read_lines, variants

from chipbot.answering import synonyms
from chipbot.answering.pipeline import Answerer
from chipbot.answering.reranking import Ranking
from chipbot.answering.synonyms import related_rules
from chipbot.index import Index
from chipbot.ops.evaluation import LabelledQuestion, read, resolve
from chipbot.ops.evaluation.scoring import holds
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.retrieval.meaning import Meaning
from chipbot.retrieval.vectors import fill
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.text.languages import related_words

if TYPE_CHECKING:
    from tests.quality.comparing import Comparing

FOLDS = 5
COMMUNITY = "community"
"""The set that is made of communities, an index each: its folder's name."""
PLAINLY = "plain"
"""The plain questions about them, in the documents' own words."""
TOGETHER = "communities"
"""The same questions where the documents of all are one index, as large as a big community's."""
MOST = 600  # questions of a kind that are taken of a set
SITE = "site"
"""Questions about documentation sites: communities with more than SITE_FILES documents, in which much is said of each subject."""
SITE_FILES = 20
REPOSITORY = "repository"
"""Questions about public repositories, whose documents other people wrote: as large as real collections are."""
SINGLE = "single"
"""Questions of communities where one document is the index: its own, and those that only others answer."""
CASES = "cases"
"""The set of questions that the project's tests ask."""
ALONE = 24  # documents that are indexed alone
# questions of each foreign kind that such an index is asked: few, since people ask about what they know is
# there
FEW = 20
FEWEST = 6  # questions of each kind that an index of one document of a community is asked
Bools = npt.NDArray[np.bool_]
T = TypeVar("T")


@contextmanager
def without_learned_words() -> Iterator[None]:
    """Leave out the related words that were learned from our communities: weights that see them there trust them too much."""
    related_rules.cache_clear()
    try:
        with patch.object(synonyms, "related_words", partial(related_words, learned=False)):
            yield
    finally:
        related_rules.cache_clear()


class Example(NamedTuple):
    """One question with the passages and sentences that were found for it."""

    set_name: str
    """The set that it is of, and how it was varied: `squad20-dev`, `squad20-dev terse`."""
    group: str
    """What it must not be split from in cross-validation: the document that answers it, whatever its
    language.
    """
    ranking: Ranking | None
    """None where nothing was found."""
    hit: Bools
    """For each sentence, whether its passage holds the answer at its place."""
    right: Bools
    """For each sentence, whether it holds an answer, word for word."""
    answerable: bool


def dealt(examples: Sequence[Example]) -> list[int]:
    """Return the part of the cross-validation that each example is held out in: groups are dealt to parts in turn."""
    places = {group: place for place, group in enumerate(dict.fromkeys(each.group for each in examples))}
    return [places[example.group] % FOLDS for example in examples]


def is_site(community: Path) -> bool:
    """Return whether a community's documents are a documentation site."""
    return sum(path.is_file() for path in (community / "docs").rglob("*")) > SITE_FILES


class Searched(NamedTuple):
    """Documents to ask."""

    opened: Index
    answerer: Answerer


def understood(questions: Iterable[LabelledQuestion], comparing: Comparing | None) -> list[LabelledQuestion]:
    """Return the answerable questions; where meanings are compared, those in languages that the encoder knows."""
    return [
        question
        for question in questions
        if question.answerable
        and (comparing is None or not question.language or comparing.encoder.knows(question.language))
    ]


def searched(documents: Path, work: Path, comparing: Comparing | None = None) -> Searched:
    """Index the documents in a folder; the index is kept in the folder `work`."""
    knowledge_base = KnowledgeBase(documents, work)
    knowledge_base.refresh()
    index = knowledge_base.index()
    if comparing is None:
        return Searched(index, knowledge_base.answerer())
    meaning = Meaning(index, comparing.encoder, comparing.store)
    fill(comparing.store, comparing.encoder.encoder, meaning.texts())
    return Searched(index, Answerer(EmbeddedRetriever(index, meaning)))


def answerable_examples(
    folder: Path, asked: Searched, variant: str | None = None, comparing: Comparing | None = None
) -> Iterator[Example]:
    """Yield an example for each answerable question of the set in `folder`, varied as tests/quality/terse.py
    does it.
    """
    labelled = resolve(read([folder / "questions.jsonl"]), asked.opened, lambda _: None)
    texts = _varied_texts(folder, variant) if variant else {}
    name = f"{folder.name} {variant}" if variant else folder.name
    for question in some(understood(labelled, comparing), MOST):
        yield example_of(asked.answerer, question, texts.get(question.id, question.text), name)


def lone_examples(
    folder: Path, strangers: Sequence[str], work: Path, comparing: Comparing | None
) -> Iterator[Example]:
    """Yield examples of indexes of one document each, as small as most people's first: its questions, and
    foreign ones.
    """
    labelled = understood(read([folder / "questions.jsonl"]), comparing)
    asked_about = {question.document for question in labelled}
    files = [file for file in sorted((folder / "docs").iterdir()) if file.stem in asked_about]
    for file in some(files, ALONE):
        documents = work / file.stem / "docs"
        documents.mkdir(parents=True)
        shutil.copy(file, documents)
        asked = searched(documents, work / file.stem / "index", comparing)
        own = [question for question in labelled if question.document == file.stem]
        name = f"{folder.name} alone"
        for question in resolve(some(own, MOST // ALONE), asked.opened, lambda _: None):
            yield example_of(asked.answerer, question, question.text, name)
        languages = {question.language for question in own}
        others = [
            question.text
            for question in labelled
            if article(question.document or "") != article(file.name) and question.language in languages
        ]
        yield from foreign_examples(f"{name} foreign", asked.answerer, some(strangers, FEW))
        yield from foreign_examples(f"{name} other half", asked.answerer, some(others, FEW))


def community_examples(folder: Path, work: Path, comparing: Comparing | None) -> Iterator[Example]:
    """Yield an example for each question of one community, plain ones among them: those that its documents do not answer
    are near their subjects or far from them.
    """
    asked = searched(folder / "docs", work / folder.name, comparing)
    if is_site(folder):
        for file in question_files(folder):
            yield from _community_examples(SITE, file, "", asked)
        return
    yield from _community_examples(COMMUNITY, folder / "questions.jsonl", "", asked)
    if (folder / PLAIN).exists():
        yield from _community_examples(PLAINLY, folder / PLAIN, "", asked)


def repository_examples(folder: Path, work: Path, comparing: Comparing | None) -> Iterator[Example]:
    """Yield an example for each question about one repository, in the folder that tests.quality.repositories wrote."""
    asked = searched(folder / "docs", work / folder.name, comparing)
    yield from _community_examples(REPOSITORY, folder / "questions.jsonl", "", asked)


def single_examples(folder: Path, work: Path, comparing: Comparing | None) -> Iterator[Example]:
    """Yield examples of indexes of one document of a community each, as small as what people try first."""
    labelled = read([folder / "questions.jsonl"])
    for place, file in enumerate(sorted(path for path in (folder / "docs").rglob("*") if path.is_file())):
        documents = work / folder.name / str(place) / "docs"
        documents.mkdir(parents=True)
        shutil.copy(file, documents)
        asked = searched(documents, documents.parent / "index", comparing)
        text = file.read_text(encoding="utf-8", errors="replace")
        document = file.relative_to(folder / "docs").as_posix()
        own = [
            replace(question, document=file.name) for question in labelled if question.document == document
        ]
        for question in resolve(some(own, FEWEST), asked.opened, lambda _: None):
            yield example_of(asked.answerer, question, question.text, SINGLE)._replace(group=folder.name)
        others = [
            question.text
            for question in labelled
            if question.document != document and not holds(text, question)
        ]
        for example in foreign_examples(f"{SINGLE} foreign", asked.answerer, some(others, FEWEST)):
            yield example._replace(group=folder.name)


def together_examples(folders: Sequence[Path], work: Path, comparing: Comparing | None) -> Iterator[Example]:
    """Yield the same for several communities whose documents are one index."""
    for folder in folders:
        shutil.copytree(folder / "docs", work / "docs" / folder.name)
    asked = searched(work / "docs", work / "index", comparing)
    for folder in folders:
        yield from _community_examples(TOGETHER, folder / "questions.jsonl", f"{folder.name}/", asked)


def _community_examples(set_name: str, file: Path, prefix: str, asked: Searched) -> Iterator[Example]:
    """Yield an example for each question in a file of one community, whose documents' ids begin with `prefix` in the index."""
    near = {str(line["id"]): bool(line.get("near")) for line in read_lines(file)}
    questions = [
        replace(question, document=question.document and f"{prefix}{question.document}")
        for question in read([file])
    ]
    for question in resolve(questions, asked.opened, lambda _: None):
        name = set_name if question.answerable else f"{set_name} {'near' if near[question.id] else 'far'}"
        example = example_of(asked.answerer, question, question.text, name)
        yield example._replace(group=file.parent.name, answerable=question.answerable)


def case_examples(
    documents: Path, questions: Path, work: Path, comparing: Comparing | None
) -> Iterator[Example]:
    """Yield an example for each question of a file about the documents of a folder: those that must keep their answers."""
    asked = searched(documents, work, comparing)
    for question in resolve(read([questions]), asked.opened, lambda _: None):
        example = example_of(
            asked.answerer, question, question.text, CASES if question.answerable else f"{CASES} foreign"
        )
        yield example._replace(group=f"{questions.stem} {question.id}", answerable=question.answerable)


def some(items: Sequence[T], limit: int = MOST) -> Sequence[T]:
    """Return at most `limit` of the items, evenly spread."""
    return items[:: -(-len(items) // limit)] if items else items


def foreign_examples(name: str, answerer: Answerer, questions: Sequence[str]) -> Iterator[Example]:
    """Yield an example for each of some questions that the documents do not answer."""
    for text in questions:
        ranking = _ranking(answerer, text)
        rows = np.zeros(0 if ranking is None else len(ranking.matches.candidate), bool)
        yield Example(name, text, ranking, rows, rows, answerable=False)


def halves(documents: Path, work: Path) -> tuple[Path, set[str]]:
    """Copy every other document into a folder; return it with the names of those left out."""
    files = sorted(documents.iterdir())
    half = work / "half"
    half.mkdir(parents=True, exist_ok=True)
    for file in files[::2]:
        shutil.copy(file, half)
    return half, {file.name for file in files[1::2]}


def article(document: str) -> str:
    """Return a document's name without its number, language and suffix: translations share it."""
    return re.sub(r"^([a-z]{2}_)?\d+_|\.\w+$", "", document)


def _varied_texts(folder: Path, variant: str) -> dict[str, str]:
    lines = variants(read_lines(folder / "questions.jsonl"), VARIANTS[variant])
    return {str(line["id"]): line["question"] for line in lines}


def _ranking(answerer: Answerer, text: str) -> Ranking | None:
    query = answerer.parse(text)
    return answerer.rank(query, text) if query.terms else None


def example_of(answerer: Answerer, question: LabelledQuestion, text: str, name: str) -> Example:
    """Return what is found for a question, asked as `text`, with what of it is right."""
    ranking = _ranking(answerer, text)
    group = article(min(question.documents or (question.id,)))
    if ranking is None:
        return Example(name, group, None, np.zeros(0, bool), np.zeros(0, bool), answerable=True)
    candidates = ranking.matches.candidates
    hit = np.zeros(len(candidates.passages), bool)
    right = np.zeros(len(candidates.sentence_candidates), bool)
    for i, number in enumerate(candidates.passages.tolist()):
        stored = answerer.retriever.passage(number)
        passage = stored.passage
        own = question.documents is None or passage.document_id in question.documents
        if question.spans:
            hit[i] = own and any(passage.start <= a and b <= passage.end for a, b in question.spans)
        else:
            hit[i] = own and holds(stored.text, question)
        if not own and not question.spans:
            continue  # short answers written by hand stand elsewhere by chance
        for row in np.flatnonzero(candidates.sentence_candidates == i).tolist():
            start, end = int(candidates.sentence_starts[row]), int(candidates.sentence_ends[row])
            right[row] = holds(stored.text[start - passage.start : end - passage.start], question)
    return Example(name, group, ranking, hit[candidates.sentence_candidates], right, answerable=True)
