"""What happens in each picture of docs/pictures, and who looks at which channel then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.bot.drawn_quotes import DRAWN, Drawn
from tests.bot.library import Shelf
from tests.bot.test_ways_in import post
from tests.bot.town import Town, control

from chipbot.bot import team_strings
from chipbot.bot.digest import send_due
from chipbot.bot.document_strings import ADD_MENU
from chipbot.model import AnswerOptions, IndexStatus
from chipbot.service.telemetry import GatewayFacts, ShardFacts

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.results import InteractionResult
    from tests.bot.town import ServedKnowledgeBase

    View = tuple[ChannelHandle, MemberActor]

PUNISHMENT, THORNMOOR, MISTYPED = (
    "what is the punishment for advertising",
    "When was Thornmoor?",
    "When was Thornmor?",
)
REFUSED = "is there a discord nitro giveaway?"
ANSWER = "No. Whoever promises you Nitro here wants your password: tell a moderator."


async def asked(questions: tuple[str, ...], town: Town) -> View:
    """A member mentions the bot with questions."""
    for question in questions:
        await town.ann.send(town.channel, f"{town.mention} {question}")
    return town.channel, town.ann


async def in_context(town: Town) -> View:
    """A member reads an answer where it stands."""
    await press(town, town.ann, await ask(town, THORNMOOR), "context")
    return town.channel, town.ann


async def in_private(town: Town) -> View:
    """A refusal after a command, an answer that is voted down, and what is said to that."""
    await set_up(town, help_channel=town.channel)
    await ask(town, REFUSED)
    await press(town, town.ann, await ask(town, PUNISHMENT), "down")
    return town.channel, town.ann


async def in_a_forum(town: Town) -> View:
    """A post that the documents answer."""
    forum = town.guild.create_forum_channel("support")
    journal = town.client.journal
    assert journal is not None
    await journal.settings.change(town.guild.id, "listen", "always", by=town.boss.id, channel_id=forum.id)
    return await post(town, forum, THORNMOOR, "I want to know when it was there."), town.ann


async def in_the_team_s_channel(town: Town) -> View:
    """Questions without an answer, one that is answered, one that a member passes on, and the week."""
    channel = town.guild.create_text_channel("team")
    await set_up(town, gap_channel=channel, help_channel=channel, digest=True)
    for member in (town.mod, town.eve, town.ann):
        refusal = await ask(town, REFUSED, member)
    await press(town, town.ann, refusal, "team")
    await ask(town, "who feeds the parrots?", town.eve)
    await ask(town, PUNISHMENT, town.eve)
    first = channel.history()[0]
    form = await town.boss.click(first, label=str(team_strings.ANSWER))
    await town.boss.submit_modal(form, {"text": ANSWER})
    await town.env.settle()
    assert town.client.journal is not None
    await town.client.journal.flush()
    await send_due(town.client, town.clock.now)
    return channel, town.boss


async def questions_listed(town: Town) -> View:
    """The team's list of questions."""
    await in_the_team_s_channel(town)
    for question in ("can I get my house back?", "is there a whitelist?", "how do I become a moderator?"):
        await ask(town, question, town.eve)
    office = town.guild.create_text_channel("office")
    await town.boss.slash(office, "questions")
    return office, town.boss


async def settings_changed(town: Town) -> View:
    """The panel, after a change."""
    await set_up(town, gap_channel=town.channel)
    panel = (await town.boss.slash(town.channel, "settings")).response
    assert panel is not None
    await town.boss.select(panel, ["private"], custom_id="settings:setting")
    await town.boss.select(panel, ["True"], custom_id="settings:choice")
    return town.channel, town.boss


async def documents_changed(town: Town) -> View:
    """A message becomes a document, and the list of them."""
    message = await town.boss.send(
        town.channel, "The shop opens on Sundays at noon, behind the Glass Castle."
    )
    chosen = await town.boss.context_menu(town.channel, str(ADD_MENU), message)
    if chosen.response is not None and "documents:folder" in str(chosen.response.message.components):
        await town.boss.select(chosen.response, ["0"], custom_id="documents:folder")
    await town.boss.slash(town.channel, "documents list")
    good = await ask(town, THORNMOOR, town.boss)
    kept = await press(town, town.boss, good, "up")
    await press(town, town.boss, kept, "canary")
    return town.channel, town.boss


async def status_told(town: Town) -> View:
    """What managers are told of the index and the connections."""
    lost = (False, True, True, False)
    facts = (
        ShardFacts(number=number, connected=not gone, latency=0.087, guilds=900)
        for number, gone in enumerate(lost)
    )
    gateway = GatewayFacts(shards=tuple(facts), shard_count=len(lost))
    town.client.gateway_facts = lambda: gateway  # type: ignore[method-assign]  # the simulation has one shard
    told = town.client.questions.status

    async def status(options: AnswerOptions = AnswerOptions()) -> IndexStatus:
        return replace(await told(options), built_at="2025-12-31T23:20:00Z")  # by the simulation's clock

    town.client.questions.status = status  # type: ignore[method-assign]  # likewise
    await town.boss.slash(town.channel, "status")
    await town.boss.slash(town.channel, "reindex")
    return town.channel, town.boss


async def help_given(town: Town) -> View:
    """How to ask, what is kept, and what is said to a greeting."""
    await town.boss.slash(town.channel, "help")
    await town.boss.slash(town.channel, "privacy")
    await town.boss.send(town.channel, f"{town.mention} hello!")
    return town.channel, town.boss


async def ask(town: Town, question: str, member: MemberActor | None = None) -> InteractionResult:
    """Ask by command, and wait until what is to be listed is."""
    found = await (member or town.ann).slash(town.channel, "ask", question=question)
    await town.env.settle()
    return found


async def press(town: Town, member: MemberActor, shown: InteractionResult, action: str) -> InteractionResult:
    """Press a button of what was shown."""
    assert shown.response is not None
    pressed = await member.click(shown.response, custom_id=control(shown.response, action))
    await town.env.settle()
    return pressed


async def set_up(town: Town, **settings: ChannelHandle | bool) -> None:
    """Set what holds in the server."""
    journal = town.client.journal
    assert journal is not None
    for name, value in settings.items():
        await journal.settings.change(
            town.guild.id, name, value if isinstance(value, bool) else value.id, by=town.boss.id
        )


Scene = Callable[[Town], Awaitable["View"]]
_DRAWN = tuple(DRAWN)

SCENES: Mapping[str, tuple[Callable[[], ServedKnowledgeBase] | None, Scene]] = {
    "answer": (Shelf.shipped, partial(asked, ("How much money is in the fund?", "Who is the CEO of TSMC?"))),
    "community": (None, partial(asked, (PUNISHMENT, THORNMOOR, MISTYPED))),
    "context": (None, in_context),
    "private": (None, in_private),
    "forum": (None, in_a_forum),
    "team": (None, in_the_team_s_channel),
    "questions": (None, questions_listed),
    "settings": (None, settings_changed),
    "documents": (None, documents_changed),
    "status": (None, status_told),
    "help": (None, help_given),
    "quotes-1": (partial(Drawn, {}), partial(asked, _DRAWN[:2])),
    "quotes-2": (partial(Drawn, {}), partial(asked, _DRAWN[2:3])),
    "quotes-3": (partial(Drawn, {}), partial(asked, _DRAWN[3:4])),
    "quotes-4": (partial(Drawn, {}), partial(asked, _DRAWN[4:])),
}
"""Each picture by its name: what the bot answers from, or else the documents on disk, and what happens."""
