"""The pages, asked over loopback: answers, documents, the quoted words, files, and nothing else."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from tests.core import TEXTS, index_of
from tests.web.served import DESK, LAMP, served

from chipbot.errors import IndexDamagedError
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.retrieval.documents import read_document
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import checksum, mark_of, page_path
from chipbot.web import document_view
from chipbot.web.elements import Element

REPAIRS = "The workshop repairs a broken lamp for free on Fridays."
DOCUMENTS = {
    "lamp.md": LAMP,
    "desk.md": DESK,
    "sub/a b & c.txt": "Notes\n\nThe drawer is [locked](../lamp.md).\n",
}


def mark(text: str, words: str) -> str:
    start = text.index(words)
    return f"{start}-{start + len(words)}-{checksum(words)}"


async def test_a_question_is_answered_with_quotes_that_lead_to_their_place(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        status, page = await server.ask("Who repairs a broken lamp?")
        assert status == 200
        assert f'<mark id="quote">{REPAIRS}</mark>' in page
        found = re.search(
            r'href="\./(documents/lamp\.md\?mark=[^"#]*)#quote">The lamp › Who repairs it\?</a>', page
        )
        assert found is not None
        status, document, _ = await server.get("/" + unescape(found[1]))
        assert status == 200
        assert f'<div class="passage quoted"><p><mark id="quote">{REPAIRS}</mark></p></div>' in document
        answer = server.knowledge_base.answer("Who repairs a broken lamp?")
        assert isinstance(answer, Answer)
        assert answer.quotes[0].text == REPAIRS


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "Who is the king of France?",
            "The documents don&#39;t say anything about that. Nowhere in them: “king”, “France”.",
        ),
        ("", "Ask something about the documents"),
        ("?!", "There is no word to look for"),
        ("hello", "Hello! Ask me about "),
        ("who repars a broken lamp", "Showing results for “repairs” instead of “repars”."),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
async def test_every_question_gets_an_answer_or_a_reason(tmp_path: Path, question: str, words: str) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        status, page = await server.ask(question)
        assert status == 200
        assert words in page
        assert "<script" not in page


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"question=%ff%fe+fund", "application/x-www-form-urlencoded", 200),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=nope", 200),
        (b"question=a" + b"&before=b" * 30, "application/x-www-form-urlencoded", 400),
        (b"--x", "multipart/form-data; boundary=x", 415),
        (b"{}", "application/json", 415),
        (b"question=" + b"a" * 100_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_what_is_no_form_is_refused(tmp_path: Path, body: bytes, kind: str, status: int) -> None:
    async with (
        served(tmp_path, DOCUMENTS) as server,
        server.session.post(server.address + "/", data=body, headers={"Content-Type": kind}) as answer,
    ):
        assert answer.status == status


async def test_a_question_follows_those_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        _, page = await server.ask("Who repairs a broken lamp?", *(f"question {n}?" for n in range(5)))
        fields = re.findall(r'name="before" value="([^"]*)"', page)
        assert fields == ["question 3?", "question 4?", "Who repairs a broken lamp?"]
        assert re.findall(r'<button class="link">([^<]*)<', page) == [
            "question 4?",
            "question 3?",
            "question 2?",
        ]
        asked: list[tuple[str, ...]] = []
        real = KnowledgeBase.answer

        def answer(
            self: KnowledgeBase, question: str, *, history: tuple[str, ...], options: AnswerOptions
        ) -> Answer | NoAnswer:
            asked.append((*history, question))
            return real(self, question, history=history, options=options)

        monkeypatch.setattr(KnowledgeBase, "answer", answer)
        await server.ask("and when?", "Who repairs a broken lamp?")
        assert asked == [("Who repairs a broken lamp?", "and when?")]


async def test_who_asks_too_soon_is_told(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS, cooldown=60) as server:
        await server.ask("Who repairs a broken lamp?")
        assert "One question at a time: ask again in " in (await server.ask("Who repairs it?"))[1]


async def test_the_list_names_every_document_with_a_link(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        _, page, _ = await server.get("/documents")
        assert re.findall(r'<a href="\./(documents/[^"]*)"', page) == [
            "documents/desk.md",
            "documents/lamp.md",
            "documents/sub/a%20b%20%26%20c.txt",
        ]
        assert "<h2>sub</h2>" in page
        status, page, _ = await server.get("/documents/sub/a%20b%20%26%20c.txt")
        assert status == 200
        assert "<h1>Notes</h1>" in page
        (tmp_path / "seeds" / "desk.md").unlink()
        assert "desk.md" not in (await server.get("/documents"))[1]
        assert (await server.get("/documents/desk.md"))[0] == 404


@pytest.mark.parametrize(
    "name", ["100%.md", "a%20b.md", "a#b?c=d&e.md", "ü/料.md", "a+b.md", "a;b.md", "'\".md", "a\\b.md"]
)
async def test_whatever_a_document_is_called_its_links_lead_to_it(tmp_path: Path, name: str) -> None:
    async with served(tmp_path, {name: LAMP}, originals=True) as server:
        _, page, _ = await server.get("/documents")
        found = re.search(r'href="\./(documents/[^"]*)"', page)
        assert found is not None
        status, page, _ = await server.get("/" + unescape(found[1]))
        assert status == 200
        found = re.search(r'href="(?:\.\./)*(originals/[^"]*)"', page)
        assert found is not None
        assert (await server.get("/" + unescape(found[1])))[:2] == (200, LAMP)
        answer = server.knowledge_base.answer("Who repairs a broken lamp?")
        assert isinstance(answer, Answer)
        _, page, _ = await server.get(f"/{page_path(name)}?mark={mark_of(answer.quotes[0])}")
        assert f'<mark id="quote">{REPAIRS}</mark>' in page


async def test_long_lists_and_long_documents_take_several_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.web.document_view.MAX_CHARS", 1000)
    text = "# Long\n\n" + "".join(f"## Part {n}\n\n{f'Word{n} ' * 50}ends.\n\n" for n in range(9))
    others = {f"{n:03}.md": "x" for n in range(500)}
    async with served(tmp_path, {**others, "long.md": text}) as server:
        assert '<a rel="next" href="?page=2">' in (await server.get("/documents"))[1]
        _, page, _ = await server.get("/documents?page=2")
        assert "long.md" in page
        assert "499.md" not in page
        pages = {(await server.get(f"/documents/long.md?page={number}"))[1] for number in range(1, 9)}
        assert len(pages) > 2
        for number in range(9):
            assert sum(f"Word{number} " in page for page in pages) == 1
            assert sum(f'<h2 id="part-{number}">' in page for page in pages) == 1
        stored = read_document(EmbeddedRetriever(server.knowledge_base.index()), "long.md")
        assert stored is not None
        _, page, _ = await server.get(f"/documents/long.md?mark={mark(stored.text, 'Word7 Word7')}")
        assert '<mark id="quote">Word7 Word7</mark>' in page


async def test_what_has_changed_since_it_was_quoted_is_said(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        for wrong in ("261-316-00000000", "0-999999-69e2644e", "9-1-69e2644e", "x", "1-2-3-4"):
            status, page, _ = await server.get(f"/documents/lamp.md?mark={wrong}")
            assert status == 200
            assert "has changed since it was quoted" in page
            assert "<mark" not in page


async def test_a_document_is_drawn_as_it_is_meant(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        _, page, _ = await server.get("/documents/lamp.md")
        for words in (
            '<a href="../documents/desk.md#wood">the desk</a>',
            '<a href="https://example.org/lamp" rel="noopener noreferrer nofollow">the web</a>',
            '<ol><li value="1">Switch it <strong>off</strong></li><li value="2">Wait, then:<ul><li>open the <code>lid</code>',
            '<blockquote><p class="label">Warning</p><p>The bulb stays <em>hot</em> for ten minutes.</p></blockquote>',
            '<h3 id="kinds">Kinds</h3>',
            '<th scope="col">watts</th></tr></thead><tbody><tr><td>small</td><td>5</td></tr>',
            "<code>lamp --on \\\n  --bright</code></pre>",
            '<li class="level3"><a href="#kinds"',
        ):
            assert words in page
        _, page, _ = await server.get("/documents/desk.md")
        assert "<script" not in page
        assert "&amp; &#34;more&#34;" in page


async def test_links_lead_to_documents_that_are_here_and_to_the_web_alone(tmp_path: Path) -> None:
    targets = [
        "b.md",
        "../b.md",
        "c.md",
        "../../b.md",
        "/b.md",
        "javascript:alert(1)",
        "b.md?x=1#Y z",
        "#here",
        "file:///etc",
    ]
    source = "# A\n\n" + "\n\n".join(
        f"See [{number}](<{target}>) here." for number, target in enumerate(targets)
    )
    async with served(tmp_path, {"x/a.md": source, "x/b.md": "B", "b.md": "B"}) as server:
        _, page, _ = await server.get("/documents/x/a.md")
        links = {int(number): href for href, number in re.findall(r'<a href="([^"]*)"[^>]*>(\d)</a>', page)}
        assert links == {
            0: "../../documents/x/b.md",
            1: "../../documents/b.md",
            6: "../../documents/x/b.md#Y%20z",
            7: "#here",
        }


async def test_files_are_given_only_if_allowed_and_only_as_they_were_indexed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    async with served(tmp_path / "off", DOCUMENTS) as server:
        assert (await server.get("/originals/lamp.md"))[0] == 404
        assert "original file" not in (await server.get("/documents/lamp.md"))[1]
    async with served(tmp_path / "on", DOCUMENTS, originals=True) as server:
        assert 'href="../originals/lamp.md" download' in (await server.get("/documents/lamp.md"))[1]
        status, text, headers = await server.get("/originals/sub/a%20b%20%26%20c.txt")
        assert (status, text) == (200, DOCUMENTS["sub/a b & c.txt"])
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20b%20%26%20c.txt"
        assert headers["Content-Type"] == "application/octet-stream"
        for path in (
            "none.md",
            "../secret.md",
            "..%2Fsecret.md",
            "%2e%2e/secret.md",
            "sub",
            "/etc/passwd",
            "sources.yaml",
        ):
            assert (await server.get(f"/originals/{path}"))[0] == 404
        (tmp_path / "on" / "seeds" / "lamp.md").write_text("other")
        assert (await server.get("/originals/lamp.md"))[0] == 404
        (tmp_path / "on" / "seeds" / "desk.md").unlink()
        (tmp_path / "on" / "seeds" / "desk.md").symlink_to(tmp_path / "secret.md")
        assert (await server.get("/originals/desk.md"))[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/documents/none.md",
        "/documents/..%2F..%2Fetc/passwd",
        "/documents/",
        "/documents/sub",
        "/x",
        "/documents/%00",
    ],
)
async def test_nothing_else_is_there(tmp_path: Path, path: str) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        assert (await server.get(path))[0] == 404


@pytest.mark.parametrize(("error", "status"), [(IndexDamagedError("x"), 503), (RuntimeError("x"), 500)])
async def test_what_goes_wrong_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(Documents, "read", broken)
    async with served(tmp_path, DOCUMENTS) as server:
        found, page, headers = await server.get("/documents/lamp.md")
        assert found == status
        assert "<h1>" in page
        assert "Traceback" not in page
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_pages_stand_on_nothing_from_elsewhere(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        for path in ("/", "/documents", "/documents/lamp.md"):
            _, page, headers = await server.get(path)
            loaded = re.findall(r'<(?:link|script|img|iframe)[^>]* (?:href|src)="([^"]*)"', page)
            assert loaded == ["../style.css" if path.count("/") > 1 else "./style.css"]
            assert "script" not in headers["Content-Security-Policy"]
        status, style, headers = await server.get("/style.css")
        assert (status, headers["Content-Type"]) == (200, "text/css; charset=utf-8")
        assert "url(" not in style
        assert "@import" not in style


def words_of(view: document_view.DocumentView) -> str:
    parts = [view.title]
    for section in view.sections:
        parts.append(section.heading)
        parts += map(element_words, section.elements)
    return " ".join(parts)


def element_words(element: Element) -> str:
    cells = [*element.header, *(cell for row in element.rows for cell in row)]
    lines = ["".join(part.text for part in line) for line in (*element.lines, *cells)]
    return " ".join([*lines, *map(element_words, element.children)])


@given(text=TEXTS)
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_no_word_of_a_document_is_missing_on_its_page(name: str, text: str) -> None:
    try:
        index = index_of({name: text})
    except Exception:  # noqa: BLE001  # a text without a word is no document
        return
    stored = read_document(EmbeddedRetriever(index), name)
    assert stored is not None
    view = document_view.document_view(stored, lambda _: "")
    shown = set(re.findall(r"\w+", words_of(view)))
    assert set(re.findall(r"\w+", stored.text)) <= shown
