"""`chipbot eval`: labelled questions, and how well they are answered."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from chipbot.cli.common import Add, output_width, ready_knowledge_base, say, settings_of, style
from chipbot.cli.progress import progress
from chipbot.cli.wrap import WIDEST, wrap
from chipbot.errors import ChipbotError
from chipbot.model import Progress
from chipbot.translation import Message, gettext


def add_commands(add: Add) -> None:
    """Add `eval`."""
    command = add(
        "eval",
        evaluate,
        gettext("measure how well labelled questions are answered"),
        examples=("eval questions.jsonl", "eval --figures --details outcomes.jsonl questions.jsonl"),
    )
    command.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS.jsonl",
        nargs="+",
        help=gettext(
            "JSON Lines: each an object with “question” and “answers”, as these stand in the documents; none where the "
            "question should be refused. Optional: id, doc_id, answer_start, answerable, lang"
        ),
    )
    command.add_argument(
        "--out-of-domain",
        "--foreign",  # what it was called before
        dest="foreign",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help=gettext(
            "more questions, about other things, all of which should be refused; may be given several times"
        ),
    )
    command.add_argument(
        "--details",
        type=Path,
        metavar="FILE",
        help=gettext("write what came of each question, one JSON object a line"),
    )
    command.add_argument(
        "--json", action="store_true", help=gettext("print one JSON object for programs to read")
    )
    command.add_argument(
        "--figures", action="store_true", help=gettext("show figures with their confidence intervals, too")
    )
    command.add_argument(
        "--wrong",
        type=int,
        default=10,
        metavar="N",
        help=gettext("show at most N that went wrong (default: 10)"),
    )


def evaluate(options: argparse.Namespace) -> None:
    """Ask every question, and say how well that went."""
    settings = settings_of(options)
    from chipbot.cli import eval_figures, eval_report
    from chipbot.ops import evaluation

    questions = evaluation.read(options.questions, options.foreign)
    knowledge_base = ready_knowledge_base(settings)
    with progress() as report:
        knowledge_base.encode(report)
    answerer = knowledge_base.answerer()
    questions = evaluation.resolve(
        questions, knowledge_base.index(), lambda message: say(f"chipbot: {message}")
    )
    outcomes = []
    with _lines(options.details) as write, progress() as report:
        for outcome in evaluation.ask(answerer, questions, settings.answer_options()):
            write(json.dumps(eval_report.details(outcome), ensure_ascii=False))
            outcomes.append(outcome)
            report(Progress(step="asking", done=len(outcomes), total=len(questions)))
    summary = evaluation.summarise(outcomes, settings.min_confidence)
    width = output_width()
    if options.json:
        print(json.dumps(eval_figures.to_object(summary), ensure_ascii=False))
        return
    print("\n".join(wrap(eval_report.headline(outcomes), width or sys.maxsize)))
    wrong = eval_report.wrong_to_text(outcomes, options.wrong, settings.min_confidence, style(), width)
    if wrong:
        print(f"\n{wrong}")
    if options.figures:
        print(f"\n{eval_figures.to_text(summary, style(), width or WIDEST)}")
    else:
        told = gettext(
            "--figures shows how good the ranking and the confidence are, each figure with its meaning."
        )
        print("", *wrap(told, width or sys.maxsize), sep="\n")


@contextlib.contextmanager
def _lines(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Open a file to write line by line, if there is a path; raise a ChipbotError where that cannot be
    done.
    """
    if path is None:
        yield lambda _: None
        return
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield lambda line: file.write(f"{line}\n")
    except OSError as error:
        raise ChipbotError(
            Message("{path} cannot be written: {reason}", path=path, reason=error.strerror)
        ) from None
