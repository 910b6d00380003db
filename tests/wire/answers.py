"""What came of a question or a press, and how soon: for tests that ask over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.interactions import MODAL
from tests.wire.members import Question, components
from tests.wire.wire import PATIENCE, Wire, until

if TYPE_CHECKING:
    from tests.wire.objects import Object

REFUSED = "Who is the CEO of TSMC?"
"""A question that the shipped document does not answer."""
WHY = "and why is it dedicated?"
"""A question that follows FUND."""
DEADLINE = 3.0
"""Seconds after which Discord takes an interaction for failed."""


async def answer_to(wire: Wire, question: Question, patience: float = PATIENCE) -> Object:
    """The one message that answers a question."""
    await until(lambda: wire.members.shown(question), patience)
    (shown,) = wire.members.shown(question)
    return shown


async def first_answer(question: Question) -> None:
    """Wait until an interaction was answered first."""
    await until(lambda: question.interaction is not None and question.interaction.callback)


def acknowledged(question: Question) -> int:
    """How an interaction was answered first, which was in time."""
    assert question.interaction is not None
    assert question.interaction.answered_after is not None
    assert question.interaction.answered_after < DEADLINE
    return question.interaction.callback


async def asked_by_form(wire: Wire, who: Object, below: Object, label: str, text: str) -> Question:
    """Press a button that opens a form, and send it."""
    pressed = await wire.members.press(who, below, label)
    await until(lambda: pressed.interaction is not None and pressed.interaction.modal)
    assert acknowledged(pressed) == MODAL
    return await wire.members.submit(who, pressed, {"text": text})


def control(message: Object, action: str) -> str:
    """The custom_id of the last control of a message with an action."""
    ids = [one["custom_id"] for one in components(message) if "custom_id" in one]
    return next(str(each) for each in reversed(ids) if each.startswith(f"chipbot:{action}:"))


def labels(message: Object) -> list[str]:
    """What the buttons of a message say."""
    return [one.get("label") or "" for one in components(message) if one["type"] == 2]
