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
