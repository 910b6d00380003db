"""The team turns the pages of what the documents lack, and gets a summary of each week."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from tests.bot.test_commands import allow_all
from tests.bot.town import FUND, TITLE, Town

from chipbot.bot import digest, team_strings
from chipbot.bot.digest import send_digests, send_due
from chipbot.errors import JournalError
from chipbot.journal.journal import DAY

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.results import InteractionResult

    from chipbot.bot.services import ServiceClient
    from chipbot.journal.journal import Journal


async def fill(town: Town, journal: Journal) -> None:
    """25 questions, the first asked by most; two of them voted down."""
    for number in range(25):
        for member in range(25 - number):
            await journal.gaps.add(
                town.guild.id,
                f"Question {number}?",
                [str(number)],
                "voted_down" if number in (3, 4) else "refused",
                asker=journal.member(member),
                channel_id=town.channel.id,
            )


async def opened(town: Town, member: MemberActor) -> Any:
    result = await member.slash(town.channel, "questions")
    assert result.ephemeral
    return result.response


def said(result: InteractionResult) -> list[str]:
    return [message.content for message in (result.response, *result.followups) if message is not None]


async def test_pages_turn_and_filters_hold(town: Town, journal: Journal) -> None:
    await fill(town, journal)
    panel = await opened(town, town.boss)
    assert panel.content.startswith("**Without an answer** · 1–10 of 25\n1. **25×** Question 0? · <t:")
    for expected in ("11–20 of 25", "21–25 of 25"):
        await town.boss.click(panel, custom_id="questions:forth")
        assert expected in panel.message.content
    await town.boss.click(panel, custom_id="questions:back")
    assert "11–20 of 25" in panel.message.content
    await town.boss.select(panel, ["voted_down"], custom_id="questions:which")
    assert panel.message.content.count("\n") == 2
    assert panel.message.content.startswith("**Voted down** · 1–2 of 2")
    await town.boss.select(panel, ["ignored"], custom_id="questions:which")
    assert panel.message.content == f"**Ignored**\n{team_strings.NO_GAPS}"


@pytest.mark.parametrize("kept", [True, False])
async def test_what_is_asked_most_is_listed_where_questions_are_kept(
    town: Town, journal: Journal, kept: bool
) -> None:
    journal.questions.kept = kept
    for member, question in (
        (town.ann, FUND),
        (town.eve, FUND.lower()),
        (town.ann, "Who feeds the parrots?"),
    ):
        town.clock.now += 60
        await member.slash(town.channel, "ask", question=question)
    panel = await opened(town, town.boss)
    (menu,) = [item for row in panel.message.components for item in row.children if hasattr(item, "options")]
    assert ("Most asked" in [option.label for option in menu.options]) == kept
    if kept:
        await town.boss.select(panel, ["asked"], custom_id="questions:which")
        first, second, third = panel.message.content.splitlines()
        assert first == "**Most asked** · 1–2 of 2"
        assert second.lower().startswith(f"1. **2×** {FUND.lower()} · <t:")
        assert third.startswith("2. **1×** Who feeds the parrots? · <t:")


async def test_a_page_that_is_empty_meanwhile_gives_way_to_the_last(town: Town, journal: Journal) -> None:
    await fill(town, journal)
    panel = await opened(town, town.boss)
    await town.boss.click(panel, custom_id="questions:forth")
    gaps, _ = await journal.gaps.list(town.guild.id, limit=25)
    for gap in gaps[5:]:
        await journal.gaps.set_state(gap.id, "ignored")
    await town.boss.click(panel, custom_id="questions:forth")
    assert "1–5 of 5" in panel.message.content


async def test_only_the_team_sees_them(town: Town, journal: Journal) -> None:
    helpers = town.guild.create_role("Helpers")
    helper = town.guild.add_member(town.env.create_user("helper"), roles=[helpers])
    await journal.settings.change(town.guild.id, "helper_roles", [helpers.id], by=town.boss.id)
    await fill(town, journal)
    allow_all(town, "questions")
    assert said(await town.ann.slash(town.channel, "questions")) == [team_strings.NOT_HELPER]
    panel = await opened(town, helper)
    assert "1–10 of 25" in panel.content
    await journal.settings.change(town.guild.id, "helper_roles", None, by=town.boss.id)
    await helper.click(panel, custom_id="questions:forth")
    assert panel.message.content == team_strings.NOT_HELPER


@pytest.mark.parametrize(("wanted", "sent"), [(True, 1), (False, 0)])
async def test_a_digest_comes_once_a_week_where_it_is_wanted(
    town: Town, journal: Journal, wanted: bool, sent: int
) -> None:
    channel = town.guild.create_text_channel("gaps")
    await journal.settings.change(town.guild.id, "gap_channel", channel.id, by=town.boss.id)
    await journal.settings.change(town.guild.id, "digest", wanted, by=town.boss.id)
    await town.ann.slash(town.channel, "ask", question=FUND)
    await town.boss.slash(town.channel, "ask", question="Who feeds the parrots?")
    await journal.flush()
    now = town.clock.now
    for _ in range(3):
        await send_due(town.client, now)
    messages = [message.content for message in channel.history() if message.content.startswith("**My week**")]
    assert len(messages) == sent
    if sent:
        assert messages[0].startswith(
            "**My week** · 2 questions, 50% answered\n**Not in my documents** (1 question open)"
        )
        assert "- 1× Who feeds the parrots?\n\n**Most cited:**\n- 1× US and Mexico Forge" in messages[0]
    await send_due(town.client, now + 30 * DAY)
    assert sum(message.content.startswith("**My week**") for message in channel.history()) == sent


async def test_a_digest_that_cannot_be_sent_is_no_reason_to_end(
    town: Town, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    await journal.settings.change(town.guild.id, "gap_channel", 1, by=town.boss.id)
    await journal.settings.change(town.guild.id, "digest", True, by=town.boss.id)
    await town.ann.slash(town.channel, "ask", question=FUND)
    await journal.flush()
    await send_due(town.client, town.clock.now)
    assert "is not sent" in caplog.text


async def test_what_goes_wrong_with_a_digest_is_logged_and_it_comes_at_the_next_look(
    town: Town, journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    channel = town.guild.create_text_channel("gaps")
    await journal.settings.change(town.guild.id, "gap_channel", channel.id, by=town.boss.id)
    await journal.settings.change(town.guild.id, "digest", True, by=town.boss.id)
    await town.ann.slash(town.channel, "ask", question=FUND)
    await journal.flush()
    faults = [JournalError("the journal is away"), ZeroDivisionError("nobody foresaw this")]
    sent = asyncio.Event()

    async def look(client: ServiceClient, _: float) -> None:
        if faults:
            raise faults.pop(0)
        await send_due(client, town.clock.now)
        sent.set()

    monkeypatch.setattr(digest, "EVERY", 0)
    monkeypatch.setattr(digest, "send_due", look)
    looking = asyncio.create_task(send_digests(town.client))
    async with asyncio.timeout(30):
        await sent.wait()
    looking.cancel()
    (summary,) = channel.history()
    assert summary.content == f"**My week** · 1 question, 100% answered\n**Most cited:**\n- 1× {TITLE}"
    told = [each for each in caplog.records if "no digest is sent" in each.getMessage()]
    assert [each.levelname for each in told] == ["WARNING", "ERROR"]
    assert "the journal is away" in told[0].getMessage()
    assert told[1].exc_info


async def test_a_week_without_an_answer_cites_nothing(town: Town, journal: Journal) -> None:
    channel = town.guild.create_text_channel("digests")
    await journal.settings.change(town.guild.id, "gap_channel", channel.id, by=town.boss.id)
    await journal.settings.change(town.guild.id, "digest", True, by=town.boss.id)
    await town.ann.slash(town.channel, "ask", question="Who feeds the parrots?")
    await town.env.settle()
    await journal.flush()
    await send_due(town.client, town.clock.now)
    assert channel.history()[-1].content == (
        "**My week** · 1 question, 0% answered\n"
        "**Not in my documents** (1 question open):\n- 1× Who feeds the parrots?"
    )
