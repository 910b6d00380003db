"""Pages of documents that tests write, served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from chipbot import web
from chipbot.model import ReadLimits
from chipbot.ops import canaries
from chipbot.ops.metrics import Metrics
from chipbot.service.document_store import DocumentStore
from chipbot.service.documents import Documents
from chipbot.service.index_sync import Approve
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.web.sessions import Sessions

LAMP = """# The lamp

It shines on [the desk](desk.md#wood "Desk") and on [the web](https://example.org/lamp).

## Bulbs

Before you change one:

1. Switch it **off**
2. Wait, then:
   - open the `lid`
   - take the bulb out

> [!WARNING]
> The bulb stays *hot* for ten minutes.

### Kinds {#kinds}

| kind | watts |
|---|---|
| small | 5 |
| large | 40 |

```sh
lamp --on \\
  --bright
```

## Who repairs it?

The workshop repairs a broken lamp for free on Fridays.
"""
DESK = '# The desk\n\n## Wood\n\nIt is made of oak. <script>alert(1)</script> & "more"\n'


@dataclass
class Served:
    """A running server."""

    address: str
    session: aiohttp.ClientSession
    knowledge_base: KnowledgeBase
    refresher: IndexRefresher

    async def get(self, path: str, **headers: str) -> tuple[int, str, Mapping[str, str]]:
        async with self.session.get(self.address + path, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    async def ask(self, question: str, *before: str, **headers: str) -> tuple[int, str]:
        form = [("question", question), *(("before", one) for one in before)]
        async with self.session.post(self.address + "/", data=form, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def served(
    folder: Path,
    documents: Mapping[str, str | bytes],
    *,
    originals: bool = False,
    web_url: str = "",
    cooldown: float = 0.0,
    host: str = "127.0.0.1",
    password: str = "",
    limits: ReadLimits = ReadLimits(),
    approve: Approve = lambda _seeds, _present, _new: None,
    sessions: Sessions | None = None,
) -> AsyncIterator[Served]:
    """Serve these documents while inside; with a password, the operator's pages as well."""
    seeds = folder / "seeds"
    for name, text in documents.items():
        (seeds / name).parent.mkdir(parents=True, exist_ok=True)
        (seeds / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    links = CitationLinks(seeds, web_url=web_url)
    knowledge_base = KnowledgeBase(
        seeds, folder / "index", language="en", links=links, limits=limits, approve=approve
    )
    knowledge_base.refresh()
    refresher = IndexRefresher(knowledge_base)
    questions = QuestionService(knowledge_base, cooldown=cooldown)

    async def readiness() -> dict[str, str | None]:
        return {}

    shown = Documents(knowledge_base, seeds, links)
    pages = web.Pages(questions, shown, originals=originals)
    operator_pages = None
    if password:
        file = folder / "password"
        file.write_text(password)
        workshop = web.Workshop(
            store=DocumentStore(seeds, shown.inventory, links, limits=limits),
            refresher=refresher,
            explain=knowledge_base.explain,
            canaries=lambda: canaries.results(seeds, knowledge_base.index()),
        )
        gate = web.Gate(web.PasswordFile(file), web_url, sessions)
        operator_pages = web.OperatorPages(gate, workshop)
    async with (
        web.serving(
            host,
            0,
            readiness=readiness,
            metrics=Metrics().exposition,
            pages=pages,
            operator_pages=operator_pages,
            web_url=web_url,
        ) as address,
        aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True)
        ) as session,  # of an address, not a name
    ):
        yield Served(address, session, knowledge_base, refresher)
    await questions.close(0)
