"""The Discord on loopback itself: what members do reaches the real bot, and its answers reach them."""

from __future__ import annotations

import asyncio

import discord
import pytest
from tests.wire import objects
from tests.wire.bots import FUND, MONEY, club, running
from tests.wire.faults import refused
from tests.wire.members import Question, text_of
from tests.wire.objects import FORUM, Object, channel, guild
from tests.wire.wire import Wire, until

from chipbot.bot import connecting_to


async def answered(wire: Wire, question: Question) -> str:
    """What the bot says to a question, exactly once."""
    await until(lambda: wire.members.shown(question))
    shown = wire.members.shown(question)
    assert len(shown) == 1
    return text_of(shown[0])


@pytest.fixture
def wire() -> Wire:
    return Wire([club(channel(103, "help", kind=FORUM))])


@pytest.fixture
def ann(wire: Wire) -> Object:
    return wire.members.join("ann", wire.world.guilds["100"])


async def test_each_way_in_is_answered(wire: Wire, ann: Object) -> None:
    members, general = wire.members, wire.world.channels["102"]
    async with running(wire):
        mention = await members.ask(ann, general, FUND)
        direct = await members.ask(ann, members.direct(ann), FUND)
        slash = await members.slash(ann, general, "ask", question=FUND)
        said = await members.say(ann, general, FUND)
        menu = await members.menu(ann, "Ask the documents", said.message or {})
        post = await members.post(
            ann, wire.world.channels["103"], "A question", f"<@{objects.APPLICATION}> {FUND}"
        )
        thread = await members.start_thread(ann, mention.message or {}, "More")
        inside = await members.ask(ann, thread, FUND)
        for question in (mention, direct, slash, menu, inside):
            assert MONEY in await answered(wire, question)
        await until(lambda: any(each["channel_id"] == post["id"] for each in wire.world.messages.values()))
        assert not members.shown(said)
        assert wire.members.answers() == [1] * 6


async def test_a_reply_to_a_command_s_answer_carries_nothing(wire: Wire, ann: Object) -> None:
    general = wire.world.channels["102"]
    async with running(wire):
        asked = await wire.members.slash(ann, general, "ask", question=FUND)
        await answered(wire, asked)
        reply = await wire.members.reply(ann, wire.members.shown(asked)[0], "And in 2023?")
        mention = await wire.members.ask(ann, general, FUND)
        await answered(wire, mention)
        follow = await wire.members.reply(ann, wire.members.shown(mention)[0], "How much money?")
        assert await answered(wire, follow)
    assert not wire.members.shown(reply)
    seen = wire.world.seen(reply.message or {}, content=False)
    assert (seen["content"], seen["mentions"]) == ("", [])


async def test_without_the_intent_text_is_withheld_but_for_those_who_address_the_bot(
    wire: Wire, ann: Object
) -> None:
    general = wire.world.channels["102"]
    async with running(wire) as client:
        said = await wire.members.say(ann, general, "Just talking")
        asked = await wire.members.ask(ann, general, FUND)
        await answered(wire, asked)
        place = client.get_channel(102)
        assert place is not None
        read = {each.id: each.content async for each in place.history()}  # type: ignore[union-attr]  # a text channel
    assert read[int((said.message or {})["id"])] == ""
    assert FUND in read[int((asked.message or {})["id"])]


async def test_several_shards_get_their_own_servers() -> None:
    guilds = [
        guild((number << 22) + 100, f"Club {number}", channel((number << 22) + 102, "general"))
        for number in range(3)
    ]
    wire = Wire(guilds, shards=3)
    seen: list[tuple[int, str]] = []

    class Bot(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Identify without the five seconds between two that Discord wants."""

        async def on_message(self, message: discord.Message) -> None:
            assert message.guild is not None
            seen.append((message.guild.shard_id, message.content))

    async with wire.serving():
        with connecting_to(wire.url):
            async with Bot(intents=discord.Intents(guilds=True, guild_messages=True)) as client:
                await client.login(objects.TOKEN)
                task = asyncio.create_task(client.connect())
                await until(lambda: len(wire.gateway.connected) == 3 and client.is_ready())
                for number, one in enumerate(guilds):
                    ann = wire.members.join("ann", one)
                    await wire.members.ask(ann, one["channels"][0], f"question {number}")
                await until(lambda: len(seen) == 3)
                await client.close()
                await asyncio.gather(task, return_exceptions=True)
    assert sorted(seen) == [(number, f"<@{objects.APPLICATION}> question {number}") for number in range(3)]


async def test_a_resumed_session_gets_what_it_missed(wire: Wire, ann: Object) -> None:
    general = wire.world.channels["102"]
    async with running(wire):
        await wire.gateway.drop(4000)
        missed = await wire.members.ask(ann, general, FUND)
        assert MONEY in await answered(wire, missed)
    assert (wire.gateway.asked["op 2"], wire.gateway.asked["op 6"]) == (1, 1)


async def test_an_error_comes_as_discord_says_it(wire: Wire, ann: Object) -> None:
    wire.rest.faults.add("POST /channels/102/messages", refused(403, 50013, "Missing Permissions"))
    general = wire.world.channels["102"]
    async with running(wire):
        asked = await wire.members.ask(ann, general, FUND)
        await until(lambda: wire.members.refused(asked) or wire.members.shown(asked))
    assert wire.rest.faults.injected == 1
    assert wire.members.refused(asked)


async def test_a_bot_in_no_server_says_how_to_invite_it(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire()
    async with running(wire):
        await until(lambda: "invite it: https://discord.com/oauth2/authorize?" in caplog.text)
