"""A small week, and the figures of the full one."""

from __future__ import annotations

from pathlib import Path

from tests.wire.week import BEGIN, END, QUESTIONS, README, Week


async def test_a_small_week_ends_with_the_right_votes_gaps_and_digests_and_no_leak(tmp_path: Path) -> None:
    figures = await Week(tmp_path, questions=350, members=24).run()
    assert figures.answered + figures.refused + figures.direct == 350
    assert figures.taught == 6
    assert figures.ignored == figures.added == 3
    assert figures.votes > 20
    assert figures.turned_away
    assert figures.leaks == 0 < figures.sent


def test_what_is_another_server_s_would_be_found(tmp_path: Path) -> None:
    week = Week(tmp_path, members=3)
    harbour, forest = week.servers[0], week.servers[2]
    secret = min(forest.secrets)
    for server, leaks in ((forest, 0), (harbour, 1)):
        week.mail.sent(f"/channels/{server.general['id']}/messages", {"content": f"In {secret.title()}."})
        assert len(week.mail.leaks) == leaks
    direct = week.wire.members.direct(harbour.members[0])
    week.mail.sent(f"/channels/{direct['id']}/messages", {"content": min(harbour.secrets)})
    assert len(week.mail.leaks) == 2
    assert week.mail.read == 3


def test_the_readme_has_the_full_week() -> None:
    rows = README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert cells[0][1] == f"{QUESTIONS:,}"
    assert cells[-2][1].endswith("· 0")
