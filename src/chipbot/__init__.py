"""A self-hosted Discord bot that answers members' questions with verbatim quotes from the operator's own
documents; and a library that does the same for other programs:

>>> import chipbot
>>> knowledge_base = chipbot.open_index("seeds", "index")  # built first where it is missing or stale
>>> answer = knowledge_base.answer("How much money is in the fund?")
>>> quote = answer.quotes[0]
>>> [quote.text[start:end] for start, end in quote.highlights]
['This legislation earmarked a substantial $500 million fund dedicated to strengthening the semiconductor supply chain.']
>>> quote.citation.document_id, quote.citation.line_start
('000_6aca35ccc39c56b2.txt', 3)

What the documents do not say is refused, with the reason:

>>> chipbot.ask("Who is the CEO of TSMC?", seeds="seeds", index="index").reason
'no_match'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chipbot.errors import ChipbotError
    from chipbot.model import Answer, AnswerOptions, Citation, IndexStatus, NoAnswer, Quote
    from chipbot.service.api import ask, build, open_index
    from chipbot.service.knowledge_base import KnowledgeBase

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "AnswerOptions",
    "ChipbotError",
    "Citation",
    "IndexStatus",
    "KnowledgeBase",
    "NoAnswer",
    "Quote",
    "__version__",
    "ask",
    "build",
    "open_index",
]

_MODULES = {
    "chipbot.errors": ("ChipbotError",),
    "chipbot.model": ("Answer", "AnswerOptions", "Citation", "IndexStatus", "NoAnswer", "Quote"),
    "chipbot.service.api": ("ask", "build", "open_index"),
    "chipbot.service.knowledge_base": ("KnowledgeBase",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import what is offered when it is first asked for (PEP 562): importing the package itself stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
