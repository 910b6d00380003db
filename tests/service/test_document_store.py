"""Documents are added, replaced and removed whole, with a report, within a scope, and everything can be undone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.sources import samples

from chipbot.files import addition
from chipbot.model import Answer, AnswerOptions, ReadLimits
from chipbot.service import document_changes
from chipbot.service.document_changes import FOLDER, KEPT_DAYS
from chipbot.service.document_store import DocumentStore, DocumentStoreError
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chipbot.model import Collections

RULES = b"# Rules\n\nAdvertising is forbidden in all channels.\n"
MORE = b"# Rules\n\nAdvertising is allowed on Sundays.\n"
QUESTION = "Is advertising forbidden?"
TEAM = frozenset(["team"])


class House:
    """Documents of two servers, and what changes them."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.seeds = folder / "seeds"
        for name, data in {"top.md": RULES, "team/guide.md": RULES, "other/secret.md": RULES}.items():
            self.seeds.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
            self.seeds.joinpath(name).write_bytes(data)
        self.base = KnowledgeBase(self.seeds, folder / "index")
        self.base.reindex()
        links = CitationLinks(self.seeds)
        documents = Documents(self.base, self.seeds, links)
        self.store = DocumentStore(self.seeds, documents.inventory, links, **options)  # type: ignore[arg-type]  # its own

    def files(self) -> dict[str, bytes]:
        found = (path for path in self.seeds.rglob("*") if path.is_file())
        return {
            path.relative_to(self.seeds).as_posix(): path.read_bytes()
            for path in found
            if FOLDER not in path.parts
        }

    def ids(self, collections: Collections = None) -> list[str]:
        return [entry.document for entry in self.store.entries(collections)]

    def cited(self, question: str) -> list[str]:
        self.base.reindex()
        result = self.base.answer(question, options=AnswerOptions(collections=TEAM))
        quotes = result.quotes if isinstance(result, Answer) else ()
        return [quote.text for quote in quotes]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_document_is_added_replaced_and_removed_and_all_of_it_undone(house: House) -> None:
    begin = house.files()
    added = house.store.add("News.md", MORE, collection="team", by="Boss", collections=TEAM)
    assert (added.action, added.document_id, added.title, added.language) == (
        "added",
        "team/News.md",
        "Rules",
        "en",
    )
    assert added.characters == len("Rules\n\nAdvertising is allowed on Sundays.")
    assert added.problems == ()
    assert any("allowed on Sundays" in text for text in house.cited("Is advertising allowed on Sundays?"))
    assert house.ids(TEAM) == ["team/News.md", "team/guide.md"]
    entry = house.store.find("team/News.md", TEAM)
    assert entry is not None
    assert (entry.state, entry.passages) == ("indexed", 1)
    replaced = house.store.replace("team/News.md", RULES, by="Boss", collections=TEAM)
    assert house.files() == begin | {"team/News.md": RULES}
    removed = house.store.remove("team/guide.md", by="Boss", collections=TEAM)
    assert house.files().keys() == begin.keys() - {"team/guide.md"} | {"team/News.md"}
    for change, action in ((removed, "removed"), (replaced, "replaced"), (added, "added")):
        assert house.store.undo(change.id, by="Boss", collections=TEAM).action == action
    assert house.files() == begin
    assert list(house.seeds.joinpath(FOLDER).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "document_id"),
    [
        ("../../etc/passwd.md", RULES, "passwd.md"),
        ("..\\..\\windows\\a b?.md", RULES, "a-b.md"),
        (".hidden.md", RULES, "hidden.md"),
        ("_sidebar.md", RULES, "sidebar.md"),
        ("Ünïcode — 规则.txt", b"Wer spamt, fliegt.", "Ünïcode-规则.txt"),
        ("x" * 300 + ".md", RULES, "x" * 100 + ".md"),
        ("🎉.md", RULES, "document.md"),
        ("README", RULES, "README.txt"),
        ("server.log", RULES, "server.log.txt"),
        ("rules.txt", samples.handbook(), "rules.pdf"),
        ("rules.MD", RULES, "rules.md"),
    ],
)
def test_whatever_a_file_is_called_its_document_has_a_safe_name_and_its_true_format(
    house: House, name: str, data: bytes, document_id: str
) -> None:
    assert house.store.add(name, data, by="Boss").document_id == document_id
    house.base.reindex()
    entry = house.store.find(document_id)
    assert entry is not None
    assert (entry.state, entry.reason) == ("indexed", "")


def _add(name: str, data: bytes = RULES, **options: object) -> Callable[[House], object]:
    return lambda house: house.store.add(name, data, by="Eve", **options)  # type: ignore[arg-type]  # the case's


def _replace(
    document_id: str, data: bytes = MORE, collections: Collections = None
) -> Callable[[House], object]:
    return lambda house: house.store.replace(document_id, data, by="Eve", collections=collections)


def _remove(document_id: str, collections: Collections = None) -> Callable[[House], object]:
    return lambda house: house.store.remove(document_id, by="Eve", collections=collections)


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (_add("top.md"), "top.md is there already: replace it, or give the file another name"),
        (_add("a.md", collection="other", collections=TEAM), "other is no folder that you may use here"),
        (_add("a.md", collection="gone", collections=TEAM), "gone is no folder that you may use here"),
        (_add("a.md", collection=".", collections=TEAM), ". is no folder that you may use here"),
        (_add("a.md", collection="team", collections=frozenset()), "team is no folder that you may use here"),
        (_add("a.md", collection="../team"), "that is no name for a folder: use letters, digits, - and _"),
        (_add("a.md", collection=".git"), "that is no name for a folder: use letters, digits, - and _"),
        (_add("a.md", collection="x" * 61), "a folder's name has at most 60 characters"),
        (
            _add("a.md", collection="answers"),
            "the folder answers/ holds what belongs to one server alone: choose another",
        ),
        (
            _add("a.md", collection="node_modules"),
            "a.md: node_modules/a.md would be ignored (by default): give it another name",
        ),
        (
            _add("requirements.txt"),
            "requirements.txt: requirements.txt would be ignored (by default): give it another name",
        ),
        (_add("synonyms.txt"), "synonyms.txt: that name has a meaning of its own: give the file another"),
        (_add("canaries.jsonl"), "canaries.jsonl: that name has a meaning of its own: give the file another"),
        (_add("Synonyms.txt"), "Synonyms.txt: that name has a meaning of its own: give the file another"),
        (
            _add("a.md", collection="Answers"),
            "the folder Answers/ holds what belongs to one server alone: choose another",
        ),
        (_add("a.md", b""), "a.md: it holds no text"),
        (
            _add("a.md", b"x" * (2**20 + 1)),
            "a.md: it is larger than 1 MiB: split it, or raise CHIPBOT_MAX_FILE_SIZE",
        ),
        (_add("a.png", b"\x89PNG\r\n\x1a\n"), "a.png: whatever its name ends in, it is a picture (PNG)"),
        (
            _add("a.md", collection="imported"),
            "the folder imported is imported from https://x.org/y.git: change it there",
        ),
        (_add("a.md", collection="leads"), "leads/a.md would lead out of the documents"),
        (_replace("gone.md"), "gone.md is no document here"),
        (_replace("other/secret.md", collections=TEAM), "other/secret.md is no document here"),
        (_replace("top.md", collections=TEAM), "top.md is no document here"),
        (_replace("../outside.md"), "../outside.md is no document here"),
        (_replace("link.md"), "link.md is no document here"),
        (
            _replace("imported/a.md"),
            "the folder imported is imported from https://x.org/y.git: change it there",
        ),
        (
            _replace("top.md", samples.handbook()),
            "top.md cannot become a file of another kind (.pdf): remove it, and add the other",
        ),
        (_replace("top.md", b" "), "top.md: it holds no text"),
        (_remove("other/secret.md", TEAM), "other/secret.md is no document here"),
        (_remove("answers/7/1-x.md"), "answers/7/1-x.md is no document here"),
        (_remove("sources.yaml"), "sources.yaml is no document here"),
        (_remove("team"), "team is no document here"),
        (_remove("a\nb" * 99), ("a b" * 99)[:80] + " is no document here"),
    ],
)
def test_what_may_not_be_is_said_in_one_line_and_changes_nothing(
    tmp_path: Path, attempt: Callable[[House], object], said: str
) -> None:
    house = House(tmp_path, limits=ReadLimits(size=2**20))
    house.seeds.joinpath("sources.yaml").write_text(
        "imported:\n  git: https://x.org/y.git\n", encoding="utf-8"
    )
    for name in ("imported/a.md", "answers/7/1-x.md"):
        house.seeds.joinpath(name).parent.mkdir(parents=True)
        house.seeds.joinpath(name).write_bytes(RULES)
    tmp_path.joinpath("outside.md").write_bytes(RULES)
    house.seeds.joinpath("leads").symlink_to(tmp_path)
    house.seeds.joinpath("link.md").symlink_to(tmp_path / "outside.md")
    before = house.files()
    with pytest.raises(DocumentStoreError) as caught:
        attempt(house)
    assert str(caught.value) == said
    assert house.files() == before
    assert tmp_path.joinpath("outside.md").read_bytes() == RULES


def test_an_undo_that_would_undo_more_leaves_everything(house: House) -> None:
    first = house.store.replace("team/guide.md", MORE, by="Boss")
    second = house.store.replace("team/guide.md", RULES + MORE, by="Boss")
    for change_id, collections, said in (
        (first.id, None, "team/guide.md has been changed since: it stays as it is"),
        (second.id, frozenset(["other"]), "that change is undone already, or too old to be undone"),
        ("0" * 16, None, "that change is undone already, or too old to be undone"),
        ("../../top", None, "that change is undone already, or too old to be undone"),
    ):
        with pytest.raises(DocumentStoreError) as caught:
            house.store.undo(change_id, by="Eve", collections=collections)
        assert str(caught.value) == said
    house.store.undo(second.id, by="Boss")
    with pytest.raises(DocumentStoreError, match="undone already"):
        house.store.undo(second.id, by="Boss")
    house.store.undo(first.id, by="Boss")
    assert house.files()["team/guide.md"] == RULES


def test_changes_are_kept_for_some_days_and_not_without_number(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = house.seeds / FOLDER
    old = house.store.add("old.md", RULES, by="Boss")
    stamp = changes.joinpath(f"{old.id}.json").stat().st_mtime - (KEPT_DAYS + 1) * 86_400
    os.utime(changes / f"{old.id}.json", (stamp, stamp))
    changes.joinpath("half-written").touch()
    monkeypatch.setattr(document_changes, "KEPT", 3)
    kept = [house.store.replace("old.md", data, by="Boss") for data in (MORE, RULES, MORE, RULES)]
    assert {path.stem for path in changes.iterdir()} == {change.id for change in kept[1:]}
    changes.joinpath(f"{kept[-1].id}.json").write_text("{", encoding="utf-8")
    with pytest.raises(DocumentStoreError, match="too old"):
        house.store.undo(kept[-1].id, by="Boss")


def test_a_folder_that_cannot_be_written_is_said_without_where_it_is(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = house.files()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for attempt in (_add("new.md"), _replace("top.md"), _remove("top.md")):
        with pytest.raises(DocumentStoreError) as caught:
            attempt(house)
        assert str(caught.value) == (
            "the documents cannot be written (No space left on device): see that there is room, and that the bot's user may "
            "write there"
        )
    assert house.files() == before


def test_a_new_file_takes_nobody_s_place_also_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    def put(path: Path, data: bytes) -> None:
        with addition(path) as file:
            file.write(data)

    path = tmp_path / "a"
    for has_links in (True, False):
        if not has_links:
            monkeypatch.setattr(os, "link", never)
        put(path, b"first")
        with pytest.raises(FileExistsError):
            put(path, b"second")
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"first"]
        path.unlink()
