"""Files of labelled questions → values, checked against the documents: JSON Lines, one object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from chipbot.errors import QuestionsError
from chipbot.index import Index
from chipbot.model import Span
from chipbot.translation import Message, digits, gettext, joined, ngettext

_NAMED = 5  # lines that a warning names
_UNKNOWN = Message("a document is named that is not in the index, so that its passages count as not found")
_MISPLACED = Message("answers do not stand at their answer_start, which is not used")
_LOOSE = Message("there is an answer_start, but no doc_id, without which it is not used")
_KINDS = {
    dict: Message("an object"),
    list: Message("a list"),
    str: Message("a text"),
    bool: Message("true or false"),
    type(None): Message("null"),
}
_NUMBER = Message("a number")


class _LineError(Exception):
    """A line is not a labelled question; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuestion:
    """A question with what should come of it."""

    id: str
    """Its id in the file, or the number of its line."""
    text: str
    """The question itself."""
    answers: tuple[str, ...]
    """The texts of which each is a right answer; empty where the question should be refused."""
    starts: tuple[int, ...] = ()
    """Where each answer begins in the document, in code points; empty where that is not said."""
    spans: tuple[Span, ...] = ()
    """Those of the answers' places that have been found true; empty where answers are looked for by their
    text.
    """
    document: str | None = None
    """The id of the document that has the answer, its suffix optional; None where any will do."""
    documents: frozenset[str] | None = None
    """The documents of the index that `document` stands for; None where any will do."""
    foreign: bool = False
    """Whether it comes from a file of questions that have nothing to do with the documents."""
    language: str = ""
    """The code of its language, or an empty string."""
    source: str = ""
    """The file and line that it was read from."""

    @property
    def answerable(self) -> bool:
        """Whether the documents have an answer."""
        return bool(self.answers)


def read(files: Iterable[Path], foreign: Iterable[Path] = ()) -> list[LabelledQuestion]:
    """Read labelled questions; those in the `foreign` files count as not answerable whatever their answers.

    Raises QuestionsError, with the file and the line, where something is not as it should be.
    """
    questions = [question for file in files for question in _read_file(file, foreign=False)]
    return questions + [question for file in foreign for question in _read_file(file, foreign=True)]


def _read_file(file: Path, *, foreign: bool) -> Iterator[LabelledQuestion]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise QuestionsError(
            Message("{path} cannot be read: {reason}", path=file, reason=error.strerror)
        ) from None
    some = False
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        some = True
        try:
            yield _question(_object(line), _place(file, number), str(number), foreign=foreign)
        except _LineError as error:
            raise QuestionsError(f"{_place(file, number)}: {error}") from None
    if not some:
        raise QuestionsError(
            Message("{path} holds no question: each line is an object with question and answers", path=file)
        )


def _place(file: Path, number: int) -> str:
    return gettext("{path}, line {number}", path=file, number=number)


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _LineError(Message("this is not UTF-8")) from None
    except (ValueError, RecursionError):
        raise _LineError(
            Message("this is not JSON: each line is one object with question and answers")
        ) from None
    if not isinstance(value, dict):
        raise _LineError(
            Message("this is not an object with question and answers, but {kind}", kind=_kind(value))
        )
    return value


def _question(value: dict[str, Any], source: str, number: str, *, foreign: bool) -> LabelledQuestion:
    """Make a labelled question of a line's object; what is wrong is a _LineError."""
    text = _field(value, "question", str)
    if text is None or not text.strip():
        raise _LineError(Message("question is missing or empty"))
    identity = value.get("id", number)
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise _LineError(Message("id is {kind}, but must be a text or a number", kind=_kind(identity)))
    answers, starts = ([], []) if foreign else _answers(value)
    return LabelledQuestion(
        id=str(identity),
        text=text,
        answers=tuple(answers),
        starts=tuple(starts),
        document=None if foreign else _field(value, "doc_id", str),
        foreign=foreign,
        language=_field(value, "lang", str) or "",
        source=source,
    )


def _answers(value: dict[str, Any]) -> tuple[list[str], list[int]]:
    """Return a line's answers and where they begin; nothing where it says that there is no answer."""
    if _field(value, "answerable", bool) is False:
        return [], []
    answers = _field(value, "answers", list)
    if answers is None:
        raise _LineError(
            Message("answers is missing: a list of texts, empty where the documents have no answer")
        )
    if not all(isinstance(answer, str) and answer.strip() for answer in answers):
        raise _LineError(Message("answers must be a list of texts, none of them empty"))
    if value.get("answerable") and not answers:
        raise _LineError(Message("answerable is true, but answers is empty"))
    starts = _field(value, "answer_start", list) or []
    if not all(isinstance(start, int) and not isinstance(start, bool) and start >= 0 for start in starts):
        raise _LineError(Message("answer_start must be a list of whole numbers from 0"))
    if starts and len(starts) != len(answers):
        raise _LineError(
            Message(
                "answer_start has {numbers} numbers for {answers} answers",
                numbers=len(starts),
                answers=len(answers),
            )
        )
    return answers, starts


def _field(value: dict[str, Any], name: str, kind: type) -> Any:  # as typed as JSON is
    """Return a field of that kind, or None where it is missing or null."""
    content = value.get(name)
    if content is not None and not isinstance(content, kind):
        raise _LineError(
            Message(
                "{name} is {kind}, but must be {wanted}", name=name, kind=_kind(content), wanted=_KINDS[kind]
            )
        )
    return content


def _kind(value: object) -> Message:
    return _KINDS.get(type(value), _NUMBER)


def resolve(
    questions: Sequence[LabelledQuestion], index: Index, warn: Callable[[str], None]
) -> list[LabelledQuestion]:
    """Find each question's document in the index, and check that its answers stand where they are said to.

    Offsets that do not hold are not used; where none holds, answers are looked for by their text. What is
    amiss goes to `warn`.
    """
    names = {row.id: number for number, row in enumerate(index.documents())}
    stems: dict[str, set[str]] = {}
    for name in names:
        stems.setdefault(_without_suffix(name), set()).add(name)
    text_of = lru_cache(maxsize=None)(lambda name: index.document_text(names[name]))
    amiss: dict[Message, list[LabelledQuestion]] = {}
    resolved = []
    for question in questions:
        wanted = question.document
        if wanted is None:
            if question.starts:
                amiss.setdefault(_LOOSE, []).append(question)
            resolved.append(question)
            continue
        documents = frozenset([wanted]) if wanted in names else frozenset(stems.get(wanted, ()))
        spans = _spans(question, [text_of(name) for name in documents])
        if not documents or len(spans) < len(question.starts):
            amiss.setdefault(_MISPLACED if documents else _UNKNOWN, []).append(question)
        resolved.append(replace(question, documents=documents, spans=spans))
    for what, named in amiss.items():
        warn(_warning(named, what))
    return resolved


def _without_suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and "/" not in suffix else name


def _spans(question: LabelledQuestion, texts: Sequence[str]) -> tuple[Span, ...]:
    """Return the places of the answers that do stand there in one of the texts."""
    pairs = zip(question.answers, question.starts, strict=False)
    return tuple(
        (start, start + len(answer))
        for answer, start in pairs
        if any(text.startswith(answer, start) for text in texts)
    )


def _warning(questions: Sequence[LabelledQuestion], what: Message) -> str:
    where = joined(
        f"{question.source}{f' ({question.document})' if question.document else ''}"
        for question in questions[:_NAMED]
    )
    if more := questions[_NAMED:]:
        where += f" {gettext('and {number} more', number=digits(len(more)))}"
    return ngettext(
        "{number} labelled question ({where}): {what}",
        "{number} labelled questions ({where}): {what}",
        len(questions),
        where=where,
        what=what,
    )
