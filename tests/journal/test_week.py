"""A week of 5,000 questions by 200 members in three servers ends with the right votes, gaps and digests, and no leak."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from pathlib import Path

from tests.bot.town import Clock

from chipbot.bot.team_strings import digest
from chipbot.journal.journal import DAY, Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import AskedQuestion, KeptAnswer, Votes

QUESTIONS, MEMBERS = 5_000, 200
GUILDS = (11, 22, 33)
TEXTS = [
    f"What about {word}?" for word in "rules ranks raids roles bots bans lobby music events gold".split()
]


async def test_a_week(tmp_path: Path) -> None:
    chance, clock = random.Random(17), Clock()
    clock.now = 1_800_000_000.0
    began = clock.now
    journal = Journal(journal_place(None, tmp_path / "index"), keep_questions=True, clock=clock)
    await journal.start()
    votes: dict[str, dict[int, int]] = defaultdict(dict)
    askers: dict[tuple[int, str], set[int]] = defaultdict(set)
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    asked_by: Counter[int] = Counter()
    kept: list[tuple[str, int]] = []
    for _ in range(QUESTIONS):
        clock.now += 7 * DAY / QUESTIONS * chance.random()
        member, guild, text = chance.randrange(MEMBERS), chance.choice(GUILDS), chance.choice(TEXTS)
        outcome = "answered" if chance.random() < 0.8 else "no_match"
        hashed = journal.member(member)
        asked = AskedQuestion(
            text=text, asker=hashed, trigger="ask", outcome=outcome, confidence=0.5, guild_id=guild, channel_id=guild,
            documents=(f"{guild}.md",) if outcome == "answered" else (),
        )  # fmt: skip
        journal.questions.record(asked)
        outcomes[guild][outcome] += 1
        asked_by[member] += 1
        if outcome == "no_match":
            await journal.gaps.add(guild, text, text.split(), "refused", asker=hashed, channel_id=guild)
            askers[guild, text].add(member)
        elif chance.random() < 0.3:
            kept.append(
                (journal.answers.keep(KeptAnswer(asker=hashed, guild_id=guild, channel_id=guild)), guild)
            )
        if kept and chance.random() < 0.2:
            answer_id, _ = chance.choice(kept[-50:])
            voter, value = chance.randrange(MEMBERS), chance.choice((1, -1))
            await journal.answers.vote(answer_id, journal.member(voter), 1 if value > 0 else -1)
            votes[answer_id][voter] = value
    assert clock.now - began < 7 * DAY
    await journal.flush()

    for answer_id, _ in kept:
        cast = Counter(votes[answer_id].values())
        assert await journal.answers.votes(answer_id) == Votes(up=cast[1], down=cast[-1])
    for guild in GUILDS:
        gaps, total = await journal.gaps.list(guild, limit=100)
        assert {gap.question: gap.askers for gap in gaps} == {
            text: len(members) for (place, text), members in askers.items() if place == guild
        }
        report = await journal.reports.make(clock.now, 8, guild)
        assert (report.questions, report.answered) == (
            outcomes[guild].total(),
            outcomes[guild]["answered"],
        )
        assert report.documents == ((f"{guild}.md", outcomes[guild]["answered"]),)
        cast = Counter(value for answer, place in kept if place == guild for value in votes[answer].values())
        assert (report.votes.get("up", 0), report.votes.get("down", 0)) == (cast[1], cast[-1])
        text = digest(report)
        assert f"{outcomes[guild].total():,} questions" in text
        assert f"({total} questions open)" in text
        assert not any(f"{other}.md" in text for other in GUILDS if other != guild)
    member = asked_by.most_common(1)[0][0]
    assert len((await journal.data_of(member)).questions) == asked_by[member]
    await journal.forget(member)
    data = await journal.data_of(member)
    assert (data.questions, data.answers, data.votes, data.gaps) == ((), 0, 0, ())
    assert journal.dropped == 0
    await journal.close()
