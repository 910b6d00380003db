"""Every command, button and menu: who may use it of asker, member, moderator, manager, and the manager of another server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.test_commands import allow_all
from tests.bot.test_ways_in import post
from tests.bot.town import FUND, Town, control, shown

from chipbot.bot import document_strings, strings, team_strings
from chipbot.bot.client import CONTROLS
from chipbot.bot.components import Target, button, menu
from chipbot.service.scopes import Grants

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle

    from chipbot.journal.journal import Journal

REFUSED = "Who is the CEO of TSMC?"
ALL = "asker member moderator manager"
MAY_PRESS = {
    **dict.fromkeys(("follow_up", "rephrase", "more", "context", "section", "page"), ALL),
    **dict.fromkeys(("up", "down", "why"), ALL),
    "show": ALL,  # … of those who see it, which is the asker alone
    "team": "asker",
    **dict.fromkeys(("remove", "solved", "not_meant"), "asker moderator"),
    **dict.fromkeys(("gap_answer", "gap_ignore", "gap_reopen", "gap_tell", "gap_undo"), "manager"),
    **dict.fromkeys(("document_undo", "canary", "canary_undo"), "manager"),
}
"""Who may use a button or menu."""
FORMS = {"follow_up_sent", "rephrase_sent", "why_sent", "gap_answer_sent"}
"""What is sent by a form that one of these opens."""
MAY_ASK = {
    **dict.fromkeys(("ask", "help", "privacy", "my-data", "forget-me", "Ask the documents"), ALL),
    **dict.fromkeys(("status", "reindex", "settings", "questions"), "manager"),
    **dict.fromkeys((f"documents {name}" for name in ("add", "list", "replace", "remove")), "manager"),
    "Add to documents": "manager",
    "Remove this answer": "asker moderator",
}
"""Who may use a command."""
DENIED = re.compile(
    "|".join(
        [
            *(
                re.escape(str(each))
                for each in (strings.NOT_YOURS, strings.NOT_YOUR_QUESTION, strings.NOT_ALLOWED)
            ),
            *(re.escape(str(each)) for each in (team_strings.NOT_HELPER, team_strings.GONE)),
            "This answer is from <t:",
            "I don't answer here",
        ]
    )
)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(Shelf.shipped().documents | {"Rules": "The fund holds gold.\nThe fund is no toy."})


@pytest.fixture
async def everyone(town: Town, journal: Journal) -> dict[str, tuple[MemberActor, ChannelHandle]]:
    """Who presses, and where: first those who may least."""
    gaps, helping = (town.guild.create_text_channel(name) for name in ("gaps", "help"))
    for name, channel in (("gap_channel", gaps), ("help_channel", helping)):
        await journal.settings.change(town.guild.id, name, channel.id, by=town.boss.id)
    elsewhere = town.env.create_guild("Elsewhere")
    may = discord.Permissions(manage_guild=True, manage_messages=True, manage_threads=True)
    chiefs = elsewhere.create_role("Chiefs", permissions=may)
    mallory = elsewhere.add_member(town.env.create_user("mallory"), roles=[chiefs])
    town.client.questions.grants = Grants((str(town.guild.id),))
    return {
        "intruder": (mallory, elsewhere.create_text_channel("general")),
        "member": (town.eve, town.channel),
        "moderator": (town.mod, town.channel),
        "manager": (town.boss, town.channel),
        "asker": (town.ann, town.channel),
    }


async def target_of(town: Town, journal: Journal, action: str) -> tuple[Target, ChannelHandle | None]:
    """What a control is about, and the forum's post that it stands in, if it does."""
    if action in ("solved", "not_meant"):
        forum = town.guild.create_forum_channel("support")
        await journal.settings.change(town.guild.id, "listen", "always", by=town.boss.id, channel_id=forum.id)
        thread = await post(town, forum, FUND)
        (answer,) = [each for each in thread.history() if each.author.id == town.me.id]
        return Target(action, control(answer, "context").split(":")[2]), thread
    refused = action in ("rephrase", "team", "show")
    asked = await town.ann.slash(town.channel, "ask", question=REFUSED if refused else FUND)
    await town.env.settle()
    assert asked.response is not None
    answer = asked.response.message
    if action.startswith("gap_"):
        await town.boss.slash(town.channel, "ask", question=REFUSED)
        await town.env.settle()
        (gap,), _ = await journal.gaps.list(town.guild.id)
        return Target(action, str(gap.id)), None
    number = control(answer, "rephrase" if refused else "context").split(":")[2]
    place = {"remove": (answer.id,), "page": (0, 0)}.get(action, ())
    return Target(action, number, place), None


async def press(town: Town, member: MemberActor, channel: ChannelHandle, target: Target) -> str:
    """Press a control, in a message of the bot's that may be forged; returns what its presser is told."""
    view = discord.ui.LayoutView(timeout=None)
    row: Any = discord.ui.ActionRow(button(target, "x"))
    view.add_item(menu(target, "x", [("0", "x", "")]) if target.action == "section" else row)
    view.stop()
    forged = await town.client.get_partial_messageable(channel.id).send(view=view)
    if target.action == "section":
        pressed = await member.select(forged, ["0"], custom_id=target.custom_id)
    else:
        pressed = await member.click(forged, custom_id=target.custom_id)
    await town.env.settle()
    town.clock.now += 60
    told = [each for each in (pressed.response, *pressed.followups) if each is not None]
    return "\n".join(map(shown, told))


def test_every_control_is_listed() -> None:
    assert MAY_PRESS.keys() | FORMS == CONTROLS.keys()
    assert not MAY_PRESS.keys() & FORMS


@pytest.mark.parametrize("action", MAY_PRESS)
async def test_who_may_press(
    town: Town, journal: Journal, everyone: dict[str, tuple[MemberActor, ChannelHandle]], action: str
) -> None:
    target, thread = await target_of(town, journal, action)
    town.clock.now += 60
    allowed = {}
    for who, (member, channel) in everyone.items():
        place = channel if thread is None or who == "intruder" else thread
        said = await press(town, member, place, target)
        allowed[who] = not DENIED.search(said)
    assert {who for who, may in allowed.items() if may} == set(MAY_PRESS[action].split())
    town.env.errors.clear()


@pytest.mark.parametrize("name", MAY_ASK)
async def test_who_may_use_a_command(
    town: Town, everyone: dict[str, tuple[MemberActor, ChannelHandle]], name: str
) -> None:
    allowed = set()
    file = "a.md", b"The gate opens at noon."
    options: dict[str, dict[str, object]] = {
        "ask": {"question": FUND},
        "documents add": {"file": file},
        "documents replace": {"document": "a.md", "file": file},
        "documents remove": {"document": "a.md"},
    }
    allow_all(town, name.split(maxsplit=1)[0] if name.islower() else name)
    for who, (member, channel) in everyone.items():
        if who == "intruder":  # who manages a server of their own: tests/bot/test_scopes.py
            continue
        town.clock.now += 60
        answer = (await town.ann.slash(town.channel, "ask", question=FUND)).response
        town.clock.now += 60
        assert answer is not None
        if name[0].isupper():
            result = await member.context_menu(channel, name, answer.message)
        else:
            result = await member.slash(channel, name, **options.get(name, {}))
        await town.env.settle()
        told = "\n".join(shown(each) for each in (result.response, *result.followups) if each is not None)
        allowed |= set() if DENIED.search(told) else {who}
    assert allowed == set(MAY_ASK[name].split())
    town.env.errors.clear()


def test_every_command_is_listed(town: Town) -> None:
    names = {
        each.qualified_name for each in town.client.tree.walk_commands() if not hasattr(each, "walk_commands")
    }
    menus = {each.name for each in town.client.tree.get_commands(type=discord.AppCommandType.message)}
    assert MAY_ASK.keys() == names | menus
    assert document_strings.ADD_MENU.text in menus
