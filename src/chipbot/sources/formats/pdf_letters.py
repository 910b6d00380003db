"""Where the words of one text stand in another that is spaced, hyphenated and numbered differently: by letters alone."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from chipbot.model import Span

_LEAST = 8  # letters of a run that is taken wherever it stands …
_CLOSE = 3  # … and of one that stands close behind the run before it: within as many others
_MAX_TRIES = 400  # runs that are looked for, whatever the words
_CONTEXT = (40, 16, 0)
"""Letters before the words that tell which of several places is theirs: as many as are found."""


class Letters:
    """The letters and digits of a text in small, with where each stands.

    >>> list(Letters("A hy-\\nphen is small.").find("hyphen is"))
    [(2, 12)]
    """

    def __init__(self, characters: Iterable[str]) -> None:
        """Take the letters of characters, each at its position."""
        letters: list[str] = []
        self._positions: list[int] = []
        for position, character in enumerate(characters):
            for letter in unicodedata.normalize("NFKC", character).casefold():
                if letter.isalnum():
                    letters.append(letter)
                    self._positions.append(position)
        self.text = "".join(letters)

    def find(self, words: str, before: str = "") -> Iterator[Span]:
        """Yield where words stand, in runs from the first to behind the last character.

        Args:
            words: What is looked for; what of it is not there is passed over.
            before: What stands before it, to tell it from the same words elsewhere.
        """
        wanted = Letters(words).text
        start = next((start for start, _ in self._whole(wanted, before)), None)
        if start is None:
            yield from self._runs(wanted)
        else:
            yield self._span(start, start + len(wanted))

    def find_whole(self, words: str, before: str = "") -> Span | None:
        """Return where words stand whole: behind what stands before them, or in one place alone; None elsewhere."""
        wanted = Letters(words).text
        start = next((start for start, alone in self._whole(wanted, before) if alone), None)
        return None if start is None else self._span(start, start + len(wanted))

    def _whole(self, wanted: str, before: str) -> Iterator[tuple[int, bool]]:
        """Yield where wanted letters stand behind ever fewer of those before them, and whether nowhere else."""
        context = Letters(before[-4 * _CONTEXT[0] :]).text
        for size in _CONTEXT if wanted else ():
            led = context[max(len(context) - size, 0) :] if size else ""
            start = self.text.find(led + wanted)
            if start >= 0:
                yield start + len(led), self.text.find(led + wanted, start + 1) < 0

    def _runs(self, wanted: str) -> Iterator[Span]:
        """Yield the longest runs of the wanted letters that there are, one after the other."""
        at = place = 0
        for _ in range(_MAX_TRIES):
            rest = wanted[at:]
            if not rest:
                return
            size, start = self._longest(rest, place)
            if size >= _LEAST or (size >= _CLOSE and start <= place + _CLOSE and place):
                yield self._span(start, start + size)
                at, place = at + size, start + size
            else:
                at += 1

    def _longest(self, wanted: str, place: int) -> tuple[int, int]:
        """Return how many of the first wanted letters stand together from a place on, and where."""
        sizes = range(1, len(wanted) + 1)
        size = bisect_left(sizes, 1, key=lambda n: self.text.find(wanted[:n], place) < 0)
        return size, self.text.find(wanted[:size], place)

    def _span(self, start: int, end: int) -> Span:
        return self._positions[start], self._positions[end - 1] + 1
