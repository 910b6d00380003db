"""What is outside a place's collections has no part in anything that is said there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipbot.answering.pipeline import Answerer
from chipbot.index import Index
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.ops.doctor.scopes import scopes
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.scoped_answerers import ScopedAnswerers
from chipbot.service.scopes import Grants, membership, narrowed
from chipbot.settings import load

COMMON = ["fund", "opens", "every", "monday", "garden", "keys", "are", "kept", "office", "who", "where"]
INSIDE = ["sundial", "trellis", "beeswax", "lanterns"]
OUTSIDE = ["salary", "sundials", "dismissal", "lantern", "beeswac"]
PLACES = ("", "public/", "staff/", "answers/7/", "answers/8/")

words = st.lists(st.sampled_from(COMMON + INSIDE), min_size=3, max_size=8)
secret = st.lists(st.sampled_from(COMMON + OUTSIDE), min_size=3, max_size=8)
questions = st.lists(st.sampled_from(COMMON + INSIDE + OUTSIDE), min_size=1, max_size=6).map(" ".join)


def write(folder: Path, documents: dict[str, str]) -> Path:
    for name, text in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def document(sentences: list[list[str]], title: str) -> str:
    return f"# {title}\n\n" + "\n\n".join(f"{' '.join(words).capitalize()}." for words in sentences) + "\n"


def said(value: Any) -> Iterator[str]:
    """Every text in a value, but for the member's own question."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name != "question":
                yield from said(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from said(part)


def words_of(value: Any) -> set[str]:
    return {word for text in said(value) for word in re.findall(r"\w+", text.casefold())}


def scope(*collections: str, guild: int = 0, threshold: float = 0.0) -> AnswerOptions:
    return AnswerOptions(collections=frozenset(collections), guild_id=guild, min_confidence=threshold)


def timeless(result: Answer | NoAnswer) -> Answer | NoAnswer:
    return dataclasses.replace(result, milliseconds=0)


@settings(max_examples=15, deadline=None)
@given(
    inside=st.lists(words, min_size=1, max_size=6),
    outside=st.lists(secret, min_size=1, max_size=6),
    asked=st.lists(questions, min_size=1, max_size=4),
    threshold=st.sampled_from([0.0, 0.4, 1.0]),
)
def test_a_scope_says_what_it_would_if_there_were_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    inside: list[list[str]],
    outside: list[list[str]],
    asked: list[str],
    threshold: float,
) -> None:
    """The same to the last figure as a knowledge base of these documents alone, and no word of the others."""
    folder = tmp_path_factory.mktemp("scopes")
    own = {"public/a.md": document(inside[:3], "Garden"), "public/b.md": document(inside[3:], "Office")}
    others = {"staff/s.md": document(outside, "Dismissal"), "top.md": document(outside[:2], "Salary")}
    alone = KnowledgeBase(write(folder / "alone", own), folder / "index-alone")
    whole = KnowledgeBase(write(folder / "whole", own | others), folder / "index-whole")
    alone.refresh()
    whole.refresh()
    options = scope("public", threshold=threshold)
    known = {word for text in own.values() for word in re.findall(r"\w+", text.casefold())}
    for place, question in enumerate(asked):
        history = tuple(asked[:place])
        result = whole.answer(question, history=history, options=options)
        expected = alone.answer(
            question, history=history, options=AnswerOptions(min_confidence=threshold, guild_id=0)
        )
        assert timeless(result) == timeless(expected)
        leaked = words_of(result) & set(OUTSIDE) - known - set(question.split())
        assert not leaked
    status, of_own = whole.status(options), alone.status()
    assert (status.documents, status.passages, status.terms) == (
        of_own.documents,
        of_own.passages,
        of_own.terms,
    )
    assert status.titles == of_own.titles


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("house")
    documents = {
        "top.md": "# Top\n\nThe opening hours stand on the door.\n",
        "public/keys.md": "# Keys\n\nThe keys are kept in the garden shed behind the sundial.\n",
        "staff/pay.md": "# Pay\n\nThe caretaker earns 2,100 crowns a month for the greenhouse.\n",
        "answers/7/1-cat.md": "# Answers\n\nThe cat of the house is called Muriel.\n",
        "answers/8/2-bicycles.md": "# Answers\n\nBicycles stand below the balcony at night.\n",
        "discord/7/rules/1.md": "# Rules\n\nThe parrot of the house is called Gus.\n",
        "discord/own.md": "# Own\n\nPonies graze behind the mill in summer.\n",
    }
    base = KnowledgeBase(write(folder / "seeds", documents), folder / "index")
    (folder / "seeds" / "staff" / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    base.refresh()
    return base


@pytest.mark.parametrize(
    ("question", "options", "document"),
    [
        ("Where are the keys kept?", scope("public"), "public/keys.md"),
        ("What does the caretaker earn a month?", scope("public"), None),
        ("What does the caretaker earn a month?", scope("staff"), "staff/pay.md"),
        ("What does the caretaker earn a month?", AnswerOptions(), "staff/pay.md"),
        ("Where do the opening hours stand?", scope("."), "top.md"),
        ("Where do the opening hours stand?", scope("public"), None),
        ("What is the cat of the house called?", scope("public", guild=7), "answers/7/1-cat.md"),
        ("What is the cat of the house called?", scope("public", guild=8), None),
        ("What is the cat of the house called?", scope("public"), None),
        ("What is the cat of the house called?", scope(guild=7), None),
        ("What is the parrot of the house called?", scope("public", guild=7), "discord/7/rules/1.md"),
        ("What is the parrot of the house called?", scope("discord", guild=8), None),
        ("What is the parrot of the house called?", AnswerOptions(guild_id=7), "discord/7/rules/1.md"),
        ("Where do ponies graze in summer?", scope("discord"), "discord/own.md"),
        ("Where are the keys kept?", scope("publik"), None),
        ("Where are the keys kept?", scope(), None),
    ],
)
def test_only_what_is_in_scope_answers(
    house: KnowledgeBase, question: str, options: AnswerOptions, document: str | None
) -> None:
    result = house.answer(question, options=dataclasses.replace(options, min_confidence=0.3))
    quotes = result.quotes if isinstance(result, Answer) else result.rejected
    if document is None:
        assert isinstance(result, NoAnswer)
    else:
        assert isinstance(result, Answer)
        assert quotes[0].citation.document_id == document
    inside = membership(options.collections, options.guild_id)
    assert all(inside(quote.citation.document_id) for quote in quotes)


@pytest.mark.parametrize("guild", [0, 8])
def test_a_channel_of_another_server_is_quoted_nowhere(house: KnowledgeBase, guild: int) -> None:
    result = house.answer(
        "Gus, the parrot of the house", options=AnswerOptions(guild_id=guild, min_confidence=0)
    )
    quotes = result.quotes if isinstance(result, Answer) else result.rejected
    assert not [quote for quote in quotes if "Gus" in quote.text]


def test_a_word_that_stands_outside_alone_stands_nowhere(house: KnowledgeBase) -> None:
    options = scope("public")
    refused = house.answer("greenhouse keys", options=dataclasses.replace(options, min_confidence=1))
    assert isinstance(refused, NoAnswer)
    assert refused.missing == ("greenhouse",)


def test_a_misspelling_is_put_right_by_words_of_the_scope_alone(house: KnowledgeBase) -> None:
    everywhere = house.answer("Where is the greenhose of the caretaker?", options=scope("public", "staff"))
    assert isinstance(everywhere, Answer)
    assert everywhere.corrections == (("greenhose", "greenhouse"),)
    inside = house.answer("Where is the greenhose in the garden?", options=scope("public"))
    assert isinstance(inside, Answer)
    assert not inside.corrections


def test_failures_are_told_where_their_files_are_searched(house: KnowledgeBase) -> None:
    assert [failure.document_id for failure in house.status(scope("staff")).failures] == ["staff/bad.pdf"]
    assert not house.status(scope("public")).failures


def test_a_new_index_has_new_scopes(tmp_path: Path) -> None:
    seeds = write(
        tmp_path / "seeds", {"a/a.md": "# A\n\nThe keys hang on the red hook.\n", "b.md": "# B\n\nBread.\n"}
    )
    base = KnowledgeBase(seeds, tmp_path / "index")
    base.refresh()
    assert isinstance(base.answer("Where do the keys hang?", options=scope("a")), Answer)
    (seeds / "a" / "a.md").unlink()
    gone = base.answer("Where do the keys hang?", options=scope("a"))
    assert isinstance(gone, NoAnswer)
    assert not gone.rejected
    base.reindex()
    assert base.status(scope("a")).documents == 0
    assert base.collections() == (".",)


def test_collections_are_the_top_folders(house: KnowledgeBase) -> None:
    assert house.collections() == ("discord", "public", "staff", ".")
    assert "Rules" in house.status(AnswerOptions(guild_id=7)).titles
    assert "Rules" not in house.status(AnswerOptions(guild_id=8)).titles


@pytest.mark.parametrize(
    ("entries", "places", "granted"),
    [
        ((), (1, 2), None),
        (("1",), (5, 1), None),
        (("1:a+b",), (5, 1), {"a", "b"}),
        (("1:a+b", "5:a"), (5, 1), {"a"}),
        (("1:a+b", "5:a"), (6, 1), {"a", "b"}),
        (("1",), (5, 2), set()),
        (("1",), ("dm",), set()),
        (("1", "dm:a"), ("dm",), {"a"}),
        (("1", "dm:a"), ("web",), set()),
    ],
)
def test_what_is_not_named_has_nothing_once_something_is(
    entries: tuple[str, ...], places: tuple[Any, ...], granted: set[str] | None
) -> None:
    assert Grants(entries).of(*places) == granted


@pytest.mark.parametrize(
    ("granted", "chosen", "searched"),
    [
        (None, None, None),
        (None, ["a"], {"a"}),
        ({"a", "b"}, None, {"a", "b"}),
        ({"a", "b"}, ["b", "c"], {"b"}),
        ({"a"}, ["c"], set()),
        (set(), ["c"], set()),
    ],
)
def test_managers_choose_among_what_is_granted(
    granted: set[str] | None, chosen: list[str] | None, searched: set[str] | None
) -> None:
    assert narrowed(None if granted is None else frozenset(granted), chosen) == searched


def test_pages_show_and_citations_lead_to_what_is_granted_to_them(
    house: KnowledgeBase, tmp_path: Path
) -> None:
    seeds = write(tmp_path, {"public/keys.md": "x", "staff/pay.md": "x"})
    inside = membership(frozenset(["public"]), 0)
    links = CitationLinks(seeds, web_url="https://bot.example", on_pages=inside)
    documents = Documents(house, seeds, links, frozenset(["public"]))
    assert [row.id for row in documents.rows()] == ["public/keys.md"]
    assert documents.read("staff/pay.md") is None
    assert documents.original("staff/pay.md") is None
    assert not documents.has("staff/pay.md")
    for collection, shown in (("public", True), ("staff", False)):
        result = house.answer("keys caretaker", options=scope(collection))
        assert isinstance(result, Answer)
        assert (links.linked_quote(result.quotes[0]).citation.url is not None) == shown


@pytest.mark.parametrize(
    ("servers", "state", "text"),
    [
        ("", "ok", "every server that the bot is in"),
        ("12,34:public+.", "ok", "2 named"),
        ("12:public+stff", "warning", "stff: no such folder"),
    ],
)
def test_the_doctor_names_folders_that_are_not_there(
    servers: str, state: str, text: str, tmp_path: Path
) -> None:
    seeds = write(tmp_path, {"public/keys.md": "x"})
    (finding,) = scopes(load(tmp_path / ".env", seeds=seeds, servers=servers))
    assert finding.state == state
    assert finding.text.startswith(text)


def test_servers_that_read_the_same_share_a_part_until_there_is_no_room(
    house: KnowledgeBase,
) -> None:
    made: list[int] = []

    def answerer_over(index: Index) -> Answerer:
        made.append(index.document_count)
        return Answerer(EmbeddedRetriever(index))

    def ask(*servers: int) -> list[int]:
        made.clear()
        for server in servers:
            parts.part(scope("public", guild=server))
        return list(made)

    parts = ScopedAnswerers(house.index(), answerer_over)
    assert ask(1, 2, 3, 7, 8, 1, 7) == [1, 3, 2]  # servers 7 and 8 have documents of their own
    assert ask(2, 8) == []
    parts = ScopedAnswerers(house.index(), answerer_over, room=0)
    assert ask(7, 7, 1, 7) == [3, 1, 3]
