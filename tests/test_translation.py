"""What chipbot says is translated, whole and within Discord's limits, into every language that it has a catalogue for."""

from __future__ import annotations

import ast
import json
import re
import string
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from tests.catalogues import (
    LIMITS,
    MARKERS,
    NAME,
    SOURCE,
    Mark,
    UnreadableError,
    in_python,
    marks,
    read,
    updated,
)

from chipbot import errors
from chipbot.bot.markdown_escape import units
from chipbot.translation import (
    LOCALES,
    Message,
    digits,
    environment_language,
    gettext,
    in_language,
    language,
    language_of,
    languages,
    ngettext,
    own_names,
    pgettext,
)

MARKS = marks()
TRANSLATED = languages()[1:]
KEPT = re.compile(r"`/[\w-]+`|\*\*|^-# |\N{THUMBS UP SIGN}|\N{THUMBS DOWN SIGN}")
"""What of a sentence is the same in every language: commands that are clicked, what makes text bold or small."""


def kept(text: str) -> Counter[str]:
    """What a translation keeps of a text: the names in its braces, and KEPT."""
    names = (name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    return Counter(names) + Counter(KEPT.findall(text))


def pairs(spoken: str) -> Iterator[tuple[Mark, str, str]]:
    """Each sentence with what it is in a language."""
    catalogue = read(spoken)
    for mark in MARKS:
        message = catalogue.get(mark.id, mark.context or None)
        written = "" if message is None else message.string
        translated = [written or ""] if isinstance(written, str | None) else list(written)
        originals = (
            [mark.text] if len(translated) == 1 else [mark.text, *[mark.plural] * (len(translated) - 1)]
        )
        for original, translation in zip(originals, translated, strict=True):
            yield mark, original, translation


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_the_catalogue_has_what_the_source_says(spoken: str) -> None:
    folder = LOCALES / spoken / "LC_MESSAGES"
    wanted = updated(read(spoken))
    present = (folder / "chipbot.po").read_bytes(), (folder / "chipbot.mo").read_bytes()
    assert present == wanted, "python -m tests.catalogues brings it up to date"


WHOLE = frozenset(("de", "es", "fr", "pt"))
"""Languages that every change is translated into at once; in the others what is new may be in English for a while."""
LAG = 1 / 20
"""The most of their sentences that those lack."""


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_everything_is_translated_or_soon(spoken: str) -> None:
    lacking = [original for _, original, translation in pairs(spoken) if not translation]
    assert len(lacking) <= (0 if spoken in WHOLE else LAG * len(MARKS)), lacking
    assert [message.id for message in read(spoken) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_a_translation_keeps_names_in_braces_commands_and_markdown(spoken: str) -> None:
    wrong = [text for _, original, text in pairs(spoken) if text and kept(original) != kept(text)]
    assert wrong == []


STOPS = {"ja": "。", "zh": "。", "zh-TW": "。", "hi": "।"}
"""What a sentence ends with, where that is no full stop."""
WITHOUT_STOPS = frozenset(("th",))
"""Languages whose sentences end with nothing."""


def edges(text: str, stop: str, *, stops: bool = True) -> tuple[bool, ...]:
    """Whether a text begins and ends with white space, ends a sentence, and leads to something."""
    ends = text.rstrip("»“”\"'」』")
    return text[:1].isspace(), text[-1:].isspace(), stops and ends.endswith(stop), ends.endswith((":", "："))


@pytest.mark.parametrize("spoken", TRANSLATED)
def test_a_translation_begins_and_ends_like_the_sentence(spoken: str) -> None:
    stop, stops = STOPS.get(spoken, "."), spoken not in WITHOUT_STOPS
    assert [
        (original, text)
        for mark, original, text in pairs(spoken)
        if text and not mark.context and edges(original, ".", stops=stops) != edges(text, stop, stops=stops)
    ] == []


@pytest.mark.parametrize("spoken", languages())
def test_discord_takes_every_label_and_name(spoken: str) -> None:
    said = [(mark, mark.text) for mark in MARKS]
    if spoken in TRANSLATED:
        said = [(mark, translation) for mark, _, translation in pairs(spoken)]
    longest = dict.fromkeys(LIMITS, "9" * 6)  # in place of a name in braces
    too_long = [
        text
        for mark, text in said
        if mark.function in LIMITS
        and units(re.sub(r"\{\w+\}", longest[mark.function], text)) > LIMITS[mark.function]
    ]
    assert too_long == []
    names = [text for mark, text in said if mark.function == "command_name"]
    assert [name for name in names if not NAME.fullmatch(name) or name != name.lower()] == []


@pytest.mark.parametrize("spoken", languages())
def test_no_two_names_are_translated_alike(spoken: str) -> None:
    names = {(mark.context, mark.text) for mark in MARKS if mark.function in ("command_name", "MenuName")}
    with in_language(spoken):
        said = [pgettext(context, text) if context else gettext(text) for context, text in names]
    assert [name for name, times in Counter(said).items() if times > 1] == []


def test_what_is_marked_is_written_out() -> None:
    with pytest.raises(UnreadableError, match=r"a\.py:1: gettext takes literal strings"):
        list(in_python("gettext(f'{x}')", "a.py"))


# What is not marked


SENTENCE = re.compile(r"[A-Za-z’']{2,} [a-z’']{2,}")


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """The sentences in a module's strings that nothing marks; none is what goes to the log, stands in a docstring, or is an
    example of a command line.
    """
    tree = ast.parse(source)
    left_out: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(node.value)
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            logs = isinstance(function, ast.Attribute) and ast.unparse(function.value) == "log"
            if name in MARKERS or logs or name in ("AssertionError", "ValueError"):
                left_out.update(ast.walk(node))
            examples = [keyword.value for keyword in node.keywords if keyword.arg == "examples"]
            for example in (*examples, *(node.args[3:] if name == "add" else ())):
                left_out.update(ast.walk(example))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out:
            yield from [(node.lineno, node.value)] if SENTENCE.search(node.value) else []


NOT_SAID = {
    "bot/greeting.py": "what operators are told",
    "bot/imported_channels.py": "likewise",
    "bot/services.py": "an error that is told in other words",
    "bot/rest_guard.py": "what operators are told",
    "bot/controls.py": "what the log calls a button",
    "bot/panel.py": "what the log calls a panel",
    "cli/complaints.py": "what argparse says",
    "cli/eval_figures.py": "names of figures, as in --json",
    "sources/reader_process.py": "a program",
    "ops/doctor/__init__.py": "names of checks, as in --json",
    "ops/doctor/configuration.py": "likewise",
    "ops/doctor/discord.py": "likewise",
    "ops/doctor/documents.py": "likewise",
    "ops/doctor/environment.py": "likewise",
    "ops/doctor/web.py": "likewise",
    "settings/fields.py": "the table in the README",
}
SAID = [
    path
    for part in ("bot", "cli", "ops/backup", "ops/doctor", "ops/evaluation", "settings", "sources")
    for path in sorted((SOURCE / part).glob("*.py"))
]
"""The modules that speak to members and operators."""


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_whatever_members_and_operators_read_is_marked(path: Path) -> None:
    name = path.relative_to(SOURCE).as_posix()
    found = list(unmarked(path.read_text(encoding="utf-8")))
    assert bool(found) == (name in NOT_SAID), f"{name}: {found}"


ERRORS = {
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)
}
IN_ENGLISH = ("sources/", "retrieval/", "bot/", "service/")
"""Packages whose errors are said in English: why a file, an import or a model cannot be read, and what no user reads as it is."""


def unmarked_errors(source: str) -> Iterator[str]:
    """The sentences of errors for operators that nothing marks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ERRORS and node.args:
            parts = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
            marked = isinstance(node.args[0], ast.Call)
            yield from [] if marked else [str(part) for part in parts if SENTENCE.search(str(part))]


@pytest.mark.parametrize(
    "name",
    [
        name
        for path in sorted(SOURCE.rglob("*.py"))
        if not (name := path.relative_to(SOURCE).as_posix()).startswith(IN_ENGLISH)
    ],
)
def test_every_error_is_said_in_its_reader_s_language(name: str) -> None:
    assert list(unmarked_errors((SOURCE / name).read_text(encoding="utf-8"))) == []


def test_an_error_that_is_not_marked_is_found() -> None:
    source = """
raise SeedsError(f"{x} is not there")
raise SeedsError(Message("{x} is not there", x=x))
raise SeedsError("; ".join(problems))
"""
    assert list(unmarked_errors(source)) == [" is not there"]


def test_what_is_not_marked_is_found() -> None:
    source = """
log.info("not this one")
"or this docstring"
say(gettext("nor this one"))
say("but this one", f"{x} and this too")
add("ask", ask, gettext("ask it"), ("ask not this", "ask nor that"))
"""
    assert [text for _, text in unmarked(source)] == ["but this one", " and this too"]


def bare(template: str) -> str:
    """The letters of a template that come from no expression: those between its tags and in what is read aloud."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", template, flags=re.DOTALL)
    aloud = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
    return unescape(" ".join([re.sub(r"<[^>]*>", " ", text), *aloud]))


NAMES = frozenset(("chipbot", "BM25", "rules", "md"))
"""Names, which are the same in all languages."""


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "web" / "templates").glob("*.html")), ids=lambda path: path.stem
)
def test_whatever_is_read_on_a_page_is_marked(path: Path) -> None:
    left = re.findall(r"\w*[^\W\d_]\w*", bare(path.read_text(encoding="utf-8")))
    assert [word for word in left if word not in NAMES] == []


def test_what_is_not_marked_on_a_page_is_found() -> None:
    assert bare('<p class="a">{{ gettext("b") }} c</p><nav aria-label="d">').split() == ["c", "d"]


# Languages


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [
        ("de", "de"),
        ("es-ES", "es"),
        ("es-419", "es"),
        ("pt-BR", "pt"),
        ("pt_BR.UTF-8", "pt"),
        ("de_DE@euro", "de"),
        ("FR", "fr"),
        ("en-GB", "en"),
        ("ja", "ja"),
        ("zh-CN", "zh"),
        ("zh-Hans-SG", "zh"),
        ("zh_TW.UTF-8", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh-Hant-HK", "zh-TW"),
        ("no", "nb"),
        ("nb-NO", "nb"),
        ("nn_NO.UTF-8", "nb"),
        ("sv-SE", "sv"),
        ("eo", "en"),
        ("esperanto", "en"),
        ("-", "en"),
        ("C", "en"),
        ("", "en"),
        (None, "en"),
        ("../de", "en"),
    ],
)
def test_a_locale_s_language(locale: str | None, spoken: str) -> None:
    assert language_of(locale) == spoken


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr_FR", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "de"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "eo:pt_BR:de"}, "pt"),
        ({"LANG": "de_DE", "LANGUAGE": "en_GB:de"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "zh_HK.UTF-8"}, "zh-TW"),
        ({"LANG": "eo.UTF-8"}, "en"),
    ],
)
def test_a_terminal_s_language(environment: dict[str, str], spoken: str) -> None:
    assert environment_language(environment) == spoken


def test_numbers_are_written_as_a_language_writes_them() -> None:
    written: dict[tuple[str, str], set[str]] = {}
    for spoken in languages():
        with in_language(spoken):
            written.setdefault((digits(1234567), digits(1234.5, 1)), set()).add(spoken)
    assert written == {
        ("1,234,567", "1,234.5"): set("en hi ja ko th zh zh-TW".split()),
        ("1.234.567", "1.234,5"): set("da de el es hr id it nl pt ro tr vi".split()),
        ("1\u00a0234\u00a0567", "1\u00a0234,5"): set("bg cs fi hu lt nb pl ru sv uk".split()),
        ("1\u202f234\u202f567", "1\u202f234,5"): {"fr"},
    }


def test_one_is_plural_where_a_language_says_so() -> None:
    def votes(spoken: str) -> list[str]:
        with in_language(spoken):
            return [ngettext("{number} vote", "{number} votes", number) for number in (0, 1, 2, 5, 21)]

    assert votes("en") == ["0 votes", "1 vote", "2 votes", "5 votes", "21 votes"]
    assert votes("fr") == ["0 vote", "1 vote", "2 votes", "5 votes", "21 votes"]
    assert votes("pl") == ["0 głosów", "1 głos", "2 głosy", "5 głosów", "21 głosów"]
    assert votes("ru") == ["0 оценок", "1 оценка", "2 оценки", "5 оценок", "21 оценка"]
    assert votes("ja") == ["評価0件", "評価1件", "評価2件", "評価5件", "評価21件"]


def test_a_message_is_said_in_the_language_of_the_moment() -> None:
    message = Message("Set: {name}", name=Message("Language"))
    assert str(message) == "Set: Language"
    assert message == "Set: Language"
    with in_language("de"):
        assert f"{message}" == "Einstellen: Sprache"
        assert message == Message("Set: {name}", name="Sprache")
        assert language() == "de"
    assert language() == "en"
    assert message != 1
    assert repr(message) == "Message('Set: {name}')"
    assert len({message, Message("Set: {name}", name="Language")}) == 1


def test_a_message_is_said_in_any_language_after_json() -> None:
    message = Message("Set: {name} {number} {text}", name=Message("Language"), number=1000, text=Path("x"))
    read = Message.from_json(json.loads(json.dumps(message.to_json())))
    assert str(read) == str(message) == "Set: Language 1,000 x"
    with in_language("de"):
        assert str(Message.from_json(["Set: {name}", {"name": ["Language", {}]}])) == "Einstellen: Sprache"
        assert str(read) == "Set: Sprache 1.000 x"


def test_json_from_elsewhere_leads_to_no_attribute() -> None:
    text = "{x} {x.__class__} {x!r:>99999999} {"
    assert str(Message.from_json([text, {"x": "y"}])) == "y {x.__class__} {x!r:>99999999} {"
    for wrong in (["{x}", {"y": "z"}], ["x"], "xy", ["x", ["y"]], [["x", {}], {}]):
        with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
            Message.from_json(wrong)


def test_a_language_calls_itself_by_its_own_name() -> None:
    assert [*own_names().values()] == [
        "English",
        "Български",
        "Čeština",
        "Dansk",
        "Deutsch",
        "Ελληνικά",
        "Español",
        "Suomi",
        "Français",
        "हिन्दी",
        "Hrvatski",
        "Magyar",
        "Bahasa Indonesia",
        "Italiano",
        "日本語",
        "한국어",
        "Lietuvių",
        "Norsk",
        "Nederlands",
        "Polski",
        "Português (Brasil)",
        "Română",
        "Русский",
        "Svenska",
        "ไทย",
        "Türkçe",
        "Українська",
        "Tiếng Việt",
        "简体中文",
        "繁體中文",
    ]
