"""Editions: the same page in several languages or versions, told by its path or by what it says of itself.

Of editions that hold as much of a question, the one in the asker's language comes first, and of these the newest, or the
one of the version that the question names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from chipbot.answering.reranking import RankedPassage, Ranking
from chipbot.retrieval.retriever import PassageDocument, Retriever

Version = tuple[float, ...]

_NEWEST: Version = (math.inf,)
_FOLDER = re.compile(
    r"(?:v|version[-_]?|release[-_]?)(\d{1,4}(?:\.\d{1,4}){0,3})(?:\.x)?"  # v1, v1.2, version-1.2.x
    r"|(\d{1,4}(?:\.\d{1,4}){1,3})(?:\.x)?"  # 1.2
    r"|((?:19|20)\d\d)"
    r"|(latest|stable|current)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}")
_NAMED = re.compile(
    r"(?<![\w.])v?(\d{1,4}(?:\.\d{1,4}){1,3}|(?<=v)\d{1,4}|(?:19|20)\d\d)(?:\.x)?(?![\w.]*\d)", re.IGNORECASE
)
_MARKED_LANGUAGE = re.compile(r"(.+)[._-]([a-z]{2}(?:[-_][a-z]{2,4})?)", re.IGNORECASE)


class Edition(NamedTuple):
    """Which edition of which page a document is."""

    page: tuple[str, ...]
    """What all editions of the page have in common."""
    language: str
    """Its language, ISO 639-1."""
    version: Version
    """Its version; what says none is taken for the newest."""


class Wish(NamedTuple):
    """Which edition an asker wants."""

    language: str
    """Their language."""
    versions: tuple[Version, ...]
    """The versions that the question names."""

    def preference(self, edition: Edition) -> tuple[bool, bool, Version]:
        """Return how well an edition suits, to be compared."""
        named = any(edition.version[: len(version)] == version for version in self.versions)
        return named, edition.language == self.language, edition.version


@lru_cache(maxsize=4096)
def edition_of(document: PassageDocument) -> Edition:
    """Return which edition a document is."""
    *folders, name = document.id.split("/")
    version: Version = ()
    page: list[str] = []
    for folder in folders:
        match = _FOLDER.fullmatch(folder)
        if match:
            version = _parsed(match[1] or match[2] or match[3] or "")
        elif _language(folder) != document.language:
            page.append(folder)
    if not version and document.version:
        version = _parsed(document.version)
        return Edition((*page[:1], document.title), document.language, version)
    stem, dot, suffix = name.rpartition(".")
    marked = _MARKED_LANGUAGE.fullmatch(stem)
    if marked and _language(marked[2]) == document.language:
        stem = marked[1]
    return Edition((*page, f"{stem}{dot}{suffix}"), document.language, version or _NEWEST)


def version_name(document_id: str, said: str) -> str:
    """Return what readers call the version that a document is of: v1.2, 2024, latest; empty where nothing says.

    Args:
        document_id: Its path, a folder of which may be a version's.
        said: The version that the document itself says.
    """
    matches = [match for folder in document_id.split("/")[:-1] if (match := _FOLDER.fullmatch(folder))]
    match = matches[-1] if matches else _FOLDER.fullmatch(said)
    if match is None:
        return f"v{said}" if said.isdecimal() else said
    number = match[1] or match[2]
    return f"v{number}" if number else match[3] or match[4].lower()


def named_versions(question: str) -> tuple[Version, ...]:
    """Return the versions that a question names: 1.2, v2, 2024."""
    return tuple(_parsed(match[1]) for match in _NAMED.finditer(question))


def with_best_edition(ranking: Ranking, retriever: Retriever, wish: Wish) -> Ranking:
    """Return the ranking led by the edition that suits best, where it holds no less of the question than what is first."""
    edition = edition_of(retriever.document_of(ranking.best.passage))
    best, preferred = ranking.best, wish.preference(edition)
    for other, its in _editions(ranking, retriever, edition.page):
        if wish.preference(its) > preferred:
            best, preferred = other, wish.preference(its)
    return ranking if best is ranking.best else ranking.led_by(best)


def _editions(
    ranking: Ranking, retriever: Retriever, page: tuple[str, ...]
) -> Iterator[tuple[RankedPassage, Edition]]:
    """Yield the passages of a page's editions that hold no less of the question, versions apart, than what is first."""
    matches = ranking.matches
    share = matches.share * np.array([not _NUMBER.fullmatch(term.term) for term in matches.query.terms])
    mass = matches.passage_has @ share
    enough = mass >= mass[ranking.best.candidate] - 1e-9  # sums of the same in another order
    for ranked in ranking.passages[1:]:
        if enough[ranked.candidate]:
            edition = edition_of(retriever.document_of(ranked.passage))
            if edition.page == page:
                yield ranked, edition


def _parsed(version: str) -> Version:
    match = _NUMBER.search(version)
    return tuple(map(float, match[0].split("."))) if match else _NEWEST


def _language(name: str) -> str:
    return name.lower().replace("_", "-").partition("-")[0]
