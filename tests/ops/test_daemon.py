"""The running bot as a whole: readiness, metrics, reloading, the watchdog and the end, against a Discord on
loopback.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import Mock

import aiohttp
import pytest
from pydantic import SecretStr
from tests.core import SEED
from tests.wire.bots import club, reply_to
from tests.wire.faults import rate_limit
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

from chipbot.bot import connecting_to
from chipbot.errors import ChipbotError, SeedsError, SettingsError
from chipbot.ops import logs, pages_server
from chipbot.ops.daemon import Daemon
from chipbot.ops.metrics import Metrics
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.refresh import AlreadyRunningError
from chipbot.settings import Settings, load

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
FUND = "How much money is in the fund?"
PATIENCE = 30  # seconds


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the shipped document, its index and a token."""
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEED, tmp_path / "seeds")
    KnowledgeBase(tmp_path / "seeds", tmp_path / "index").reindex()
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("CHIPBOT_", "WATCHDOG_", "NOTIFY_"))]:
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(f"CHIPBOT_TOKEN={TOKEN}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """A service manager's socket; returns everything that it was told until now."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.setblocking(False)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    told: list[str] = []

    def received() -> list[str]:
        with contextlib.suppress(BlockingIOError):
            while True:
                told.extend(listener.recv(1000).decode().splitlines())
        return told

    with listener:
        yield received


async def until(condition: Callable[[], object] | Callable[[], Awaitable[object]]) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while True:
            held = condition()
            if await held if isinstance(held, Awaitable) else held:
                return
            await asyncio.sleep(0.01)


@dataclass
class Running:
    """A bot that runs in this process."""

    wire: Wire
    daemon: Daemon
    knowledge_base: KnowledgeBase
    task: asyncio.Task[None]
    address: str = ""
    ended: list[BaseException | None] = field(default_factory=list)

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as answer:
            return answer.status, await answer.text()

    async def ready(self) -> bool:
        return (await self.get("/readyz"))[0] == 200

    async def metric(self, name: str) -> float:
        _, text = await self.get("/metrics")
        return sum(
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if line.startswith((f"{name} ", f"{name}{{"))
        )


@pytest.fixture
async def bot(unused_tcp_port: int) -> AsyncIterator[Running]:
    """A bot that is connected and serves its metrics."""
    settings = load(web_port=unused_tcp_port, cooldown=0)
    knowledge_base = KnowledgeBase(settings.seeds, settings.index)
    wire = Wire([club()])
    async with wire.serving():
        with connecting_to(wire.url):
            daemon = Daemon(settings, knowledge_base, lambda: load(web_port=unused_tcp_port))
            task = asyncio.create_task(daemon.run())
            running = Running(wire, daemon, knowledge_base, task, f"http://127.0.0.1:{unused_tcp_port}")
            await until(lambda: wire.gateway.connected or task.done())
            assert not task.done(), task.exception()
            await until(running.ready)
            await until(daemon._client.connected_once.is_set)  # from then on nothing more is told by itself
            yield running
            if not task.done():
                os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                await task
    for name in (None, "discord", "aiohttp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logs._Handler)]:
        root.removeHandler(handler)


async def test_a_question_is_answered_and_counted(bot: Running) -> None:
    reply = await reply_to(bot.wire)
    assert "$500 million" in json.dumps(reply)
    await until(lambda: _is(bot.metric("chipbot_questions_total"), 1))
    _, text = await bot.get("/metrics")
    assert 'chipbot_questions_total{outcome="answered",trigger="mention"} 1.0' in text
    assert await bot.metric("chipbot_reply_seconds_count") == 1
    assert await bot.metric("chipbot_confidence_count") == 1
    assert await bot.metric("chipbot_index_documents") == 1
    assert await bot.metric("chipbot_index_bytes") > 1000
    assert await bot.metric("chipbot_gateway_connected") == 1
    assert await bot.metric("chipbot_guilds") == 1
    assert await bot.metric("chipbot_journal_up") == 1
    assert await bot.metric("chipbot_journal_lost_writes_total") == 0
    assert FUND not in text
    assert "Club" not in text


async def _is(value: Awaitable[float], expected: float) -> bool:
    return await value == expected


async def test_rate_limits_and_reconnects_are_counted(bot: Running) -> None:
    path = "POST /channels/102/messages"
    bot.wire.rest.faults.add(path, rate_limit(0.01))
    await reply_to(bot.wire)
    assert bot.wire.rest.asked[path] == 2
    _, text = await bot.get("/metrics")
    assert 'chipbot_discord_requests_total{code="429"} 1.0' in text
    assert await bot.metric("chipbot_gateway_reconnects_total") == 0
    await bot.wire.gateway.drop(4000)
    await until(lambda: _is(bot.metric("chipbot_gateway_reconnects_total"), 1))
    await until(bot.ready)
    _, text = await bot.get("/metrics")
    assert 'chipbot_gateway_reconnects_total{kind="resumed"} 1.0' in text
    assert bot.wire.gateway.asked["op 6"] == 1


async def test_it_is_not_ready_while_discord_is_away(bot: Running) -> None:
    bot.wire.gateway.greets = False
    await bot.wire.gateway.drop(4000)
    await until(lambda: _not(bot.ready()))
    status, body = await bot.get("/readyz")
    assert (status, json.loads(body)["problems"]) == (503, {"gateway": "not connected to Discord"})
    assert (await bot.get("/healthz"))[0] == 200
    assert await bot.metric("chipbot_gateway_connected") == 0


async def _not(value: Awaitable[bool]) -> bool:
    return not await value


async def test_it_is_not_ready_without_an_index(bot: Running, folder: Path) -> None:
    shutil.rmtree(folder / "index")
    bot.knowledge_base._served._answerer = None  # as after a start
    status, body = await bot.get("/readyz")
    assert status == 503
    assert "there is no index" in json.loads(body)["problems"]["index"]
    assert await bot.metric("chipbot_index_open") == 0


async def test_a_hang_up_reads_settings_and_documents_again(
    bot: Running, folder: Path, manager: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    (folder / ".env").write_text(
        f"CHIPBOT_TOKEN={TOKEN}\nCHIPBOT_COOLDOWN=9\nCHIPBOT_MAX_QUOTES=1\nCHIPBOT_SEEDS=other\n"
    )
    (folder / "seeds" / "law.txt").write_text("The Law\n\nThe zebra clause was added in 1999.\n")
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: "READY=1" in manager())
    assert bot.daemon._questions.cooldown.seconds == 9
    assert bot.knowledge_base.status().documents == 2
    assert "1999" in json.dumps(await reply_to(bot.wire, "When was the zebra clause added?"))
    assert bot.daemon._questions.options.max_quotes == 1
    assert "CHIPBOT_SEEDS takes effect at the next start" in caplog.text
    assert manager()[0] == "RELOADING=1"
    assert manager().index("READY=1") > manager().index("RELOADING=1")
    assert await bot.metric("chipbot_rebuilds_total") == 1


async def test_a_hang_up_with_wrong_settings_changes_nothing(
    bot: Running, folder: Path, manager: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    (folder / ".env").write_text(f"CHIPBOT_TOKEN={TOKEN}\nCHIPBOT_COOLDOWN=x\n")
    shutil.rmtree(folder / "seeds")
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: "READY=1" in manager())
    assert bot.daemon._questions.cooldown.seconds == 0
    assert "the settings stay as they were: CHIPBOT_COOLDOWN is 'x'" in caplog.text
    assert "the index stays as it was: the seeds folder" in caplog.text
    _, text = await bot.get("/metrics")
    assert 'chipbot_rebuilds_total{outcome="failed"} 1.0' in text
    assert 'chipbot_log_entries_total{level="error"} 2.0' in text


async def test_whatever_a_rebuild_raises_the_bot_goes_on(
    bot: Running,
    manager: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(bot.knowledge_base, "reindex", _raising)
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: "READY=1" in manager())
    assert "RuntimeError: broken" in caplog.text
    assert "$500 million" in json.dumps(await reply_to(bot.wire))


async def test_a_damaged_index_is_built_anew_by_itself_and_never_quoted(
    bot: Running, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (arrays,) = (folder / "index").glob("*/arrays.bin")
    place = arrays.read_bytes().index(b"$500 million")
    with arrays.open("r+b") as file:  # the very file that is mapped
        file.seek(place)
        file.write(b"$900")
    shown = json.dumps(await reply_to(bot.wire))
    assert "I can't read my index right now" in shown
    assert "does not match its checksum; run `chipbot index`" in caplog.text
    await until(lambda: _is(bot.metric("chipbot_rebuilds_total"), 1))
    assert "$500 million" in json.dumps(await reply_to(bot.wire))


async def test_closing_the_window_still_ends_a_bot_that_runs_in_it(
    bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Mock(isatty=lambda: True))
    before = signal.getsignal(signal.SIGHUP)
    with bot.daemon._on_hang_up():
        assert signal.getsignal(signal.SIGHUP) is before
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
    with bot.daemon._on_hang_up():
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


async def test_the_watchdog_is_fed_and_lag_is_measured(
    bot: Running, manager: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    life = asyncio.create_task(bot.daemon._show_life())
    await until(lambda: manager().count("WATCHDOG=1") >= 3)
    life.cancel()
    await until(lambda: _over(bot.metric("chipbot_event_loop_lag_seconds_count"), 0))
    assert manager().count("WATCHDOG=1") >= 3
    assert await bot.metric("chipbot_event_loop_lag_seconds_count") > 0


async def _over(value: Awaitable[float], limit: float) -> bool:
    return await value > limit


async def test_an_address_that_is_taken_ends_the_bot(bot: Running) -> None:
    settings = load(web_port=int(bot.address.rpartition(":")[2]))
    with pytest.raises(ChipbotError, match="cannot listen"):
        await Daemon(settings, bot.knowledge_base, load).run()


async def test_processes_that_share_shards_lead_with_a_share() -> None:
    alone, url = load(), SecretStr("postgresql://127.0.0.1:1/bot")
    shared = alone.model_copy(update={"journal": url, "shards": 2})
    knowledge_base = KnowledgeBase(alone.seeds, alone.index)
    assert Daemon(alone, knowledge_base, load)._leads()
    assert not Daemon(shared, knowledge_base, load)._leads(), "before it has a share"


@pytest.mark.parametrize("switched_on", [False, True])
async def test_a_question_is_in_the_log_only_if_that_is_switched_on(
    bot: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, switched_on: bool
) -> None:
    caplog.set_level(logging.DEBUG, "chipbot")
    bot.daemon._questions.log_questions = switched_on
    await reply_to(bot.wire, "What about the zebra?")
    monkeypatch.setattr(bot.knowledge_base, "answer", _raising)
    await reply_to(bot.wire, "And what about the zebra?")
    assert ("zebra" in caplog.text) == switched_on
    assert TOKEN not in caplog.text


def _raising(*_: object, **__: object) -> None:
    raise RuntimeError("broken")


async def test_what_a_member_is_told_is_the_id_of_the_logs_entries(
    bot: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(level="info", layout="json")
    monkeypatch.setattr(bot.knowledge_base, "answer", _raising)
    told = (await reply_to(bot.wire))["content"]
    entries = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (entry,) = (entry for entry in entries if entry["level"] == "error")
    assert f"`{entry['request']}`" in told
    assert f"[{entry['request']}]" in entry["message"]
    assert "RuntimeError: broken" in entry["exception"]
    _, text = await bot.get("/metrics")
    assert 'chipbot_questions_total{outcome="failed",trigger="mention"} 1.0' in text


# The whole process


@contextlib.asynccontextmanager
async def process(wire: Wire, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`chipbot run` in a process of its own."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chipbot", "run"),
        env=os.environ | {"CHIPBOT_DISCORD_URL": wire.url} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def test_a_process_from_start_to_end(
    folder: Path, manager: Callable[[], list[str]], unused_tcp_port: int
) -> None:
    shutil.rmtree(folder / "index")
    async with (
        Wire([club()]).serving() as wire,
        process(
            wire, CHIPBOT_WEB_PORT=str(unused_tcp_port), CHIPBOT_LOG_LEVEL="debug", WATCHDOG_USEC="500000"
        ) as running,
        asyncio.timeout(PATIENCE),
    ):
        await until(lambda: "READY=1" in manager())
        assert "EXTEND_TIMEOUT_USEC=60000000" in manager(), "while it built the index"
        await until(lambda: "WATCHDOG=1" in manager())
        await reply_to(wire)
        running.send_signal(signal.SIGTERM)
        out, err = await running.communicate()
    assert running.returncode == 0
    assert out == b""
    assert "STOPPING=1" in manager()
    assert TOKEN not in err.decode()
    assert FUND not in err.decode()
    entries = [json.loads(line) for line in err.decode().splitlines() if line.startswith("{")]
    assert any(
        "answered" in entry["message"] and len(entry["request"]) == 8
        for entry in entries
        if "request" in entry
    )


async def test_a_process_with_a_refused_token_says_so_in_one_line_and_is_not_to_be_restarted() -> None:
    async with (
        Wire(token="other").serving() as wire,  # noqa: S106  # made up
        process(wire) as running,
        asyncio.timeout(PATIENCE),
    ):
        out, err = await running.communicate()
    assert (running.returncode, out) == (78, b"")
    assert err.decode().splitlines()[-1].startswith("chipbot: Discord refused the token: set CHIPBOT_TOKEN")
    assert TOKEN not in err.decode()


def test_reloading_never_needs_what_is_fixed() -> None:
    from chipbot.ops import daemon

    assert set(Settings.model_fields) >= daemon._RELOADED
    assert {"token", "seeds", "index", "web_host", "web_port"}.isdisjoint(daemon._RELOADED)
    assert issubclass(SettingsError, ChipbotError)


async def test_the_pages_are_served_on_this_machine(bot: Running) -> None:
    status, page = await bot.get("/documents")
    assert status == 200
    assert SEED.name in page
    assert (await bot.get(f"/originals/{SEED.name}"))[0] == 404


@pytest.mark.parametrize(("web_url", "status"), [("", 404), ("http://localhost", 200)])
async def test_pages_for_others_need_an_address_of_their_own(
    unused_tcp_port: int, web_url: str, status: int
) -> None:
    settings = load(web_host="0.0.0.0", web_port=unused_tcp_port, web_url=web_url)  # noqa: S104  # what is tested
    knowledge_base, metrics = KnowledgeBase(settings.seeds, settings.index), Metrics()
    daemon = Daemon(settings, knowledge_base, load)
    server = pages_server.serving(
        settings,
        knowledge_base,
        daemon._questions,
        daemon._refresher,
        daemon._documents,
        readiness=daemon._readiness,
        metrics=metrics.exposition,
    )
    async with server, aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{unused_tcp_port}"
        async with session.get(f"{address}/healthz") as answer:
            assert answer.status == 200
        async with session.get(f"{address}/documents") as answer:
            assert answer.status == status


async def test_the_index_follows_the_documents_by_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.ops.seeds_watch.QUIET", 0.1)
    monkeypatch.setattr("chipbot.service.refresh.AGAIN", 0.05)
    settings = load(watch=True)
    knowledge_base = KnowledgeBase(settings.seeds, settings.index)
    daemon = Daemon(settings, knowledge_base, load)
    tasks = [asyncio.create_task(coroutine) for coroutine in daemon._upkeep.sync_tasks()]
    assert len(tasks) == 1
    await asyncio.sleep(0.5)  # until it watches
    (folder / "seeds" / "lamp.md").write_text("# Lamp\n\nThe bulb is changed with a green wrench.\n")
    await until(lambda: knowledge_base.status().documents == 2)
    for task in tasks:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def repository_in(folder: Path) -> Path:
    """A Git repository with a document."""
    repository = folder / "repository"
    repository.mkdir()
    (repository / "lamp.md").write_text("# Lamp\n\nThe bulb is changed with a green wrench.\n")
    who = {
        f"GIT_{role}_{what}": "x@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", "-C", repository, *command], env=os.environ | who, check=True)
    return repository


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
async def test_imported_documents_come_in_by_the_clock(folder: Path) -> None:
    repository = repository_in(folder)
    (folder / "seeds" / "sources.yaml").write_text(f"lamps: {{git: '{repository.as_uri()}'}}")
    settings = load(import_every=0.1 / 3600)
    knowledge_base = KnowledgeBase(settings.seeds, settings.index)
    (task,) = map(asyncio.create_task, Daemon(settings, knowledge_base, load)._upkeep.sync_tasks())
    await until(lambda: knowledge_base.status().documents == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (folder / "seeds" / "lamps" / "lamp.md").exists()


async def test_a_refresh_waits_for_the_one_under_way_and_survives_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chipbot.service.refresh.AGAIN", 0.01)
    settings = load()
    daemon = Daemon(settings, KnowledgeBase(settings.seeds, settings.index), load)
    tried: list[str] = []

    async def run(who: str, *, guild_id: int | None, force: bool) -> None:
        assert guild_id is None
        tried.append(who)
        assert not force
        if len(tried) == 1:
            raise AlreadyRunningError("somebody", 1.0)
        raise SeedsError(f"{folder} is empty")

    monkeypatch.setattr(daemon._refresher, "run", run)
    await daemon._upkeep.refresh("a test")
    assert tried == ["a test"] * 2
    assert "the index stays as it was" in caplog.text
