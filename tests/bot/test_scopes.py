"""Servers, channels and direct messages are answered from what they are granted: as a member, a manager, an intruder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import pytest
from tests.bot.town import Clock, control, controls, shown
from tests.service.test_scopes import write

from chipbot.bot import ChipbotClient, digest, index_strings, strings
from chipbot.errors import CanaryError
from chipbot.model import Progress
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.service.scopes import Grants

if TYPE_CHECKING:
    from collections.abc import Callable

    import simcord
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle

    from chipbot.journal.journal import Journal
    from chipbot.model import IndexStatus

DOCUMENTS = {
    "public/keys.md": "# House keys\n\nThe keys are kept in the garden shed behind the sundial.\n",
    "staff/pay.md": "# Wages of staff\n\nThe caretaker earns 2,100 crowns a month for the greenhouse.\n",
    "top.md": "# Opening hours\n\nThe house opens at nine every morning.\n",
}
KEYS, PAY = "Where are the keys kept?", "What does the caretaker earn a month?"
SECRETS = ("Wages", "crowns", "2,100", "staff", "pay.md")


class House(KnowledgeBase):
    """A knowledge base whose rebuild can be made to fail."""

    failure: Exception | None = None

    def reindex(self, *arguments: Any, **options: Any) -> IndexStatus:
        if self.failure is not None:
            raise self.failure
        return super().reindex(*arguments, **options)


@dataclass
class World:
    """Two servers, and who is in them."""

    env: simcord.Env
    client: ChipbotClient
    house: House
    guild: GuildHandle
    channel: ChannelHandle
    ann: MemberActor
    boss: MemberActor
    other: ChannelHandle
    intruder: MemberActor

    def grant(self, *entries: str) -> None:
        """Have the operator grant this; `home` stands for the first server's id, `channel` for its channel's."""
        names = {"home": str(self.guild.id), "channel": str(self.channel.id)}
        parts = [entry.partition(":") for entry in entries]
        self.client.questions.grants = Grants(
            f"{names.get(place, place)}{colon}{folders}" for place, colon, folders in parts
        )


async def ask(member: MemberActor, channel: ChannelHandle, question: str) -> str:
    return shown((await member.slash(channel, "ask", question=question)).response)


@pytest.fixture
def house(tmp_path: Path) -> House:
    seeds = write(tmp_path / "seeds", DOCUMENTS)
    (seeds / "staff" / "contracts.pdf").write_bytes(b"%PDF-1.4 broken")
    base = House(seeds, tmp_path / "served")
    base.refresh()
    return base


@pytest.fixture
def simcord_bot(house: House, journal: Journal, clock: Clock) -> ChipbotClient:
    questions = QuestionService(house, journal=journal, clock=clock)
    return ChipbotClient(questions, IndexRefresher(house, clock=clock))


@pytest.fixture
async def world(simcord_env: simcord.Env, simcord_bot: ChipbotClient, house: House) -> World:
    guild, elsewhere = simcord_env.create_guild("Home"), simcord_env.create_guild("Elsewhere")
    may_manage = discord.Permissions(manage_guild=True)
    managers, others = (each.create_role("Managers", permissions=may_manage) for each in (guild, elsewhere))
    return World(
        env=simcord_env,
        client=simcord_bot,
        house=house,
        guild=guild,
        channel=guild.create_text_channel("general"),
        ann=guild.add_member(simcord_env.create_user("ann")),
        boss=guild.add_member(simcord_env.create_user("boss"), roles=[managers]),
        other=elsewhere.create_text_channel("general"),
        intruder=elsewhere.add_member(simcord_env.create_user("mallory"), roles=[others]),
    )


async def test_a_member_reads_what_the_server_is_granted_and_nothing_else(world: World) -> None:
    world.grant("home:public")
    assert "garden shed" in await ask(world.ann, world.channel, KEYS)
    for question in (PAY, "greenhouse keys", "caretaker", "hello", "what do you know?", "the greenhose"):
        said = await ask(world.ann, world.channel, question)
        assert not any(secret in said for secret in SECRETS), said
    assert "this document" in await ask(world.ann, world.channel, "what do you know?")
    assert "“greenhouse”" in await ask(world.ann, world.channel, "Is the greenhouse open for visitors?")
    world.grant("home:public+staff")
    assert "crowns" in await ask(world.ann, world.channel, PAY)


async def test_a_rebuild_shows_how_far_it_is_to_those_alone_who_may_read_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many documents there are in all is not theirs to know whose server has some of them."""
    reindex = world.house.reindex

    def work(report: Callable[[Progress], None], *, force: bool = False) -> IndexStatus:
        report(Progress(step="indexing", done=1, total=777))
        return reindex(report, force=force)

    monkeypatch.setattr(world.house, "reindex", work)
    for grant, told in (("home:public", False), ("home", True)):
        world.grant(grant)
        before = len(world.env.http_requests)
        result = await world.boss.slash(world.channel, "reindex")
        assert shown(result.response).startswith("The index is rebuilt")
        edits = [one.json for one in world.env.http_requests[before:] if one.method == "PATCH"]
        assert any("777" in str(edit) for edit in edits) == told


async def test_who_may_not_read_all_documents_breaks_no_canary_of_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`/reindex force: True` is for those alone whose documents the canary questions are about."""
    reindex, forced = world.house.reindex, list[bool]()

    def work(report: Callable[[Progress], None], *, force: bool = False) -> IndexStatus:
        forced.append(force)
        return reindex(report, force=force)

    monkeypatch.setattr(world.house, "reindex", work)
    for grant in ("home:public", "home"):
        world.grant(grant)
        await world.boss.slash(world.channel, "reindex", force=True)
    assert forced == [False, True]


async def test_a_place_that_is_not_named_is_told_why_in_one_sentence(world: World) -> None:
    world.grant("home")
    place = str(world.intruder.guild.id)
    sentence = strings.not_granted(place)
    answer = await world.intruder.slash(world.other, "ask", question=PAY)
    assert answer.ephemeral
    assert shown(answer.response) == sentence
    for command in ("status", "reindex", "settings"):
        told = await world.intruder.slash(world.other, command)
        assert told.ephemeral
        assert shown(told.response) == sentence
    world.env.errors.clear()  # discord.py's own report of a check that failed
    me = world.client.user
    assert me is not None
    await world.intruder.send(world.other, f"<@{me.id}> {PAY}")
    assert shown(world.other.history()[-1]) == sentence
    assert not any(secret in str(each.content) for each in world.other.history()[1:] for secret in SECRETS)


async def test_managers_choose_among_what_is_granted(world: World, journal: Journal) -> None:
    world.grant("home:public+.")
    panel = (await world.boss.slash(world.channel, "settings")).response
    assert panel is not None
    await world.boss.select(panel, ["collections"], custom_id="settings:setting")
    assert "staff" not in str([each.to_dict() for each in panel.message.components])
    await world.boss.select(panel, ["0"], custom_id="settings:collections")
    assert journal.settings.of(world.guild.id).collections == ("public",)
    assert "**Documents:** public" in panel.message.content
    assert "nine" not in await ask(world.ann, world.channel, "When does the house open?")
    await world.boss.click(panel, custom_id="settings:reset")
    assert "nine" in await ask(world.ann, world.channel, "When does the house open?")


@pytest.mark.parametrize("chosen", [["staff"], ["publik"]])
async def test_what_is_not_granted_or_not_there_gives_nothing(
    world: World, journal: Journal, chosen: list[str]
) -> None:
    world.grant("home:public")
    await journal.settings.change(world.guild.id, "collections", chosen, by=world.boss.id)
    for question in (PAY, KEYS, "hello"):
        said = await ask(world.ann, world.channel, question)
        assert not any(secret in said for secret in (*SECRETS, "garden shed", "House keys")), said


async def test_a_channel_has_its_own(world: World, journal: Journal) -> None:
    quiet = world.guild.create_text_channel("quiet")
    await journal.settings.change(
        world.guild.id, "collections", ["public"], by=world.boss.id, channel_id=quiet.id
    )
    assert "crowns" not in await ask(world.ann, quiet, PAY)
    assert "crowns" in await ask(world.ann, world.channel, PAY)
    world.grant("home", "channel:public")  # the operator can do the same, whatever becomes of the journal
    assert "crowns" not in await ask(world.ann, world.channel, PAY)


async def test_documents_of_a_role_are_read_by_its_members_alone(world: World) -> None:
    """Nobody reads over their shoulder: they count where the asker alone sees what comes of it."""
    staff = world.guild.create_role("Staff")
    pat = world.guild.add_member(world.env.create_user("pat"), roles=[staff])
    world.grant("home:public", f"{staff.id}:staff")
    asked = (await pat.slash(world.channel, "ask", question=PAY, private=True)).response
    assert asked is not None
    assert "crowns" in shown(asked)
    assert str(strings.SHOW_TO_EVERYONE) not in " ".join(controls(asked)), "it is not for everyone"
    page = await pat.click(asked, custom_id=control(asked, "context"))
    assert page.ephemeral
    assert "crowns" in shown(page.response)
    public = await ask(pat, world.channel, PAY)
    assert not any(secret in public for secret in SECRETS)
    assert "`/ask private: True` looks into the documents of your roles as well." in public
    await pat.send(world.channel, f"<@{world.client.user.id if world.client.user else 0}> {PAY}")
    for message in world.channel.history(viewer=world.ann):
        assert "crowns" not in shown(message)
        assert "your roles" not in shown(message)
    for member, channel in (
        (world.ann, world.channel),
        (world.boss, world.channel),
        (world.intruder, world.other),
    ):
        said = shown((await member.slash(channel, "ask", question=PAY, private=True)).response)
        assert "crowns" not in said
        assert "your roles" not in said
    world.grant("home:public")
    again = await pat.click(asked, custom_id=control(asked, "context"))
    assert shown(again.response) == strings.CHANGED_SINCE, "what is not granted any more is not shown"


async def test_a_digest_names_no_document_that_its_readers_may_not_read(
    world: World, journal: Journal
) -> None:
    staff = world.guild.create_role("Staff")
    pat = world.guild.add_member(world.env.create_user("pat"), roles=[staff])
    world.grant("home:public", f"{staff.id}:staff")
    for name, value in (("gap_channel", world.channel.id), ("digest", True)):
        await journal.settings.change(world.guild.id, name, value, by=world.boss.id)
    await pat.slash(world.channel, "ask", question=PAY, private=True)
    await pat.slash(world.channel, "ask", question=KEYS, private=True)
    await journal.flush()
    await digest.send_due(world.client, journal._clock())
    (sent,) = [each for each in world.channel.history(viewer=world.ann) if "**My week**" in each.content]
    assert "keys.md" in sent.content
    assert "pay.md" not in sent.content


async def test_a_role_counts_where_its_server_has_nothing_and_everyone_s_role_is_none(world: World) -> None:
    staff = world.guild.create_role("Staff")
    pat = world.guild.add_member(world.env.create_user("pat"), roles=[staff])
    world.grant(f"{staff.id}:staff", "channel:.")
    other = world.guild.create_text_channel("other")
    assert "I don't answer here" in await ask(pat, other, PAY)
    said = shown((await pat.slash(other, "ask", question=PAY, private=True)).response)
    assert "crowns" in said
    world.grant("home:staff", "channel:public")  # which has the id of everyone's role
    said = shown((await world.ann.slash(world.channel, "ask", question=PAY, private=True)).response)
    assert "crowns" not in said


async def test_what_everyone_may_not_read_any_more_is_not_shown_to_them(world: World) -> None:
    world.grant("home:public+staff")
    asked = (await world.ann.slash(world.channel, "ask", question=PAY, private=True)).response
    assert asked is not None
    world.grant("home:public")
    told = await world.ann.click(asked, custom_id=control(asked, "show"))
    assert shown(told.response) == strings.NOT_FOR_ALL
    assert world.channel.history(viewer=world.boss) == []


async def test_what_only_a_role_reads_is_completed_for_it_in_private(world: World) -> None:
    staff = world.guild.create_role("Staff")
    pat = world.guild.add_member(world.env.create_user("pat"), roles=[staff])
    world.grant("home:public", f"{staff.id}:staff")

    async def completed(**options: object) -> list[object]:
        found = await pat.autocomplete(world.channel, "ask", "question", "wag", **options)
        return [choice["value"] for choice in found]

    assert await completed() == []
    assert await completed(private=True) == ["Wages of staff"]


@pytest.mark.parametrize(
    ("entries", "answered"),
    [((), True), (("home",), False), (("home", "dm:public"), False), (("home", "dm"), True)],
)
async def test_direct_messages_have_what_is_granted_to_them(
    world: World, entries: tuple[str, ...], answered: bool
) -> None:
    world.grant(*entries)
    await world.ann.send_dm(PAY)
    said = shown(world.ann.user.dm_channel.last_message)
    assert ("crowns" in said) == answered
    if len(entries) == 1:
        assert said == strings.not_granted("dm")


async def test_buttons_show_nothing_that_is_not_granted_any_more(world: World) -> None:
    answer = (await world.ann.slash(world.channel, "ask", question=PAY)).response
    assert answer is not None
    world.grant("home:public")
    context = await world.ann.click(answer, custom_id=control(answer, "context"))
    assert shown(context.response) == strings.CHANGED_SINCE


async def test_statuses_and_rebuilds_tell_managers_of_their_own_documents(world: World) -> None:
    everything = shown((await world.boss.slash(world.channel, "status")).response)
    assert "3 documents" in everything
    assert "contracts.pdf" in everything
    world.grant("home:public")
    for command in ("status", "reindex"):
        said = shown((await world.boss.slash(world.channel, command)).response)
        assert "1 document," in said
        assert not any(secret in said for secret in (*SECRETS, "contracts"))
    world.house.failure = CanaryError(
        "“What does the caretaker earn?” is not answered by staff/pay.md any more"
    )
    assert (
        shown((await world.boss.slash(world.channel, "reindex")).response)
        == index_strings.some_canaries_broken()
    )
    world.grant()
    assert "staff/pay.md" in shown((await world.boss.slash(world.channel, "reindex")).response)
    world.env.errors.clear()
