"""Words → stems: what a language's pack says is taken off them."""

from __future__ import annotations

from collections.abc import Callable

import regex


def stemmer(name: str) -> Callable[[str], str]:
    """Return what makes the stem of a word: Snowball's stemmer of this name, or nothing."""
    if not name:
        return str
    import Stemmer

    stem: Callable[[str], str] = Stemmer.Stemmer(name, 0).stemWord
    return stem


def without_particles(particles: str) -> Callable[[str], str]:
    """Return what takes a particle, the longest, off a word of which two characters are left."""
    written = regex.compile(rf"(\w{{2,}}?)(?:{particles})")

    def strip(word: str) -> str:
        match = written.fullmatch(word)
        return match.group(1) if match else word

    return strip
