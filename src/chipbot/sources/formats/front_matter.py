"""What a document says about itself before it begins: YAML between lines of `---`, or TOML between lines of `+++`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from chipbot.translation import Message

_OPENING = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*+(?:\r\n?|\n)")
_CLOSING = {
    "---": re.compile(r"(?:(?<=[\r\n]))(?:---|\.\.\.)[ \t]*+(?:\r\n?|\n|\Z)"),
    "+++": re.compile(r"(?:(?<=[\r\n]))\+\+\+[ \t]*+(?:\r\n?|\n|\Z)"),
}
_FIELD = re.compile(r"([A-Za-z][\w-]*+)[ \t]*+:(?:[ \t]|$)(.*)")
_MAX_CHARS = 100_000  # of front matter, which takes YAML's reader a second
_MAX_BRACKETS = 1_000  # nested ones take YAML's reader quadratic time
_NOTHING = ("", "~", "null")

LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et "
    "eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl "
    "km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj "
    "om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to "
    "tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""The codes of ISO 639-1."""
_FORM = re.compile(r"</?(?:b|br|code|em|i|kbd|mark|small|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE)
"""A tag of HTML in a title, which pages show as a form of its words; any other name between angle brackets is a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands at a document's head."""

    end: int
    """The offset at which the document's body begins."""
    title: str | None = None
    language: str | None = None
    """An ISO 639-1 code."""
    url: str | None = None
    """Where the document stands on the web."""
    version: str | None = None
    """The version of what the document is about."""
    problems: tuple[Message, ...] = ()
    """What is wrong with it."""


def front_matter(text: str) -> FrontMatter:
    """Read the front matter; a text without any has a body that begins at 0, or after a byte-order mark."""
    none = FrontMatter(end=1 if text.startswith("\ufeff") else 0)
    opening = _OPENING.match(text)
    closing = _CLOSING[opening[1]].search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return none
    block = text[opening.end() : closing.start()].replace("\r\n", "\n").replace("\r", "\n")
    fields, problems = _toml(block) if opening[1] == "+++" else _yaml(block)
    if fields is None:  # two rules around prose are not front matter
        return none
    known = {str(key).lower(): value for key, value in fields.items()}
    return FrontMatter(
        end=closing.end(),
        title=_FORM.sub("", _text(known, "title", problems) or "") or None,
        language=_language(known, problems),
        url=_url(known, problems),
        version=_text(known, "version", []),
        problems=tuple(problems),
    )


def _yaml(block: str) -> tuple[Mapping[str, object] | None, list[Message]]:
    """Return the fields of YAML, None where it has none, and what is wrong with it."""
    import yaml

    if len(block) > _MAX_CHARS:
        return _lines(block), [
            Message(
                "its front matter is longer than {number} characters: only its first lines are read",
                number=_MAX_CHARS,
            )
        ]
    if block.count("[") + block.count("{") > _MAX_BRACKETS:
        return _lines(block), [
            Message(
                "its front matter has more than {number} brackets: only its first lines are read",
                number=_MAX_BRACKETS,
            )
        ]
    try:
        # Every scalar stays a string, so that the language “no” is not taken for “false”.
        loaded = yaml.load(block, yaml.BaseLoader)  # noqa: S506  # makes strings, lists and mappings alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or type(error).__name__
        if not mark:
            return _lines(block), [Message("its front matter is no valid YAML ({problem})", problem=problem)]
        line = str(mark.line + 2)
        return _lines(block), [
            Message(
                "its front matter is no valid YAML in line {line} ({problem})", line=line, problem=problem
            )
        ]
    if loaded is None and block.lstrip().startswith("#"):  # remarks alone
        return {}, []
    return (loaded if isinstance(loaded, dict) else None), []


def _toml(block: str) -> tuple[Mapping[str, object] | None, list[Message]]:
    try:
        return tomllib.loads(block), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = str(error) or type(error).__name__
        return {}, [Message("its front matter is no valid TOML ({problem})", problem=problem)]


def _lines(block: str) -> Mapping[str, object] | None:
    """Return the fields of lines like `key: value`, for front matter that is no valid YAML; None without any."""
    matches = (_FIELD.match(line.rstrip()) for line in block[:_MAX_CHARS].split("\n"))
    return {match[1]: match[2].strip().strip("\"'") for match in matches if match} or None


def _text(fields: Mapping[str, object], name: str, problems: list[Message]) -> str | None:
    """Return a field that is to be text in one line, None without it."""
    value = fields.get(name)
    if value is None or isinstance(value, str):
        words = " ".join((value or "").split())
        return None if words.lower() in _NOTHING else words
    if isinstance(value, list | dict | bool):
        problems.append(Message("{name}: a text is expected", name=name))
        return None
    return str(value)


def _language(fields: Mapping[str, object], problems: list[Message]) -> str | None:
    name = "language" if "language" in fields else "lang"
    named = _text(fields, name, problems)
    if named is None:
        return None
    code = named.lower().replace("_", "-").partition("-")[0]
    if code in LANGUAGES:
        return code
    problems.append(
        Message(
            "{name}: “{code}” is no code of ISO 639-1, like en or pt-BR: it is passed over",
            name=name,
            code=named[:40],
        )
    )
    return None


def _url(fields: Mapping[str, object], problems: list[Message]) -> str | None:
    url = _text(fields, "url", problems) or _text(fields, "source", [])
    return url if url and url.startswith(("https://", "http://")) and not any(map(str.isspace, url)) else None
