"""Pictures of a PDF's pages, beside its text: of what is indexed alone, with the quoted words marked."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from pathlib import Path

import pytest
from tests.sources.samples import handbook, journal
from tests.sources.test_pdf_picture import inside, picture
from tests.web.served import LAMP, Served, served

from chipbot.errors import DocumentError
from chipbot.retrieval.documents import read_document
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service import pictures
from chipbot.service.documents import Documents
from chipbot.service.links import CitationLinks, checksum
from chipbot.service.pictures import PagePictures
from chipbot.sources.reader_process import ReaderProcess
from chipbot.translation import Message

DOCUMENTS: dict[str, str | bytes] = {"tower.pdf": handbook(), "lamp.md": LAMP}
OPENS = "The tower opens at nine on weekdays and at noon on Sundays."


def mark(server: Served, document_id: str, words: str) -> str:
    stored = read_document(EmbeddedRetriever(server.knowledge_base.index()), document_id)
    assert stored is not None
    start = stored.text.index(words)
    return f"{start}-{start + len(words)}-{checksum(words)}"


async def image(server: Served, path: str) -> tuple[int, bytes]:
    async with server.session.get(server.address + path) as answer:
        assert answer.status != 200 or answer.headers["Content-Type"] == "image/png"
        return answer.status, await answer.read()


async def test_the_page_with_the_quoted_words_is_beside_them(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        _, page = await server.ask("When does the tower open?")
        found = re.search(r'href="\./(documents/tower\.pdf\?mark=[^"#]*)', page)
        assert found is not None
        _, page, headers = await server.get("/" + unescape(found[1]))
        assert "img-src 'self'" in headers["Content-Security-Policy"]
        found = re.search(r'<img src="\.\./(pictures/[^"]*)" alt="Page 1 with the quoted words marked"', page)
        assert found is not None
        status, data = await image(server, "/" + unescape(found[1]))
        assert status == 200
        assert inside(data, 0, 0, 0.7, 0.2)
        assert '<a href="../pictures/tower.pdf?page=2">Page 2</a>' in page
        status, data = await image(server, "/pictures/tower.pdf?page=2")
        assert status == 200
        assert not list(picture(data).marked())
        _, page, _ = await server.get("/documents/lamp.md")
        assert "pictures/" not in page


async def test_words_on_two_pages_are_marked_on_both(tmp_path: Path) -> None:
    long = "".join(f"herons sleep in tower number {n} and " for n in range(300))
    data = journal("Title", [f"At first {long} at last they wake."], columns=1)
    async with served(tmp_path, {"a.pdf": data}) as server:
        stored = read_document(EmbeddedRetriever(server.knowledge_base.index()), "a.pdf")
        assert stored is not None
        page_two = next(place.start for one in stored.passages for place in one.places if place.page == 2)
        start, end = page_two - 60, page_two + 60
        marked = f"{start}-{end}-{checksum(stored.text[start:end])}"
        _, page, _ = await server.get(f"/documents/a.pdf?mark={marked}")
        assert re.findall(r'alt="Page (\d) with', page) == ["1", "2"]
        assert inside((await image(server, f"/pictures/a.pdf?page=1&mark={marked}"))[1], 0, 0.8, 1, 1)
        assert inside((await image(server, f"/pictures/a.pdf?page=2&mark={marked}"))[1], 0, 0, 1, 0.2)


@pytest.mark.parametrize(
    "path",
    [
        "tower.pdf",
        "tower.pdf?page=0",
        "tower.pdf?page=9",
        "tower.pdf?page=-1",
        "tower.pdf?page=99999999999999999999",
        "lamp.md?page=1",
        "none.pdf?page=1",
        "..%2Fsecret.pdf?page=1",
        "../secret.pdf?page=1",
    ],
)
async def test_nothing_else_is_drawn(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.pdf").write_bytes(handbook())
    async with served(tmp_path, DOCUMENTS) as server:
        assert (await image(server, f"/pictures/{path}"))[0] == 404


async def test_a_file_that_has_changed_is_not_drawn(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        (tmp_path / "seeds" / "tower.pdf").write_bytes(handbook(outline=False))
        assert (await image(server, "/pictures/tower.pdf?page=1"))[0] == 404
        _, page, _ = await server.get("/documents/tower.pdf")
        assert "pictures/" not in page


async def test_a_wrong_mark_marks_nothing(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        status, data = await image(server, "/pictures/tower.pdf?page=1&mark=1-5-00000000")
        assert status == 200
        assert not list(picture(data).marked())


async def test_a_picture_is_drawn_once_and_few_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    real = ReaderProcess.draw

    def draw(self: ReaderProcess, module: str, data: bytes, *, page: int, **rest: str) -> bytes:
        drawn.append(page)
        return real(self, module, data, page=page, **rest)

    monkeypatch.setattr(ReaderProcess, "draw", draw)
    async with served(tmp_path, DOCUMENTS) as server:
        made = PagePictures(
            Documents(server.knowledge_base, tmp_path / "seeds", CitationLinks(tmp_path / "seeds"))
        )
        first = await asyncio.to_thread(made.picture, "tower.pdf", 1)
        assert await asyncio.to_thread(made.picture, "tower.pdf", 1) == first
        marked = await asyncio.to_thread(made.picture, "tower.pdf", 1, mark(server, "tower.pdf", OPENS))
        assert marked != first
        assert drawn == [1, 1]
        assert first is not None
        monkeypatch.setattr(pictures, "KEPT", len(first) + 1)
        for page in (2, 1, 1):
            await asyncio.to_thread(made.picture, "tower.pdf", page)
        assert drawn == [1, 1, 2, 1]


async def test_a_page_that_breaks_its_reader_costs_its_picture_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise DocumentError(Message("its reader broke down"))

    monkeypatch.setattr(ReaderProcess, "draw", broken)
    async with served(tmp_path, DOCUMENTS) as server:
        assert (await image(server, "/pictures/tower.pdf?page=1"))[0] == 404
        assert "a page of 'tower.pdf' is not drawn: its reader broke down" in caplog.text
        assert (await server.get("/documents/tower.pdf"))[0] == 200
