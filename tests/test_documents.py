"""Files become texts, titles and blocks: whatever the encoding and structure, every block is a slice of the
text.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core import TEXTS, document

from chipbot.errors import DocumentError, SeedsError
from chipbot.model import Block, Document
from chipbot.sources import read_document, scan
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.front_matter import front_matter

SENTENCE = "Der Rat beschließt über größere Überschüsse; die Förderung fällt für ältere Häuser höher aus. "
RUSSIAN = (
    "Соглашение о поставках полупроводников подписано в прошлом году, и стороны уже приступили к работе. "
)


KINDS = {"paragraph": "prose", "list_item": "list", "table_row": "table"}


def shown(made: Document) -> list[str]:
    """Each unit as `heading › path | kind | its text`."""
    return units(made.text, made.blocks)


def units(text: str, blocks: Iterable[Block]) -> list[str]:
    found = []
    for _, group in groupby(blocks, key=attrgetter("unit")):
        first, *rest = group
        end = rest[-1].end if rest else first.end
        kind = KINDS.get(first.kind, first.kind)
        found.append(f"{' › '.join(first.heading)} | {kind} | {text[first.start : end]!r}")
    return found


def check(name: str, text: str, title: str, *blocks: str) -> None:
    made = document(text, name)
    assert made.title == title
    assert shown(made) == list(blocks)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
def test_encodings_are_told(encoding: str) -> None:
    text = "Haushalt\n\n" + SENTENCE * 20
    assert decode(text.encode(encoding)).removeprefix("\ufeff") == text


def test_an_eastern_encoding_is_told() -> None:
    assert decode((RUSSIAN * 20).encode("cp1251")) == RUSSIAN * 20


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE])
def test_the_mark_says_which_end_comes_first(mark: bytes) -> None:
    encoding = {codecs.BOM_UTF16_BE: "utf-16-be", codecs.BOM_UTF32_BE: "utf-32-be"}[mark]
    assert decode(mark + "fund\n".encode(encoding)) == "fund\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PNG\0\0\1", "binary file"),
        (codecs.BOM_UTF16_LE + b"\0\xd8\0", "begins as UTF-16 but is not valid"),
        (bytes(range(1, 256)) * 8, "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        decode(data)


def test_a_detected_encoding_that_does_not_hold_to_the_end_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chipbot.sources.formats.decoding._SAMPLE", 1000)
    with pytest.raises(DocumentError, match="UTF-8"):
        decode((RUSSIAN * 20).encode("cp1251") + b"\x98" * 10)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_newlines_and_marks_stay_in_the_text(newline: str, mark: str, name: str) -> None:
    text = mark + newline.join(["# Budget", "", "It is $500 million.", "", "More."])
    made = document(text, name)
    assert made.text == text
    assert made.title == "Budget"
    assert [made.text[section.start : section.end] for section in made.blocks] == [
        "It is $500 million.",
        "More.",
    ]


# Front matter


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        pytest.param("---\ntitle: A\n---\nx", {"title": "A"}, "x", id="plain"),
        pytest.param("\ufeff---\ntitle: A\n---\nx", {"title": "A"}, "x", id="after a byte-order mark"),
        pytest.param(
            "---\r\nTitle: 'A b'\r\nlang:  de \r\n...\r\nx",
            {"title": "A b", "lang": "de"},
            "x",
            id="CR LF, quotes",
        ),
        pytest.param("---\ntitle: A\n", {}, "---\ntitle: A\n", id="never closed"),
        pytest.param("---\njust prose\n---\nx", {}, "---\njust prose\n---\nx", id="two rules around prose"),
        pytest.param("\n---\ntitle: A\n---\nx", {}, "\n---\ntitle: A\n---\nx", id="not at the head"),
        pytest.param(
            "---\ntitle:\nlist:\n  - 1\n---\nx", {"title": "", "list": ""}, "x", id="an empty title"
        ),
        pytest.param("---\ntitle: \"'\n---\n", {"title": "\"'"}, "", id="stray quotation marks"),
        pytest.param("", {}, "", id="nothing"),
    ],
)
def test_front_matter(text: str, fields: dict[str, str], body: str) -> None:
    found = front_matter(text)
    assert found.fields == fields
    assert text[found.end :] == body


@pytest.mark.parametrize(
    ("head", "language", "url"),
    [
        ("language: de-AT\nurl: https://example.com/a", "de", "https://example.com/a"),
        ("lang: FR\nsource: http://example.com", "fr", "http://example.com"),
        ("url: javascript:alert(1)", "en", None),
        ("url: https://example.com/a b", "en", None),
        ("url: ftp://example.com", "en", None),
    ],
)
def test_front_matter_names_the_language_and_the_link(head: str, language: str, url: str | None) -> None:
    made = document(f"---\n{head}\n---\nThe fund is large.")
    assert (made.language, made.url) == (language, url)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_title_in_front_matter_takes_nothing_out_of_the_body(name: str) -> None:
    made = document("---\ntitle: Guide\n---\n# Fund\n\nIt is large", name)
    assert made.title == "Guide"
    assert shown(made) == ["Fund | prose | 'It is large'"]


def test_a_first_line_under_a_title_in_front_matter_is_body() -> None:
    check(
        "a.txt",
        "---\ntitle: Guide\n---\nThe fund is large\n\nMore.",
        "Guide",
        " | prose | 'The fund is large'",
        " | prose | 'More.'",
    )


@pytest.mark.parametrize(("name", "first"), [("a.md", "# GUIDE"), ("a.txt", "Guide"), ("a.txt", "# Guide")])
def test_a_heading_that_repeats_the_title_in_front_matter_is_the_title(name: str, first: str) -> None:
    check(
        name,
        f"---\ntitle: Guide\n---\n{first}\n\nMore.",
        "Guide" if first != "# GUIDE" else "GUIDE",
        " | prose | 'More.'",
    )


# Titles


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "# Budget *2024*\n\nx", "Budget 2024"),
        ("a.md", "Budget\n======\n\nx", "Budget"),
        ("a.md", "x\n\n# Later\n\ny", "Later"),
        ("the-big_fund.md", "x", "the big fund"),
        ("sub/the-big_fund.txt", "It ends here.", "the big fund"),
        ("_.txt", "It ends here.", "_"),
        ("a.txt", "Budget\nIt is large.", "Budget"),
        ("a.txt", "\n\n  Budget  \n\nIt is large.", "Budget"),
        ("a.txt", "== Budget ==\nIt is large.", "Budget"),
        ("a.txt", "Budget\n------\nIt is large.", "Budget"),
        ("b.txt", "- one\n- two", "b"),
        ("b.txt", "a | b\n1 | 2", "b"),
        ("b.txt", "x" * 201 + "\nIt is large.", "b"),
        ("b.txt", "Only a line", "b"),
        ("b.txt", "# Only a heading", "b"),
        ("b.md", "# Only a heading", "b"),
        ("b.md", "---\ntitle: Front\n---\n# Only a heading", "Front"),
    ],
)
def test_titles(name: str, text: str, title: str) -> None:
    made = document(text, name)
    assert made.blocks
    if name == "a.md" and text.startswith("x"):
        title = "a"  # a heading after the text began names a part of it, not the whole
    assert made.title == title


# Markdown


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param(
            "# T\n\na\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd",
            [" | prose | 'a'", "B | prose | 'b'", "B › C | prose | 'c'", "D | prose | 'd'"],
            id="nested headings",
        ),
        pytest.param("# T\n\n# U\n\na", ["U | prose | 'a'"], id="only the first heading is the title"),
        pytest.param("# T\n\n##\n\na", [" | prose | 'a'"], id="an empty heading"),
        pytest.param(
            "# T\n\n### C\n\nc\n\n## B\n\nb", ["C | prose | 'c'", "B | prose | 'b'"], id="a skipped level"
        ),
        pytest.param("T\n=\n\nB\n-\n\nb", ["B | prose | 'b'"], id="underlined headings"),
        pytest.param(
            "# T\n\n* a\n  * b\n\n    # c\n* d",
            [" | list | '* a\\n  * b\\n\\n    # c\\n* d'"],
            id="nested lists",
        ),
        pytest.param(
            "# T\n\n1. a\n2. b\n\npara", [" | list | '1. a\\n2. b'", " | prose | 'para'"], id="ordered list"
        ),
        pytest.param("# T\n\n|a|b|\n|-|-|\n|1|2|\n", [" | table | '|a|b|\\n|-|-|\\n|1|2|'"], id="table"),
        pytest.param(
            "# T\n\n```\n# no heading\n```\n",
            [" | code | '```\\n# no heading\\n```'"],
            id="heading in a fence",
        ),
        pytest.param(
            "# T\n\n> # no heading\n> a", [" | prose | '> # no heading\\n> a'"], id="heading in a quotation"
        ),
        pytest.param("# T\n\n    indented\n", [" | code | 'indented'"], id="indented code"),
        pytest.param("# T\n\n<!-- hidden -->\n\na", [" | prose | 'a'"], id="comment"),
        pytest.param(
            "# T\n\n<!-- a -->seen<!-- b -->\n",
            [" | prose | '<!-- a -->seen<!-- b -->'"],
            id="text between comments",
        ),
        pytest.param("# T\n\n<!-- a --><!-- b -->\n\nx", [" | prose | 'x'"], id="two comments"),
        pytest.param("# T\n\n<div>\nb\n</div>\n", [" | prose | '<div>\\nb\\n</div>'"], id="HTML"),
        pytest.param(
            "# T\n\na\n\n***\n\nb\n\n[x]: https://example.com\n",
            [" | prose | 'a'", " | prose | 'b'"],
            id="rules and link targets",
        ),
        pytest.param(
            "# T\n\n## `c` [d](e) ![f](g) \\*\n\na", ["c d f * | prose | 'a'"], id="markup in a heading"
        ),
        pytest.param(
            "# T\n\n## [a *b*][c]\n\na\n\n[c]: https://example.com",
            ["a b | prose | 'a'"],
            id="link in a heading",
        ),
        pytest.param("# T\n\nx\0y", [" | prose | 'x\\x00y'"], id="NUL"),
    ],
)
def test_markdown(text: str, blocks: list[str]) -> None:
    from chipbot.sources.formats.markdown import read_markdown

    title, sections = read_markdown(text, 0)
    assert title == "T"
    assert units(text, sections) == blocks


# Plain text


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("T\na\nb", [" | prose | 'a\\nb'"], id="wrapped lines are one paragraph"),
        pytest.param(
            "T\nOne is.\nTwo is.\nThree is.",
            [" | prose | 'One is.'", " | prose | 'Two is.'", " | prose | 'Three is.'"],
            id="short lines that end sentences",
        ),
        pytest.param(
            "T\n" + "a " * 60 + "\nb",
            [f" | prose | {('a ' * 60).strip()!r}", " | prose | 'b'"],
            id="lines too long to be wrapped",
        ),
        pytest.param("T\n\na\n \t\nb", [" | prose | 'a'", " | prose | 'b'"], id="blank lines"),
        pytest.param("T\n\n- a\n- b\n  c", [" | list | '- a\\n- b\\n  c'"], id="list"),
        pytest.param("T\n\n1) a\n2) b", [" | list | '1) a\\n2) b'"], id="numbered list"),
        pytest.param("T\n\na | b\n1 | 2", [" | table | 'a | b\\n1 | 2'"], id="table with bars"),
        pytest.param("T\n\na\tb\tc\n1\t2\t3", [" | table | 'a\\tb\\tc\\n1\\t2\\t3'"], id="table with tabs"),
        pytest.param(
            "T\n\n# A\na\n## B\nb\n# C\nc",
            ["A | prose | 'a'", "A › B | prose | 'b'", "C | prose | 'c'"],
            id="marked headings",
        ),
        pytest.param(
            "T\n\n== A ==\na\n=== B ===\nb", ["A | prose | 'a'", "A › B | prose | 'b'"], id="wiki headings"
        ),
        pytest.param(
            "T\n\n= A =\na\n = = B = = \nb",
            ["A | prose | 'a'", "A › B | prose | 'b'"],
            id="spaced wiki headings",
        ),
        pytest.param(
            "T\n\nA\n===\na\n\nB\n---\nb",
            ["A | prose | 'a'", "A › B | prose | 'b'"],
            id="underlined headings",
        ),
        pytest.param("T\n\nTHE FUND\n\na", ["THE FUND | prose | 'a'"], id="shouted heading"),
        pytest.param(
            "T\n\nSTOP IT!\n\na", [" | prose | 'STOP IT!'", " | prose | 'a'"], id="a shouted sentence is none"
        ),
        pytest.param("T\n\nUSA\n\na", [" | prose | 'USA'", " | prose | 'a'"], id="nor is an acronym"),
        pytest.param("T\n\n# A\n\n# B\n\nb", ["B | prose | 'b'"], id="a heading without text"),
        pytest.param("T\n  a  \n  b  ", [" | prose | 'a  \\n  b'"], id="white space around is left out"),
        pytest.param(
            "T\n\n" + "A" * 201 + "\n---\nb",
            [f" | prose | {'A' * 201!r}", " | prose | '---'", " | prose | 'b'"],
            id="too long for a heading",
        ),
    ],
)
def test_plain_text(text: str, blocks: list[str]) -> None:
    check("a.txt", text, "T", *blocks)


# Properties


@given(
    st.sampled_from(["a.txt", "a.md"]),
    st.one_of(TEXTS, st.text(max_size=200)),
    st.sampled_from(["", "---\ntitle: fund\n---\n"]),
)
def test_blocks_are_ordered_stripped_slices_and_never_headings(name: str, text: str, front: str) -> None:
    text = front + text
    try:
        made = document(text, name)
    except DocumentError:
        return
    before = front_matter(text).end
    for section in made.blocks:
        assert before <= section.start < section.end <= len(made.text)
        block = made.text[section.start : section.end]
        assert block == block.strip()
        before = section.end
        for heading in section.heading:
            assert heading == heading.strip() != ""
    assert made.title


@given(
    st.lists(
        st.sampled_from(["## Alpha", "## Beta", "### Gamma", "a b.", "- c\n- d", "| e | f |"]),
        min_size=1,
        max_size=12,
    )
)
def test_no_block_covers_a_heading_line(parts: list[str]) -> None:
    for name in ("a.txt", "a.md"):
        made = document("# Title\n\nIntroduction.\n\n" + "\n\n".join(parts), name)
        for section in made.blocks:
            assert "#" not in made.text[section.start : section.end]


@given(TEXTS, st.sampled_from(["\r\n", "\r"]))
@example("T\n\n" + "a" * 110 + "\nb", "\r\n")  # as long as a wrapped line may be
def test_plain_text_reads_the_same_whatever_ends_its_lines(text: str, newline: str) -> None:
    from chipbot.sources.formats.plain import read_plain

    def read(text: str) -> tuple[str | None, list[tuple[str, str, tuple[str, ...]]]]:
        title, blocks = read_plain(text, 0)
        return title, [
            (text[one.start : one.end].replace(newline, "\n"), one.kind, one.heading) for one in blocks
        ]

    text = text.replace("\r", "")
    assert read(text.replace("\n", newline)) == read(text)


# The folder


def write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_files_are_listed_by_their_paths_in_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        b_DOT_md="x",
        a__b_DOT_txt="x",
        a_DOT_txt="x",
        _DOT_hidden_DOT_txt="x",
        _DOT_folder__a_DOT_txt="x",
        C_DOT_MD="x",
    )
    files, failures = scan(tmp_path)
    assert [file.id for file in files] == ["C.MD", "a.txt", "a/b.txt", "b.md"]
    assert failures == []


@pytest.mark.parametrize("make", [lambda _: None, lambda path: path.write_text("x")])
def test_a_seeds_folder_that_is_none_says_what_to_do(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "seeds"
    make(path)
    with pytest.raises(SeedsError, match="--seeds"):
        scan(path)


def test_a_document_knows_its_digest_and_offsets(tmp_path: Path) -> None:
    write(tmp_path, a_DOT_txt="Fund\r\nIt is $500 million.\r\n")
    (file,) = scan(tmp_path)[0]
    made = read_document(file)
    assert made.text == "Fund\r\nIt is $500 million.\r\n"
    assert made.sha256 == hashlib.sha256((tmp_path / "a.txt").read_bytes()).hexdigest()
    assert shown(made) == [" | prose | 'It is $500 million.'"]


def test_a_file_that_holds_no_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, a_DOT_txt=" \n\t\r\n", b_DOT_md="<!-- nothing -->", c_DOT_txt="")
    for file in scan(tmp_path)[0]:
        with pytest.raises(DocumentError, match="no text"):
            read_document(file)
