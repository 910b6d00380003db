"""What is written into the journal comes out of it: in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from chipbot.errors import SettingsError
from chipbot.journal.journal import DAY, Journal
from chipbot.journal.records import AskedQuestion, KeptAnswer, KeptPassage, Votes
from chipbot.journal.server_settings import DEFAULTS
from chipbot.model import AnswerOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bot.town import Clock

    from chipbot.journal.place import JournalPlace

CLUB, GENERAL, ANN, BEN, BOSS = 2**62, 11, 101, 102, 103
PASSAGES = (
    KeptPassage(document_id="Regeln/ä.md", start=3, end=90, highlights=((0, 4), (8, 20))),
    KeptPassage(document_id="b.txt", start=0, end=7),
)


def answer_of(journal: Journal, user_id: int = ANN, **values: object) -> KeptAnswer:
    kept = KeptAnswer(
        asker=journal.member(user_id), guild_id=CLUB, channel_id=GENERAL, build="ab", passages=PASSAGES
    )
    return replace(kept, **values)  # type: ignore[arg-type]  # the fields of the class


def question_of(journal: Journal, user_id: int = ANN, text: str = "Where are the rules?") -> AskedQuestion:
    return AskedQuestion(
        text=text,
        asker=journal.member(user_id),
        trigger="ask",
        outcome="answered",
        confidence=0.75,
        documents=("b.txt", "b.txt", "Regeln/ä.md"),
        guild_id=CLUB,
        channel_id=GENERAL,
    )


async def test_an_answer_is_kept_as_it_was(journal: Journal, clock: Clock) -> None:
    kept = answer_of(journal, question="Wo? 🎉", history=("Wer?",), shown=1, private=True)
    answer_id = journal.answers.keep(kept)
    journal.answers.sent(answer_id, 2**61)
    assert await journal.answers.kept(answer_id) == replace(kept, kept_at=clock.now, message_id=2**61)
    assert await journal.answers.shown_in(2**61) == answer_id
    assert await journal.answers.kept("never") is None
    await journal.answers.remove(answer_id)
    assert await journal.answers.kept(answer_id) is None
    assert await journal.answers.shown_in(2**61) is None


@pytest.mark.parametrize(
    ("cast", "votes"),
    [
        ([(ANN, 1)], Votes(up=1)),
        ([(ANN, 1), (ANN, 1)], Votes(up=1)),
        ([(ANN, 1), (BEN, 1), (ANN, -1)], Votes(up=1, down=1)),
        ([(ANN, -1), (BEN, -1), (BOSS, 1)], Votes(up=1, down=2)),
    ],
)
async def test_a_member_has_one_vote(
    journal: Journal, cast: Sequence[tuple[int, Literal[1, -1]]], votes: Votes
) -> None:
    answer_id = journal.answers.keep(answer_of(journal))
    for user_id, value in cast:
        last = await journal.answers.vote(answer_id, journal.member(user_id), value)
    assert last == votes == await journal.answers.votes(answer_id)
    assert await journal.answers.vote("unknown", journal.member(ANN), 1) is None


async def test_votes_at_once_all_count(journal: Journal) -> None:
    answer_id = journal.answers.keep(answer_of(journal))
    cast = (
        journal.answers.vote(answer_id, journal.member(user), 1 if user % 2 else -1) for user in range(40)
    )
    await asyncio.gather(*cast)
    assert await journal.answers.votes(answer_id) == Votes(up=20, down=20)


async def test_the_answers_that_helped_somebody_else_in_a_channel(journal: Journal) -> None:
    def keep(question: str | None, **other: object) -> str:
        return journal.answers.keep(replace(answer_of(journal), question=question, **other))  # type: ignore[arg-type]  # of any field

    async def rate(number: str, *votes: tuple[int, Literal[1, -1]]) -> None:
        for user, value in votes:
            await journal.answers.vote(number, journal.member(user), value)

    await rate(keep("Twice?"), (BEN, 1), (BOSS, 1))
    await rate(keep("Once?"), (BEN, 1))
    await rate(keep("By who asked?"), (ANN, 1))
    await rate(keep("By as many as not?"), (BEN, 1), (BOSS, -1))
    await rate(keep(None), (BEN, 1))
    await rate(keep("Private?", private=True), (BEN, 1))
    await rate(keep("Refused?", outcome="no_match"), (BEN, 1))
    await rate(keep("Elsewhere?", channel_id=12), (BEN, 1))
    await rate(keep("In direct messages?", guild_id=None), (BEN, 1))
    keep("By nobody?")
    assert [each.question for each in await journal.answers.that_helped(CLUB, GENERAL)] == ["Twice?", "Once?"]
    direct = await journal.answers.that_helped(None, GENERAL)
    assert [each.question for each in direct] == ["In direct messages?"]
    assert len(await journal.answers.that_helped(CLUB, GENERAL, limit=1)) == 1


async def test_what_is_old_is_deleted(journal: Journal, clock: Clock) -> None:
    old = journal.answers.keep(answer_of(journal))
    await journal.answers.vote(old, journal.member(ANN), 1)
    journal.questions.record(question_of(journal))
    await journal.gaps.add(CLUB, "Old?", ["old"], "refused", asker=journal.member(ANN), channel_id=1)
    clock.now += 20 * DAY
    young = journal.answers.keep(answer_of(journal))
    await journal.gaps.add(CLUB, "Young?", ["young"], "refused", asker=journal.member(ANN), channel_id=1)
    clock.now += 11 * DAY
    await journal.flush()
    await journal.tidy()
    assert await journal.answers.kept(old) is None
    assert await journal.answers.kept(young) is not None
    data = await journal.data_of(ANN)
    assert (data.questions, data.answers, data.votes, data.gaps) == ((), 1, 0, ("Young?",))


async def test_a_member_sees_what_is_kept_and_has_it_deleted(journal: Journal, clock: Clock) -> None:
    theirs = journal.answers.keep(answer_of(journal, BEN, question="And who?", history=("Wo? 🎉", "When?")))
    journal.answers.keep(answer_of(journal, question="Wo? 🎉"))
    for user_id in (ANN, BEN):
        journal.questions.record(question_of(journal, user_id))
        await journal.answers.vote(theirs, journal.member(user_id), -1, "wrong page")
        for text in ("Both?", f"{user_id}?"):
            asker = journal.member(user_id)
            await journal.gaps.add(CLUB, text, [text], "refused", asker=asker, channel_id=GENERAL)
    await journal.settings.change(CLUB, "max_quotes", 1, by=ANN)
    data = await journal.data_of(ANN)
    assert data.questions == (replace(question_of(journal), asked_at=clock.now),)
    assert (data.answers, data.votes, data.gaps, data.changes) == (1, 1, ("Both?", f"{ANN}?"), 1)
    (listed,) = [gap for gap in (await journal.gaps.list(CLUB))[0] if gap.question == f"{ANN}?"]
    await journal.gaps.set_entry(listed.id, GENERAL, 2**61)
    assert await journal.forget(ANN) == ((GENERAL, 2**61),)
    assert await journal.forget(ANN) == ()
    kept = await journal.answers.kept(theirs)
    assert kept is not None
    assert kept.history == ("When?",), "what others went on from is not kept with them either"
    data = await journal.data_of(ANN)
    assert (data.questions, data.answers, data.votes, data.gaps, data.changes) == ((), 0, 0, (), 1)
    gaps, total = await journal.gaps.list(CLUB)
    assert {(gap.question, gap.askers) for gap in gaps} == {("Both?", 1), (f"{BEN}?", 1)}
    assert total == 2
    assert await journal.answers.votes(theirs) == Votes(down=1)


async def test_who_opts_out_stays_out_until_they_opt_in(journal: Journal, place: JournalPlace) -> None:
    ann, ben = journal.member(ANN), journal.member(BEN)
    assert journal.opt_outs.members == frozenset()
    for _ in range(2):  # a second time is no error
        await journal.opt_outs.change(ann, out=True)
    await journal.opt_outs.change(ben, out=True)
    await journal.opt_outs.change(ben, out=False)
    await journal.forget(ANN)
    assert [(await journal.data_of(user_id)).opted_out for user_id in (ANN, BEN)] == [True, False]
    other = Journal(place)
    assert other.opt_outs.members is None
    await other.start()
    try:
        assert other.opt_outs.members == frozenset([ann])
    finally:
        await other.close()


async def test_questions_are_only_counted_unless_they_are_to_be_kept(journal: Journal) -> None:
    journal.questions.kept = False
    journal.questions.record(question_of(journal))
    assert (await journal.data_of(ANN)).questions == ()


async def test_the_questions_that_most_members_asked_come_first(journal: Journal, clock: Clock) -> None:
    for user_id, text in (
        (ANN, "Where?"),
        (BEN, "where?"),
        (ANN, "Who?"),
        (ANN, "who?"),
        (ANN, "When?"),
    ):
        clock.now += 1
        journal.questions.record(question_of(journal, user_id, text))
    elsewhere = replace(question_of(journal, BEN, "Where?"), guild_id=7)
    journal.questions.record(elsewhere)
    found, total = await journal.questions.most_asked(CLUB, limit=2)
    assert [(each.question.lower(), each.askers) for each in found] == [("where?", 2), ("when?", 1)]
    assert (found[1].asked_at, total) == (clock.now, 3)
    (last,), _ = await journal.questions.most_asked(CLUB, offset=2)
    assert (last.question.lower(), last.askers) == ("who?", 1)


async def test_questions_that_ask_the_same_are_one_gap(journal: Journal, clock: Clock) -> None:
    async def ask(user_id: int, text: str, *terms: str, guild_id: int = CLUB) -> tuple[int, str, int]:
        clock.now += 1
        asker = journal.member(user_id)
        found = await journal.gaps.add(guild_id, text, terms, "refused", asker=asker, channel_id=user_id)
        return found.id, found.state, found.askers

    first, *_ = await ask(ANN, "How do I join?", "join", "how")
    assert await ask(BEN, "how join", "how", "join", "join") == (first, "open", 2)
    assert await ask(BEN, "how join", "how", "join") == (first, "open", 2)
    other, *rest = await ask(BEN, "How do I join?", "join", "how", guild_id=5)
    assert (other != first, rest) == (True, ["open", 1])
    await journal.gaps.set_state(first, "ignored")
    assert await ask(BOSS, "join how", "how", "join") == (first, "ignored", 3)
    assert await journal.gaps.list(CLUB) == ((), 0)
    answered = await journal.gaps.set_state(first, "answered", "answers/join.md")
    assert answered is not None
    assert (answered.question, answered.document_id) == ("How do I join?", "answers/join.md")
    assert await ask(ANN, "join how", "how", "join") == (first, "open", 3)
    await journal.gaps.set_entry(first, 7, 8)
    entry = await journal.gaps.get(first)
    assert entry is not None
    assert (entry.channel_id, entry.message_id) == (7, 8)
    assert next(place.channel_id for place in await journal.gaps.askers(first)) == ANN
    await journal.gaps.remove(first)
    assert await journal.gaps.get(first) is None


async def test_questions_of_the_same_meaning_are_one_gap_where_something_compares_them(
    journal: Journal,
) -> None:
    async def similar(question: str, others: Sequence[str]) -> int | None:
        return others.index("How do I join?") if "member" in question else None

    journal.gaps.similar = similar
    for text in ("How do I join?", "Where are the rules?", "How to become a member?"):
        last = await journal.gaps.add(
            CLUB, text, text.split(), "refused", asker=journal.member(len(text)), channel_id=1
        )
    assert (last.question, last.askers) == ("How do I join?", 2)


async def test_gaps_come_in_pages_the_most_asked_first(journal: Journal) -> None:
    for number in range(5):
        for user_id in range(number + 1):
            asker = journal.member(user_id)
            await journal.gaps.add(CLUB, f"{number}?", [str(number)], "refused", asker=asker, channel_id=1)
    pages = [await journal.gaps.list(CLUB, offset=offset, limit=2) for offset in (0, 2, 4)]
    assert [[gap.question for gap in page] for page, _ in pages] == [["4?", "3?"], ["2?", "1?"], ["0?"]]
    assert {total for _, total in pages} == {5}


async def test_settings_hold_in_their_server_and_channel(journal: Journal, place: JournalPlace) -> None:
    await journal.settings.change(CLUB, "min_confidence", 0.8, by=BOSS)
    await journal.settings.change(CLUB, "helper_roles", [1, 2], by=BOSS)
    await journal.settings.change(CLUB, "min_confidence", 0.2, by=BOSS, channel_id=GENERAL)
    other = Journal(place, keep_days=30)
    await other.start()
    try:
        for settings in (journal.settings, other.settings):
            assert settings.loaded
            assert settings.of(CLUB).min_confidence == 0.8
            assert settings.of(CLUB, GENERAL).min_confidence == 0.2
            assert settings.of(CLUB, GENERAL).helper_roles == (1, 2)
            assert settings.of(5) == settings.of(None) == DEFAULTS
            options = settings.of(CLUB, GENERAL).answer_options(AnswerOptions(max_quotes=2))
            assert options == AnswerOptions(max_quotes=2, min_confidence=0.2)
    finally:
        await other.close()
    await journal.settings.change(CLUB, "min_confidence", None, by=ANN)
    assert journal.settings.own(CLUB) == {"helper_roles": (1, 2)}
    await journal.settings.change(CLUB, "min_confidence", None, by=ANN)
    changes = await journal.settings.changes(CLUB)
    assert [(line.changed_by, line.channel_id, line.name, line.old, line.new) for line in changes] == [
        (ANN, None, "min_confidence", 0.8, None),
        (BOSS, GENERAL, "min_confidence", None, 0.2),
        (BOSS, None, "helper_roles", None, [1, 2]),
        (BOSS, None, "min_confidence", None, 0.8),
    ]


@pytest.mark.parametrize(
    ("name", "value", "channel_id", "message"),
    [
        ("min_confidence", 2, None, "min_confidence must be a number from 0 to 1"),
        ("max_quotes", "many", None, "max_quotes must be 1, 2 or 3"),
        ("listen", "sometimes", None, "listen must be one of addressed, always, never"),
        ("helper_roles", range(26), None, "helper_roles must be at most 25 roles"),
        ("colour", 1, None, "colour is not a setting of servers"),
        ("gap_channel", 1, GENERAL, "gap_channel is a setting of whole servers, not of channels"),
    ],
)
async def test_settings_take_what_they_may(
    journal: Journal, name: str, value: object, channel_id: int | None, message: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{message}$"):
        await journal.settings.change(CLUB, name, value, by=BOSS, channel_id=channel_id)
    assert await journal.settings.changes(CLUB) == ()


async def test_what_is_asked_is_kept_where_a_server_lists_its_gaps(journal: Journal) -> None:
    journal.questions.kept = False
    assert not journal.keeps_text(CLUB)
    await journal.settings.change(CLUB, "gap_channel", GENERAL, by=BOSS)
    assert journal.keeps_text(CLUB)
    assert not journal.keeps_text(None)


async def test_a_digest_is_due_once_a_week_whoever_asks(journal: Journal, clock: Clock) -> None:
    due = []
    for days in (0, 0, 6, 1, 3):
        clock.now += days * DAY
        due.append(await journal.reports.claim_digest(CLUB, clock.now))
    assert due == [True, False, False, True, False]
    clock.now += 9 * 365 * DAY  # a clock that is wrong, and set right again
    assert await journal.reports.claim_digest(CLUB, clock.now)
    clock.now -= 9 * 365 * DAY
    assert not await journal.reports.claim_digest(CLUB, clock.now)
    clock.now += 7 * DAY
    assert await journal.reports.claim_digest(CLUB, clock.now)
    assert await journal.reports.claim_digest(5, clock.now)
    report = await journal.reports.make(clock.now, 30)
    assert (report.questions, report.days) == (0, {})
