"""Everything that runs while the bot does: the client, the web server, the watchdog, and reloading on
SIGHUP.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING

from chipbot import bot
from chipbot.errors import ChipbotError, JournalError, StoredIndexError
from chipbot.ops import logs, sd_notify
from chipbot.ops.document_store import document_store
from chipbot.ops.index_upkeep import IndexUpkeep
from chipbot.ops.metrics import Metrics
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.service.scopes import Grants
from chipbot.service.telemetry import JournalFacts

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal
    from chipbot.model import Progress
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings

log = logging.getLogger(__name__)

_RELOADED = frozenset(
    (
        *("min_confidence", "max_quotes", "cooldown", "log_level", "log_format", "log_questions"),
        *("keep_questions", "keep_days"),
    )
)
"""The settings that SIGHUP changes; the others are fixed while the bot runs."""


def run(settings: Settings, knowledge_base: KnowledgeBase, reread: Callable[[], Settings]) -> None:
    """Run the bot until it is told to stop by SIGINT or SIGTERM; `reread` returns the settings anew.

    Raises TokenError when the token is missing or Discord refuses it, ChipbotError when Discord cannot be
    reached or the web server cannot listen.
    """
    asyncio.run(Daemon(settings, knowledge_base, reread).run())


def configure_logs(settings: Settings) -> None:
    """Write the log as the settings say, without the token."""
    token = settings.token.get_secret_value() if settings.token is not None else ""
    logs.configure(
        level=settings.log_level,
        layout=settings.log_format,
        questions=settings.log_questions,
        secrets=[token],
    )


_PATIENCE = 60.0  # seconds that the service manager waits for the next sign


class Daemon:
    """One running bot and what belongs to it."""

    def __init__(
        self, settings: Settings, knowledge_base: KnowledgeBase, reread: Callable[[], Settings]
    ) -> None:
        self._settings = settings
        self._knowledge_base = knowledge_base
        self._reread = reread
        self._metrics = Metrics()
        self._journal = _journal(settings)
        self._processes = (
            self._journal.processes(settings.shards) if self._journal and settings.shards else None
        )
        self._questions = QuestionService(
            knowledge_base,
            cooldown=settings.cooldown,
            options=settings.answer_options(),
            grants=Grants(settings.servers),
            log_questions=settings.log_questions,
            telemetry=self._metrics,
            journal=self._journal,
            shared_cooldown=self._processes,
        )
        self._refresher = IndexRefresher(
            knowledge_base,
            telemetry=self._metrics,
            alone=partial(self._processes.alone, "index") if self._processes else contextlib.nullcontext,
        )
        self._reloading = asyncio.Lock()
        self._upkeep = IndexUpkeep(settings, knowledge_base, self._refresher, leads=self._leads)
        self._documents = document_store(settings, knowledge_base)

    async def run(self) -> None:
        """Run until a signal ends it; raises as the function does."""
        token = bot.token_of(self._settings)
        self._client = bot.ChipbotClient(
            self._questions,
            self._refresher,
            seeds=self._settings.seeds,
            documents=self._documents,
            message_content=self._settings.message_content,
            bridges=self._settings.bridges,
            processes=self._processes,
        )
        channels = self._client.channels = self._imported_channels()
        self._metrics.watch(self._knowledge_base.facts, self._client.gateway_facts, self._journal_facts)
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(self._counted_log())
            stack.enter_context(bot.connecting_to(self._settings.discord_url))
            if self._journal is not None:
                await self._journal.start()
                stack.push_async_callback(self._journal.close)
            if self._settings.web_port:
                await stack.enter_async_context(self._pages())
            self._upkeep.notice_damage()
            for task in (channels.run(), *self._tasks()):
                stack.push_async_callback(_cancelled, asyncio.create_task(task))
            stack.enter_context(self._on_hang_up())
            await bot.serve(self._client, token, on_stop=sd_notify.stopping)

    def _imported_channels(self) -> bot.ImportedChannels:
        """Return what keeps the channels in sync that are imported."""
        return bot.ImportedChannels(
            self._client,
            self._journal,
            self._settings.seeds,
            CitationLinks(self._settings.seeds, self._settings.sources).sources,
            self._upkeep.refresh,
            serves=self._client.serves,
        )

    def _pages(self) -> contextlib.AbstractAsyncContextManager[str]:
        """Return what serves the pages while inside."""
        from chipbot.ops import pages_server

        return pages_server.serving(
            self._settings,
            self._knowledge_base,
            self._questions,
            self._refresher,
            self._documents,
            readiness=self._readiness,
            metrics=self._metrics.exposition,
        )

    def _tasks(self) -> Iterator[Coroutine[object, object, None]]:
        """Yield what goes on beside the client as long as it runs."""
        yield self._upkeep.repair()
        yield self._announce()
        yield self._measure_lag()
        yield self._show_life()
        yield self._prepare()
        yield self._digest()
        yield from self._upkeep.sync_tasks()

    async def reload(self) -> None:
        """Read the settings again, and refresh the index; what fails stays as it was."""
        async with self._reloading:
            sd_notify.reloading()
            try:
                self._reload_settings()
                await self._refresher.run("a signal", _show)
            except ChipbotError as error:
                log.error("the index stays as it was: %s", error)  # noqa: TRY400  # the message is written to be enough
            except Exception:  # the bot goes on answering, whatever it was
                log.exception("the index stays as it was")
            finally:
                if self._client.connected_once.is_set():  # else `_announce` will say so
                    sd_notify.ready("reloaded")

    def _reload_settings(self) -> None:
        try:
            new = self._reread()
        except ChipbotError as error:
            log.error("the settings stay as they were: %s", error)  # noqa: TRY400  # the message is written to be enough
            return
        old, self._settings = self._settings, new
        configure_logs(new)
        self._questions.options = new.answer_options()
        self._questions.cooldown.seconds = new.cooldown
        self._questions.log_questions = new.log_questions
        if self._journal is not None:
            self._journal.questions.kept, self._journal.keep_days = new.keep_questions, new.keep_days
        changed = {name for name in type(new).model_fields if getattr(old, name) != getattr(new, name)}
        log.info("settings read again; changed: %s", ", ".join(sorted(changed)) or "none")
        for name in sorted(changed - _RELOADED):
            log.warning("CHIPBOT_%s takes effect at the next start", name.upper())

    async def _readiness(self) -> dict[str, str | None]:
        """Say what keeps the bot from answering."""
        problem = None
        try:
            await asyncio.to_thread(self._knowledge_base.index)
        except StoredIndexError as error:
            problem = str(error)
        gateway = "the bot is stopping" if self._questions.closing else self._client.gateway_facts().problem
        return {"gateway": gateway, "index": problem}

    def _leads(self) -> bool:
        """Whether this process does what one of those that share the bot is to do."""
        return self._processes is None or self._processes.leads

    def _journal_facts(self) -> JournalFacts:
        journal = self._journal
        if journal is None:
            return JournalFacts(working=False, pending=0, lost=0)
        return JournalFacts(working=journal.problem is None, pending=journal.pending, lost=journal.dropped)

    async def _announce(self) -> None:
        """Tell the service manager once the bot takes questions, and until then that it is not to give up."""
        while not self._client.connected_once.is_set():
            sd_notify.starting("connecting to Discord", _PATIENCE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._client.connected_once.wait(), _PATIENCE / 2)
        sd_notify.ready(f"answering as {self._client.user}")

    async def _prepare(self) -> None:
        """Warm up; then complete the index, once the bot takes questions."""
        await self._questions.warm_up()
        await self._client.connected_once.wait()
        await self._upkeep.complete()

    async def _digest(self) -> None:
        """Send servers the summary of their week, once the bot takes questions."""
        await self._client.connected_once.wait()
        if self._journal is not None:
            await bot.send_digests(self._client)

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 1
            await asyncio.sleep(1)
            self._metrics.lag(max(0.0, loop.time() - due))

    async def _show_life(self) -> None:
        """Let the watchdog know that the event loop turns, twice as often as it must."""
        interval = sd_notify.watchdog_interval()
        while interval is not None:
            sd_notify.notify("WATCHDOG=1")
            await asyncio.sleep(interval / 2)

    @contextlib.contextmanager
    def _counted_log(self) -> Iterator[None]:
        handler = self._metrics.counting_log()
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)

    @contextlib.contextmanager
    def _on_hang_up(self) -> Iterator[None]:
        """While inside, SIGHUP reloads; on a terminal it is left alone, for there it means that the window
        was closed.
        """
        loop = asyncio.get_running_loop()
        under_way: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = asyncio.create_task(self.reload())
            under_way.add(task)
            task.add_done_callback(under_way.discard)

        if not hasattr(signal, "SIGHUP") or (
            sys.stdin is not None and sys.stdin.isatty()
        ):  # Windows has none
            yield
            return
        loop.add_signal_handler(signal.SIGHUP, reload)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGHUP)


def _journal(settings: Settings) -> Journal | None:
    """Return the journal of these settings; None, with a warning, where there cannot be one.

    Raises JournalError where processes are to share shards in it.
    """
    from chipbot.journal.journal import Journal
    from chipbot.journal.place import journal_place

    try:
        place = journal_place(settings.journal, settings.index)
        return Journal(place, keep_questions=settings.keep_questions, keep_days=settings.keep_days)
    except JournalError as error:
        if settings.shards:
            raise
        log.warning("nothing is remembered: %s", error)
        return None


async def _show(state: Progress) -> None:
    """Tell the service manager how far a rebuild is, and to wait."""
    sd_notify.starting(f"{state.step} {state.done} of {state.total}", _PATIENCE)


async def _cancelled(task: asyncio.Task[None]) -> None:
    """End a task, and wait for its end."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
