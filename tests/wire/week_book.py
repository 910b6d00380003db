"""What a week must come to, kept by hand beside the bot: questions, votes, gaps, documents cited; and what was sent where."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.wire.week_servers import Server
    from tests.wire.world import World

    from chipbot.journal.records import GapState

_PLACE = re.compile(r"/(?:channels/(\d+)|(?:interactions|webhooks)/\d+/([^/]+))")


@dataclass
class Gap:
    """A question that the documents of a server do not answer."""

    askers: set[str] = field(default_factory=set)
    state: GapState = "open"


class Book:
    """The week so far."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Counter[str]] = defaultdict(Counter)
        """By server: how many questions were answered, and refused."""
        self.cited: dict[int, Counter[str]] = defaultdict(Counter)
        self.votes: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
        """By server: what a member says of an answer, by its message."""
        self.gaps: dict[int, dict[str, Gap]] = defaultdict(dict)
        """By server, and by what was meant."""
        self.meant: dict[str, str] = {}
        """What each text means that members type."""
        self.turned_away = 0

    def ask(
        self, guild: int, text: str, member: str, *, answered: bool, is_gap: bool, cited: list[str]
    ) -> None:
        """Note what must come of a question."""
        self.outcomes[guild]["answered" if answered else "refused"] += 1
        self.cited[guild].update(dict.fromkeys(cited, 1))
        if is_gap:
            self._miss(guild, text, member)

    def vote(self, guild: int, message: str, member: str, text: str, value: int) -> None:
        """Note a vote; one that is new and down makes a gap of the question."""
        before = self.votes[guild].get((message, member))
        self.votes[guild][message, member] = value
        if value < 0 and before != value:
            self._miss(guild, text, member)

    def _miss(self, guild: int, text: str, member: str) -> None:
        gap = self.gaps[guild].setdefault(self.meant[text], Gap())
        gap.askers.add(member)
        gap.state = "ignored" if gap.state == "ignored" else "open"

    def open_gaps(self, guild: int) -> dict[str, int]:
        """How many members asked each open gap."""
        return {meant: len(gap.askers) for meant, gap in self.gaps[guild].items() if gap.state == "open"}

    def rated(self, guild: int) -> Counter[str]:
        """How many votes there are."""
        return Counter("up" if value > 0 else "down" for value in self.votes[guild].values())


class Mail:
    """Everything that the bot sends, by the server that it is sent to, searched for what is another's."""

    def __init__(self, world: World, servers: list[Server]) -> None:
        self._world, self._servers = world, servers
        self.read = 0
        """How many messages, menus, forms and completions were searched."""
        self.leaks: list[str] = []
        self._patterns: dict[int, re.Pattern[str]] = {}
        self.learn()

    def learn(self) -> None:
        """Look for what has become a secret since."""
        for server in self._servers:
            others = set[str]().union(*(each.secrets for each in self._servers if each is not server))
            self._patterns[server.id] = re.compile("|".join(sorted(others)))

    @property
    def words(self) -> int:
        """How many words are looked for."""
        return sum(len(server.secrets) for server in self._servers)

    def sent(self, path: str, body: Any) -> None:
        """Search what is sent to a path."""
        match = _PLACE.match(path)
        if match is None:
            return
        place = self._world.channels.get(match[1] or "") or self._place_of(match[2])
        guild = int(place.get("guild_id", 0))
        text = json.dumps(body, ensure_ascii=False).lower()
        everything = re.compile("|".join(sorted(set[str]().union(*(each.secrets for each in self._servers)))))
        pattern = self._patterns.get(guild, everything)
        self.read += 1
        self.leaks += [f"{found} in {guild}: {text[:500]}" for found in pattern.findall(text)]

    def _place_of(self, token: str) -> dict[str, Any]:
        return self._world.interactions[token].payload
