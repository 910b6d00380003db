"""`python -m tests.wire.week`: a week of 5,000 questions by 200 members in three servers, each with documents of its own.

Every day the bot starts anew, from its journal; the days are a simulated clock's. Members ask by command, mention, menu and
direct message, also about what is another server's; they vote, and change their minds; teams answer and ignore what is
missing; managers add documents. At the end votes, gaps and digests are what was done, and nothing was told elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.bot.town import Clock
from tests.wire import week_servers
from tests.wire.answers import answer_to, control, first_answer, labels
from tests.wire.bots import running
from tests.wire.members import MENTION, Question, Upload, components, text_of
from tests.wire.week_book import Book, Mail
from tests.wire.week_servers import COMMON_QUESTIONS, TOPICS, Server, phrasings
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient, team_strings
from chipbot.bot.digest import send_due
from chipbot.bot.gap_channel import cause_of
from chipbot.journal.journal import DAY, Journal
from chipbot.journal.place import journal_place
from chipbot.model import Answer
from chipbot.service.document_store import DocumentStore
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService
from chipbot.service.questions import Origin
from chipbot.service.refresh import IndexRefresher
from chipbot.service.scopes import Grants

if TYPE_CHECKING:
    from tests.wire.objects import Object

QUESTIONS, MEMBERS, DAYS = 5_000, 200, 7
AT_ONCE = 30
"""How many members ask at the same time."""
COOLDOWN = 5.0
PATIENCE = 600.0
"""Seconds that anything may take: a day lasts seconds here, and the machine may have other things to do."""
_LINE = re.compile(r"^- ([\d,]+)× (.+)$", re.MULTILINE)
README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- week -->\n", "<!-- /week -->\n"


class Asked(NamedTuple):
    """A question on its way."""

    question: Question
    server: Server
    who: Object
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a week came to."""

    questions: int
    answered: int
    refused: int
    direct: int
    turned_away: int
    votes: int
    gaps: int
    most_asked: int
    taught: int
    ignored: int
    added: int
    sent: int
    words: int
    leaks: int
    processor: float


class Week:
    """One week, from its first day."""

    def __init__(self, folder: Path, questions: int = QUESTIONS, members: int = MEMBERS) -> None:
        self._folder, self._count = folder, questions
        self._chance, self.clock = random.Random(17), Clock()
        self.clock.now = 1_800_000_000.0 // DAY * DAY + 1800
        self.wire = Wire(clock=self.clock)
        self.servers = week_servers.settle(self.wire, folder / "seeds", members)
        self.base = KnowledgeBase(folder / "seeds", folder / "index")
        self.base.refresh()
        self.book, self.mail = Book(), Mail(self.wire.world, self.servers)
        self.wire.rest.on_sent = self.mail.sent
        self.direct = self.added = 0
        self._oracle: dict[tuple[str, int, str], tuple[bool, bool, list[str]]] = {}
        self._learn_meanings()

    def _learn_meanings(self) -> None:
        texts = [*COMMON_QUESTIONS, *(text for server in self.servers for text in server.questions)]
        self.book.meant = {text: text for text in texts} | {
            text: " ".join(topic) for topic in TOPICS for text in phrasings(topic)
        }

    @contextlib.asynccontextmanager
    async def bot(self) -> AsyncIterator[ChipbotClient]:
        """A bot with the journal of the days before."""
        seeds = self._folder / "seeds"
        journal = Journal(journal_place(None, self._folder / "index"), clock=self.clock)
        await journal.start()
        links = CitationLinks(seeds)
        store = DocumentStore(seeds, Documents(self.base, seeds, links).inventory, links)
        grants = Grants(f"{server.id}:common+{server.name.lower()}" for server in self.servers)
        questions = QuestionService(
            self.base, cooldown=COOLDOWN, grants=grants, journal=journal, clock=self.clock
        )
        client = ChipbotClient(questions, IndexRefresher(self.base), seeds=seeds, documents=store)
        try:
            async with running(self.wire, client):
                yield client
        finally:
            await journal.close()

    async def run(self) -> Figures:
        """Live through the week; raises AssertionError where something is not as it must be."""
        began, processor = self.clock.now, time.process_time()
        for day in range(DAYS):
            self.clock.now = began + day * DAY
            async with self.bot() as client:
                if day == 0:
                    await self._set_up(client)
                await self._live(client, day)
                await self._look_around(client)
                if day == DAYS - 1:
                    await self._check_digests(client)
        gaps = [gap for each in self.book.gaps.values() for gap in each.values()]
        outcomes = sum(self.book.outcomes.values(), Counter[str]())
        assert self.mail.leaks == []
        return Figures(
            questions=self._count,
            answered=outcomes["answered"],
            refused=outcomes["refused"],
            direct=self.direct,
            turned_away=self.book.turned_away,
            votes=sum(map(len, self.book.votes.values())),
            gaps=len(gaps),
            most_asked=max((len(gap.askers) for gap in gaps), default=0),
            taught=sum(server.taught for server in self.servers),
            ignored=sum(gap.state == "ignored" for gap in gaps),
            added=self.added,
            sent=self.mail.read,
            words=self.mail.words,
            leaks=len(self.mail.leaks),
            processor=time.process_time() - processor,
        )

    async def _set_up(self, client: ChipbotClient) -> None:
        assert client.journal is not None
        for server in self.servers:
            for name, value in (("gap_channel", int(server.gaps["id"])), ("digest", True)):
                await client.journal.settings.change(server.id, name, value, by=int(server.boss["id"]))

    async def _live(self, client: ChipbotClient, day: int) -> None:
        """Have a day's questions asked, a few at a time, and its answers rated; then the teams do their part."""
        left = self._count * (day + 1) // DAYS - self._count * day // DAYS
        pause = (DAY - 3600) / (left + 1)
        while left:
            size = min(left, AT_ONCE, sum(len(server.members) for server in self.servers))
            left -= size
            batch = await self._ask(size)
            for asked in batch:
                await self._come_back(client, asked)
            await self._vote([asked for asked in batch if asked.server.id in self.book.outcomes])
            self.clock.now += pause * size
        await self._listed()
        for server in self.servers:
            if day in (1, 3):
                await self._teach(server)
            if day == 2:
                await self._ignore(server)
            if day == 4:
                await self._add(server)

    async def _ask(self, size: int) -> list[Asked]:
        """Have as many members ask at once."""
        people = [(server, who) for server in self.servers for who in server.members]
        chosen = self._chance.sample(people, size)
        return [await self._ask_one(server, who) for server, who in chosen]

    async def _ask_one(self, server: Server, who: Object) -> Asked:
        text, members = self._text(server), self.wire.members
        way = self._chance.random()
        if way < 0.02:
            self.direct += 1
            return Asked(await members.ask(who, members.direct(who), text), server, who, text)
        if way < 0.6:
            question = await members.slash(who, server.general, "ask", question=text)
        elif way < 0.85:
            question = await members.say(who, server.general, f"{MENTION} {text}")
        else:
            written = await members.say(who, server.general, text)
            assert written.message is not None
            question = await members.menu(who, "Ask the documents", written.message)
        return Asked(question, server, who, text)

    def _text(self, server: Server) -> str:
        """Something of their own, of everybody's, of nobody's, or of another server's."""
        kind = self._chance.random()
        if kind < 0.55:
            return self._chance.choice(server.questions)
        if kind < 0.65:
            return self._chance.choice(COMMON_QUESTIONS)
        if kind < 0.85:
            return self._chance.choice(phrasings(self._chance.choice(TOPICS)))
        other = self._chance.choice([each for each in self.servers if each is not server])
        return self._chance.choice(other.questions)

    async def _come_back(self, client: ChipbotClient, asked: Asked) -> None:
        """Look at what a member is shown, and note what must come of it."""
        shown = await self._answer_to(asked.question)
        if asked.question.message is not None and "guild_id" not in self._channel(asked):
            assert "I don't answer here" in text_of(shown)
            return
        answered, is_gap, cited = self._expected(client, asked)
        controls = [one.get("custom_id", "") for one in components(shown)]
        assert answered == any(each.startswith("chipbot:up:") for each in controls), (
            asked.text,
            text_of(shown),
        )
        who = str(asked.who["id"])
        self.book.ask(asked.server.id, asked.text, who, answered=answered, is_gap=is_gap, cited=cited)
        if self._chance.random() < 0.02:  # once more, without a pause
            again = await self.wire.members.slash(asked.who, asked.server.general, "ask", question=asked.text)
            assert text_of(await self._answer_to(again)).startswith("One question at a time")
            self.book.turned_away += 1

    def _channel(self, asked: Asked) -> Object:
        assert asked.question.message is not None
        return self.wire.world.channels[asked.question.message["channel_id"]]

    def _expected(self, client: ChipbotClient, asked: Asked) -> tuple[bool, bool, list[str]]:
        """What the documents of a server say by themselves: whether it is answered, a gap, and which are cited."""
        key = (self.base.index().id, asked.server.id, asked.text)
        if key not in self._oracle:
            options = client.questions.options_of(Origin(user_id=0, guild_id=asked.server.id))
            result = self.base.answer(asked.text, options=options)
            quotes = result.quotes if isinstance(result, Answer) else ()
            cited = list(dict.fromkeys(quote.citation.document_id for quote in quotes))
            self._oracle[key] = isinstance(result, Answer), cause_of(result, options) is not None, cited
        return self._oracle[key]

    async def _answer_to(self, question: Question) -> Object:
        return await answer_to(self.wire, question, PATIENCE)

    async def _vote(self, batch: list[Asked]) -> None:
        """Have some answers rated, by who asked or by somebody else, and some minds changed."""
        for asked in batch:
            (shown,) = self.wire.members.shown(asked.question)
            if self._chance.random() > 0.3 or not any(
                one.get("custom_id", "").startswith("chipbot:up:") for one in components(shown)
            ):
                continue
            who = self._chance.choice([asked.who, self._chance.choice(asked.server.members)])
            for _ in range(1 + (self._chance.random() < 0.15)):
                value = 1 if self._chance.random() < 0.85 else -1
                target = control(shown, "up" if value > 0 else "down")
                pressed = await self.wire.members.press(who, shown, target)
                assert "Noted" in text_of(await self._answer_to(pressed))
                self.book.vote(asked.server.id, shown["id"], str(who["id"]), asked.text, value)

    async def _listed(self) -> None:
        """Wait until the gap channels say what was asked, and how many did."""
        for server in self.servers:
            await until(partial(self._is_listed, server), patience=PATIENCE)

    def _is_listed(self, server: Server) -> bool:
        return self._entries(server) == {
            meant: len(gap.askers) for meant, gap in self.book.gaps[server.id].items()
        }

    def _entries(self, server: Server) -> dict[str, int]:
        """What a gap channel lists."""
        return {self.book.meant[text]: number for text, number, _ in self._entry_messages(server)}

    def _entry_messages(self, server: Server) -> list[tuple[str, int, Object]]:
        found = []
        for message in self.wire.world.messages.values():
            if message["channel_id"] == server.gaps["id"] and "asked**" in text_of(message):
                first, text, *_ = text_of(message).split("\n")
                number = re.match(r"\*\*([\d,]+) ", first)
                assert number is not None
                found.append((text, int(number[1].replace(",", "")), message))
        return found

    def _worst(self, server: Server) -> tuple[str, Object]:
        """A topic that is open and that most have asked, and its entry."""
        topics = {" ".join(topic) for topic in TOPICS}
        is_open = self.book.open_gaps(server.id)
        meant, message = max(
            (
                (self.book.meant[text], message)
                for text, _, message in self._entry_messages(server)
                if self.book.meant[text] in topics & is_open.keys()
            ),
            key=lambda pair: (is_open[pair[0]], pair[0]),
        )
        return meant, message

    async def _teach(self, server: Server) -> None:
        """Have the team answer what most have asked."""
        meant, entry = self._worst(server)
        verb, noun = meant.split()
        word = server.secret(900 + server.taught)
        server.secrets.add(word)
        self.mail.learn()
        pressed = await self.wire.members.press(server.boss, entry, str(team_strings.ANSWER))
        await until(lambda: pressed.interaction is not None and pressed.interaction.modal)
        text = f"To {verb} the {noun}, ask {word} in the lobby."
        sent = await self.wire.members.submit(server.boss, pressed, {"text": text})
        assert text_of(await self._answer_to(sent)).startswith("Kept and indexed")
        server.taught += 1
        self.book.gaps[server.id][meant].state = "answered"

    async def _ignore(self, server: Server) -> None:
        meant, entry = self._worst(server)
        pressed = await self.wire.members.press(server.boss, entry, str(team_strings.IGNORE))
        await first_answer(pressed)
        assert labels(entry)[0] == team_strings.REOPEN
        self.book.gaps[server.id][meant].state = "ignored"

    async def _add(self, server: Server) -> None:
        """Have a manager add a document, which answers there alone."""
        word = server.secret(800)
        server.secrets.add(word)
        self.mail.learn()
        text = f"# Notes of {server.name}\n\nThe silver whistle is kept in the attic of {word}.\n"
        file = Upload("whistle.md", text.encode())
        folder = server.name.lower()
        added = await self.wire.members.slash(
            server.boss, server.general, "documents add", file=file, folder=folder
        )
        assert f"added as {folder}/whistle.md" in text_of(await self._answer_to(added))
        question = "Where is the silver whistle kept?"
        server.questions.append(question)
        self.book.meant[question] = question
        self.added += 1

    async def _look_around(self, client: ChipbotClient) -> None:
        """Have managers look at all that they can see; what is counted there is their own."""
        index, members = self.base.index(), self.wire.members
        ids = [index.document(number).id for number in range(index.document_count)]
        for server in self.servers:
            folders = ("common/", f"{server.name.lower()}/", f"answers/{server.id}/")
            own = [each for each in ids if each.startswith(folders)]
            for name in ("status", "documents list", "questions", "settings", "help"):
                shown = await self._answer_to(await members.slash(server.boss, server.general, name))
                if name == "status":
                    assert f"{len(own)} documents" in text_of(shown)
                if name == "documents list":
                    assert f" of {sum(not each.startswith('answers/') for each in own)}\n" in text_of(shown)
            for name, option in (("remove", "document"), ("replace", "document"), ("add", "folder")):
                completed = await members.complete(
                    server.boss, server.general, f"documents {name}", **{option: ""}
                )
                await first_answer(completed)
            for typed in ("", "where", "ledger", "how do i"):
                await first_answer(await members.complete(server.boss, server.general, "ask", question=typed))
            for text in ("hello", "what do you know?"):
                self.clock.now += COOLDOWN + 1
                said = await members.slash(server.members[0], server.general, "ask", question=text)
                await self._answer_to(said)
        assert client.journal is not None
        await client.journal.flush()

    async def _check_digests(self, client: ChipbotClient) -> None:
        """Compare reports and digests with what was done."""
        journal = client.journal
        assert journal is not None
        before = len(self.wire.world.messages)
        await send_due(client, self.clock.now)
        assert len(self.wire.world.messages) == before + len(self.servers)
        await send_due(client, self.clock.now)
        assert len(self.wire.world.messages) == before + len(self.servers), "a digest comes once"
        digests = [
            one for one in self.wire.world.messages.values() if one["content"].startswith("**My week**")
        ]
        for server, message in zip(self.servers, digests, strict=True):
            book, outcomes = self.book, self.book.outcomes[server.id]
            report = await journal.reports.make(self.clock.now, DAYS, server.id, most=1_000)
            assert report.questions == outcomes.total()
            assert report.answered == outcomes["answered"]
            assert Counter(report.votes) == book.rated(server.id)
            assert Counter(dict(report.documents)) == book.cited[server.id]
            assert {book.meant[text]: number for text, number in report.gaps} == book.open_gaps(server.id)
            assert report.open_gaps == len(book.open_gaps(server.id))
            assert message["channel_id"] == server.gaps["id"]
            self._check_digest(server, message["content"])

    def _check_digest(self, server: Server, content: str) -> None:
        """Compare a digest with what was done in its server."""
        book, outcomes = self.book, self.book.outcomes[server.id]
        head, votes, *_ = content.split("\n")
        share = f"{outcomes['answered'] / outcomes.total():.0%}"
        assert head == f"**My week** · {outcomes.total():,} questions, {share} answered"
        rated = book.rated(server.id)
        assert votes == f"👍 {rated['up']:,} · 👎 {rated['down']:,}"
        missing, cited = content.split("**Not in my documents**")[1].split("**Most cited:**")
        is_open = book.open_gaps(server.id)
        assert missing.startswith(f" ({len(is_open):,} questions open):")
        listed = [(book.meant[text], int(number)) for number, text in _LINE.findall(missing)]
        assert sorted(is_open.values(), reverse=True)[:5] == [number for _, number in listed]
        assert dict(listed).items() <= is_open.items()
        most = [
            (text.replace("\\", ""), int(number.replace(",", ""))) for number, text in _LINE.findall(cited)
        ]
        assert dict(most).items() <= book.cited[server.id].items()
        assert len(most) == 5


def table(figures: Figures) -> str:
    """The figures as Markdown."""
    rows = (
        ("questions", f"{figures.questions:,}"),
        ("… answered · refused", f"{figures.answered:,} · {figures.refused:,}"),
        ("… in direct messages, which are granted nothing", f"{figures.direct:,}"),
        ("… asked once more without a pause, and told to wait", f"{figures.turned_away:,}"),
        ("votes, one a member and answer", f"{figures.votes:,}"),
        (
            "gaps, each listed once; the most members that asked one",
            f"{figures.gaps:,} · {figures.most_asked:,}",
        ),
        ("answers that teams gave · gaps that they ignored", f"{figures.taught} · {figures.ignored}"),
        ("documents that managers added", f"{figures.added}"),
        ("messages, menus, forms and completions searched for words of other servers", f"{figures.sent:,}"),
        ("… such words · found", f"{figures.words:,} · {figures.leaks}"),
        ("processor, seconds, the Discord on loopback included", f"{figures.processor:.0f}"),
    )
    return "| | |\n| --- | --: |\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)


async def main() -> None:
    """Live through the whole week, and write down what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.wire.week", description=__doc__)
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds for all of it (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with asyncio.timeout(options.limit):
            found = table(await Week(Path(folder)).run())
    print(found, end="")
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    README.write_text(before + BEGIN + found + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
