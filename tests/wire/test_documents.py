"""Managers change the documents of their own server from Discord: files and messages, with a report, and a way back."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from tests.service.test_scopes import write
from tests.sources import samples
from tests.wire import objects
from tests.wire.answers import answer_to, control, first_answer, labels
from tests.wire.bots import running
from tests.wire.faults import server_error
from tests.wire.members import Question, Upload, text_of
from tests.wire.objects import EPHEMERAL, Object
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient, document_strings, strings
from chipbot.errors import CanaryError, IndexDamagedError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.model import IndexStatus, ReadLimits
from chipbot.ops.canaries import results
from chipbot.service.document_store import DocumentStore
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.service.scopes import Grants
from chipbot.translation import Message

DOCUMENTS = {
    "team/keys.md": "# House keys\n\nThe keys are kept in the garden shed behind the sundial.\n",
    "other/pay.md": "# Wages\n\nThe caretaker earns 2,100 crowns a month for the greenhouse.\n",
}
NEWS = b"# Raid news\n\nThe raid team meets on Friday at the old windmill.\n"
RAID = "Where does the raid team meet?"
KEYS = "Where are the keys kept?"
SECRETS = ("other", "pay.md", "Wages", "crowns")
LOBBY = 10**17  # an id as long as Discord's
MANAGE = discord.Permissions(manage_guild=True).value


class House(KnowledgeBase):
    """Documents whose rebuild can be made to fail."""

    failure: Exception | None = None

    def __init__(self, seeds: Path, index: Path) -> None:
        super().__init__(seeds, index)
        self.gate = threading.Event()
        self.gate.set()

    def reindex(self, *arguments: Any, **options: Any) -> IndexStatus:
        self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return super().reindex(*arguments, **options)


@dataclass
class Street:
    """Two servers with documents of their own, and who is in them."""

    wire: Wire
    client: ChipbotClient
    house: House
    seeds: Path
    home: Object
    """The channel of the server that has the folder `team`."""
    ann: Object
    boss: Object
    away: Object
    """The channel of the server that has the folder `other`."""
    mallory: Object
    """Manages that one."""

    async def use(self, who: Object, name: str, place: Object | None = None, **options: Any) -> Object:
        """What comes of a command."""
        return await answer_to(
            self.wire, await self.wire.members.slash(who, place or self.home, name, **options)
        )

    async def press(
        self, who: Object, message: Object, label: str | Message, values: list[str] | None = None
    ) -> Object:
        """What comes of a button: another message, or this one anew."""
        return await answer_to(self.wire, await self.wire.members.press(who, message, str(label), values))

    async def ask(self, question: str, place: Object | None = None) -> str:
        who = self.ann if place is None else self.mallory
        return text_of(await self.use(who, "ask", place, question=question))

    def files(self) -> dict[str, bytes]:
        found = (path for path in self.seeds.rglob("*") if path.is_file())
        names = {path.relative_to(self.seeds).as_posix(): path for path in found}
        return {name: path.read_bytes() for name, path in names.items() if not name.startswith(".")}


@contextlib.asynccontextmanager
async def street(folder: Path, *grants: str) -> AsyncIterator[Street]:
    wire = Wire(
        [
            objects.guild(
                number,
                name,
                objects.channel(number + 2, name.lower()),
                objects.channel(LOBBY + number, "lobby"),
            )
            for number, name in ((100, "Home"), (200, "Away"))
        ]
    )
    home, away = wire.world.guilds.values()
    seeds = write(folder / "seeds", DOCUMENTS)
    house = House(seeds, folder / "index")
    house.refresh()
    journal = Journal(journal_place(None, folder / "index"))
    links = CitationLinks(seeds)
    store = DocumentStore(
        seeds, Documents(house, seeds, links).inventory, links, limits=ReadLimits(size=2**20)
    )
    questions = QuestionService(house, journal=journal, grants=Grants(grants))
    client = ChipbotClient(questions, IndexRefresher(house), seeds=seeds, documents=store)
    try:
        async with running(wire, client):
            yield Street(
                wire,
                client,
                house,
                seeds,
                home["channels"][0],
                wire.members.join("ann", home),
                wire.members.join("boss", home, permissions=MANAGE),
                away["channels"][0],
                wire.members.join("mallory", away, permissions=MANAGE),
            )
    finally:
        await journal.close()


BOTH = ("100:team", "200:other")


async def test_a_manager_adds_lists_replaces_and_removes_and_undoes_it(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        before = town.files()
        assert "windmill" not in await town.ask(RAID)
        added = await town.use(town.boss, "documents add", file=Upload("Raid news.md", NEWS))
        assert added["flags"] & EPHEMERAL
        assert text_of(added).startswith(
            "**Raid news** is added as team/Raid-news.md. 1 passage can be quoted. ("
        )
        assert labels(added) == [document_strings.UNDO]
        assert "windmill" in await town.ask(RAID)
        listed = text_of(await town.use(town.boss, "documents list"))
        assert (
            listed == "**Documents** · 1–2 of 2\n- team/Raid-news.md · 1 passage\n- team/keys.md · 1 passage"
        )
        newer = Upload("x.md", NEWS.replace(b"old windmill", b"new bridge"))
        replaced = await town.use(town.boss, "documents replace", document="team/Raid-news.md", file=newer)
        assert "replaced: team/Raid-news.md" in text_of(replaced)
        assert "new bridge" in await town.ask(RAID)
        sure = await town.use(town.boss, "documents remove", document="team/keys.md")
        assert "team/keys.md" in town.files()
        removed = await town.press(town.boss, sure, document_strings.REMOVE)
        assert text_of(removed) == "Removed: team/keys.md is not quoted any more."
        assert "sundial" not in await town.ask("Where are the keys kept?")
        for change, state in (
            (removed, "back again"),
            (replaced, "as it was before"),
            (added, "removed again"),
        ):
            assert text_of(await town.press(town.boss, change, document_strings.UNDO)).endswith(
                f"is {state}."
            )
        assert town.files() == before
        assert "sundial" in await town.ask("Where are the keys kept?")
        again = await town.press(town.boss, added, document_strings.UNDO)
        assert "undone already" in text_of(again)
        panel = text_of(await town.use(town.boss, "settings"))
        assert ": team/Raid-news.md replaced\n" in panel
        assert ": undone: team/keys.md removed\n" in panel


async def test_a_message_becomes_a_document_whose_citation_is_that_message(tmp_path: Path) -> None:
    async with street(tmp_path, "100:team+public", "200:other") as town:
        said = f"says <@{town.ann['id']}> in <#{LOBBY + 100}> <t:1764324000:D> <a:hi:5>."
        text = f"The **raid team** meets at the old windmill, {said}"
        asked = await town.wire.members.say(town.boss, town.home, text)
        message = asked.message
        assert message is not None
        choose = await answer_to(
            town.wire, await town.wire.members.menu(town.boss, "Add to documents", message)
        )
        assert text_of(choose) == document_strings.CHOOSE_FOLDER
        added = await town.press(town.boss, choose, "documents:folder", ["1"])
        day = message["timestamp"][:10]
        name = f"team/home-{day}-{message['id']}.md"
        assert f"**\\#home · {day}** is added as {name}." in text_of(added)
        content = town.files()[name].decode()
        link = f"https://discord.com/channels/100/102/{message['id']}"
        assert content == (
            f'---\ntitle: "#home · {day}"\ndate: {day}\nurl: {link}\n---\n\nThe **raid team** meets at the old windmill, says '
            "@somebody in #lobby 2025-11-28 10:00 UTC :hi:.\n"
        )
        answer = await town.use(town.ann, "ask", question=RAID)
        assert f"]({link})" in text_of(answer) or f"](<{link}>)" in text_of(answer)
        await town.wire.members.edit(message, "# Raid\nThe raid team meets at the bridge.")
        choose = await answer_to(
            town.wire, await town.wire.members.menu(town.boss, "Add to documents", message)
        )
        replaced = await town.press(town.boss, choose, "documents:folder", ["1"])
        assert f"**Raid** is replaced: {name}." in text_of(replaced)
        assert "at the bridge" in await town.ask(RAID)
        picture = await town.wire.members.say(town.boss, town.home, " ")
        assert picture.message is not None
        shown = await answer_to(
            town.wire, await town.wire.members.menu(town.boss, "Add to documents", picture.message)
        )
        assert "has no text" in text_of(shown)


async def test_with_one_folder_a_message_goes_there(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        asked = await town.wire.members.say(town.boss, town.home, "The raid team meets at the old windmill.")
        assert asked.message is not None
        added = await answer_to(
            town.wire, await town.wire.members.menu(town.boss, "Add to documents", asked.message)
        )
        assert "is added as team/home-" in text_of(added)


async def _refused(town: Street, who: Object, place: Object) -> list[Question]:
    """Everything that somebody may try with the documents."""
    members = town.wire.members
    message = (await members.say(town.boss, place, "The raid team meets at the old windmill.")).message
    assert message is not None
    file = Upload("a.md", NEWS)
    return [
        await members.slash(who, place, "documents list"),
        await members.slash(who, place, "documents add", file=file),
        await members.slash(who, place, "documents add", file=file, folder="team"),
        await members.slash(who, place, "documents replace", document="team/keys.md", file=file),
        await members.slash(who, place, "documents remove", document="team/keys.md"),
        await members.menu(who, "Add to documents", message),
    ]


async def test_who_does_not_manage_the_server_changes_and_sees_nothing(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        before = town.files()
        for question in await _refused(town, town.ann, town.home):
            answer = await answer_to(town.wire, question)
            assert text_of(answer) == strings.NOT_ALLOWED
            assert answer["flags"] & EPHEMERAL
        completed = await town.wire.members.complete(town.ann, town.home, "documents remove", document="")
        await first_answer(completed)
        assert completed.interaction is not None
        assert completed.interaction.choices == []
        added = await town.use(town.boss, "documents add", file=Upload("a.md", NEWS))
        assert text_of(await town.press(town.ann, added, document_strings.UNDO)) == strings.NOT_ALLOWED
        sure = await town.use(town.boss, "documents remove", document="team/keys.md")
        assert text_of(await town.press(town.ann, sure, document_strings.REMOVE)) == strings.NOT_ALLOWED
        assert town.files() == before | {"team/a.md": NEWS}


@pytest.mark.parametrize(("grants", "said"), [((), "CHIPBOT_SERVERS=100"), (("200",), "has not named `100`")])
async def test_where_the_operator_names_no_server_its_managers_change_nothing(
    tmp_path: Path, grants: tuple[str, ...], said: str
) -> None:
    async with street(tmp_path, *grants) as town:
        before = town.files()
        for question in await _refused(town, town.boss, town.home):
            assert said in text_of(await answer_to(town.wire, question))
        completed = await town.wire.members.complete(town.boss, town.home, "documents add", folder="")
        await first_answer(completed)
        assert completed.interaction is not None
        assert completed.interaction.choices == []
        assert town.files() == before


async def test_a_manager_of_another_server_sees_and_changes_their_own_alone(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        added = await town.use(town.boss, "documents add", file=Upload("a.md", NEWS))
        before = town.files()
        listed = text_of(await town.use(town.mallory, "documents list", town.away))
        assert listed == "**Documents** · 1–1 of 1\n- other/pay.md · 1 passage"
        for name, options in (
            ("add", {"file": Upload("a.md", NEWS), "folder": "team"}),
            ("replace", {"document": "team/keys.md", "file": Upload("a.md", NEWS)}),
            ("remove", {"document": "team/keys.md"}),
            ("remove", {"document": "../seeds/team/keys.md"}),
        ):
            said = text_of(await town.use(town.mallory, f"documents {name}", town.away, **options))
            assert said.startswith("That was not changed: ")
            assert "sundial" not in said
        gone = text_of(await town.use(town.mallory, "documents remove", town.away, document="team/gone.md"))
        there = text_of(await town.use(town.mallory, "documents remove", town.away, document="team/keys.md"))
        assert gone.replace("gone", "keys") == there
        mine = await town.use(town.mallory, "documents list", town.away)
        forged = await town.wire.members.press_forged(town.mallory, mine, _undo_id(added))
        assert "undone already, or too old" in text_of(await answer_to(town.wire, forged))
        for name, option in (("remove", "document"), ("replace", "document"), ("add", "folder")):
            completed = await town.wire.members.complete(
                town.mallory, town.away, f"documents {name}", **{option: ""}
            )
            await first_answer(completed)
            assert completed.interaction is not None
            assert [one["value"] for one in completed.interaction.choices] == (
                ["other"] if option == "folder" else ["other/pay.md"]
            )
        assert town.files() == before
        listed = text_of(await town.use(town.boss, "documents list"))
        assert not any(secret in listed for secret in SECRETS)


def _undo_id(message: Object) -> str:
    return str(message["components"][0]["components"][0]["custom_id"])


async def test_what_cannot_be_is_said_in_one_line_and_leaves_everything_as_it_was(tmp_path: Path) -> None:
    async with street(tmp_path, "100") as town:
        before = town.files()
        for upload, said in (
            (
                Upload("a.png", b"\x89PNG\r\n\x1a\n"),
                "a.png: whatever its name ends in, it is a picture (PNG).",
            ),
            (Upload("a.md", b""), "a.md: it holds no text."),
            (Upload("a.pdf", b"%PDF-1.4 broken"), "a.pdf: "),
            (Upload("a.md", b"x" * (2**20 + 1)), "that file is larger than 1 MiB: split it."),
        ):
            answer = text_of(await town.use(town.boss, "documents add", file=upload))
            assert answer.startswith(f"That was not changed: {said}")
            assert "\n" not in answer
        town.wire.rest.faults.add("GET /attachments/*", server_error())
        lost = text_of(await town.use(town.boss, "documents add", file=Upload("a.md", NEWS)))
        assert lost == f"That was not changed: {document_strings.NOT_FETCHED}."
        town.house.failure = CanaryError("the answer to “Where are the keys kept?” would break")
        for name, options in (
            ("add", {"file": Upload("a.md", NEWS)}),
            ("replace", {"document": "team/keys.md", "file": Upload("a.md", NEWS)}),
        ):
            said = text_of(await town.use(town.boss, f"documents {name}", **options))
            assert said == f"That was not changed: {document_strings.BREAKS_CANARIES}."
        assert town.files() == before


async def test_what_cannot_be_read_is_said_in_the_manager_s_language(tmp_path: Path) -> None:
    async with street(tmp_path, "100") as town:
        jefa = town.boss | {"locale": "es-ES"}
        for upload, said in (
            (
                Upload("a.png", b"\x89PNG\r\n\x1a\n"),
                "a.png: termine como termine su nombre, es una imagen (PNG).",
            ),
            (Upload("a.pdf", b"%PDF-1.4 broken"), "a.pdf: es un PDF dañado: guárdalo de nuevo"),
        ):
            answer = text_of(await town.use(jefa, "documents add", file=upload))
            assert answer.startswith(f"No se ha cambiado: {said}")
        (town.seeds / "team" / "odd.md").write_bytes(b"\0")
        town.house.refresh()
        listed = text_of(await town.use(jefa, "documents list"))
        assert "es un archivo binario, no texto" in listed
        assert "it is a binary file, not text" in text_of(await town.use(town.boss, "documents list"))


async def test_what_cannot_be_indexed_is_taken_back_and_told(tmp_path: Path) -> None:
    async with street(tmp_path, "100") as town:
        before = town.files()
        town.house.failure = IndexDamagedError("the disk is full of stars")
        told = text_of(await town.use(town.boss, "documents add", file=Upload("a.md", NEWS)))
        assert "I can't read my index right now" in told
        assert "stars" not in told
        assert town.files() == before


async def test_of_several_folders_one_is_to_be_named(tmp_path: Path) -> None:
    async with street(tmp_path, "100:team+public", "200:other") as town:
        before = town.files()
        told = text_of(await town.use(town.boss, "documents add", file=Upload("a.md", NEWS)))
        assert told == f"That was not changed: {document_strings.choose_folder(['public', 'team'])}."
        assert town.files() == before


async def test_where_no_folder_of_documents_is_known_none_are_changed(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        town.client.documents = None
        said = [
            text_of(await answer_to(town.wire, question))
            for question in await _refused(town, town.boss, town.home)
        ]
        assert said == [f"That was not changed: {document_strings.NO_STORE}."] * 6


async def test_a_time_that_no_calendar_has_stays_as_it_was_written(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        text = "The raid team meets <t:999999999999> at the windmill."
        asked = await town.wire.members.say(town.boss, town.home, text)
        assert asked.message is not None
        await answer_to(town.wire, await town.wire.members.menu(town.boss, "Add to documents", asked.message))
        (name,) = (name for name in town.files() if name.startswith("team/home-"))
        assert town.files()[name].decode().endswith(f"\n{text}\n")


async def test_a_pdf_is_read_behind_the_barrier_and_reported_with_what_is_wrong(tmp_path: Path) -> None:
    async with street(tmp_path, "100") as town:
        added = text_of(
            await town.use(town.boss, "documents add", file=Upload("hand.txt", samples.handbook()))
        )
        assert "is added as hand.pdf" in added
        completed = await town.wire.members.complete(
            town.boss, town.home, "documents replace", document="HAND"
        )
        await first_answer(completed)
        assert completed.interaction is not None
        assert [one["value"] for one in completed.interaction.choices] == ["hand.pdf"]
        invalid = b"---\nlang: klingon\n---\n\nThe raid team meets at noon.\n"
        added = text_of(
            await town.use(town.boss, "documents add", file=Upload("odd.md", invalid), folder="team")
        )
        assert "\n-# lang: “klingon” is no code of ISO 639-1" in added


async def test_pages_of_the_list_turn_and_replayed_presses_count_once(tmp_path: Path) -> None:
    async with street(tmp_path, "100") as town:
        write(
            town.seeds,
            {f"many/{number:02}.md": f"# Number {number}\n\nText of it.\n" for number in range(20)},
        )
        town.house.reindex()
        first = await town.use(town.boss, "documents list")
        town.wire.gateway.copies = 2
        second = await town.press(town.boss, first, "documents:forth")
        assert text_of(second).startswith("**Documents** · 11–20 of 22")
        third = await town.press(town.boss, second, "documents:forth")
        assert text_of(third).startswith("**Documents** · 21–22 of 22")
        assert text_of(await town.press(town.boss, third, "documents:back")).startswith(
            "**Documents** · 11–20"
        )
        town.wire.gateway.copies = 1
        callbacks = [name for name in town.wire.rest.asked if name.endswith("/callback")]
        assert all(town.wire.rest.asked[name] == 1 for name in callbacks)


async def test_a_rebuild_names_who_started_it_to_their_own_server_alone(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        town.house.gate.clear()
        members = town.wire.members
        second = members.join("second", town.wire.world.guilds["100"], permissions=MANAGE)
        running_one = await members.slash(town.boss, town.home, "reindex")
        await first_answer(running_one)
        here = text_of(await town.use(second, "reindex"))
        there = text_of(await town.use(town.mallory, "reindex", town.away))
        town.house.gate.set()
        assert here.startswith("The index is being rebuilt already: boss started it <t:")
        assert there.startswith("The index is being rebuilt already: somebody started it <t:")
        assert text_of(await answer_to(town.wire, running_one)).startswith("The index is rebuilt")


async def test_a_panel_s_presses_and_forms_that_come_twice_count_once(tmp_path: Path) -> None:
    async with street(tmp_path, *BOTH) as town:
        panel = await town.use(town.boss, "settings")
        town.wire.gateway.copies = 2
        panel = await town.press(town.boss, panel, "settings:setting", ["cooldown"])
        pressed = await town.wire.members.press(town.boss, panel, "settings:write")
        await until(lambda: pressed.interaction is not None and pressed.interaction.modal)
        sent = await town.wire.members.submit(town.boss, pressed, {"text": "30"})
        await first_answer(sent)
        again = await town.press(town.boss, panel, "settings:reset")
        assert "**Cooldown:** as the operator set it (" in text_of(again)
        journal = town.client.journal
        assert journal is not None
        assert [change.new for change in await journal.settings.changes(100)] == [None, 30]
        once = {name: count for name, count in town.wire.rest.asked.items() if name.endswith("/callback")}
        assert set(once.values()) == {1}


def canaries(town: Street) -> list[object]:
    path = town.seeds / "canaries.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


async def voted(town: Street, who: Object, question: str = KEYS) -> Object:
    """What who asks sees after they press 👍."""
    answer = await town.use(who, "ask", question=question)
    return await answer_to(town.wire, await town.wire.members.press(who, answer, control(answer, "up")))


async def test_a_manager_makes_a_canary_question_of_a_good_answer_and_takes_it_back(tmp_path: Path) -> None:
    async with street(tmp_path, "100", "200:other") as town:
        (town.seeds / "canaries.jsonl").write_text('{"question": "Why?", "answers": []}')
        noted = await voted(town, town.boss)
        assert labels(noted) == [document_strings.KEEP_SO]
        kept = await town.press(town.boss, noted, document_strings.KEEP_SO)
        assert text_of(kept).startswith(f"From now on “{KEYS}” has to be answered so")
        answer = "The keys are kept in the garden shed behind the sundial."
        assert canaries(town) == [
            {"question": "Why?", "answers": []},
            {"question": KEYS, "answers": [answer]},
        ]
        assert [result.went_well for result in results(town.seeds, town.house.index())] == [True, True]
        (town.seeds / "team" / "keys.md").write_text("# Keys\n\nNobody knows.\n")
        town.house.reindex()
        assert [result.went_well for result in results(town.seeds, town.house.index())] == [True, False]
        panel = text_of(await town.use(town.boss, "settings"))
        assert f": has to stay answered so: “{KEYS}”" in panel
        undone = await town.press(town.boss, kept, document_strings.UNDO)
        assert text_of(undone) == document_strings.CANARY_REMOVED
        assert canaries(town) == [{"question": "Why?", "answers": []}]


async def test_who_may_not_change_all_documents_makes_no_canary_question(tmp_path: Path) -> None:
    async with street(tmp_path, "100", "200:team") as town:
        assert labels(await voted(town, town.ann)) == []
        away = await town.use(town.mallory, "ask", town.away, question=KEYS)
        pressed = await town.wire.members.press(town.mallory, away, control(away, "up"))
        assert labels(await answer_to(town.wire, pressed)) == [], "it is granted a part"
        noted = await voted(town, town.boss)
        number = control(noted, "canary")
        for who, sentence in ((town.ann, strings.NOT_ALLOWED), (town.mallory, "This answer is from")):
            forged = await town.wire.members.press_forged(who, noted if who is town.ann else away, number)
            assert text_of(await answer_to(town.wire, forged)).startswith(str(sentence))
        undo = number.replace("canary", "canary_undo")
        forged = await town.wire.members.press_forged(town.mallory, away, undo)
        assert text_of(await answer_to(town.wire, forged)).startswith("This answer is from")
        assert canaries(town) == []


async def test_a_canary_question_of_what_is_gone_or_cannot_be_written_is_none(tmp_path: Path) -> None:
    async with street(tmp_path, "100") as town:
        noted = await voted(town, town.boss)
        (town.seeds / "canaries.jsonl").mkdir()
        failed = await town.press(town.boss, noted, document_strings.KEEP_SO)
        assert "canaries.jsonl cannot be written: " in text_of(failed)
        (town.seeds / "canaries.jsonl").rmdir()
        (town.seeds / "team" / "keys.md").unlink()
        gone = await town.wire.members.press_forged(town.boss, noted, control(noted, "canary"))
        assert text_of(await answer_to(town.wire, gone)) == str(strings.CHANGED_SINCE)
        assert canaries(town) == []
