"""Pages of documents that tests write, served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from chipbot import web
from chipbot.ops.metrics import Metrics
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService

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
) -> AsyncIterator[Served]:
    """Serve these documents while inside."""
    seeds = folder / "seeds"
    for name, text in documents.items():
        (seeds / name).parent.mkdir(parents=True, exist_ok=True)
        (seeds / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    links = CitationLinks(seeds, web_url=web_url)
    knowledge_base = KnowledgeBase(seeds, folder / "index", language="en", links=links)
    knowledge_base.refresh()
    questions = QuestionService(knowledge_base, cooldown=cooldown)

    async def readiness() -> dict[str, str | None]:
        return {}

    pages = web.Pages(questions, Documents(knowledge_base, seeds, links), originals=originals)
    async with (
        web.serving(
            host, 0, readiness=readiness, metrics=Metrics().exposition, pages=pages, web_url=web_url
        ) as address,
        aiohttp.ClientSession() as session,
    ):
        yield Served(address, session, knowledge_base)
    await questions.close(0)
