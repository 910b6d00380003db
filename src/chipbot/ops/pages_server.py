"""The web server with the documents' pages: beside the bot, or by itself."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot import web
from chipbot.errors import ChipbotError, StoredIndexError
from chipbot.ops import canaries
from chipbot.ops.document_store import document_store
from chipbot.ops.metrics import Metrics
from chipbot.service.document_store import DocumentStore
from chipbot.service.documents import Documents
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.service.scopes import PAGES, Grants
from chipbot.translation import Message, gettext

if TYPE_CHECKING:
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings

_PORT = 8080  # where the pages are served by themselves, unless a port is set


def serving(
    settings: Settings,
    knowledge_base: KnowledgeBase,
    questions: QuestionService,
    refresher: IndexRefresher,
    store: DocumentStore,
    *,
    readiness: web.Readiness,
    metrics: web.Exposition,
) -> contextlib.AbstractAsyncContextManager[str]:
    """Return the web server; it shows documents where this machine alone reaches it, or the operator says who does."""
    pages = operator_pages = None
    if shows_documents(settings):
        links = CitationLinks(settings.seeds, settings.sources)
        documents = Documents(knowledge_base, settings.seeds, links, Grants(settings.servers).of(PAGES))
        pages = web.Pages(
            questions, documents, originals=settings.web_originals, limits=settings.read_limits()
        )
    if settings.web_password_file is not None:
        workshop = web.Workshop(
            store=store,
            refresher=refresher,
            explain=lambda question: knowledge_base.explain(question, questions.options),
            canaries=lambda: canaries.results(settings.seeds, knowledge_base.index()),
        )
        operator_pages = web.OperatorPages(_gate(settings, settings.web_password_file), workshop)
    return web.serving(
        settings.web_host,
        settings.web_port,
        readiness=readiness,
        metrics=metrics,
        pages=pages,
        operator_pages=operator_pages,
        web_url=settings.web_url,
    )


def _gate(settings: Settings, path: Path) -> web.Gate:
    """Return the way in by a password; raises ChipbotError where it cannot be used, or others could read it."""
    if not (web.is_loopback(settings.web_host) or settings.web_url.startswith("https://")):
        raise ChipbotError(
            Message(
                "CHIPBOT_WEB_PASSWORD_FILE is set, but others could read the password on its way: "
                "let CHIPBOT_WEB_URL begin with https://, or leave CHIPBOT_WEB_HOST at 127.0.0.1"
            )
        )
    if path.resolve().is_relative_to(settings.seeds.resolve()):
        raise ChipbotError(
            Message(
                "{path} is among the documents, where it would be quoted: put the password elsewhere",
                path=path,
            )
        )
    password = web.PasswordFile(path)
    password.check()
    return web.Gate(password, settings.web_url)


def shows_documents(settings: Settings) -> bool:
    """Whether the settings let documents be shown."""
    return web.is_loopback(settings.web_host) or bool(settings.web_url)


def run(settings: Settings, knowledge_base: KnowledgeBase, say: Callable[[str], None]) -> None:
    """Serve the pages without Discord until SIGINT or SIGTERM; `say` is told where.

    Raises ChipbotError where the address cannot be listened at, or where it would show documents to others unasked.
    """
    if not shows_documents(settings):
        raise ChipbotError(
            Message(
                "at {host} others could read the documents: set CHIPBOT_WEB_URL to the address that "
                "they use, or leave CHIPBOT_WEB_HOST at 127.0.0.1",
                host=settings.web_host,
            )
        )
    if not settings.web_port:
        settings = settings.model_copy(update={"web_port": _PORT})
    asyncio.run(_run(settings, knowledge_base, say))


async def _run(settings: Settings, knowledge_base: KnowledgeBase, say: Callable[[str], None]) -> None:
    metrics, ended = Metrics(), asyncio.Event()
    questions = QuestionService(
        knowledge_base,
        cooldown=settings.cooldown,
        options=settings.answer_options(),
        grants=Grants(settings.servers),
        log_questions=settings.log_questions,
        telemetry=metrics,
    )

    async def readiness() -> dict[str, str | None]:
        try:
            await asyncio.to_thread(knowledge_base.index)
        except StoredIndexError as error:
            return {"index": str(error)}
        return {"index": None}

    with contextlib.suppress(NotImplementedError):  # on Windows an interrupt ends asyncio.run
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    refresher = IndexRefresher(knowledge_base, telemetry=metrics)
    server = serving(
        settings,
        knowledge_base,
        questions,
        refresher,
        document_store(settings, knowledge_base),
        readiness=readiness,
        metrics=metrics.exposition,
    )
    async with server as address:
        say(gettext("The pages are at {address} (Ctrl-C ends).", address=settings.web_url or address))
        await ended.wait()
        refresher.stop()
        await questions.close()
