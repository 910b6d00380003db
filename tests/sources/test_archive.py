"""Archives and XML are read within limits: whatever lies, swells or nests is refused in one line."""

from __future__ import annotations

import struct
from io import BytesIO
from xml.etree.ElementTree import tostring
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from chipbot.errors import DocumentError
from chipbot.sources.formats.archive import Archive, ArchiveLimits, part_name
from chipbot.sources.formats.xml_tree import MAX_DEPTH, parse_xml

SMALL = ArchiveLimits(entries=5, size=50_000, ratio=20, free=1_000)


def packed(method: int = ZIP_DEFLATED, **files: str | bytes) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def flagged(data: bytes) -> bytes:
    """The archive with its first file's encryption flag set, in the directory and before the file."""
    changed = bytearray(data)
    changed[data.index(b"PK\1\2") + 8] |= 1
    changed[6] |= 1
    return bytes(changed)


def lying(data: bytes, size: int) -> bytes:
    """The archive whose directory claims another size of its first file."""
    changed = bytearray(data)
    struct.pack_into("<I", changed, data.index(b"PK\1\2") + 24, size)
    return bytes(changed)


def test_files_are_read_by_name_whatever_its_case() -> None:
    archive = Archive(packed(Word__a="x", b="y"))
    assert archive.names == ("Word/a", "b")
    assert (archive.read("word/A"), archive.read("/b")) == (b"x", b"y")
    assert "WORD/a" in archive
    assert "c" not in archive


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "damaged archive", id="nothing"),
        pytest.param(b"PK\3\4 and no more", "damaged archive", id="cut off"),
        pytest.param(packed(a="", b="", c="", d="", e="", f=""), "more than 5 files", id="too many"),
        pytest.param(packed(b="y"), "a is missing", id="without the file"),
        pytest.param(flagged(packed(a="x")), "protected by a password", id="encrypted"),
        pytest.param(packed(ZIP_BZIP2, a="x" * 100), "packed by method 12", id="another method"),
        pytest.param(packed(a="x" * 40_000), "may be a bomb", id="ratio"),
        pytest.param(packed(ZIP_STORED, a=b"x" * 60_000), "may be a bomb", id="size"),
        pytest.param(lying(packed(a="x" * 40_000), 10), "damaged", id="claims less"),
        pytest.param(packed(a="x" * 900).replace(b"PK\3\4", b"PK\3\5"), "damaged", id="no header"),
    ],
)
def test_what_breaks_the_limits_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        Archive(data, SMALL).read("a")


def test_a_size_that_is_claimed_and_not_there_takes_no_memory() -> None:
    assert Archive(lying(packed(a="xyz"), 2**31), SMALL).read("a") == b"xyz"


def test_a_file_without_a_name_is_nobodys_trouble() -> None:
    nameless = bytearray(packed(a="x"))
    nameless[30] = nameless[nameless.index(b"PK\1\2") + 46] = 0  # zipfile takes what is before the first NUL
    assert Archive(bytes(nameless)).names == ("",)


def test_all_files_together_count() -> None:
    archive = Archive(packed(a="x" * 4_000, b="y" * 4_000), SMALL)
    assert archive.read("a") == b"x" * 4_000
    with pytest.raises(DocumentError, match="bomb"):
        archive.read("b")


@pytest.mark.parametrize(
    ("base", "target", "name"),
    [
        ("word/document.xml", "media/a.png", "word/media/a.png"),
        ("OEBPS/text/one.xhtml", "../pictures/a%20b.png#c", "OEBPS/pictures/a b.png"),
        ("ppt/slides/one.xml", "/ppt/notes/two.xml", "ppt/notes/two.xml"),
        ("a.xml", "./b.xml", "b.xml"),
        ("a.xml", "..\\..\\b.xml", None),
        ("a/b.xml", "../../../etc/passwd", None),
        ("a/b.xml", "https://x.example/y", None),
        ("a/b.xml", "#here", None),
        ("a/b.xml", "", None),
    ],
)
def test_references_stay_inside(base: str, target: str, name: str | None) -> None:
    assert part_name(base, target) == name


def test_names_have_the_prefixes_asked_for_whatever_the_file_calls_them() -> None:
    tree = parse_xml(
        b'<q:a xmlns:q="urn:1" xmlns="urn:2" q:b="1" c="2"><d>x</d>y<e xmlns="urn:3" xml:lang="de"/></q:a>',
        {"urn:1": "w", "urn:2": ""},
    )
    assert tostring(tree) == b'<w:a w:b="1" c="2"><d>x</d>y<?:e xml:lang="de" /></w:a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "cp1252"])
def test_xml_says_its_encoding(encoding: str) -> None:
    tree = parse_xml(f"<?xml version='1.0' encoding='{encoding}'?><a>Größe</a>".encode(encoding), {})
    assert tree.text == "Größe"


ENTITIES = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param("", "no element found", id="nothing"),
        pytest.param("<a>", "no element found", id="cut off"),
        pytest.param("<a>\0</a>", "invalid token", id="NUL"),
        pytest.param("<a>&#xD800;</a>", "invalid character", id="surrogate"),
        pytest.param(b"<a>\xed\xa0\x80</a>", "invalid token", id="surrogate in UTF-8"),
        pytest.param("<?xml version='1.0' encoding='x-none'?><a/>", "unknown encoding", id="encoding"),
        pytest.param(f'<!DOCTYPE a [<!ENTITY e0 "x">{ENTITIES}]><a>&e11;</a>', "entities", id="bomb"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "entities", id="file"
        ),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://x.example">%x;]><a/>', "entities", id="parameter"
        ),
        pytest.param("<a>" * (MAX_DEPTH + 1), "more than 200 deep", id="deep"),
        pytest.param("<a>" * 1_000_000, "more than 200 deep", id="very deep"),
    ],
)
def test_xml_that_is_none_or_an_attack_is_refused_with_the_reason(data: str | bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        parse_xml(data if isinstance(data, bytes) else data.encode(), {})


def test_a_document_type_without_entities_is_none_of_our_business() -> None:
    assert parse_xml(b'<!DOCTYPE a PUBLIC "x" "http://x.example/x.dtd"><a>b</a>', {}).text == "b"


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chipbot.sources.formats.xml_tree.MAX_ELEMENTS", 10)
    with pytest.raises(DocumentError, match="more than 10 elements"):
        parse_xml(b"<a>" + b"<b/>" * 10 + b"</a>", {})
