"""An operator at the pages behind the password."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from tests.web.served import DESK, LAMP, Served, served

PASSWORD = "correct horse battery"  # noqa: S105  # of a test
DOCUMENTS: dict[str, str | bytes] = {"lamp.md": LAMP, "sub/desk.md": DESK, "broken.pdf": b"%PDF-1.7 nothing"}


class Page(NamedTuple):
    """A page, where the browser has come to."""

    status: int
    text: str
    url: str

    @property
    def notice(self) -> str:
        """What it says of what was done."""
        found = re.search(r'<div class="notice" role="status">(.*?)</div>', self.text, re.DOTALL)
        return (
            unescape(re.sub(r"</p><p>", "\n", found[1]).replace("<p>", "").replace("</p>", ""))
            if found
            else ""
        )

    def field(self, name: str) -> str:
        """Return what a hidden field holds."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found is not None, name
        return unescape(found[1])


class Operator:
    """Uses the pages as a browser does."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.seeds = Path()

    async def get(self, path: str = "", **headers: str) -> Page:
        address = f"{self.server.address}/operator/{path}"
        async with self.server.session.get(address, headers=headers) as answer:
            return Page(answer.status, await answer.text(), str(answer.url))

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        address = f"{self.server.address}/operator/{path}"
        async with self.server.session.post(address, data=fields, headers=headers) as answer:
            return Page(answer.status, await answer.text(), str(answer.url))

    async def send(
        self, path: str, fields: Mapping[str, str], *files: tuple[str, bytes], field: str = "files"
    ) -> Page:
        """Post a form with files; the token of the session comes first unless the fields have one."""
        form = aiohttp.FormData(quote_fields=False)  # as browsers do
        own = {} if "form_token" in fields else {"form_token": await self.token()}
        for name, value in (own | dict(fields)).items():
            form.add_field(name, value, content_type="text/plain")
        for name, data in files:
            form.add_field(field, io.BytesIO(data), filename=name, content_type="application/octet-stream")
        async with self.server.session.post(f"{self.server.address}/operator/{path}", data=form()) as answer:
            return Page(answer.status, await answer.text(), str(answer.url))

    async def press(self, path: str, **fields: str) -> Page:
        """Post a form without files, with the session's token."""
        return await self.post(path, {"form_token": await self.token(), **fields})

    async def token(self) -> str:
        return (await self.get("try")).field("form_token")

    async def log_in(self, password: str = PASSWORD, **headers: str) -> Page:
        return await self.post("login", {"password": password}, **headers)


@asynccontextmanager
async def operator(
    folder: Path, documents: Mapping[str, str | bytes] = DOCUMENTS, **settings: Any
) -> AsyncIterator[Operator]:
    """Serve documents with an operator who has logged in."""
    async with served(folder, documents, password=PASSWORD, **settings) as server:
        made = Operator(server)
        made.seeds = folder / "seeds"
        page = await made.log_in()
        assert (page.status, page.url) == (200, f"{server.address}/operator/")
        yield made
