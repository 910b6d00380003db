"""Questions about public repositories → the communities that they ask about: documents are fetched, answers looked up.

    python -m tests.quality.repositories FOLDER [--from ADDRESS]

Writes a folder a repository, each with docs/ and questions.jsonl, as tests.quality.communities and tests.quality.train take
them. The documents are other people's and stay out of the project: tests/repositories holds our questions, and of each answer
only where it stands and a digest of its words.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.quality.terse import read_lines

from chipbot.cli.progress import progress
from chipbot.errors import SourcesError
from chipbot.model import Progress
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources.git_command import git

QUESTIONS = Path(__file__).parents[1] / "repositories"
"""Where the questions are, a file a repository, and `sources.json`, which says what they ask about."""
ADDRESS = "https://github.com/{repository}"
PATIENCE = 600.0  # seconds that fetching a repository may take
FAR = 12
"""How many questions each repository is asked that belong to others."""
_DIGITS = 16  # of a digest
_WORD = re.compile(r"\w+")


class Source(NamedTuple):
    """What of a repository is asked about."""

    repository: str
    """Its owner and name, parted by a slash."""
    commit: str
    files: tuple[str, ...]
    """The paths of its documents."""

    @property
    def name(self) -> str:
        """The name of its file of questions, and of its folder, without a slash."""
        return self.repository.replace("/", "+")


def sources(folder: Path = QUESTIONS) -> list[Source]:
    """Return the repositories that there are questions about."""
    rows: Mapping[str, Any] = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
    return [Source(repository, row["commit"], tuple(row["files"])) for repository, row in rows.items()]


def fetch(source: Source, folder: Path, address: str = ADDRESS) -> None:
    """Write the documents of a repository, as they were at its commit, into a folder: all of them, or none.

    Args:
        source: The repository and its documents.
        folder: Where they go; it is not there yet.
        address: Where repositories are.

    Raises:
        SourcesError: The repository, or a document, cannot be had.
    """
    place = address.format(repository=source.repository)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as clone, tempfile.TemporaryDirectory(dir=folder.parent) as half:
        git(["init", "--quiet", "--bare", "--template=", clone], place)
        git(
            ["-C", clone, "fetch", "--quiet", "--depth=1", "--", place, source.commit],
            place,
            patience=PATIENCE,
        )
        for file in source.files:
            read = git(["-C", clone, "show", f"{source.commit}:{file}"], place)
            path = Path(half, "docs", file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(read.encode("utf-8", "surrogateescape"))
        Path(half, "docs").rename(folder)


def pointer(answer: str, document_id: str) -> dict[str, Any]:
    """Return what is kept of an answer in a document: its number of words, and their digest."""
    words = _WORD.findall(answer)
    return {"doc_id": document_id, "words": len(words), "digest": _digest(words)}


def look_up(pointed: Mapping[str, Any], texts: Mapping[str, str]) -> str | None:
    """Return the answer that a pointer means, as its document has it, by the documents' texts; None where it is not there."""
    text = texts.get(pointed["doc_id"], "")
    found, count = list(_WORD.finditer(text)), pointed["words"]
    words = [word.group() for word in found]
    for start in range(len(words) - count + 1):
        if _digest(words[start : start + count]) == pointed["digest"]:
            return text[found[start].start() : found[start + count - 1].end()]
    return None


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(words).casefold().encode()).hexdigest()[:_DIGITS]


def lines(name: str, texts: Mapping[str, str], folder: Path = QUESTIONS) -> Iterator[dict[str, Any]]:
    """Yield the questions about a repository with the answers that its documents have, and some that others are asked.

    Raises:
        SystemExit: an answer is not in its document; as it was when the question was written, it is.
    """
    for number, line in enumerate(read_lines(folder / f"{name}.jsonl")):
        answers = [look_up(pointed, texts) for pointed in line["answers"]]
        if None in answers:
            raise SystemExit(f"{name}: an answer to {line['question']!r} is not where it was")
        near = {} if line["answerable"] else {"near": True}
        yield {**line, "id": str(number), **near, "answers": answers}
    foreign = [
        line["question"]
        for file in sorted(folder.glob("*.jsonl"))
        if file.stem != name
        for line in read_lines(file)
        if line["answerable"]
    ]
    for number, question in enumerate(foreign[:: -(-len(foreign) // FAR) or 1]):
        yield {"id": f"far {number}", "question": question, "answerable": False, "near": False, "answers": []}


def build(source: Source, folder: Path, address: str = ADDRESS, questions: Path = QUESTIONS) -> None:
    """Write a repository's documents, unless they are there, and the questions about them into a folder."""
    community = folder / source.name
    if not (community / "docs").exists():
        fetch(source, community / "docs", address)
    with tempfile.TemporaryDirectory() as work:
        knowledge_base = KnowledgeBase(community / "docs", Path(work))
        knowledge_base.refresh()
        index = knowledge_base.index()
        texts = {row.id: index.document_text(number) for number, row in enumerate(index.documents())}
    rows = "".join(
        f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines(source.name, texts, questions)
    )
    (community / "questions.jsonl").write_text(rows, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Fetches the public repositories that tests/repositories asks about."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--from",
        dest="address",
        default=ADDRESS,
        metavar="ADDRESS",
        help="where repositories are, with {repository} for owner and name (default: %(default)s)",
    )
    options = parser.parse_args()
    every = sources()
    with progress() as report:
        for done, source in enumerate(every):
            report(Progress(step="reading", done=done, total=len(every)))
            try:
                build(source, options.folder, options.address)
            except SourcesError as error:
                raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
