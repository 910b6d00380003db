"""Subtitles: cues joined into sentences and paragraphs, each with the time at which it is said."""

from __future__ import annotations

import contextlib

import pytest
from tests.core import document, shown
from tests.growth import assert_linear
from tests.sources.samples import SUBRIP, WEBVTT

from chipbot.errors import DocumentError
from chipbot.sources.formats import subtitles


def cue(start: str, end: str, *lines: str) -> str:
    return "\n".join((f"{start} --> {end}", *lines)) + "\n\n"


def test_a_sentence_over_two_cues_is_one() -> None:
    made = document(SUBRIP, "a.srt")
    assert shown(made) == [
        "paragraph: The winding of the great clock takes forty minutes.",
        "paragraph: Who oils the bells?",
    ]
    assert [(place.start, place.label) for place in made.places] == [
        (0, "0:01"),
        (30, "0:02"),
        (53, "1:02:10"),
    ]


def test_speakers_are_named_and_what_is_no_speech_is_left_out() -> None:
    assert shown(document(WEBVTT, "a.vtt")) == [
        "paragraph: Ottilie: The bells ring & ring until half past six.",
        "paragraph: Bartholomew: The herons dislike it.",
    ]


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param(
            cue("00:01.000", "00:02.000", "a") + cue("00:07.000", "00:08.000", "b"), ["a", "b"], id="a pause"
        ),
        pytest.param(
            cue("00:01.000", "00:02.000", "a") + cue("00:02.000", "00:03.000", "- b"), ["a", "b"], id="a dash"
        ),
        pytest.param(
            cue("00:01.000", "00:02.000", "{\\an8}a <b>b</b>", "c") + cue("00:02.000", "00:03.000", "d"),
            ["a b c d"],
            id="tags and lines",
        ),
        pytest.param(
            cue("00:01.000", "00:02.000", "so we") + cue("00:02.000", "00:03.000", "so we", "begin"),
            ["so we begin"],
            id="captions that roll up",
        ),
        pytest.param(
            cue("00:01.000", "00:02.000", "[music]") + cue("00:02.000", "00:03.000", "♪ ♪", ""), None, id="sounds"
        ),
        pytest.param(
            "1\n" + cue("00:00:01,5", "00:00:02,0", "a").strip() + "\n2\n" + cue("00:00:02,0", "00:00:03,0", "b"),
            ["a b"],
            id="no blank lines",
        ),
        pytest.param(cue("00:01.000", "00:02.000", "数据") + cue("00:02.000", "00:03.000", "很大"), ["数据很大"], id="no blanks"),
        pytest.param("no times here", None, id="none"),
        pytest.param(cue("00:01.000", "00:02.000", "a\0b\x07"), ["ab"], id="control characters"),
    ],
)  # fmt: skip
def test_cues(source: str, blocks: list[str] | None) -> None:
    data = source.replace("\0", "\x01").encode()
    if blocks is None:
        with pytest.raises(DocumentError, match="it holds no subtitles"):
            document(data, "a.vtt")
        return
    assert shown(document(data, "a.vtt")) == [f"paragraph: {words}" for words in blocks]


def test_a_long_speech_is_cut_into_paragraphs_at_sentence_ends() -> None:
    cues = (
        cue(f"00:{i:02}.000", f"00:{i + 1:02}.000", f"The herons feed {i} times and sleep.")
        for i in range(50)
    )
    made = document("".join(cues), "a.srt")
    assert len(made.blocks) == 4
    assert all(made.text[block.start : block.end].endswith("sleep.") for block in made.blocks)


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_line_ends(line: str) -> None:
    source = (cue("00:01.000", "00:02.000", "a", "b")).replace("\n", line)
    assert shown(document(source, "a.srt")) == ["paragraph: a b"]


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<v ",
        "<v a>",
        "-->",
        "00:01.000 --> 00:02.000\n",
        "00:01.000 --> 00:02.000\na\n\n",
        "[",
        "♪ ",
        "&",
    ],
)
def test_subtitles_take_linear_time(piece: str) -> None:
    def read(text: str) -> None:
        with contextlib.suppress(DocumentError):
            subtitles.extract(b"00:01.000 --> 00:02.000\n" + text.encode())

    assert_linear(read, piece, 20_000)
