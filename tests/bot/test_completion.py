"""`/ask` completes a question from what is searched where a member types, and from nothing else: as a member, an intruder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.bot.test_scopes import KEYS, PAY, SECRETS, World, ask, house, simcord_bot, world
from tests.bot.town import break_down, control
from tests.service.test_scopes import write

from chipbot.service.completion import FEW, FRESH
from chipbot.service.headings import MAX_CHOICES, MAX_LENGTH
from chipbot.service.questions import Origin

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle

    from chipbot.journal.journal import Journal

__all__ = ["house", "simcord_bot", "world"]  # fixtures


async def typed(
    world: World, text: str, who: MemberActor | None = None, where: ChannelHandle | None = None
) -> list[str]:
    choices = await (who or world.ann).autocomplete(where or world.channel, "ask", "question", text)
    assert all(choice["name"] == choice["value"] for choice in choices)
    return [choice["value"] for choice in choices]


def document(world: World, name: str, text: str) -> None:
    write(world.house._seeds, {name: text})
    world.house.reindex()


async def keep_questions(world: World, journal: Journal) -> None:
    """Have the server list its gaps, which keeps questions."""
    await journal.settings.change(world.guild.id, "gap_channel", world.channel.id, by=world.boss.id)


async def rate(
    world: World, question: str, *voters: MemberActor, action: str = "up", **options: object
) -> None:
    """Have Ann ask, and others vote for the answer."""
    result = await world.ann.slash(world.channel, "ask", question=question, **options)
    assert result.response is not None
    for voter in voters:
        await voter.click(result.response, custom_id=control(result.response, action))
    world.client.completion.forget()  # which is looked up anew after a minute


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["House keys", "Wages of staff", "Opening hours"]),
        ("hou", ["House keys", "Opening hours"]),  # what begins so comes first
        ("KEYS ho", ["House keys"]),
        ("  staff, wages!", ["Wages of staff"]),
        ("pening", []),
        ("🎉", ["House keys", "Wages of staff", "Opening hours"]),
        ("x" * 6000, []),
    ],
)
async def test_headings_that_go_on_from_what_was_typed(world: World, text: str, found: list[str]) -> None:
    assert sorted(await typed(world, text)) == sorted(found)
    assert (await typed(world, text))[:1] == found[:1] or not text.strip("🎉")


async def test_nothing_outside_the_scope_is_suggested(world: World, journal: Journal) -> None:
    await keep_questions(world, journal)
    await rate(world, PAY, world.boss)
    assert PAY in await typed(world, "what does the care")
    world.grant("home:public")
    for text in ("", "wages", "w", "staff", "what does the care", "pay", "caretaker", "opening"):
        found = await typed(world, text)
        assert not any(secret in choice for secret in SECRETS for choice in found)
    assert await typed(world, "") == ["House keys"]
    world.grant("home:public+staff")
    assert PAY in await typed(world, "what does the care")
    world.grant("home:public", "channel:staff")
    assert await typed(world, "wages") == ["Wages of staff"]
    assert "House keys" not in await typed(world, "")


async def test_an_intruder_s_server_is_told_of_nothing(world: World, journal: Journal) -> None:
    await keep_questions(world, journal)
    await rate(world, PAY, world.boss)
    world.grant("home")
    for text in ("", "house", "what does the care"):
        assert await typed(world, text, world.intruder, world.other) == []
    world.grant()
    assert PAY not in await typed(world, "what does", world.intruder, world.other)


async def test_answers_of_a_team_are_suggested_to_its_server_alone(world: World) -> None:
    document(
        world,
        f"answers/{world.guild.id}/1-x.md",
        "---\ntitle: Team\n---\n\n## Who waters the ferns?\n\nBob does.\n",
    )
    assert "Who waters the ferns?" in await typed(world, "who wat")
    assert await typed(world, "who wat", world.intruder, world.other) == []
    world.grant("home:public")
    assert "Who waters the ferns?" in await typed(world, "who wat")


async def test_what_is_deleted_is_not_suggested(world: World) -> None:
    (world.house._seeds / "public" / "keys.md").unlink()
    assert "House keys" not in await typed(world, "")


async def test_suggestions_are_as_many_and_as_long_as_discord_takes(world: World) -> None:
    long = "Rule " + "y" * MAX_LENGTH
    headings = [f"## Rule {number} of the house\n\nText.\n" for number in range(40)]
    document(world, "public/rules.md", f"# Rules\n\n## {long}\n\nText.\n\n" + "\n".join(headings))
    found = await typed(world, "rule")
    assert len(found) == len(set(found)) == MAX_CHOICES
    assert all(len(each) <= MAX_LENGTH for each in found)


async def test_a_question_is_suggested_when_it_helped_somebody_else(world: World, journal: Journal) -> None:
    await rate(world, KEYS, world.boss)
    assert KEYS not in await typed(world, "where are")  # questions are not kept
    await keep_questions(world, journal)
    await rate(world, KEYS)
    assert KEYS not in await typed(world, "where are")
    await rate(world, KEYS, world.ann)
    assert KEYS not in await typed(world, "where are")  # her own vote says little
    await rate(world, KEYS, world.boss, action="down")
    assert KEYS not in await typed(world, "where are")
    await rate(world, KEYS, world.boss)
    assert await typed(world, "where are") == [KEYS]
    assert (await typed(world, ""))[0] == KEYS
    assert KEYS not in await typed(world, "when")


async def test_a_question_is_suggested_only_where_it_was_asked_for_all_to_read(
    world: World, journal: Journal
) -> None:
    await keep_questions(world, journal)
    elsewhere = world.guild.create_text_channel("elsewhere")
    await rate(world, KEYS, world.boss)
    assert KEYS not in await typed(world, "where", where=elsewhere)
    await rate(world, "Where do they keep the keys?", private=True)
    number = next(reversed(world.client.kept._recent))
    origin = Origin(user_id=world.boss.id, guild_id=world.guild.id)
    await world.client.kept.vote(number, origin, helped=True)
    world.client.completion.forget()
    assert await typed(world, "where") == [KEYS]


async def test_what_goes_wrong_suggests_less_and_says_nothing(
    world: World, journal: Journal, tmp_path: Path
) -> None:
    await keep_questions(world, journal)
    break_down(journal)
    assert "House keys" in await typed(world, "ho")
    world.house._served._answerer = None
    for path in sorted((tmp_path / "served").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert await typed(world, "ho") == []


async def test_answers_come_first(world: World) -> None:
    tasks = {object() for _ in range(FEW + 1)}
    world.client.questions.requests.tasks |= tasks  # type: ignore[arg-type]  # as many requests under way
    assert await typed(world, "ho") == []
    world.client.questions.requests.tasks -= tasks
    assert await typed(world, "ho")
    world.client.questions.closing = True
    assert await typed(world, "ho") == []
    world.client.questions.closing = False


async def test_the_journal_is_asked_once_a_minute(world: World, journal: Journal) -> None:
    await keep_questions(world, journal)
    now = 0.0
    world.client.completion._clock = lambda: now
    assert KEYS not in await typed(world, "where")
    result = await world.ann.slash(world.channel, "ask", question=KEYS)
    assert result.response is not None
    await world.boss.click(result.response, custom_id=control(result.response, "up"))
    assert KEYS not in await typed(world, "where")
    now = FRESH + 1
    assert KEYS in await typed(world, "where")


async def test_completing_is_no_asking(world: World) -> None:
    """It starts no cooldown, and is no event that is remembered."""
    before = len(world.client.interactions._values)
    await typed(world, "ho")
    assert len(world.client.interactions._values) == before
    assert "garden shed" in await ask(world.ann, world.channel, KEYS)
