"""Subtitles (SubRip .srt, WebVTT .vtt) → what is said, in sentences and paragraphs; a place is a time.

https://www.w3.org/TR/webvtt1/; SubRip has no specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode, readable
from chipbot.sources.formats.flat_text import FlatText
from chipbot.text.words import UNSEGMENTED_CHARACTER
from chipbot.translation import Message

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|</?\d[\d:.]{0,20}>|\{\\an?\d\}")
_SPEAKER = re.compile(r"(?:[-–—]\s|>>\s?)")
_SOUND = re.compile(r"[\[(♪][^\[\]()]*[\])♪]|[♪\s]+")
_ENDS = tuple(".!?…。！？؟\"'”’)")
_PAUSE = 4.0  # seconds without words after which a paragraph begins …
_LONG = 500  # … as it does after so many characters, at a sentence's end …
_LONGEST = 1_000  # … or after so many anywhere: automatic captions have no sentences


class Cue(NamedTuple):
    """Words with the time at which they are shown."""

    start: float
    """In seconds."""
    end: float
    words: str
    speaker: str = ""
    turns: bool = False
    """Whether somebody else begins to speak."""


def extract(data: bytes) -> Extracted:
    """Read subtitles; raises DocumentError where there are none."""
    source = readable(decode(data)).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cues = list(_without_repeats(_cues(source.split("\n"))))
    if not cues:
        raise DocumentError(
            Message("it has no lines with times like 00:01:02,500 --> 00:01:04,000: it holds no subtitles")
        )
    text = FlatText()
    speaker, last, size = "", cues[0], 0
    for number, cue in enumerate(cues):
        if number and _begins(last, cue, size):
            text.end()
            size = 0
        spoken = cue.speaker if cue.speaker != speaker else ""
        words = f"{spoken}: {cue.words}" if spoken else cue.words
        joined = size and UNSEGMENTED_CHARACTER.match(last.words[-1]) and UNSEGMENTED_CHARACTER.match(words)
        text.write(words if joined or not size else " " + words, Place(0, label=_shown(cue.start)))
        size += len(words)
        speaker, last = cue.speaker or speaker, cue
    text.end()
    return Extracted(text=text.text, title=None, blocks=tuple(text.blocks), places=tuple(text.places))


def _begins(last: Cue, cue: Cue, size: int) -> bool:
    """Whether a paragraph begins with a cue, after one of so many characters that ends with the last."""
    ended = last.words.endswith(_ENDS)
    turns = cue.turns or (bool(cue.speaker) and cue.speaker != last.speaker)
    return turns or cue.start - last.end > _PAUSE or (size > _LONG and ended) or size > _LONGEST


def _shown(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _cues(lines: Sequence[str]) -> Iterator[Cue]:
    """Yield the cues that have words; comments, styles and numbers stand before a line with times and are none."""
    start: tuple[float, float] | None = None
    words: list[str] = []
    for line in (*lines, ""):
        times = _TIMES.match(line) if "-->" in line else None
        if times and start is not None and words and words[-1].strip().isdigit():
            words.pop()  # the next cue's number, where no blank line stands before it
        if (times or not line.strip()) and start is not None:
            yield from _cue(*start, words)
            start = None
        if times:
            start, words = (_seconds(times.groups()[:4]), _seconds(times.groups()[4:])), []
        elif start is not None:
            words.append(line)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + float(f"{seconds}.{fraction}")


def _cue(start: float, end: float, lines: Sequence[str]) -> Iterator[Cue]:
    source = " ".join(lines)
    voice = _VOICE.search(source)
    words = " ".join(unescape(_TAG.sub("", _VOICE.sub("", source))).split())
    turn = _SPEAKER.match(words)
    words = words[turn.end() :].strip() if turn else words
    if words and not _SOUND.fullmatch(words):
        yield Cue(start, end, words, " ".join(voice[1].split()) if voice else "", turn is not None)


def _without_repeats(cues: Iterator[Cue]) -> Iterator[Cue]:
    """Yield cues without the words that roll up: automatic captions show each line twice."""
    shown = ""
    for cue in cues:
        words = cue.words
        if shown and (words == shown or shown.endswith(words)):
            continue
        fresh = words[len(shown) :].strip() if shown and words.startswith(shown + " ") else words
        shown = fresh
        yield cue._replace(words=fresh)
