"""Three servers for a week, each with documents of its own: what nobody there but its own members may ever read is known."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import discord
from tests.wire import objects

if TYPE_CHECKING:
    from tests.wire.objects import Object
    from tests.wire.wire import Wire

NAMES = ("Harbour", "Mountain", "Forest")
KINDS = ("copper", "velvet", "wooden", "painted", "narrow", "ancient")
THINGS = {
    "Harbour": "anchor barge buoy compass dinghy ferry gangway hawser jetty keel lantern mooring".split(),
    "Mountain": "boulder cairn glacier hut icefall kestrel ledge moraine peak ridge sledge tarn".split(),
    "Forest": "acorn badger clearing deer elm fern grove hazel ivy lichen mushroom owl".split(),
}
TOPICS = (
    ("paint", "shed"),
    ("train", "falcons"),
    ("book", "concert"),
    ("repair", "kites"),
    ("brew", "cider"),
    ("tune", "harps"),
    ("polish", "medals"),
    ("water", "orchids"),
    ("rent", "canoes"),
    ("bake", "pretzels"),
)
"""What members ask everywhere, and no document says."""
COMMON = """# House rules

Quiet hours begin at ten in the evening.

## Guests

Every member may bring two guests on Sundays.
"""
COMMON_QUESTIONS = ("When do quiet hours begin?", "How many guests may a member bring on Sundays?")
_SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu")
_MANAGE = discord.Permissions(manage_guild=True).value


@dataclass
class Server:
    """One server, who is in it, and what is its own."""

    name: str
    guild: Object
    members: list[Object]
    boss: Object
    questions: list[str]
    """What its documents answer."""
    secrets: set[str]
    """Words of its documents that nobody types: names of places, titles and headings."""
    taught: int = 0
    """How many answers its team has given."""

    @property
    def id(self) -> int:
        return int(self.guild["id"])

    @property
    def general(self) -> Object:
        return dict(self.guild["channels"][0])

    @property
    def gaps(self) -> Object:
        return dict(self.guild["channels"][1])

    def secret(self, number: int) -> str:
        """A word that stands in this server's documents alone."""
        return self.name.lower()[:3] + "".join(_SYLLABLES[int(digit)] for digit in f"{number:03}")


def phrasings(topic: tuple[str, str]) -> tuple[str, ...]:
    """The ways to ask about a topic."""
    verb, noun = topic
    return f"How do I {verb} the {noun}?", f"how to {verb} {noun}", f"{verb} the {noun} how?"


def settle(wire: Wire, seeds: Path, members: int) -> list[Server]:
    """Let there be the servers and their documents, and so many members, dealt to them in turn."""
    (seeds / "common").mkdir(parents=True)
    seeds.joinpath("common", "rules.md").write_text(COMMON, encoding="utf-8")
    servers = []
    for number, name in enumerate(NAMES):
        guild = wire.world.add_guild(
            objects.guild(
                (number + 1) << 22,
                name,
                *(
                    objects.channel((number + 1 << 22) + place, each)
                    for place, each in ((2, "general"), (3, "gaps"))
                ),
            )
        )
        boss = wire.members.join(f"boss of {name}", guild, permissions=_MANAGE)
        server = Server(name, guild, [], boss, [], set())
        _write(server, seeds / name.lower())
        servers.append(server)
    for number, server in zip(range(members), itertools.cycle(servers), strict=False):
        server.members.append(wire.members.join(f"member {number}", server.guild))
    return servers


def _write(server: Server, folder: Path) -> None:
    """Write a server's documents: for each thing a file, for each kind of it a section with a place."""
    folder.mkdir()
    numbers = itertools.count()

    def coined() -> str:
        word = server.secret(next(numbers))
        server.secrets.add(word)
        return word

    for thing in THINGS[server.name]:
        sections = [f"# Ledger of {coined()}"]
        for kind in random.Random(f"{server.name} {thing}").sample(KINDS, 4):
            sections.append(f"## {kind.title()} {thing}, chapter {coined()}")
            sections.append(
                f"The {kind} {thing} is kept in the cellar of {coined()} and lent out on Fridays."
            )
            server.questions.append(f"Where is the {kind} {thing} kept?")
        folder.joinpath(f"{coined()}.md").write_text("\n\n".join(sections) + "\n", encoding="utf-8")
