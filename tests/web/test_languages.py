"""The pages in the language that a browser asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.operators import operator
from tests.web.served import DESK, LAMP, served

from chipbot.translation import languages
from chipbot.web.guard import accepted_language

DOCUMENTS = {"lamp.md": LAMP, "desk.md": DESK, "list.md": "# List\n\n- [x] done\n- [ ] not yet\n"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("en;q=0.4, de ; q=0.8", "de"),
        ("eo,en-US;q=0.9,de;q=0.8", "en"),
        ("de;q=0, es;q=0.1", "es"),
        ("zh-HK, en;q=0.5", "zh-TW"),
        ("*", "en"),
        ("de;q=many, pt-BR;q=0.2", "pt"),
        (",,;q=1,;;", "en"),
        ("eo," * 100_000 + "de", "en"),
    ],
)
def test_the_language_that_a_browser_likes_best(header: str, language: str) -> None:
    assert accepted_language(header) == language


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            (
                "Preguntar a los documentos",
                "Los documentos no dicen nada de eso. No aparece en ellos: «king», «France».",
            ),
        ),
        (
            "de",
            ("Die Dokumente fragen", "Dazu sagen die Dokumente nichts. Nirgends darin: „king“, „France“."),
        ),
        ("eo", ("Ask the documents", "The documents don&#39;t say anything about that.")),
    ],
)
async def test_the_ask_page(tmp_path: Path, language: str, said: tuple[str, ...]) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        status, page = await server.ask("Who is the king of France?", **{"Accept-Language": language})
        assert status == 200
        assert f'<html lang="{language if language != "eo" else "en"}">' in page
        assert all(sentence in page for sentence in said)


async def test_a_page_of_each_language_has_a_tag_of_its_own(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        pages = {}
        for language in languages():
            status, body, headers = await server.get("/documents/lamp.md", **{"Accept-Language": language})
            assert status == 200
            assert "Accept-Language" in headers["Vary"]
            assert f'<html lang="{language}">' in body
            assert '<article lang="en"' in body
            pages[headers["ETag"]] = language
        assert sorted(pages.values()) == sorted(languages())
        for tag, language in [*pages.items()][:5]:  # one browser may not ask for more in a minute
            known = {"If-None-Match": tag, "Accept-Language": language}
            status, _, headers = await server.get("/documents/lamp.md", **known)
            assert (status, "Accept-Language" in headers["Vary"]) == (304, True)
            status, body, _ = await server.get("/documents/lamp.md", **known | {"Accept-Language": "eo"})
            assert status == (304 if language == "en" else 200)


async def test_the_operator_is_spoken_to_in_the_browsers_language(tmp_path: Path) -> None:
    spanish = {"Accept-Language": "es-MX,es;q=0.9"}
    async with operator(tmp_path) as desk:
        page = await desk.get(**spanish)
        assert '<html lang="es">' in page.text
        assert "Lo que hay" in page.text
        assert "es un PDF dañado: guárdalo de nuevo o imprímelo en uno nuevo" in page.text
        token = page.field("form_token")
        page = await desk.post("undo", {"form_token": token, "change": "none"}, **spanish)
        assert page.notice == "ese cambio ya se deshizo, o es demasiado antiguo para deshacerlo."
        page = await desk.post("remove", {"form_token": token, "document": "lamp.md"}, **spanish)
        assert page.notice == "lamp.md: eliminado."
        page = await desk.post("try", {"form_token": token, "question": "Who is Ottilie?"}, **spanish)
        assert "Sin respuesta" in page.text
        page = await desk.post("undo", {"form_token": "forged"}, **spanish)
        assert "Ese formulario es demasiado antiguo" in page.text
