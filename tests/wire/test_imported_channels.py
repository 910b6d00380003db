"""Channels that the operator imports: what is written, edited and deleted there follows, and nobody is quoted who opted out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.wire import objects
from tests.wire.bots import club, running
from tests.wire.faults import rate_limit, server_error
from tests.wire.members import text_of
from tests.wire.objects import FORUM, Object, channel, guild
from tests.wire.wire import Wire, until

from chipbot import bot
from chipbot.bot import privacy_strings
from chipbot.bot.channel_pages import Page
from chipbot.bot.imported_channels import ImportedChannels
from chipbot.errors import BuildError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.ops import canaries
from chipbot.ops.index_upkeep import IndexUpkeep
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.settings import load
from chipbot.sources.collections import Sources, read_sources

RULES, FAQ, ELSEWHERE = "104", "105", "202"
SOLVED = "7001"
ABOUT = "The club meets in the old boathouse."
FERRY = "The ferry leaves from the northern jetty."
ASKED = "Where does the ferry leave from?"


@pytest.fixture
def wire() -> Wire:
    forum = channel(FAQ, "faq", kind=FORUM)
    forum["available_tags"] = [
        {"id": SOLVED, "name": "✅ Solved", "moderated": False, "emoji_id": None, "emoji_name": None},
        {"id": "7002", "name": "Bug", "moderated": False, "emoji_id": None, "emoji_name": None},
    ]
    made = Wire([club(channel(RULES, "rules"), forum), guild(200, "Other", channel(ELSEWHERE, "general"))])
    made.world.application["flags"] = 1 << 18
    return made


@pytest.fixture
def ann(wire: Wire) -> Object:
    return wire.members.join("ann", wire.world.guilds["100"])


@pytest.fixture
def rules(wire: Wire) -> Object:
    return wire.world.channels[RULES]


class Import:
    """A bot that imports what the sources say."""

    def __init__(self, wire: Wire, folder: Path, **sources: str) -> None:
        self.wire, self.seeds = wire, folder / "seeds"
        self.seeds.mkdir()
        (self.seeds / "about.md").write_text(ABOUT)
        self.refreshed: list[str] = []
        for name, number in sources.items():
            self.add(f"discord/100/{name}", number)
        self.error: Exception | None = None
        """What reading the sources raises, once."""
        self._folder = folder
        self.channels: ImportedChannels

    def _sources(self) -> Sources:
        error, self.error = self.error, None
        if error is not None:
            raise error
        return read_sources(self.seeds / "sources.yaml")

    def add(self, folder: str, number: str, *lines: str, server: str = "100") -> None:
        """Say that a channel is imported to a folder."""
        with (self.seeds / "sources.yaml").open("a") as file:
            file.write(f"{folder}:\n  discord: https://discord.com/channels/{server}/{number}\n")
            file.writelines(f"  {line}\n" for line in lines)

    @contextlib.asynccontextmanager
    async def running(
        self,
        *,
        message_content: bool = True,
        journal: bool = True,
        serves: Callable[[int], bool] = lambda _: True,
    ) -> AsyncIterator[Import]:
        """Run the bot on the wire."""
        knowledge_base = KnowledgeBase(self.seeds, self._folder / "index", approve=canaries.check)
        knowledge_base.refresh()
        kept = Journal(journal_place(None, self._folder / "index"))
        refresher = IndexRefresher(knowledge_base)
        upkeep = IndexUpkeep(load(), knowledge_base, refresher)
        questions = QuestionService(knowledge_base, cooldown=0, journal=kept)
        client = bot.ChipbotClient(questions, refresher, message_content=message_content)

        async def refresh(why: str, *, force: bool) -> bool:
            try:
                return await upkeep.refresh(why, force=force)
            finally:
                self.refreshed.append(why)

        async with contextlib.AsyncExitStack() as stack:
            await kept.start()
            stack.push_async_callback(kept.close)
            self.channels = client.channels = ImportedChannels(
                client,
                kept if journal else None,
                self.seeds,
                self._sources,
                refresh,
                serves=serves,
                quiet=0.02,
                look=0.2,
            )
            await stack.enter_async_context(running(self.wire, client))
            following = asyncio.create_task(self.channels.run())
            try:
                yield self
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)

    def texts(self, number: str = RULES, folder: str = "discord/100/rules") -> list[str] | None:
        """What is imported of a channel or post; None where there is no file of it."""
        path = self.seeds / folder / f"{number}.json"
        if not path.is_file():
            return None
        return [message["content"] for message in json.loads(path.read_bytes())["messages"]]

    async def has(self, *texts: str, number: str = RULES, folder: str = "discord/100/rules") -> None:
        """Wait until this is imported of a channel, and in the index."""
        expected = list(texts) or None
        await until(lambda: self.texts(number, folder) == expected)
        done = len(self.refreshed)
        with contextlib.suppress(TimeoutError):  # it may have been in time
            await until(lambda: len(self.refreshed) > done, 0.5)

    async def answer(self, who: Object, question: str = ASKED, place: str = "102") -> str:
        """What the bot says to a question."""
        asked = await self.wire.members.ask(who, self.wire.world.channels[place], question)
        await until(lambda: self.wire.members.shown(asked))
        return json.dumps(self.wire.members.shown(asked)[0])


async def test_what_is_written_edited_and_deleted_follows(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    members = wire.members
    await members.say(ann, rules, "Be kind to the herons.")
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has("Be kind to the herons.")
        said = (await members.say(ann, rules, FERRY)).message or {}
        await imports.has("Be kind to the herons.", FERRY)
        answer = await imports.answer(ann)
        assert FERRY.rstrip(".") in answer
        assert f"https://discord.com/channels/100/{RULES}/{said['id']}" in answer
        await members.edit(said, "The ferry leaves from the southern pier.")
        await imports.has("Be kind to the herons.", "The ferry leaves from the southern pier.")
        assert "southern pier" in await imports.answer(ann)
        more = [(await members.say(ann, rules, f"Rule {number}.")).message or {} for number in range(3)]
        await members.delete(said)
        await members.delete_all(*more[:2])
        await imports.has("Be kind to the herons.", "Rule 2.")
        assert "southern pier" not in await imports.answer(ann)


async def test_what_is_deleted_goes_whatever_canary_it_answered(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    said = (await wire.members.say(ann, rules, FERRY)).message or {}
    await wire.members.say(ann, rules, "Bring a lantern.")
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY, "Bring a lantern.")
        canary = {"id": "1", "question": ASKED, "answers": ["northern jetty"]}
        (imports.seeds / "canaries.jsonl").write_text(json.dumps(canary))
        await wire.members.delete(said)
        await imports.has("Bring a lantern.")
        assert "northern jetty" not in await imports.answer(ann)


async def test_messages_are_found_in_their_own_server_alone(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    wire.world.guilds["200"]["members"].append(objects.member(ann))
    await wire.members.say(ann, rules, FERRY)
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY)
        assert "northern jetty" in await imports.answer(ann)
        assert "northern jetty" not in await imports.answer(ann, place=ELSEWHERE)
        greeted = await imports.answer(ann, "hello!", place=ELSEWHERE)
        assert "about" in greeted
        assert "rules" not in greeted


async def test_shared_messages_are_found_everywhere(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    wire.world.guilds["200"]["members"].append(objects.member(ann))
    await wire.members.say(ann, rules, FERRY)
    imports = Import(wire, tmp_path)
    imports.add("rules", RULES, "shared: true")
    async with imports.running():
        await imports.has(FERRY, folder="rules")
        assert "northern jetty" in await imports.answer(ann, place=ELSEWHERE)


async def test_who_opts_out_is_left_out_until_they_opt_in_again(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    members, eve = wire.members, wire.members.join("eve", wire.world.guilds["100"])
    await members.say(ann, rules, FERRY)
    await members.say(eve, rules, "The boathouse has a blue door.")

    async def press(label: str) -> str:
        asked = await members.slash(ann, wire.world.channels["102"], "privacy")
        await until(lambda: members.shown(asked))
        said = text_of(members.shown(asked)[0])
        await members.press(ann, members.shown(asked)[0], label)
        await until(lambda: text_of(members.shown(asked)[0]) != said)
        return said

    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY, "The boathouse has a blue door.")
        assert f"<#{RULES}>" in await press(str(privacy_strings.OPT_OUT))
        await imports.has("The boathouse has a blue door.")
        assert "northern jetty" not in await imports.answer(ann)
        await members.say(ann, rules, "Nobody is to quote this.")
        await members.say(eve, rules, "Bring a lantern.")
        await imports.has("The boathouse has a blue door.", "Bring a lantern.")
        mine = await members.slash(ann, wire.world.channels["102"], "my-data")
        await until(lambda: members.shown(mine))
        assert "1 wish not to be quoted" in text_of(members.shown(mine)[0])
        assert "Yours is not, as you wish" in await press(str(privacy_strings.OPT_IN))
        await imports.has(
            FERRY, "The boathouse has a blue door.", "Nobody is to quote this.", "Bring a lantern."
        )


async def test_what_somebody_wants_out_stays_out_over_a_restart_and_forgetting(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    await wire.members.say(ann, rules, FERRY)
    await wire.members.say(wire.members.join("eve", wire.world.guilds["100"]), rules, "Bring a lantern.")
    journal = Journal(journal_place(None, tmp_path / "index"))
    await journal.opt_outs.change(journal.member(int(ann["id"])), out=True)
    await journal.forget(int(ann["id"]))
    await journal.close()
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has("Bring a lantern.")


async def test_of_a_forum_the_solved_posts_are_imported(wire: Wire, ann: Object, tmp_path: Path) -> None:
    members, forum = wire.members, wire.world.channels[FAQ]
    old = await members.post(ann, forum, "How do I moor a boat?", "With two lines.")
    old["thread_metadata"]["archived"] = True
    old["applied_tags"] = [SOLVED]
    open_post = await members.post(ann, forum, "Where does it leave from?", ASKED)
    async with Import(wire, tmp_path, faq=FAQ).running() as imports:
        await imports.has("With two lines.", number=old["id"], folder="discord/100/faq")
        assert imports.texts(open_post["id"], "discord/100/faq") is None
        await members.tag(open_post, SOLVED, "7002")
        await imports.has(ASKED, number=open_post["id"], folder="discord/100/faq")
        said = await members.say(ann, open_post, FERRY)
        await imports.has(ASKED, FERRY, number=open_post["id"], folder="discord/100/faq")
        link = f"https://discord.com/channels/100/{open_post['id']}/{(said.message or {})['id']}"
        assert link in await imports.answer(ann)
        await members.tag(open_post, "7002")
        await imports.has(number=open_post["id"], folder="discord/100/faq")
        await members.tag(open_post, SOLVED)
        await imports.has(ASKED, FERRY, number=open_post["id"], folder="discord/100/faq")
        await members.delete_post(open_post)
        await imports.has(number=open_post["id"], folder="discord/100/faq")
        assert imports.texts(old["id"], "discord/100/faq") == ["With two lines."]


async def test_a_post_that_is_renamed_has_its_new_title_and_the_newest_are_kept(
    wire: Wire, ann: Object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.bot.channel_pages.MAX_POSTS", 1)
    members, forum = wire.members, wire.world.channels[FAQ]
    old, new = [await members.post(ann, forum, title, FERRY) for title in ("Old", "New")]
    old["applied_tags"] = new["applied_tags"] = [SOLVED]
    async with Import(wire, tmp_path, faq=FAQ).running() as imports:
        await imports.has(FERRY, number=new["id"], folder="discord/100/faq")
        assert imports.texts(old["id"], "discord/100/faq") is None
        new["name"] = "Newer"
        await members.tag(new, SOLVED)
        file = imports.seeds / "discord/100/faq" / f"{new['id']}.json"
        await until(lambda: json.loads(file.read_bytes())["channel"]["name"] == "Newer")


async def test_a_thread_is_imported_by_its_own_link(wire: Wire, ann: Object, tmp_path: Path) -> None:
    members = wire.members
    begun = (await members.say(ann, wire.world.channels["102"], "How do I moor?")).message or {}
    imports = Import(wire, tmp_path)
    async with imports.running():
        thread = await members.start_thread(ann, begun, "Mooring")
        imports.add("discord/100/mooring", thread["id"])
        await members.say(ann, thread, "With two lines.")
        await imports.has("With two lines.", number=thread["id"], folder="discord/100/mooring")
        file = imports.seeds / "discord/100/mooring" / f"{thread['id']}.json"
        thread["name"] = "Mooring a boat"
        await members.tag(thread)
        await until(lambda: json.loads(file.read_bytes())["channel"]["name"] == "Mooring a boat")
        await members.tag(
            await members.start_thread(
                ann, (await members.say(ann, wire.world.channels["102"], "Else")).message or {}, "Else"
            )
        )
        await members.delete_post(thread)
        await imports.has(number=thread["id"], folder="discord/100/mooring")


async def test_a_server_that_was_out_is_read_again_and_an_error_ends_nothing(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    club_ = wire.world.guilds["100"]
    said = (await wire.members.say(ann, rules, FERRY)).message or {}
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY)
        await wire.gateway.dispatch("GUILD_DELETE", {"id": "100", "unavailable": True}, guild_id="100")
        wire.world.messages[said["id"]]["content"] = "The ferry leaves from nowhere."  # which nobody tells of
        imports.error = RuntimeError("unforeseen")
        await wire.gateway.dispatch("GUILD_CREATE", club_, guild_id="100")
        await imports.has("The ferry leaves from nowhere.")
    assert "unforeseen" in caplog.text


async def test_without_the_intent_nothing_is_imported_and_the_log_says_what_it_takes(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await wire.members.say(ann, rules, FERRY)
    async with Import(wire, tmp_path, rules=RULES).running(message_content=False) as imports:
        await until(lambda: "CHIPBOT_MESSAGE_CONTENT=true" in caplog.text)
        await asyncio.sleep(0.5)
        assert imports.texts() is None
    assert caplog.text.count("CHIPBOT_MESSAGE_CONTENT=true") == 1


async def test_without_a_journal_nobody_knows_who_opted_out(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await wire.members.say(ann, rules, FERRY)
    async with Import(wire, tmp_path, rules=RULES).running(journal=False) as imports:
        await until(lambda: "who does not want to be quoted" in caplog.text)
        assert imports.texts() is None


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ({"view_channel": True}, "lacks View Channel"),
        ({"read_message_history": True}, "lacks Read Message History in #rules"),
    ],
)
async def test_what_the_bot_may_not_read_any_more_stays_until_it_may_again(
    wire: Wire,
    ann: Object,
    rules: Object,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    lost: dict[str, bool],
    reason: str,
) -> None:
    await wire.members.say(ann, rules, FERRY)
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY)
        await wire.revoke(rules, **lost)
        await until(lambda: reason in caplog.text)
        await wire.members.say(ann, rules, "Bring a lantern.")
        assert imports.texts() == [FERRY]
        await wire.revoke(rules)
        await imports.has(FERRY, "Bring a lantern.")


async def test_rate_limits_and_errors_of_discord_s_only_delay_it(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    await wire.members.say(ann, rules, FERRY)
    history = f"GET /channels/{RULES}/messages"
    wire.rest.faults.add(history, rate_limit(0.05), rate_limit(0.05, everywhere=True), server_error(503))
    wire.rest.faults.add(f"GET /channels/{RULES}", server_error(503))
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY)


async def test_a_channel_that_is_deleted_takes_its_messages_along(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await wire.members.say(ann, rules, FERRY)
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY)
        await wire.members.delete_channel(rules)
        await imports.has()
        assert "northern jetty" not in await imports.answer(ann)
    assert "no such channel any more" in caplog.text


async def test_who_removes_the_bot_from_a_server_removes_what_was_imported(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    club_ = wire.world.guilds["100"]
    imports = Import(wire, tmp_path, rules=RULES)
    imports.add("ferries", RULES, "shared: true")
    bob = wire.members.join("bob", wire.world.guilds["200"])
    await wire.members.say(ann, rules, FERRY)
    async with imports.running():
        await imports.has(FERRY)
        await imports.has(FERRY, folder="ferries")
        del wire.world.guilds["100"]
        await wire.gateway.dispatch("GUILD_DELETE", {"id": "100"}, guild_id="100")
        await imports.has()
        await imports.has(folder="ferries")
        assert "northern jetty" not in await imports.answer(bob, place=ELSEWHERE)
        wire.world.add_guild(club_)
        await wire.gateway.dispatch("GUILD_CREATE", club_, guild_id="100")
        await imports.has(FERRY)
    assert (
        caplog.text.count("discord/100/rules is not in sync with its channel: the bot is not in its server")
        == 1
    )
    assert "lacks View Channel" not in caplog.text


async def test_who_removes_a_bot_that_is_not_running_does_so_too(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    await wire.members.say(ann, rules, FERRY)
    imports = Import(wire, tmp_path, rules=RULES)
    async with imports.running():
        await imports.has(FERRY)
    del wire.world.guilds["100"]
    async with imports.running(message_content=False):  # which it takes to import, and not to remove
        await imports.has()


async def test_an_index_that_could_not_be_refreshed_is_tried_again(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex, failing = (
        KnowledgeBase.reindex,
        [OSError("no memory"), BuildError("no space left"), BuildError("")],
    )

    def failing_first(*args: Any, **options: Any) -> Any:
        if failing:
            raise failing.pop(0)
        return reindex(*args, **options)

    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await asyncio.sleep(0.3)
        monkeypatch.setattr(KnowledgeBase, "reindex", failing_first)
        tries = len(imports.refreshed) + len(failing) + 1
        await wire.members.say(ann, rules, FERRY)
        await until(lambda: len(imports.refreshed) >= tries)
        assert "northern jetty" in await imports.answer(ann)
        await asyncio.sleep(0.5)
        assert len(imports.refreshed) == tries, "what has been refreshed is left alone"


async def test_what_was_missed_is_read_after_a_new_connection(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    said = (await wire.members.say(ann, rules, FERRY)).message or {}
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await imports.has(FERRY)
        wire.world.messages.pop(said["id"])  # which no event tells of
        wire.world.keep(objects.message(ann, rules, "Bring a lantern."))
        await wire.gateway.invalidate(resumable=False)
        await imports.has("Bring a lantern.")


async def test_the_bot_s_own_messages_and_notices_are_no_documents(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    members = wire.members
    embed = {"title": "Opening", "description": "At nine.", "type": "rich", "color": 3}
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        asked = await members.ask(ann, rules, "Where does the club meet?")
        await until(lambda: members.shown(asked))
        await members.say(ann, rules, "", type=6)  # somebody pinned something
        await members.say(ann, rules, "", embeds=[embed])
        await members.say(
            ann,
            rules,
            f"See <#102>, <#99>, <@&101>, <@{ann['id']}> <:heron:12> </ask:5> <t:1700000000:R> <t:9999999999999>",
        )
        await imports.has(
            "@member Where does the club meet?",
            "",
            "See #general, #channel, @chipbot, @member :heron: /ask 2023-11-14 22:13 UTC <t:9999999999999>",
        )
    export = json.loads((imports.seeds / f"discord/100/rules/{RULES}.json").read_bytes())
    assert export["messages"][1]["embeds"] == [{"title": "Opening", "description": "At nine."}]
    assert ann["id"] not in json.dumps(export)


async def test_sources_are_looked_at_again_and_what_is_wrong_is_named(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wire.world.add_guild(guild(300, "Third", channel(303, "voice", kind=2)))
    secret = objects.overwrite("100", deny=1 << 10)
    rules["permission_overwrites"] = [
        secret,
        objects.overwrite(objects.APPLICATION, allow=1 << 10, member=True),
    ]
    await wire.members.say(ann, rules, FERRY)
    imports = Import(wire, tmp_path)
    async with imports.running():
        await asyncio.sleep(0.3)
        assert imports.channels.of_server(100) == []
        imports.add("discord/100/rules", RULES)
        imports.add("discord/200/wrong", RULES, server="200")
        imports.add("discord/300/voice", "303", server="300")
        imports.add("discord/100/faq", FAQ)
        await imports.has(FERRY)
        reasons = (
            "discord/200/wrong is not in sync with its channel: the channel is of another server",
            "discord/300/voice is not in sync with its channel: it is no text channel",
            "no post in #faq has a tag that is called Solved",
            "#rules is not for everybody in its server",
        )
        await until(lambda: all(reason in caplog.text for reason in reasons))
        assert imports.channels.of_server(100) == [int(RULES), int(FAQ)]
        (imports.seeds / "sources.yaml").unlink()
        await until(lambda: imports.channels.of_server(100) == [])
        assert imports.texts() == [FERRY]


async def test_a_folder_that_cannot_be_written_is_named_and_tried_again(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await wire.members.say(ann, rules, FERRY)
    imports = Import(wire, tmp_path, rules=RULES)
    folder = imports.seeds / "discord/100/rules"
    folder.mkdir(parents=True)
    (folder / "mine.md").write_text("Not imported.")
    async with imports.running():
        await until(lambda: "holds files that were not imported" in caplog.text)
        (folder / "mine.md").unlink()
        await imports.has(FERRY)


async def test_what_is_told_while_the_rest_is_read_counts(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    from tests.wire.faults import slow

    first = (await wire.members.say(ann, rules, FERRY)).message or {}
    wire.rest.faults.add(f"GET /channels/{RULES}/messages", slow(0.5))
    async with Import(wire, tmp_path, rules=RULES).running() as imports:
        await until(lambda: wire.rest.asked[f"GET /channels/{RULES}/messages"])
        await wire.members.edit(first, "The ferry leaves from nowhere.")
        await imports.has("The ferry leaves from nowhere.")


async def test_of_many_messages_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chipbot.bot.channel_pages.MAX_MESSAGES", 2)
    from datetime import UTC, datetime

    from chipbot.sources.discord_channel import ChannelMessage

    page = Page.__new__(Page)
    page.messages, page._told = {}, None
    for number in (1, 2, 3):
        page.put(number, ChannelMessage(author_id=1, written_at=datetime.now(UTC), content=str(number)))
    assert list(page.messages) == [2, 3]


async def test_channels_of_servers_that_another_process_serves_are_left_to_it(
    wire: Wire, ann: Object, rules: Object, tmp_path: Path
) -> None:
    served = {200}
    await wire.members.say(ann, rules, FERRY)
    await wire.members.say(
        wire.members.join("bob", wire.world.guilds["200"]), wire.world.channels[ELSEWHERE], ABOUT
    )
    made = Import(wire, tmp_path, rules=RULES)
    made.add("discord/200/general", ELSEWHERE, server="200")
    async with made.running(serves=served.__contains__):
        await made.has(ABOUT, number=ELSEWHERE, folder="discord/200/general")
        assert made.texts() is None
        served.add(100)
        await made.has(FERRY)
        served.remove(100)
        await until(lambda: not made.channels.of_server(100))
        await wire.members.say(ann, rules, "More")
        served.add(100)
        await made.has(FERRY, "More")
