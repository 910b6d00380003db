"""The operator's pages: what they change is indexed at once and can be undone; what they show is true."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from tests.sources.samples import handbook
from tests.web.operators import operator
from tests.web.served import LAMP

from chipbot.errors import BuildError
from chipbot.model import Answer, ReadLimits
from chipbot.ops import canaries
from chipbot.service.refresh import IndexRefresher
from chipbot.sources.collections import SOURCES
from chipbot.web import operator_changes

CLOCK = b"# The clock\n\nThe clock strikes thirteen at midnight.\n"
STRIKES = "When does the clock strike thirteen?"


async def test_files_are_added_indexed_and_taken_back(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        page = await desk.send("", {"folder": "town"}, ("The clock.md", CLOCK), ("tower.pdf", handbook()))
        assert page.url.endswith("/operator/")
        first, second = page.notice.splitlines()
        assert first == "town/The-clock.md: added. “The clock”, 50 characters."
        assert second.startswith("town/tower.pdf: added. “Handbook of the Clock Tower”, ")
        assert (desk.seeds / "town" / "The-clock.md").read_bytes() == CLOCK
        answer = desk.server.knowledge_base.answer(STRIKES)
        assert isinstance(answer, Answer)
        assert answer.quotes[0].citation.document_id == "town/The-clock.md"
        assert page.text.count(">Undo<") == 2
        change = page.field("change")
        page = await desk.press("undo", change=change)
        assert page.notice == "town/tower.pdf: undone."
        assert not (desk.seeds / "town" / "tower.pdf").exists()
        assert page.text.count(">Undo<") == 1
        page = await desk.press("undo", change=change)
        assert "undone already" in page.notice


async def test_a_text_is_edited_as_it_is(tmp_path: Path) -> None:
    source = '\r\n# The <lamp>\r\n\r\nIt shines & "glows".\r\n\r\n</textarea><script>alert(1)</script>\r\n'
    async with operator(tmp_path, {"a b/lämp.md": source}) as desk:
        page = await desk.get("documents/a%20b/l%C3%A4mp.md")
        assert "<script" not in page.text
        found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
        assert found is not None
        text = unescape(found[1])
        assert text == source
        path, digest = "documents/a%20b/l%C3%A4mp.md", page.field("digest")
        page = await desk.send(path, {"digest": digest, "text": text})
        assert page.notice.startswith("a b/lämp.md: replaced.")
        assert (desk.seeds / "a b" / "lämp.md").read_bytes() == source.encode()
        changed = text.replace("glows", "glows at nine")
        page = await desk.send(path, {"digest": digest, "text": changed})
        assert (desk.seeds / "a b" / "lämp.md").read_bytes() == changed.encode()
        answer = desk.server.knowledge_base.answer("When does it glow?")
        assert (
            "glows at nine" in (answer.quotes[0] if isinstance(answer, Answer) else answer.rejected[0]).text
        )


async def test_what_somebody_else_has_changed_meanwhile_is_not_lost(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        digest = (await desk.get("documents/lamp.md")).field("digest")
        (desk.seeds / "lamp.md").write_text("# Theirs\n\nTheir words.")
        page = await desk.send("documents/lamp.md", {"digest": digest, "text": "# Mine\n\nMy words."})
        assert page.status == 409
        assert "has changed since you opened it" in page.text
        assert "My words." in page.text
        assert (desk.seeds / "lamp.md").read_text() == "# Theirs\n\nTheir words."
        page = await desk.send(
            "documents/lamp.md", {"digest": page.field("digest"), "text": "# Mine\n\nMy words."}
        )
        assert page.status == 200
        assert (desk.seeds / "lamp.md").read_text() == "# Mine\n\nMy words."


@pytest.mark.parametrize("text", ["", " \n ", "---\n"])
async def test_a_text_that_is_refused_is_still_there(tmp_path: Path, text: str) -> None:
    async with operator(tmp_path) as desk:
        before = (desk.seeds / "lamp.md").read_bytes()
        typed = f"{text}<!-- long thoughts -->"
        digest = (await desk.get("documents/lamp.md")).field("digest")
        page = await desk.send("documents/lamp.md", {"digest": digest, "text": typed})
        assert page.notice == "lamp.md: it holds no text."
        assert "&lt;!-- long thoughts --&gt;</textarea>" in page.text
        assert page.field("digest") == digest
        assert (desk.seeds / "lamp.md").read_bytes() == before


async def test_a_text_whose_file_is_gone_can_be_a_file_again(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        digest = (await desk.get("documents/sub/desk.md")).field("digest")
        (desk.seeds / "sub" / "desk.md").unlink()
        page = await desk.send("documents/sub/desk.md", {"digest": digest, "text": "# Desk\n\nMine."})
        assert page.notice == "sub/desk.md is no document here."
        assert "# Desk\n\nMine.</textarea>" in page.text
        for value in ('value="desk.md"', 'value="sub"'):
            assert value in page.text
        assert (
            await desk.send("documents/sub/desk.md", {}, ("a.md", CLOCK), field="file")
        ).notice == page.notice


async def test_what_cannot_be_taken_back_for_good_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise BuildError("the disk is full")

    async with operator(tmp_path) as desk:
        change = (await desk.press("remove", document="lamp.md")).field("change")
        monkeypatch.setattr(IndexRefresher, "run_in_turn", broken)
        page = await desk.press("undo", change=change)
        assert page.notice == "lamp.md is changed, but not indexed: the disk is full."
        assert (desk.seeds / "lamp.md").exists()


async def test_a_document_is_written_and_what_is_wrong_with_it_costs_no_word(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        assert "Write a document" in (await desk.get("new")).text
        page = await desk.send("new", {"name": "lamp.md", "folder": "", "text": "# A\n\nWords <b>.\r\n"})
        assert "lamp.md is there already" in page.notice
        assert "# A\n\nWords &lt;b&gt;.\r\n" in page.text
        page = await desk.send("new", {"name": "new.md", "folder": "x", "text": "# A\r\n\r\nWords."})
        assert page.url.endswith("/operator/")
        assert (desk.seeds / "x" / "new.md").read_bytes() == b"# A\n\nWords."


async def test_files_are_replaced_and_removed(tmp_path: Path) -> None:
    async with operator(tmp_path, {"lamp.md": LAMP, "tower.pdf": handbook()}) as desk:
        page = await desk.get("documents/tower.pdf")
        assert "<textarea" not in page.text
        other = handbook(outline=False)
        page = await desk.send("documents/tower.pdf", {}, ("x", other), field="file")
        assert page.notice.startswith("tower.pdf: replaced.")
        assert (desk.seeds / "tower.pdf").read_bytes() == other
        page = await desk.send("", {"replace": "on"}, ("lamp.md", CLOCK))
        assert page.notice.startswith("lamp.md: replaced. “The clock”")
        page = await desk.send("documents/lamp.md", {}, ("a.pdf", handbook()), field="file")
        assert "cannot become a file of another kind" in page.notice
        page = await desk.press("remove", document="lamp.md")
        assert page.notice == "lamp.md: removed."
        assert not (desk.seeds / "lamp.md").exists()
        assert (await desk.get("documents/lamp.md")).status == 404
        page = await desk.press("undo", change=page.field("change"))
        assert (desk.seeds / "lamp.md").read_bytes() == CLOCK


async def test_files_that_cannot_be_read_are_refused_with_the_reason(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        page = await desk.send("", {}, ("a.pdf", b"%PDF-1.7 x"), ("b.md", CLOCK), ("empty.md", b""))
        assert page.notice.splitlines() == [
            "a.pdf: it is a damaged PDF: save it anew, or print it to a new one.",
            "b.md: added. “The clock”, 50 characters.",
            "empty.md: it holds no text.",
        ]
        for form in ({}, {"folder": "x"}):
            assert (await desk.send("", form)).notice == "No file was chosen."
        assert (await desk.send("documents/lamp.md", {})).notice == "No file was chosen."


async def test_every_file_is_listed_with_what_became_of_it(tmp_path: Path) -> None:
    documents: dict[str, str | bytes] = {
        "lamp.md": LAMP,
        "broken.pdf": b"%PDF-1.7 nothing",
        "stub.md": "",
        "robots.txt": "x",
        "docs/a.md": "A text.",
        SOURCES: "docs: {git: 'https://example.org/r.git', url: 'https://example.org/'}",
    }
    async with operator(tmp_path, documents) as desk:
        page = await desk.get()
        for words in (
            'operator/documents/lamp.md">lamp.md</a>',
            "not indexed</td>",
            "it is a damaged PDF",
            "without text</td>",
            "ignored</td>",
            "from https://example.org/r.git",
        ):
            assert words in page.text, words
        page = await desk.get("?state=failed")
        assert "broken.pdf</a>" in page.text
        assert "lamp.md</a>" not in page.text
        page = await desk.get("?name=LAMP")
        assert "lamp.md</a>" in page.text
        assert "broken.pdf</a>" not in page.text
        assert "is imported from https://example.org/r.git" in (await desk.get("documents/docs/a.md")).text
        assert "Not indexed: it is a damaged PDF" in (await desk.get("documents/broken.pdf")).text
        assert "It holds no text" in (await desk.get("documents/stub.md")).text
        assert "Ignored:" in (await desk.get("documents/robots.txt")).text


async def test_a_long_list_takes_several_pages(tmp_path: Path) -> None:
    async with operator(tmp_path, {f"{n:03}.md": "Words." for n in range(401)}) as desk:
        page = await desk.get("?state=indexed&name=.md")
        assert 'href="?state=indexed&amp;name=.md&amp;page=2"' in page.text
        assert "400.md</a>" not in (await desk.get("?page=2")).text
        assert "400.md</a>" in (await desk.get("?page=3")).text


async def test_a_question_is_tried_and_explained(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        page = await desk.press("try", question="Who repairs a broken lamp?")
        for words in (
            ">Answered</h2>",
            '<mark id="quote">The workshop repairs',
            "BM25",
            "Holds ",
            "rank score",
        ):
            assert words in page.text, words
        page = await desk.press("try", question="Who is Napoleon <b>?")
        for words in (">Refused</h2>", "stands in no document", "in no document</em>", "Napoleon"):
            assert words in page.text, words
        assert "<b>" not in page.text
        for empty in ("", "   ", "?!"):
            page = await desk.press("try", question=empty)
            assert 'id="came"' not in page.text
            assert page.notice.startswith("Ask something")


async def test_canary_questions_are_asked(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        assert "Ask them now" in (await desk.get("canaries")).text
        assert "There are none yet" in (await desk.press("canaries")).text
        questions = [
            {"question": "Who repairs a broken lamp?", "answers": ["The workshop"]},
            {"question": "Who is the king?", "answers": []},
            {"question": "Who repairs a lamp?", "answers": ["Nobody <b>"]},
        ]
        file = desk.seeds / "canaries.jsonl"
        file.write_text("\n".join(map(json.dumps, questions)))
        page = await desk.press("canaries")
        assert "2 of 3 go well" in page.text
        assert page.text.index("broken</td>") < page.text.index("good</td>")
        assert "Nobody &lt;b&gt;" in page.text
        assert "a refusal" in page.text
        file.write_text("{")
        assert "canaries.jsonl, line 1: this is not JSON" in (await desk.press("canaries")).text


async def test_what_would_break_a_canary_question_is_undone(tmp_path: Path) -> None:
    async with operator(tmp_path, approve=canaries.check) as desk:
        question = {"question": "Who repairs a broken lamp?", "answers": ["The workshop"]}
        (desk.seeds / "canaries.jsonl").write_text(json.dumps(question))
        before = (desk.seeds / "lamp.md").read_bytes()
        page = await desk.press("remove", document="lamp.md")
        assert page.notice.startswith(
            "Nothing has changed: the new index would break 1 of 1 canary questions"
        )
        assert (desk.seeds / "lamp.md").read_bytes() == before
        assert ">Undo<" not in page.text


async def test_what_cannot_be_indexed_and_not_be_undone_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with operator(tmp_path) as desk:

        async def broken(*_: object, **__: object) -> None:
            (desk.seeds / "lamp.md").write_text("somebody else's")
            raise BuildError("the disk is full")

        monkeypatch.setattr(IndexRefresher, "run_in_turn", broken)
        page = await desk.press("remove", document="lamp.md")
        assert page.notice == "lamp.md is changed, but not indexed: the disk is full."
        assert "lamp.md stays changed" in caplog.text


async def test_a_change_that_takes_long_is_told_when_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator_changes, "WAIT", 0.01)
    go_on = asyncio.Event()
    real = IndexRefresher.run_in_turn

    async def slow(self: IndexRefresher, *args: object, **settings: object) -> object:
        await go_on.wait()
        return await real(self, *args, **settings)  # type: ignore[arg-type]  # as they are given

    monkeypatch.setattr(IndexRefresher, "run_in_turn", slow)
    async with operator(tmp_path) as desk:
        page = await desk.press("remove", document="lamp.md")
        assert "is under way" in page.notice
        go_on.set()
        async with asyncio.timeout(30):
            while (page := await desk.get()).notice != "lamp.md: removed.":  # noqa: ASYNC110  # as an operator does
                await asyncio.sleep(0.05)


async def test_a_change_that_never_ends_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator_changes, "WAIT", 0.01)
    monkeypatch.setattr(operator_changes, "GRACE", 0.01)

    async def forever(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(IndexRefresher, "run_in_turn", forever)
    async with asyncio.timeout(60), operator(tmp_path) as desk:
        assert "is under way" in (await desk.press("remove", document="lamp.md")).notice


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("", {"text": "x" * 500_000}, 413),
        ("", {"folder": "x" * 5_000}, 413),
        ("", {f"f{n}": "" for n in range(120)}, 400),
    ],
)
async def test_forms_that_are_too_large_are_refused(
    tmp_path: Path, path: str, fields: dict[str, str], status: int
) -> None:
    async with operator(tmp_path, limits=ReadLimits(size=2**18)) as desk:
        assert (await desk.send(path, fields)).status == status


async def test_a_file_is_as_large_as_the_operator_lets_it_be(tmp_path: Path) -> None:
    async with operator(tmp_path, limits=ReadLimits(size=2**20)) as desk:
        page = await desk.send("", {}, ("a.md", b"# A\n\n" + b"word " * 200_000))
        assert page.notice.startswith("a.md: added.")
        page = await desk.send("", {}, ("b.md", b"# A\n\n" + b"word " * 300_000))
        assert page.status == 413
        assert "CHIPBOT_MAX_FILE_SIZE" in page.text
        assert not (desk.seeds / "b.md").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.md",
        "/etc/evil.md",
        "..\\evil.md",
        "a/../../evil.md",
        ".hidden.md",
        "x\x00y.md",
        "canaries.jsonl",
    ],
)
async def test_nothing_is_written_outside_of_the_documents(tmp_path: Path, name: str) -> None:
    def files() -> set[Path]:
        return {path for path in tmp_path.rglob("*") if path.is_file() and "index" not in path.parts}

    async with operator(tmp_path) as desk:
        before = files()
        for folder in ("", "..", "/etc", "a/b", ".git", "answers"):
            await desk.send("new", {"name": name, "folder": folder, "text": "# A\n\nWords."})
        await desk.send("documents/..%2F..%2Fpassword", {"digest": "", "text": "x"})
        await desk.press("remove", document="../password")
        await desk.press("remove", document="/etc/hostname")
        new = {path.relative_to(desk.seeds) for path in files() - before}
        assert all(path.suffix in (".md", ".json", ".jsonl", ".before") for path in new)
        assert {path.parts[0] for path in new} <= {"evil.md", ".chipbot-changes", "hidden.md", "x-y.md"}
        assert not (desk.seeds / "canaries.jsonl").exists()


@pytest.mark.parametrize("change", [str, str.upper])
def test_only_texts_that_come_back_as_they_were_are_edited(change: Callable[[str], str]) -> None:
    from chipbot.web.editing import MAX_BYTES, editable, edited

    assert editable(change("a.md"), b"a\r\nb").is_text
    for data in (b"\xff", b"a\0b", b"a\x1bb", b"a" * (MAX_BYTES + 1)):
        assert not editable(change("a.md"), data).is_text
    assert not editable(change("a.pdf"), b"a").is_text
    assert edited("a\r\nb", b"x\ny") == b"a\nb"
    assert edited("a\r\nb\rc\n", b"x\r\ny") == b"a\r\nb\r\nc\r\n"
