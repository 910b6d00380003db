"""Files become documents: whatever the encoding, with what they say about themselves, or the reason why not."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core import document, shown

from chipbot.errors import DocumentError, SeedsError
from chipbot.sources import document_barrier, read_document, scan
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.front_matter import front_matter
from chipbot.translation import Message

SENTENCE = "Der Rat beschließt über größere Überschüsse; die Förderung fällt für ältere Häuser höher aus. "
RUSSIAN = (
    "Соглашение о поставках полупроводников подписано в прошлом году, и стороны уже приступили к работе. "
)


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


def test_a_detected_encoding_that_does_not_hold_to_the_end_is_refused() -> None:
    with pytest.raises(DocumentError, match="UTF-8"):
        decode((RUSSIAN * 20).encode("cp1251") + b"\x98" * 10, sample=1000)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_plain_text_is_the_decoded_file(newline: str, mark: str) -> None:
    text = mark + newline.join(["# Budget", "", "It is $500 million.", "", "More."])
    made = document(text)
    assert (made.text, made.title) == (text, "Budget")
    assert shown(made) == ["heading 1: Budget", "paragraph: It is $500 million.", "paragraph: More."]


# Front matter


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        pytest.param("---\ntitle: A\n---\nx", "A", "x", id="plain"),
        pytest.param("\ufeff---\ntitle: A\n---\nx", "A", "x", id="after a byte-order mark"),
        pytest.param("---\r\nTitle: 'A b'\r\nlang:  de \r\n...\r\nx", "A b", "x", id="CR LF, quotes"),
        pytest.param("---\rtitle: A\r---\rx", "A", "x", id="lone CR"),
        pytest.param("+++\ntitle = 'A'\nweight = 3\n+++\nx", "A", "x", id="TOML"),
        pytest.param("---\ntitle: A\n", None, "---\ntitle: A\n", id="never closed"),
        pytest.param("---\njust prose\n---\nx", None, "---\njust prose\n---\nx", id="two rules around prose"),
        pytest.param("\n---\ntitle: A\n---\nx", None, "\n---\ntitle: A\n---\nx", id="not at the head"),
        pytest.param("---\ntitle:\nlist:\n  - 1\n---\nx", None, "x", id="an empty title"),
        pytest.param("---\ntitle: >\n  A\n  b\n---\nx", "A b", "x", id="a title in two lines"),
        pytest.param("---\ntitle: A <em>b</em> <c>\n---\nx", "A b <c>", "x", id="a title with tags"),
        pytest.param("---\ntitle: 2024\n---\nx", "2024", "x", id="a number"),
        pytest.param("", None, "", id="nothing"),
    ],
)
def test_front_matter(text: str, title: str | None, body: str) -> None:
    found = front_matter(text)
    assert (found.title, text[found.end :], found.problems) == (title, body, ())


@pytest.mark.parametrize(
    ("head", "title", "language", "problem"),
    [
        pytest.param(
            "title: A\nlanguage: english", "A", None, "“english” is no code", id="a language's name"
        ),
        pytest.param("lang: xx", None, None, "“xx” is no code", id="an unknown code"),
        pytest.param("language: [de, en]", None, None, "language: a text is expected", id="two languages"),
        pytest.param("title: {a: b}\nlang: de", None, "de", "title: a text is expected", id="a mapping"),
        pytest.param("title: Guide: part 1\nlang: de", "Guide: part 1", "de", "YAML in line 2", id="a colon"),
        pytest.param("title: A\nlist: [1, 2", "A", None, "no valid YAML", id="an open bracket"),
        pytest.param("title: A\nx: " + "[" * 900, "A", None, "no valid YAML", id="nested deep"),
        pytest.param(
            "title: A\nx: " + "[" * 3000, "A", None, "more than 1,000 brackets", id="nested too deep"
        ),
        pytest.param("title: A\n" + "x: y\n" * 30_000, "A", None, "longer than", id="too long"),
    ],
)
def test_wrong_front_matter_is_reported_and_loses_nothing(
    head: str, title: str | None, language: str | None, problem: str
) -> None:
    for name in ("a.txt", "a.md"):
        made = document(f"---\n{head}\n---\nThe fund is large.", name, "en")
        assert made.title == (title or "a")
        assert made.language == (language or "en")
        assert problem in " ".join(map(str, made.problems))
        assert shown(made) == ["paragraph: The fund is large."]


def test_wrong_toml_is_reported_and_loses_nothing() -> None:
    made = document("+++\ntitle = A\n+++\nThe fund is large.", "a.md")
    assert "TOML" in str(made.problems[0])
    assert shown(made) == ["paragraph: The fund is large."]


@pytest.mark.parametrize(
    ("head", "language", "url"),
    [
        ("language: de-AT\nurl: https://example.com/a", "de", "https://example.com/a"),
        ("lang: FR\nsource: http://example.com", "fr", "http://example.com"),
        ("language: no", "no", None),
        ("lang: pt_BR", "pt", None),
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
    check(
        name,
        "---\ntitle: Guide\n---\n# Fund\n\nIt is large",
        "Guide",
        "heading 1: Fund",
        "paragraph: It is large | Fund",
    )


def test_a_first_line_under_a_title_in_front_matter_is_body() -> None:
    check(
        "a.txt",
        "---\ntitle: Guide\n---\nThe fund is large\n\nMore.",
        "Guide",
        "paragraph: The fund is large",
        "paragraph: More.",
    )


@pytest.mark.parametrize(("name", "first"), [("a.md", "# GUIDE"), ("a.txt", "Guide"), ("a.txt", "# Guide")])
def test_a_heading_that_repeats_the_title_in_front_matter_is_the_title(name: str, first: str) -> None:
    made = document(f"---\ntitle: Guide\n---\n{first}\n\nMore.", name)
    assert made.title.casefold() == "guide"
    assert shown(made)[1:] == ["paragraph: More."]


# Languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Kiste wird montags versiegelt und danach in den Keller getragen.", "de"),
        ("La caja se sella los lunes.", "es"),
        ("alpha beta gamma delta lambda omega kappa alpha beta gamma. The crate is sealed on Mondays.", "en"),
        ("`der` `die` `das` `und` `oder` The crate is sealed.", "en"),
        ("```\nder die das und oder wenn nicht dann aber\n```\n\nThe crate is sealed on Mondays.", "en"),
        ("| Arch | Debian |\n|-|-|\n| Fedora | Ubuntu |", "en"),
    ],
)
def test_the_language_is_told_by_the_prose(text: str, language: str) -> None:
    assert document(text, "a.md", None).language == language


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


# Barriers


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RecursionError("too deep"), "^something in it is nested too deeply to be read$"),
        (MemoryError(), "MemoryError"),
        (
            type("PanicException", (BaseException,), {})("byte 7 is\nno boundary"),
            "PanicException: byte 7 is no",
        ),
        (DocumentError(Message("it is no text")), "^it is no text$"),
    ],
)
def test_whatever_a_parser_raises_becomes_the_reason(error: BaseException, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason), document_barrier():
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_goes_through(error: type[BaseException]) -> None:
    with pytest.raises(error), document_barrier():
        raise error


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
    files, failures, _ = scan(tmp_path)
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
    assert shown(made) == ["heading 1: Fund", "paragraph: It is $500 million."]


def test_a_file_that_holds_no_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, a_DOT_txt=" \n\t\r\n", b_DOT_md="<!-- nothing -->", c_DOT_txt="")
    files = scan(tmp_path)[0]
    assert [file.id for file in files] == ["a.txt", "b.md", "c.txt"]
    for file in files:
        with pytest.raises(DocumentError, match="no text"):
            read_document(file)
