"""A channel in which too many ask at once is told so, however many they are, as rarely as can be."""

from __future__ import annotations

import asyncio

from tests.bot.town import Town, shown

from chipbot.bot import strings
from chipbot.bot.busy_notices import BusyNotices

PAUSE = 0.05


async def test_the_first_is_told_by_a_reply_and_all_others_together(town: Town) -> None:
    notices, channel = BusyNotices(PAUSE), town.me.guild.text_channels[0]
    assert [notices.note(channel) for _ in range(50)] == [True] + [False] * 49
    await asyncio.sleep(4 * PAUSE)
    assert _told(town) == 1
    assert notices.note(channel), "after a pause without any, it is told at once again"
    await asyncio.sleep(4 * PAUSE)
    assert _told(town) == 1
    await notices.close()


async def test_nobody_is_told_by_a_bot_that_stops(town: Town) -> None:
    notices, channel = BusyNotices(PAUSE), town.me.guild.text_channels[0]
    assert [notices.note(channel), notices.note(channel)] == [True, False]
    await notices.close()
    await asyncio.sleep(2 * PAUSE)
    assert _told(town) == 0


def _told(town: Town) -> int:
    return [shown(message) for message in town.channel.history()].count(str(strings.BUSY_FOR_ALL))
