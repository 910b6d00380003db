"""Labelled questions + the answerer → how good the answers are: `chipbot eval`."""

from chipbot.ops.evaluation.questions import LabelledQuestion, read, resolve
from chipbot.ops.evaluation.scoring import Outcome, ask
from chipbot.ops.evaluation.statistics import Figure
from chipbot.ops.evaluation.summary import Summary, summarise

__all__ = [
    "Figure",
    "LabelledQuestion",
    "Outcome",
    "Summary",
    "ask",
    "read",
    "resolve",
    "summarise",
]
