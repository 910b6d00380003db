"""A crowd that asks over a true gateway, and a bot in a process of its own that answers it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import corpus as texts
from tests.benchmarks.answers import as_sentences
from tests.reliability.bot_process import Sample, samples
from tests.wire import objects
from tests.wire.bots import club
from tests.wire.members import MENTION, Question, text_of
from tests.wire.objects import APPLICATION, TOKEN, Object
from tests.wire.wire import Wire, until

from chipbot.bot import strings
from chipbot.service.knowledge_base import KnowledgeBase

START, STOP = 120.0, 30.0
"""Seconds that the bot has to be there, and to be gone."""
DEADLINE = 3.0
"""Seconds after which Discord takes a command for failed, and says so to the member."""
SERVERS, PER_SERVER = 20, 10
"""Servers, and members of each."""


@dataclass(eq=False)
class Asked:
    """A question and what came of it."""

    who: str
    """The member's id."""
    born: float
    question: Question = field(default_factory=Question)
    replies: list[str] = field(default_factory=list)
    """What was shown for it."""
    seconds: float = 0.0
    """Until the first of these."""
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    notices: list[float] = field(default_factory=list)
    """When everybody in its channel was told that too many ask at once."""

    @property
    def first(self) -> float | None:
        """Seconds until a command was answered at all, if only by telling Discord to wait."""
        return self.question.interaction.answered_after if self.question.interaction else None

    @property
    def is_busy(self) -> bool:
        """Whether the member was asked to come back."""
        if self.replies:
            return self.replies[0] == strings.BUSY
        return self.question.message is not None and any(self.born < at for at in self.notices)

    @property
    def is_answered(self) -> bool:
        """Whether the member has what they wanted: an answer, or that there is none."""
        return bool(self.replies) and not self.is_busy

    @property
    def is_expired(self) -> bool:
        """Whether Discord itself says that the command failed."""
        interaction = self.question.interaction
        return interaction is not None and not interaction.callback


class Crowd:
    """Members of several servers, who ask one after the other, half of them by mention and half by command."""

    def __init__(self, questions: Sequence[str], *, servers: int = SERVERS) -> None:
        self.wire = Wire([club(number=(place + 1) * 100) for place in range(servers)])
        self.asked: list[Asked] = []
        self._questions = questions
        self._waiting: dict[str, Asked] = {}
        self._early: dict[str, Object] = {}
        self._notices: dict[str, list[float]] = {}
        self._people = [
            (self.wire.members.join(f"member {number} of {guild['id']}", guild), guild["channels"][0])
            for number in range(PER_SERVER)
            for guild in list(self.wire.world.guilds.values())
        ]
        self.wire.world.on_shown = self._note

    @property
    def size(self) -> int:
        """How many members there are."""
        return len(self._people)

    async def ask(self) -> Asked:
        """Let the next member ask the next question."""
        number = len(self.asked)
        who, place = self._people[number % self.size]
        text = self._questions[number % len(self._questions)]
        notices = self._notices.setdefault(place["id"], [])
        asked = Asked(who["id"], time.monotonic(), notices=notices)
        self.asked.append(asked)
        members = self.wire.members
        # a round of members by mention, a round by command
        if (number // self.size + number) % 2:
            made = objects.snowflake()
            self._waiting[made] = asked
            asked.question = await members.say(who, place, f"{MENTION} {text}", id=made)
        else:
            asked.question = await members.slash(who, place, "ask", question=text)
            if asked.question.interaction is not None:
                made = asked.question.interaction.payload["id"]
                self._waiting[made] = asked
                if made in self._early:  # it was answered before the bot's other events were sent
                    self._note(self._early.pop(made))
        members.questions.clear()  # thousands, which are all in `asked`
        return asked

    async def feed(self, rate: float, seconds: float) -> list[Asked]:
        """Ask so many questions a second, whether or not those before are answered."""
        before = len(self.asked)
        await self.wire.feed(lambda _: self.ask(), rate=rate, count=int(rate * seconds))
        return self.asked[before:]

    async def chat(self, at_once: int, seconds: float) -> list[Asked]:
        """Let so many members ask again as soon as they have their answer."""
        before, end = len(self.asked), time.monotonic() + seconds

        async def talk() -> None:
            while time.monotonic() < end:
                asked = await self.ask()
                await asyncio.wait_for(asked.shown.wait(), START)

        await asyncio.gather(*(talk() for _ in range(at_once)))
        return self.asked[before:]

    async def settled(self, asked: Sequence[Asked], patience: float = START) -> None:
        """Wait until each has what is to come of it; raises TimeoutError."""
        end = time.monotonic() + patience
        for one in asked:
            while not one.replies and not one.is_busy and not self._is_over(one):
                if time.monotonic() > end:
                    raise TimeoutError
                await asyncio.sleep(0.02)

    @staticmethod
    def _is_over(asked: Asked) -> bool:
        return asked.is_expired and time.monotonic() - asked.born > DEADLINE

    def _note(self, message: Object) -> None:
        if message["author"]["id"] != APPLICATION:
            return
        if text_of(message) == strings.BUSY_FOR_ALL:
            self._notices[message["channel_id"]].append(time.monotonic())
            return
        number = message.get("interaction_metadata", {}).get("id")
        number = number or message.get("message_reference", {}).get("message_id", "")
        asked = self._waiting.get(number)
        if asked is None:
            self._early[number] = message
            return
        asked.seconds = asked.seconds or time.monotonic() - asked.born
        asked.replies.append(text_of(message))
        asked.shown.set()


class BotProcess:
    """A bot that runs in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], written: Path) -> None:
        self._process = process
        self._written = written

    def reload(self) -> None:
        """Have it bring its index in sync."""
        self._process.send_signal(signal.SIGHUP)

    def jump(self, seconds: float) -> None:
        """Set its clocks ahead."""
        if self._process.stdin is None:
            raise AssertionError("it has a standard input")
        self._process.stdin.write(b"%f\n" % seconds)
        self._process.stdin.flush()

    def samples(self, since: float = 0.0, until: float = float("inf")) -> list[Sample]:
        """How it fared meanwhile."""
        return [one for one in samples(self._written) if since <= one.at <= until]

    @property
    def code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.poll()


@contextlib.contextmanager
def crowd_of(passages: int) -> Iterator[tuple[Crowd, Path, Path]]:
    """Make up documents of so many passages, indexed; yields who asks about them, their folder, and the one around it."""
    corpus = texts.synthetic(passages)
    with tempfile.TemporaryDirectory(prefix="chipbot-crowd-") as name:
        folder = Path(name)
        seeds = folder / "seeds"
        texts.write_documents(corpus, seeds)
        KnowledgeBase(seeds, folder / "index").refresh()
        yield Crowd(as_sentences(texts.questions(corpus))), seeds, folder


@contextlib.asynccontextmanager
async def bot_for(crowd: Crowd, seeds: Path, folder: Path, **settings: str) -> AsyncIterator[BotProcess]:
    """A bot that is connected to the crowd's Discord, with an index and all else below a folder."""
    written = folder / "samples.jsonl"
    written.touch()
    async with crowd.wire.serving(life=3600):
        process = _started(
            written,
            folder / "log.txt",
            settings
            | {
                "CHIPBOT_DISCORD_URL": crowd.wire.url,
                "CHIPBOT_TOKEN": TOKEN,
                "CHIPBOT_ENCODER": "off",
                "CHIPBOT_COOLDOWN": "0",
                "CHIPBOT_MIN_CONFIDENCE": "0",
                "CHIPBOT_SEEDS": str(seeds),
                "CHIPBOT_INDEX": str(folder / "index"),
            },
        )
        try:
            await until(
                lambda: (crowd.wire.gateway.connected and crowd.wire.world.commands) or process.poll(), START
            )
            if process.poll() is not None:
                raise RuntimeError((folder / "log.txt").read_text(encoding="utf-8")[-2000:])
            await asyncio.sleep(1)  # until it is warm
            yield BotProcess(process, written)
        finally:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await until(lambda: process.poll() is not None, STOP)
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()


def _started(written: Path, log: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.bot_process", str(written)],
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=file,
            stderr=file,
        )
