"""Mail: what it says, who wrote when; what it quotes is quoted, and its signature left out."""

from __future__ import annotations

import contextlib

import pytest
from tests.core import document, shown
from tests.growth import assert_linear
from tests.sources.samples import mail

from chipbot.errors import DocumentError
from chipbot.sources.formats import mail as mails
from chipbot.translation import joined

HEAD = "From: Ann <a@example.org>\nSubject: Keys\nDate: Mon, 12 May 2025 10:00:00 +0200\n"


def test_a_mail() -> None:
    made = document(mail(), "a.eml")
    assert made.title == "Where the grüne key is"
    assert shown(made) == [
        "paragraph: From: Ottilie <ottilie@example.org>",
        "paragraph: Date: Mon, 12 May 2025 10:00:00 +0200",
        "paragraph: Dear all,",
        "paragraph: the green key hangs behind the boiler door. Please return it.",
        "paragraph >: Where did you put the green key?",
    ]
    assert joined(made.problems) == "what is attached to it is not read: map.pdf"
    assert [place.label for place in made.places] == ["mail of 2025-05-12"]


@pytest.mark.parametrize(
    ("rest", "blocks"),
    [
        pytest.param("\nThe key is red.", ["paragraph: The key is red."], id="plain"),
        pytest.param(
            "\n▪ Red key\n▪ Green key", ["paragraph: ▪ Red key", "paragraph: ▪ Green key"], id="bullets"
        ),
        pytest.param(
            "Content-Type: text/html; charset=utf-8\n\n<style>p {}</style><p>The <b>key</b> is\nred.</p><ul><li>a<li>b</ul>",
            ["paragraph: The key is red.", "list_item 1: a", "list_item 1: b"],
            id="HTML alone",
        ),
        pytest.param(
            "Content-Type: text/html\n\n<p style='display:none'>Teaser</p><h2>Keys</h2><table><tr><th>key<th>hook</tr>"
            "<tr><td>green<td>7</tr></table><blockquote><p>Which?</blockquote><p>See <a href='https://x.org'>the list</a>.",
            [
                "heading 2: Keys",
                "table_header: key\thook | Keys",
                "table_row: green\t7 | Keys",
                "paragraph >: Which? | Keys",
                "paragraph: See the list. | Keys",
            ],
            id="a table and a quotation in HTML",
        ),
        pytest.param("Content-Type: text/html\n\n<p>a\0b</p>", ["paragraph: ab"], id="a NUL in HTML"),
        pytest.param(
            "Content-Type: text/plain; format=flowed\n\nThe key \nis red.\n> And \n> blue?\n",
            ["paragraph: The key is red.", "paragraph >: And blue?"],
            id="flowed",
        ),
        pytest.param(
            "\na\n>> b\n> c\n", ["paragraph: a", "paragraph >>: b", "paragraph >: c"], id="two depths"
        ),
        pytest.param(
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\ngr=FCn",
            ["paragraph: grün"],
            id="a charset",
        ),
        pytest.param(
            "Content-Type: text/plain; charset=x-unknown\n\nred", ["paragraph: red"], id="an unknown charset"
        ),
        pytest.param("Content-Transfer-Encoding: base64\n\ncmVk", ["paragraph: red"], id="base64"),
        pytest.param("Content-Transfer-Encoding: base64\n\nAHJlZA==", ["paragraph: red"], id="a NUL"),
        pytest.param("\n# red\n\ngreen", ["paragraph: red", "paragraph: green"], id="no headings"),
    ],
)
def test_bodies(rest: str, blocks: list[str]) -> None:
    made = document(HEAD + rest, "a.eml")
    assert shown(made)[2:] == blocks
    assert made.title == "Keys"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("Just words.\n\nMore.", "does not begin with the headers of a mail"),
        (HEAD + "\n", "a mail without text"),
        (HEAD + "\n-- \nAnn", "a mail without text"),
        (HEAD + "Content-Type: text/html\n\n<script>x</script>", "a mail without text"),
        (HEAD + "Content-Type: text/html\n\n" + "<div>" * 2_000, "nests elements more than 500 deep"),
        (HEAD + "Content-Type: multipart/mixed; boundary=x\n\n--x\n", "a mail without text"),
        (HEAD + f"Content-Type: a/b{'](' * 500}\n\nred", "something in it is nested too deeply"),
    ],
)
def test_what_is_no_mail_is_named(source: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        document(source, "a.eml")


def test_mails_in_mails_are_no_deeper_than_can_be_read() -> None:
    source = (
        HEAD
        + "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(5_000))
        + "\nred"
    )
    with pytest.raises(DocumentError, match="nested too deeply to be read"):
        document(source, "a.eml")


@pytest.mark.parametrize(
    "date", ["never", "", "Mon, 99 Foo 2025", "Mon, 12 May 20250000000000000000 10:00:00"]
)
def test_a_broken_date_is_none(date: str) -> None:
    made = document(f"From: a@b.c\nDate: {date}\n\nred", "a.eml")
    assert shown(made)[-1] == "paragraph: red"
    assert made.places[0].label == "mail"


@pytest.mark.parametrize(
    "piece", [">", "> ", "> a\n", "a \n", "<p>", "<", "a@b.c, ", "=?utf-8?q?a?= ", "\n\n", "-- \n", "[", "*a"]
)
def test_mails_take_linear_time(piece: str) -> None:
    def read(text: str) -> None:
        with contextlib.suppress(DocumentError):
            mails.extract(f"{HEAD}Content-Type: text/plain; format=flowed\n\nx{text}".encode())

    assert_linear(read, piece, 10_000)
