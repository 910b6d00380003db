"""chipbot for other programs: the functions that `import chipbot` offers."""

from __future__ import annotations

from pathlib import Path

from chipbot.model import Answer, AnswerOptions, IndexStatus, NoAnswer
from chipbot.service.knowledge_base import KnowledgeBase


def build(seeds: str | Path = "seeds", index: str | Path = "index") -> IndexStatus:
    """Build or refresh the index of the documents in a folder; only changed files are read again.

    Args:
        seeds: The folder with the documents.
        index: The folder of the index.

    Returns:
        What the index holds, and which files could not be read.

    Raises:
        ChipbotError: There is nothing to index, or the index folder cannot be written.
    """
    return KnowledgeBase(Path(seeds), Path(index)).reindex()


def open_index(seeds: str | Path = "seeds", index: str | Path = "index") -> KnowledgeBase:
    """Open the index of the documents in a folder; it is built first where it is missing or stale.

    Args:
        seeds: The folder with the documents.
        index: The folder of the index; where it cannot be written, the index is kept in memory.

    Returns:
        What answers questions, from any thread: `knowledge_base.answer(question)`.

    Raises:
        ChipbotError: There is nothing to index.
    """
    knowledge_base = KnowledgeBase(Path(seeds), Path(index))
    knowledge_base.refresh()
    return knowledge_base


def ask(
    question: str,
    *,
    seeds: str | Path = "seeds",
    index: str | Path = "index",
    options: AnswerOptions = AnswerOptions(),
) -> Answer | NoAnswer:
    """Answer one question from the documents in a folder; for more than one, open the index once.

    Args:
        question: The question, in plain words.
        seeds: The folder with the documents.
        index: The folder of the index.
        options: What the answer may be.

    Returns:
        Quotes with their places, or why there are none.

    Raises:
        ChipbotError: There is nothing to index.
    """
    return open_index(seeds, index).answer(question, options=options)
