"""JSON and JSON Lines: questions and answers in the shapes that people use, and exports of Discord channels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode, readable
from chipbot.sources.formats.discord_export import is_export, read_export
from chipbot.sources.formats.markdown import MarkdownWriter
from chipbot.sources.formats.question_keys import ANSWER_KEYS, QUESTION_KEYS, SECTION_KEYS, field
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.translation import Message

_MAX_DEPTH = 30  # objects and lists in one another that are looked into
_MAX_BAD = 5  # lines that are named where they are no JSON
_CONTAINERS = frozenset(
    "faq faqs data items questions entries results rows intents mainentity qa qas list pairs records documents".split()
)
"""Names of what holds pairs that say nothing about them."""


class Record(NamedTuple):
    """A question with its answer, or a text by itself."""

    question: str
    answer: str
    path: tuple[str, ...]
    """The names of what it is in, outermost first."""
    line: int | None
    """Its line, in JSON Lines."""


def extract(data: bytes) -> Extracted:
    """Read JSON or JSON Lines; raises DocumentError where it is neither, or holds no questions and answers."""
    source = decode(data).removeprefix("\ufeff")
    problems: list[Message] = []
    try:
        value: Any = json.loads(source)
    except (ValueError, RecursionError) as error:
        values = _lines(source, problems, error)
        if is_export(None, values):
            return read_export({"messages": [message for _, message in values]})
        records = [record for line, item in values for record in _records(item, (), line, 0)]
        value = None
    else:
        if is_export(value, []):
            return read_export(value)
        records = list(_records(value, (), None, 0))
    if not records:
        raise DocumentError(
            Message(
                "it has no questions and answers that could be found: name them “question” and “answer”, "
                "or make it an object of questions and their answers"
            )
        )
    return _written(records, _title(value), problems)


def _lines(source: str, problems: list[Message], error: Exception) -> list[tuple[int, Any]]:
    """Return the values of JSON Lines with their numbers; raises DocumentError where hardly a line is one."""
    values: list[tuple[int, Any]] = []
    bad: list[int] = []
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip():
            try:
                values.append((number, json.loads(line)))
            except (ValueError, RecursionError):
                bad.append(number)
    if len(bad) >= len(values) or not any(isinstance(value, dict) for _, value in values):
        raise DocumentError(Message("it is no valid JSON ({problem})", problem=_brief(error))) from error
    if bad:
        shown = ", ".join(map(str, bad[:_MAX_BAD])) + (", …" if len(bad) > _MAX_BAD else "")
        problems.append(
            Message("line {lines} is no valid JSON and left out", lines=shown)
            if len(bad) == 1
            else Message("lines {lines} are no valid JSON and left out", lines=shown)
        )
    return values


def _brief(error: Exception) -> Message | str:
    if isinstance(error, RecursionError):
        return Message("it nests too deep")
    return " ".join(str(error).split())[:120]


def _records(value: Any, path: tuple[str, ...], line: int | None, depth: int) -> Iterator[Record]:  # any JSON
    """Yield the pairs in a JSON value, whatever it wraps them in."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _records(item, path, line, depth + 1)
        return
    if not isinstance(value, dict):
        return
    pair = _pair(value)
    if pair:
        section = field(value, SECTION_KEYS)
        yield Record(*pair, (*path, section) if section else path, line)
    elif "messages" in value and isinstance(value["messages"], list):
        yield from _chat(value["messages"], path, line)
    elif _is_mapping(value):
        for question, answer in value.items():
            yield Record(readable(question), _text(answer), path, line)
    else:
        yield from _inside(value, path, line, depth)


def _inside(value: dict[str, Any], path: tuple[str, ...], line: int | None, depth: int) -> Iterator[Record]:
    """Yield what is in the values of an object, under its title or their names; the context of SQuAD is text."""
    name = value.get("title") if path or "paragraphs" in value else None
    here = (*path, readable(name)) if isinstance(name, str) and name.strip() else path
    context = value.get("context")
    if isinstance(context, str) and "qas" in value:
        yield Record("", readable(context), here, line)
    for key, member in value.items():
        if isinstance(member, list | dict):
            named = key.casefold() in _CONTAINERS or key == "paragraphs"
            yield from _records(member, here if named else (*here, readable(key)), line, depth + 1)


def _pair(value: dict[str, Any]) -> tuple[str, str] | None:
    """Return the question and the answer that an object has under names that people use; None without them."""
    question, answer = field(value, QUESTION_KEYS), field(value, ANSWER_KEYS)
    return (question, answer) if question and answer else None


def _chat(messages: list[Any], path: tuple[str, ...], line: int | None) -> Iterator[Record]:
    """Yield what a user asks and an assistant answers, as files for training chat models have it."""
    asked = ""
    for message in messages:
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            words = readable(message["content"]).strip()
            if message.get("role") == "assistant" and asked and words:
                yield Record(asked, words, path, line)
            asked = words if message.get("role") == "user" else ""


def _is_mapping(value: dict[str, Any]) -> bool:
    """Whether an object has questions for names and answers for values."""
    if not value or not all(map(_text, value.values())):
        return False
    # A question, or so many words that it is no mere name.
    asking = sum(key.rstrip().endswith(("?", "？", "؟")) or len(key.split()) > 2 for key in value)
    return 2 * asking >= len(value)


def _text(value: Any) -> str:  # any JSON
    """Return the answer that a value is: a text, or several."""
    if isinstance(value, str):
        return readable(value).strip()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n\n".join(readable(item).strip() for item in value)
    return field(value, ANSWER_KEYS) if isinstance(value, dict) else ""


def _title(value: Any) -> str | None:  # any JSON
    title = value.get("title", value.get("name")) if isinstance(value, dict) else None
    return " ".join(readable(title).split())[:200] or None if isinstance(title, str) else None


def _written(records: list[Record], title: str | None, problems: list[Message]) -> Extracted:
    """Return the pairs as a document: a question and its answer are one unit, below the names of what they are in."""
    builder = StructureBuilder(title or "")  # a first heading is none of the whole
    markdown = MarkdownWriter(builder)
    places: list[tuple[int, Place]] = []
    path: tuple[str, ...] = ()
    for number, record in enumerate(records, 1):
        place = Place(0, label=f"entry {number}") if record.line is None else Place(0, line=record.line)
        places.append((len(builder.out.blocks), place))
        for level, name in enumerate(record.path[:6], 1):
            if path[:level] != record.path[:level]:
                builder.begin_heading(level)
                builder.out.write(name, 1)
                builder.end_heading()
        builder.leave_headings(len(record.path) + 1)
        path = record.path
        _write_pair(builder, markdown, record)
    builder.end_block()
    blocks = builder.out.blocks
    found = [place._replace(start=blocks[i].start if i else 0) for i, place in places if i < len(blocks)]
    return Extracted(
        text=builder.out.text,
        title=title,
        blocks=tuple(blocks),
        marks=tuple(builder.out.marks),
        places=tuple(found) or (Place(0),),
        problems=tuple(problems),
    )


def _write_pair(builder: StructureBuilder, markdown: MarkdownWriter, record: Record) -> None:
    builder.open_container("pair")
    if record.question:
        builder.begin("question")
        builder.out.write(record.question, 1)
        builder.end_block()
    markdown.write(record.answer)
    builder.close_container("pair")
