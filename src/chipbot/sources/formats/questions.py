"""Question-and-answer pairs: which blocks are questions, and which blocks answer them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise
from typing import Literal, NamedTuple

from chipbot.model import Block, Mark
from chipbot.sources.formats.list_lines import line_edges, list_lines

_PREFIXES = (
    ("Q|Question|Ques", "A|Answer|Ans"),
    ("F|Frage", "A|Antwort"),
    ("Q|Question", "R|Réponse|Reponse"),
    ("P|Pregunta|Pergunta", "R|Respuesta|Resposta"),
    ("D|Domanda", "R|Risposta"),
    ("V|Vraag", "A|Antwoord"),
    ("P|Pytanie", "O|Odpowiedź"),
    ("S|Soru", "C|Cevap"),
    ("K|Kysymys", "V|Vastaus"),
    ("F|Fråga|S|Spørgsmål|Spørsmål", "S|Svar"),
    ("В|Вопрос", "О|Ответ"),
    ("问|问题|問|質問|질문", "答|回答|답|답변"),
)
"""What people write before questions, and before answers to them, by language."""
_MARKED = [
    tuple(
        re.compile(
            rf"(?:{words})[ \t]?\d{{0,3}}\s?[:：]\s*|(?:{words})\d{{{min(place, 1)},3}}[.)]\s+", re.IGNORECASE
        )
        for words in pair
    )
    for place, pair in enumerate(_PREFIXES)  # "Q. Who?" asks without a figure, "D. Pablo" does not
]
_FIRST = frozenset(word[0].casefold() for pair in _PREFIXES for words in pair for word in words.split("|"))

_MARKS = ("?", "？", "؟", "\u037e", "՞")
_CLOSING = "\"'”’)]»"
_MAX_QUESTION = 200
_SHORT_LINE = 60
_MIN_PLAIN = 2  # questions without any mark that make a list of questions and answers …
_MIN_SHARE = 1 / 4  # … and how many of what stands under their heading they must be


class _Line(NamedTuple):
    """A line of a paragraph or list item."""

    start: int
    end: int
    kind: Literal["line", "question", "answer", "bold"] = "line"
    words: int = 0
    """Where its words begin if a `Q:` or `A:` that stands before them is one."""
    asking: frozenset[int] = frozenset()
    """The languages in which what stands before it marks a question."""
    answering: frozenset[int] = frozenset()
    """The languages in which it marks an answer."""


class _Part(NamedTuple):
    """A block, and whether it is a question that was found here."""

    block: Block
    found: bool = False
    lone: bool = False
    """Whether only what follows in its own or the next unit answers it."""


def pair_questions(
    text: str, blocks: Sequence[Block], marks: Iterable[Mark], line_starts: Sequence[int]
) -> tuple[Block, ...]:
    """Find the questions that stand before their answers, among the lines that `list_lines` tells apart, and make blocks of
    their own of them.

    Args:
        text: The readable text.
        blocks: Its blocks.
        marks: Its inline forms: a bold line may be a question.
        line_starts: Where lines of the source begin inside blocks, in order.

    Returns:
        The blocks: questions are of that kind, and what answers a question, or a heading that is one, names it.
    """
    bold = {mark.start: mark.end for mark in marks if mark.kind == "strong"}
    blocks = list_lines(text, blocks, bold, line_starts)
    lines = [_lines_of(text, block, bold, line_starts) for block in blocks]
    _confirm(blocks, lines)
    plain = _in_lists(blocks, _plain_questions(text, blocks, lines))
    units = count(max((block.unit for block in blocks), default=0) + 1)
    parts = [part for i, block in enumerate(blocks) for part in _cut(block, lines[i], units, lone=i in plain)]
    _limit_last(parts)
    return tuple(_under_headings(text, _answered(parts)))


def _lines_of(text: str, block: Block, bold: dict[int, int], line_starts: Sequence[int]) -> list[_Line]:
    if block.kind == "heading":
        return [_line(text, block.start, block.end, {})]
    if block.kind not in ("paragraph", "list_item"):
        return []
    return [
        _line(text, start, start + len(text[start:end].rstrip()), bold)
        for start, end in pairwise(line_edges(block, line_starts))
        if start < end
    ]


def _line(text: str, start: int, end: int, bold: dict[int, int]) -> _Line:
    if text[start].casefold() in _FIRST:
        matches = [
            (asking.match(text, start, end), answering.match(text, start, end))
            for asking, answering in _MARKED
        ]
        words = max((match.end() for pair in matches for match in pair if match), default=end)
        if words < end:
            asking = frozenset(i for i, match in enumerate(matches) if match[0])
            return _Line(
                start, end, "line", words, asking, frozenset(i for i, match in enumerate(matches) if match[1])
            )
    if bold.get(start) == end and _asks(text, start, end):
        return _Line(start, end, "bold")
    return _Line(start, end)


def _asks(text: str, start: int, end: int) -> bool:
    return end - start <= _MAX_QUESTION and is_question(text[start:end])


def is_question(words: str) -> bool:
    """Whether words end with a question mark, but for quotation marks and brackets after it."""
    return words.rstrip(_CLOSING).endswith(_MARKS)


def _confirm(blocks: Sequence[Block], lines: list[list[_Line]]) -> None:
    """Take marks of questions and answers for such where the two follow one another in one language. A heading stays one."""
    marked = [(i, j) for i, own in enumerate(lines) for j, line in enumerate(own) if line.words]
    for (i, j), (k, m) in pairwise(marked):
        asked, answer = lines[i][j], lines[k][m]
        if asked.kind == "line" and asked.asking & answer.answering:
            if blocks[i].kind != "heading":
                lines[i][j] = asked._replace(kind="question")
            lines[k][m] = answer._replace(kind="answer")


def _plain_questions(text: str, blocks: Sequence[Block], lines: Sequence[Sequence[_Line]]) -> list[int]:
    """Return the blocks whose first line only asks, with what follows in them or after them as its answer."""
    found = []
    for i, own in enumerate(lines):
        if (
            own
            and blocks[i].kind != "heading"
            and own[0].kind == "line"
            and _asks(text, own[0].start, own[0].end)
        ):
            if len(own) > 1:
                if (
                    own[1].kind == "line"
                    and not _asks(text, own[1].start, own[1].end)
                    and _is_own_line(text, own)
                ):
                    found.append(i)
            elif i + 1 < len(blocks) and _may_answer(text, blocks[i], blocks[i + 1]):
                found.append(i)
    return found


def _in_lists(blocks: Sequence[Block], questions: Sequence[int]) -> set[int]:
    """Return those questions that are among many under their heading, where one by itself may be rhetoric."""
    asked = Counter(blocks[i].heading for i in questions)
    said = Counter(block.heading for block in blocks if block.kind in ("paragraph", "list_item"))
    return {
        i
        for i in questions
        if max(_MIN_PLAIN, said[blocks[i].heading] * _MIN_SHARE) <= asked[blocks[i].heading]
    }


def _is_own_line(text: str, lines: Sequence[_Line]) -> bool:
    """Whether the first line was ended on purpose, not wrapped: the next word would have fitted."""
    first, second = lines[0], lines[1]
    word = text[second.start : second.end].split(maxsplit=1)[0]
    return first.end - first.start + 1 + len(word) <= max(
        _SHORT_LINE, *(line.end - line.start for line in lines[1:])
    )


def _may_answer(text: str, asked: Block, block: Block) -> bool:
    inside = block.depth >= asked.depth and (asked.kind != "list_item" or block.kind != "list_item")
    return (
        inside
        and block.heading == asked.heading
        and block.quoted == asked.quoted
        and block.kind not in ("heading", "question", "label")
        and not _asks(text, block.start, block.end)
    )


def _cut(block: Block, lines: Sequence[_Line], units: Iterator[int], *, lone: bool) -> Iterator[_Part]:
    """Yield the questions in a block and what stands between them, or the block as it is."""
    if not lone and all(line.kind == "line" for line in lines):
        yield _Part(block)
        return
    rest: list[_Line] = []
    for i, line in enumerate(lines):
        if line.kind == "question":
            yield from _rest(block, rest)
            block, rest = block._replace(unit=next(units)), [line]
        elif line.kind == "bold" or (lone and not i):
            yield from _rest(block, rest)
            block, rest = block._replace(unit=next(units)), []
            yield _Part(
                block._replace(start=line.start, end=line.end, kind="question"),
                found=True,
                lone=lone and not i,
            )
        elif line.kind == "answer":
            yield from _rest(block, rest)
            rest = [line]
        else:
            rest.append(line)
    yield from _rest(block, rest)


def _rest(block: Block, lines: Sequence[_Line]) -> Iterator[_Part]:
    """Yield what lines make together: a question with the lines that it goes on over, an answer, or neither."""
    if lines:
        first = lines[0]
        start = first.words if first.kind in ("question", "answer") else first.start
        if first.kind == "question":
            yield _Part(block._replace(start=start, end=lines[-1].end, kind="question"), found=True)
        else:
            kind = block.kind if first.start == block.start else "paragraph"
            yield _Part(block._replace(start=start, end=lines[-1].end, kind=kind))


def _limit_last(parts: list[_Part]) -> None:
    """Have the last question under each heading be answered by what follows at once: nothing ends its answer."""
    last = True
    for i in range(len(parts) - 1, -1, -1):
        if parts[i].found:
            parts[i] = parts[i]._replace(lone=parts[i].lone or last)
            last = False
        elif parts[i].block.kind == "heading":
            last = True


def _answered(parts: Iterable[_Part]) -> Iterator[Block]:
    """Have the blocks after a question that was found here name it, and the first of them be of one unit with it."""
    question: _Part | None = None
    joined: int | None = None  # the unit of the block that answers first
    for part in parts:
        block, asked = part.block, question.block if question else None
        if part.found or block.kind in ("heading", "question"):
            question, joined = part if part.found else None, None
        elif (
            question
            and asked
            and _is_in_answer(asked, block)
            and not (question.lone and joined not in (None, block.unit))
        ):
            joined = block.unit if joined is None else joined
            unit = asked.unit if block.unit == joined else block.unit
            block = block._replace(question=(asked.start, asked.end), unit=unit)
        else:
            question = None
        yield block


def _is_in_answer(asked: Block, block: Block) -> bool:
    item = asked.depth and block.kind == "list_item" and block.depth == asked.depth
    return block.depth >= asked.depth and not item and block.quoted >= asked.quoted and block.question is None


def _under_headings(text: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """Have the blocks under a heading that asks name it, unless they answer another question."""
    above: list[Block] = []
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            above = [heading for heading in above if heading.depth < block.depth]
            if number and above and above[0].start == 0 and not above[0].heading and len(above) == 1:
                above = []  # a title asks for what stands before the first heading alone
            above.append(block)
        elif block.question is None and block.kind != "question":
            asking = [heading for heading in above if _asks(text, heading.start, heading.end)]
            if asking:
                block = block._replace(question=(asking[-1].start, asking[-1].end))  # noqa: PLW2901  # the same block, told more
        yield block
