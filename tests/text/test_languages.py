"""Language packs: each is data that fits together, and a table says which language has what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
import regex

from chipbot.sources.synonyms import parse_synonyms, terms_of
from chipbot.text.languages import codes, detect, fillers, language, languages
from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk
from chipbot.text.tokenizer import analyzer

# What each language has (x) and lacks (·). Whoever adds to a language changes its row.
TABLE = """
     stemmer  function-words  how-many  when  who  where  why  anaphora  follow-up  hello  thanks  about-you
ar   x        x               x         x     x    x      x    x         x          x      x       ·
az   ·        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
ca   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
cs   x        x               x         x     x    x      x    ·         x          x      x       ·
da   x        x               x         x     x    x      x    ·         x          x      x       ·
de   x        x               x         x     x    x      x    x         x          x      x       x
el   x        x               x         x     x    x      x    x         x          x      x       ·
en   x        x               x         x     x    x      x    x         x          x      x       x
eo   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
es   x        x               x         x     x    x      x    x         x          x      x       x
et   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
eu   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
fa   x        x               x         ·     ·    ·      ·    ·         x          ·      ·       ·
fi   x        x               x         x     x    x      x    ·         x          x      x       ·
fr   x        x               x         x     x    x      x    x         x          x      x       x
ga   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
he   ·        ·               x         x     x    x      x    ·         x          x      x       ·
hi   x        x               x         x     x    x      x    x         x          x      x       ·
hu   x        x               x         x     ·    x      x    ·         x          ·      ·       ·
hy   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
id   x        x               x         x     x    x      x    ·         x          ·      ·       ·
it   x        x               x         x     x    x      x    ·         x          x      x       x
ja   ·        ·               x         x     x    x      x    ·         x          x      x       x
km   ·        ·               x         x     x    x      x    ·         x          ·      ·       ·
ko   ·        ·               x         x     x    x      x    ·         x          x      x       ·
lo   ·        ·               x         x     x    x      x    ·         x          ·      ·       ·
lt   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
ne   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
nl   x        x               x         x     ·    x      x    ·         x          x      x       ·
no   x        x               x         ·     x    x      x    ·         x          x      x       ·
pl   x        x               x         x     x    x      x    ·         x          x      x       ·
pt   x        x               x         x     x    x      x    x         x          x      x       x
ro   x        x               x         x     x    x      x    x         x          x      ·       ·
ru   x        x               x         x     x    x      x    x         x          x      x       x
sr   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
sv   x        x               x         ·     x    ·      x    ·         x          x      x       ·
ta   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
th   ·        ·               x         x     x    x      x    ·         x          ·      ·       ·
tr   x        x               x         x     x    x      x    x         x          x      x       ·
uk   ·        x               x         x     x    x      x    ·         x          x      x       ·
vi   ·        x               x         x     x    x      x    x         x          x      x       ·
yi   x        ·               ·         ·     ·    ·      ·    ·         ·          ·      ·       ·
zh   ·        ·               x         x     x    x      x    x         x          x      x       x
"""

HAS: dict[str, Callable[[Language], object]] = {
    "stemmer": lambda pack: pack.stemmer,
    "function-words": lambda pack: pack.function_words,
    "how-many": lambda pack: pack.question_cues.number or pack.question_cues.amount,
    "when": lambda pack: pack.question_cues.date,
    "who": lambda pack: pack.question_cues.person,
    "where": lambda pack: pack.question_cues.place,
    "why": lambda pack: pack.question_cues.reason,
    "anaphora": lambda pack: pack.answer_cues.anaphora,
    "follow-up": lambda pack: pack.pronouns,
    "hello": lambda pack: pack.small_talk.greeting,
    "thanks": lambda pack: pack.small_talk.thanks,
    "about-you": lambda pack: pack.small_talk.about,
}


def table() -> str:
    head = "     " + "  ".join(HAS)
    rows = [
        f"{pack.code:3}  "
        + "  ".join(("x" if has(pack) else "·").ljust(len(name)) for name, has in HAS.items())
        for pack in languages()
    ]
    return "\n".join(line.rstrip() for line in [head, *rows])


def test_the_table_says_which_language_has_what() -> None:
    assert table() == TABLE.strip("\n"), f"the table has to be\n{table()}"


PACKS = pytest.mark.parametrize("pack", languages(), ids=codes())


@PACKS
def test_a_pack_is_found_by_its_code(pack: Language) -> None:
    assert pack is language(pack.code)
    assert regex.fullmatch("[a-z]{2,3}", pack.code)


@PACKS
def test_words_are_in_lower_case(pack: Language) -> None:
    """Capitals tell something only of what a sentence says: months, measures, titles."""
    texts = [
        *pack.function_words,
        *pack.common_words,
        *(pack.numbers or {}),
        *pack.fillers,
        pack.discourse_markers,
        *pack.pronouns,
        *pack.question_words,
        *(getattr(pack.small_talk, field.name) for field in fields(SmallTalk)),
    ]
    assert [text for text in texts if text != text.lower()] == []


@PACKS
def test_patterns_compile_and_match_no_empty_text(pack: Language) -> None:
    patterns = [
        *(getattr(pack.question_cues, field.name) for field in fields(QuestionCues)),
        *(getattr(pack.answer_cues, field.name) for field in fields(AnswerCues)),
        *(getattr(pack.small_talk, field.name) for field in fields(SmallTalk)),
        *pack.non_anaphoric,
        pack.anaphoric,
        pack.discourse_markers,
        pack.particles,
        pack.asking,
    ]
    for pattern in patterns:
        if isinstance(pattern, str) and pattern:
            assert not regex.compile(pattern).search(""), pattern


@PACKS
def test_starter_synonyms_are_rules_that_say_something(pack: Language) -> None:
    rules, problems = parse_synonyms(pack.synonyms)
    assert problems == []
    for rule in rules:
        assert all(terms_of(entry, pack.code) for entry in (rule.asked, *rule.written)), rule


@PACKS
def test_follow_up_cues_come_together(pack: Language) -> None:
    assert len({bool(cues) for cues in (pack.discourse_markers, pack.pronouns, pack.question_words)}) == 1


@PACKS
def test_every_stemmer_is_there(pack: Language) -> None:
    assert analyzer(pack.code).terms("x1") == ["x1"]


@pytest.mark.parametrize("code", ["xx", "", "pack", "os", "..", "en.x", "EN", "__init__", "e" * 1_000])
def test_nothing_is_known_of_a_language_without_a_pack(code: str) -> None:
    assert language(code) == Language(code=code)


def test_fillers_of_all_languages_count() -> None:
    assert {"please", "gracias", "bitte"} <= fillers()


@pytest.mark.parametrize(
    ("text", "among", "code"),
    [
        ("Der Hund schläft im Garten und die Katze auch.", None, "de"),
        ("El perro duerme en el jardín de la casa.", None, "es"),
        ("Dette er en bok som handler om fisk og båter i Norge.", None, "no"),
        ("半导体供应链的投资来自法案。", None, "zh"),
        ("", None, "en"),
        ("?!", None, "en"),
        ("42", ("de", "es"), "de"),
        ("42", ("de", "en"), "en"),
        ("The fund is large.", ("de",), "de"),
        ("Wo ist der Hund geblieben?", ("de", "es"), "de"),
        ("eJw7v4zZQx9 " * 400, None, "en"),
        ("0x7f 12.5 " * 60 + "Der Hund schläft im Garten und die Katze auch. " * 30, None, "de"),
        ("Der Hund schläft im Garten. " * 100 + "The dog sleeps in the garden. " * 10, None, "de"),
    ],
)
def test_languages_are_told_apart(text: str, among: tuple[str, ...] | None, code: str) -> None:
    assert detect(text, among) == code
