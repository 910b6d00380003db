"""The site's page of questions that were answered when it was built: by chipbot itself, about a club's handbook and about the
document that it ships.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

from tests.deploy.handbook import ASKED, HANDBOOK

import chipbot
from chipbot.cli.demo import DOCUMENT
from chipbot.cli.terminal import PLAIN, to_text
from chipbot.model import Answer, NoAnswer

SEEDS = Path(__file__).parent.parent / "seeds"
ABOUT_THE_DOCUMENT = (
    "How much money is in the fund?",
    "when was the chips act passed",
    "semiconducters are used in what products",
    "did mexicos ministry comment on the announcement",
    "what would mexico get out of it",
    "Is Intel part of the alliance?",
    "Who is the CEO of TSMC?",
    "When will the first factory open?",
)
_PAGE = """\
# Demo

chipbot answered these questions when this page was built, with its settings as they come; nobody touched the answers. Click on a
question to see what a terminal shows: between » and « the sentence that answers, below it the place where it stands; and how sure
chipbot is, which refuses below 0.40. `chipbot demo` answers questions of your own, in a terminal or, with `--web`, in your
browser; the [first page](index.md) says how to get there.

## A club's handbook

Six files of a club that does not exist: {files}. Eight of the ten questions are answered in them, two nowhere.

{handbook}

## The document that chipbot ships

[An article](../seeds/{document}) about semiconductors, of which the last three questions ask what it does not say.

{article}
"""


def page() -> str:
    """Return the page, in Markdown: it takes some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        handbook, article = Path(folder, "handbook"), Path(folder, "article")
        for place in (handbook, article):
            place.mkdir()
        for name, text in HANDBOOK.items():
            (handbook / name).write_text(text, encoding="utf-8")
        shutil.copy(SEEDS / DOCUMENT, article)
        return _PAGE.format(
            files=", ".join(f"`{name}`" for name in HANDBOOK),
            handbook=_answered(handbook, ASKED),
            article=_answered(article, ABOUT_THE_DOCUMENT),
            document=DOCUMENT,
        )


def _answered(seeds: Path, questions: Iterable[str]) -> str:
    """Return the questions, each with its answer to open, as HTML within Markdown."""
    knowledge_base = chipbot.open_index(seeds, seeds.with_name(f"{seeds.name}-index"))
    knowledge_base.encode()
    return "\n\n".join(_entry(question, knowledge_base.answer(question)) for question in questions)


def _entry(question: str, result: Answer | NoAnswer) -> str:
    shown = f"```text\n{to_text(result, PLAIN, 90)}\n```\n\nconfidence {result.confidence:.2f}"
    return f'<details markdown="1"><summary>{escape(question)}</summary>\n\n{shown}\n\n</details>'
