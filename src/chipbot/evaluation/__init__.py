"""Labelled questions + the answerer → how good the answers are: `chipbot eval`."""

from chipbot.evaluation.presenting import details, to_object, to_text, wrong_to_text
from chipbot.evaluation.questions import LabelledQuestion, read, resolve
from chipbot.evaluation.scoring import Outcome, ask
from chipbot.evaluation.statistics import Figure
from chipbot.evaluation.summary import Summary, summarise

__all__ = [
    "Figure",
    "LabelledQuestion",
    "Outcome",
    "Summary",
    "ask",
    "details",
    "read",
    "resolve",
    "summarise",
    "to_object",
    "to_text",
    "wrong_to_text",
]
