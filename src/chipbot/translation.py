"""What chipbot itself says, in the language of whoever reads it: marked in the source, translated in `locales/`.

    NOT_YOURS = Message("Only who asked, and moderators, can do that.")           # a constant: str(NOT_YOURS)
    gettext("I can't write in {channel}.", channel=f"<#{channel_id}>")            # a sentence, now
    ngettext("{number} question", "{number} questions", len(questions))           # one that counts

The language is the context's: whoever takes a request sets it with `in_language`, and all that is said below is in it.
The catalogues are gettext's: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from gettext import c2py
from pathlib import Path
from typing import Any, TypeVar

LOCALES = Path(__file__).with_name("locales")
"""The folder of the catalogues, one a language."""
DOMAIN = "chipbot"
"""What a catalogue is called in its language's folder."""
SOURCE = "en"
"""The language of the sentences in the source."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default=SOURCE)
_SERVED_BY = {"no": "nb", "nn": "nb", "zh-hant": "zh-tw", "zh-hk": "zh-tw", "zh-mo": "zh-tw"}
"""Which language's catalogue speakers of another read."""
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_NAME = re.compile(r"\{(\w+)\}")

T = TypeVar("T")


class Message:
    """A sentence that is said later, and more than once: `str` is what it says in the language of the moment."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: object) -> None:
        """Mark a sentence; `values` are what stands for the names in its braces, whole numbers as the language writes them."""
        self.text = text
        self.values = values

    def to_json(self) -> list[object]:
        """Return it as JSON has it, to be said later by who reads that."""
        return [self.text, {name: _value_to_json(value) for name, value in self.values.items()}]

    @classmethod
    def from_json(cls, value: Any) -> Message:
        """Return what `to_json` made; raises ValueError, TypeError or KeyError where it was something else."""
        text, values = value
        message = cls(
            text,
            **{name: cls.from_json(one) if isinstance(one, list) else one for name, one in values.items()},
        )
        str(message)  # raises now, not when it is said
        return message

    def filled(self, **values: object) -> str:
        """Return a sentence without values in the language of the context, with these for the names in its braces."""
        return gettext(self.text, **values)

    def __str__(self) -> str:
        values = {name: digits(one) if type(one) is int else one for name, one in self.values.items()}
        return gettext(self.text, **values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Message | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)


def gettext(text: str, /, **values: object) -> str:
    """Return a sentence in the language of the context, with `values` for the names in its braces."""
    return _filled(_catalogue(language()).text(text) or text, values)


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return a sentence about a number of things, which stands for `{number}` in it."""
    found = _catalogue(language()).form(singular, plural, number) or (singular if number == 1 else plural)
    return _filled(found, {"number": digits(number), **values})


def listed(items: Iterable[object]) -> str:
    """Return names, numbers or words one after the other, in the language of the context."""
    return pgettext("between the items of a list", ", ").join(map(str, items))


def joined(statements: Iterable[object]) -> str:
    """Return several statements as one, in the language of the context."""
    return pgettext("between statements", "; ").join(map(str, statements))


def sentence(statement: object) -> str:
    """Return a statement with what ends a sentence in the language of the context."""
    return gettext("{statement}.", statement=statement)


def _filled(text: str, values: Mapping[str, object]) -> str:
    """Put values into braces; unlike `str.format`, that gives a text from elsewhere no way to their attributes."""
    return _NAME.sub(lambda name: str(values[name[1]]), text) if values else text


def _value_to_json(value: object) -> object:
    if isinstance(value, Message):
        return value.to_json()
    return value if isinstance(value, int) else str(value)


def digits(number: float, decimals: int = 0) -> str:
    """Return a number with as many decimals, written as the language of the context does."""
    english = f"{number:,.{decimals}f}"
    marks = {",": pgettext("between thousands", ","), ".": pgettext("before decimals", ".")}
    return "".join(marks.get(character, character) for character in english)


def percent(share: float) -> str:
    """Return a share from 0 to 1 in whole percents, written as the language of the context does."""
    return gettext("{number}%", number=digits(share * 100))


def pgettext(context: str, text: str) -> str:
    """Return a word or mark in the language of the context that means several things; `context` says which."""
    return _catalogue(language()).text(f"{context}\4{text}") or text


def typed_words(context: str, text: str) -> tuple[str, ...]:
    """Return the words that somebody may type for something, in small letters: those of the language of the context, then the
    English ones; `context` says what for.
    """
    own = _catalogue(language()).text(f"{context}\4{text}") or text
    return tuple(f"{own} {text}".casefold().split())


def language() -> str:
    """Return the language of the context."""
    return _LANGUAGE.get()


def set_language(to: str) -> None:
    """Set the language of the context: of a task, or of a program that speaks to one person."""
    _LANGUAGE.set(to)


@contextmanager
def in_language(to: str) -> Iterator[None]:
    """While inside, say things in a language."""
    token = _LANGUAGE.set(to)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are, the source's first."""
    return (SOURCE, *sorted(path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def language_of(locale: str | None) -> str:
    """Return the language that a locale such as `es-419`, `pt_BR.UTF-8` or `de` is served in: the source's for any other.

    Source: the lookup of RFC 4647, section 3.4: https://www.rfc-editor.org/rfc/rfc4647#section-3.4
    """
    served = _served()
    name = (locale or "").partition(".")[0].partition("@")[0].replace("_", "-").lower()
    while name not in served and name:
        name = _SERVED_BY.get(name) or name.rpartition("-")[0]
    return served.get(name, SOURCE)


@cache
def _served() -> Mapping[str, str]:
    """Each language by its name in small letters."""
    return {each.lower(): each for each in languages()}


def environment_language(environment: Mapping[str, str]) -> str:
    """Return the language that a terminal's environment asks for, as gettext reads it: the first variable that is set decides.

    Source: https://www.gnu.org/software/gettext/manual/html_node/Locale-Environment-Variables.html
    """
    return first_served(
        next((environment[name] for name in _VARIABLES if environment.get(name)), SOURCE).split(":")
    )


def first_served(locales: Iterable[str]) -> str:
    """Return the language of the first of these locales that there is one for: the source's where there is none."""
    served = (name for name in locales if language_of(name) != SOURCE or name.lower().startswith(SOURCE))
    return language_of(next(served, SOURCE))


def said_in_each(say: Callable[[], T]) -> dict[str, T]:
    """Return what is said in each language; keep the result rather than ask again, for all catalogues are read."""
    said = {}
    for each in languages():
        with in_language(each):
            said[each] = say()
        _catalogue.cache_clear()  # thirty take ten megabytes
    return said


@cache
def own_names() -> Mapping[str, str]:
    """Return what each language is called in itself."""
    return said_in_each(lambda: pgettext("the name of the language of this catalogue, in itself", "English"))


class _Catalogue:
    """A compiled catalogue. Unlike gettext's own module it decodes only what is said: bots start by reading all of them.

    Source: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
    """

    def __init__(self, data: bytes) -> None:
        count, originals, translations = struct.unpack_from("<3I", data, 8)
        spans = (struct.iter_unpack("<2I", data[at : at + 8 * count]) for at in (originals, translations))
        self._texts = {
            data[start : start + size]: data[into : into + length]
            for (size, start), (length, into) in zip(*spans, strict=True)
        }

    @cached_property
    def _number_of_form(self) -> Callable[[int], int]:
        """Returns which plural form is said of a number of things."""
        header = self._texts[b""].decode()
        return c2py(header.partition(" plural=")[2].partition(";")[0])

    def text(self, key: str) -> str | None:
        """Return what is said for a sentence, or for a context, U+0004 and a sentence; None where that is not there."""
        found = self._texts.get(key.encode())
        return None if found is None else found.decode()

    def form(self, singular: str, plural: str, number: int) -> str | None:
        """Return what is said for a sentence about a number of things; None where that is not there."""
        found = self.text(f"{singular}\0{plural}")
        return None if found is None else found.split("\0")[self._number_of_form(number)]


@cache
def _catalogue(name: str) -> _Catalogue:
    path = LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
    return _Catalogue(path.read_bytes() if name != SOURCE else bytes(20))
