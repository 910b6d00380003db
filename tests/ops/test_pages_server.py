"""The operator's pages are served where nobody else can read the password, and only with one that is good."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chipbot.errors import ChipbotError
from chipbot.ops import pages_server
from chipbot.ops.daemon import Daemon
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.settings import load

PASSWORD = "correct horse battery"  # noqa: S105  # of a test


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with a document and a password."""
    monkeypatch.setenv("CHIPBOT_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "lamp.md").write_text("# Lamp\n\nThe workshop repairs a broken lamp.\n")
    (tmp_path / "seeds" / "password.txt").write_text(PASSWORD)
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "short").write_text("hunter2")
    return tmp_path


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({}, ""),
        ({"web_host": "0.0.0.0", "web_url": "https://docs.example.org"}, ""),  # noqa: S104  # what is tested
        ({"web_host": "0.0.0.0"}, "others could read the password on its way"),  # noqa: S104  # likewise
        (
            {"web_host": "0.0.0.0", "web_url": "http://docs.example.org"},  # noqa: S104  # likewise
            "let CHIPBOT_WEB_URL begin with https://",
        ),
        ({"web_password_file": "seeds/password.txt"}, "is among the documents, where it would be quoted"),
        ({"web_password_file": "none"}, "cannot be read (No such file or directory)"),
        ({"web_password_file": "short"}, "fewer than 12 characters"),
    ],
)
async def test_a_password_is_used_where_it_is_safe(
    folder: Path, unused_tcp_port: int, settings: Mapping[str, str], refused: str
) -> None:
    wanted: dict[str, Any] = {"web_password_file": "password", **settings}
    wanted["web_password_file"] = str(folder / wanted["web_password_file"])
    loaded = load(web_port=unused_tcp_port, **wanted)
    knowledge_base = KnowledgeBase(loaded.seeds, loaded.index)
    knowledge_base.refresh()
    daemon = Daemon(loaded, knowledge_base, load)

    async def serve() -> int:
        server = pages_server.serving(
            loaded,
            knowledge_base,
            daemon._questions,
            daemon._refresher,
            daemon._documents,
            readiness=daemon._readiness,
            metrics=daemon._metrics.exposition,
        )
        jar = aiohttp.CookieJar(unsafe=True)
        async with server, aiohttp.ClientSession(cookie_jar=jar) as session:
            address = f"http://127.0.0.1:{unused_tcp_port}/operator"
            async with session.post(f"{address}/login", data={"password": PASSWORD}) as answer:
                assert str(answer.url) == f"{address}/"
                token = (await answer.text()).partition('name="form_token" value="')[2].partition('"')[0]
            form = {"form_token": token, "question": "Who repairs a broken lamp?"}
            async with session.post(f"{address}/try", data=form) as answer:
                assert ">Answered</h2>" in await answer.text()
            async with session.post(f"{address}/canaries", data=form) as answer:
                assert "There are none yet" in await answer.text()
                return answer.status

    try:
        if refused:
            with pytest.raises(ChipbotError) as caught:
                await serve()
            assert refused in str(caught.value)
        else:
            assert await serve() == 200
    finally:
        await daemon._questions.close(0)
