"""Everything that reads what others wrote: fuzzed, and measured at n, 2n and 4n."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from tests.core import answerer, index_of, segment_of
from tests.reliability import readers

from chipbot.answering.pipeline import Answerer
from chipbot.bot.components import target_of
from chipbot.bot.markdown_escape import escaped, inline, link
from chipbot.bot.questions import question_in
from chipbot.bot.rendering import rendered
from chipbot.bot.truncate import truncate
from chipbot.cli.terminal import ANSI, to_text
from chipbot.errors import ChipbotError
from chipbot.index import EVERYTHING, open_index
from chipbot.model import Answer, AnswerOptions
from chipbot.ops.backup import verified
from chipbot.ops.evaluation.questions import read as read_questions
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.layout import layout
from chipbot.service.serialization import to_json
from chipbot.settings.env_file import read_env_file
from chipbot.sources import parse_document
from chipbot.sources.barrier import document_barrier
from chipbot.sources.collections import read_sources
from chipbot.sources.formats.front_matter import front_matter
from chipbot.sources.ignore_rules import IGNORE_FILE, read_ignore_rules
from chipbot.sources.synonyms import decode_synonyms, parse_synonyms
from chipbot.text.tokenizer import analyzer

ANSWERER = answerer({"a.txt": "The fund\n\nThe harbour fund holds 500 million dollars since 1903."})


def _document(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        with document_barrier():
            segment_of(parse_document(data, name))

    return read


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _question(data: bytes) -> None:
    question = question_in(_text(data))
    if question.text:
        ANSWERER.answer(question.text)


def _quoted(data: bytes) -> None:
    """Read a document, and show what an answer quotes of it."""
    with document_barrier():
        document = parse_document(data, "a.md")
        index = index_of({"a.md": document.text})
    if index.passage_count:
        found = answerer({"a.md": document.text}).answer("fund", options=AnswerOptions(min_confidence=0))
        rendered(found)
        to_text(found, ANSI, columns=40)
        to_json(found)
        if isinstance(found, Answer):
            for quote in found.quotes:
                layout(truncate(quote, 300))
        EmbeddedRetriever(index).passage(0)


def _escape(data: bytes) -> None:
    text = _text(data)
    escaped(text)
    inline(text, 100)
    link(text[:200], f"https://example.org/{text}")


def _synonyms(data: bytes) -> None:
    rules, _ = parse_synonyms(decode_synonyms(data))
    for rule in rules[:50]:
        analyzer("en").terms(rule.asked)


def _settings(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, ".env")
        path.write_bytes(data)
        read_env_file(path)


def _backup(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "b.zip")
        path.write_bytes(data)
        verified(path)


def _button(data: bytes) -> None:
    target = target_of(_text(data))
    if target is not None and target.custom_id != _text(data):
        target_of(target.custom_id)


def _labelled(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "q.jsonl")
        path.write_bytes(data)
        read_questions([path])


def _sources(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sources.yaml")
        path.write_bytes(data)
        read_sources(path)


def _ignored(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, IGNORE_FILE).write_bytes(data)
        read_ignore_rules(Path(folder))


@cache
def _build() -> tuple[str, dict[str, bytes]]:
    """The id and the files of an index."""
    with tempfile.TemporaryDirectory() as name:
        seeds, index = Path(name, "seeds"), Path(name, "index")
        seeds.mkdir()
        (seeds / "a.md").write_text("# The fund\n\nThe harbour fund holds 500 million dollars since 1903.\n")
        KnowledgeBase(seeds, index).refresh()
        identity = (index / "CURRENT").read_text().strip()
        return identity, {path.name: path.read_bytes() for path in (index / identity).iterdir()}


def _index(replaced: str) -> Callable[[bytes], None]:
    """Open an index of which one file is another, and ask it."""

    def read(data: bytes) -> None:
        identity, files = _build()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / identity).mkdir()
            for file, content in (files | {replaced: data}).items():
                (folder / identity / file).write_bytes(content)
            (folder / "CURRENT").write_bytes(data if replaced == "CURRENT" else identity.encode() + b"\n")
            index = open_index(folder, verify=EVERYTHING)
            Answerer(EmbeddedRetriever(index)).answer("How much is in the fund?")

    return read


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text file": _document("a.txt"),
    "Markdown file": _document("a.md"),
    "MDX file": _document("a.mdx"),
    "front matter": lambda data: void(front_matter("---\n" + _text(data) + "\n---\n")),
    "tokenizer": lambda data: void(analyzer("en").terms(_text(data))),
    "question": _question,
    "escaping for Discord": _escape,
    "quoting": _quoted,
    "synonyms": _synonyms,
    "settings file": _settings,
    "backup": _backup,
    "button's id": _button,
    "labelled questions": _labelled,
    "sources.yaml": _sources,
    ".chipbotignore": _ignored,
    "index: manifest": _index("manifest.json"),
    "index: arrays": _index("arrays.bin"),
    "index: CURRENT": _index("CURRENT"),
    **{name: partial(readers.read, name) for name in readers.names()},
}
"""What is given bytes of others, by name; each may raise ChipbotError and nothing else."""

SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "button's id": lambda: [b"chipbot:show:0123456789abcdef:2.10", b"chipbot:page:1:1"],
    "labelled questions": lambda: [
        b'{"id": 1, "question": "a?", "answers": ["b"], "answer_start": [2], "doc_id": "a"}'
    ],
    "sources.yaml": lambda: [b"docs:\n  url: https://example.org/{path}\n  title: Docs\n"],
    ".chipbotignore": lambda: [b"*.md\n!a/**/b\n[a-z]?\n/c/\n"],
    "index: manifest": lambda: [_build()[1]["manifest.json"]],
    "index: arrays": lambda: [_build()[1]["arrays.bin"]],
    "index: CURRENT": lambda: [_build()[0].encode()],
    **{name: partial(readers.seeds, name) for name in readers.names()},
}
"""What the inputs of some targets are made from, besides the corpus."""

GROWING = (
    "text file",
    "Markdown file",
    "front matter",
    "tokenizer",
    "question",
    "escaping for Discord",
    "synonyms",
)
"""Those that are measured: what they read is text."""

PIECES = [
    *(
        "a",
        " ",
        "\n",
        "A ",
        "1,2",
        "1.5,2.25,",
        "“A. ",
        "‘A. ",
        "(A. ",
        "[",
        "[](",
        "![",
        "](",
        "|",
        "| a ",
        "||",
    ),
    *(
        "*",
        "**a",
        "`",
        "```\n",
        "~",
        "# ",
        "- ",
        "> ",
        "<b>",
        "<!--",
        "&amp;",
        ":::\n",
        "{%",
        "\\",
        "Q: a\nA: b\n",
    ),
    *(
        "---\n",
        "a: b\n",
        "- a\n",
        "a=>b,",
        "a,",
        "é",
        "e\u0301",
        "ﷺ",
        "年",
        "\u00a0.",
        "A\u2028.",
        "'",
        '"',
        "${",
        "%%",
    ),
]
"""What inputs are made of that patterns may look at again and again; found by attack and by fuzzing."""


def void(_: object) -> None:
    """Take a result that does not matter."""


def survives(target: Callable[[bytes], None], data: bytes) -> tuple[str | None, str]:
    """What a target raises that it must not, None where it does well; and what it rightly says of the input, if anything."""
    try:
        target(data)
    except ChipbotError as error:
        return None, str(error)
    except BaseException as error:  # noqa: BLE001  # a panic in another language is no Exception
        return f"{type(error).__name__}: {str(error)[:100]}", ""
    return None, ""


def zip_of(files: dict[str, bytes]) -> bytes:
    """A zip file, which backups are."""
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
