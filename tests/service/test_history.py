"""Conversations end with silence, keep few questions, and are few."""

from __future__ import annotations

from tests.bot.town import Clock

from chipbot.service.history import EXPIRY, MAX_CONVERSATIONS, History


def test_conversations_end_with_silence_and_are_few() -> None:
    clock = Clock()
    history = History(clock)
    for question in "abcde":
        history.add(1, question)
    assert history.before(1) == ("c", "d", "e")
    clock.now += EXPIRY - 1
    history.add(1, "f")
    clock.now += EXPIRY - 1
    assert history.before(1) == ("d", "e", "f")
    clock.now += 1
    assert history.before(1) == ()
    history.add(None, "nowhere")
    assert history.before(None) == ()
    history.add(2, "g", after=("x", "y"))
    assert history.before(2) == ("x", "y", "g")
    for conversation in range(3, 3 + MAX_CONVERSATIONS):
        history.add(conversation, "h")
    assert history.before(2) == ()
    assert history.before(3) == ("h",)


def test_a_member_is_forgotten_also_where_others_went_on() -> None:
    ann, ben = 7, 8
    history = History()
    history.add(1, "Where is it?", member=ann)
    history.add(1, "And the other?", member=ben)
    history.add(2, "And then?", member=ben, after=("Where is it?",))
    history.add(3, "Who?", member=ann)
    history.add(4, "Why?")
    history.forget(ann)
    assert [history.before(conversation) for conversation in (1, 2, 3, 4)] == [
        ("And the other?",),
        ("And then?",),
        (),
        ("Why?",),
    ]
    history.add(1, "Which?", member=ann)
    history.forget(ben)
    assert history.before(1) == ("Which?",)
