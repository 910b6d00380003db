"""Completion over the wire: in time, within Discord's limits, and nothing out of a private thread."""

from __future__ import annotations

from tests.wire.answers import answer_to, control
from tests.wire.bots import FUND, running
from tests.wire.objects import PRIVATE_THREAD, Object
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient


async def suggested(wire: Wire, who: Object, place: Object, text: str) -> list[str]:
    typed = await wire.members.complete(who, place, "ask", question=text)
    await until(lambda: typed.interaction is not None and typed.interaction.callback)
    assert typed.interaction is not None
    return [choice["value"] for choice in typed.interaction.choices]


async def test_a_question_that_helped_is_suggested_but_for_one_of_a_private_thread(
    wire: Wire, general: Object, ann: Object, eve: Object, client: ChipbotClient
) -> None:
    assert client.journal is not None
    async with running(wire, client):
        await client.journal.settings.change(100, "gap_channel", 102, by=1)
        thread = wire.world.open_thread(general, "staff", ann["id"])
        for place, hidden in ((thread | {"type": PRIVATE_THREAD}, True), (general, False)):
            wire.world.channels[place["id"]] = place
            answer = await answer_to(wire, await wire.members.slash(ann, place, "ask", question=FUND))
            voted = await wire.members.press(eve, answer, control(answer, "up"))
            await answer_to(wire, voted)
            client.completion._helped.clear()
            assert (FUND in await suggested(wire, ann, general, "how much mon")) != hidden
            assert FUND not in await suggested(wire, ann, general, "how little")
