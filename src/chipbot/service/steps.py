"""What the steps of long work are called."""

from __future__ import annotations

from chipbot.translation import Message

_STEPS = {
    "reading": Message("reading"),
    "indexing": Message("indexing"),
    "encoding": Message("encoding"),
    "importing": Message("importing"),
    "asking": Message("asking"),
}


def step_name(step: str) -> str:
    """Return what a `Progress.step` is called in the language of the context; as it is where it has no name."""
    return str(_STEPS.get(step, step))
