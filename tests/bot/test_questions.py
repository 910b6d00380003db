"""What is left of a message when Discord's syntax is taken out of it: the question, or nothing to look
for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bot.alphabet import RICH

from chipbot.bot.questions import question_in
from chipbot.service.questions import QUESTION_LIMIT, Question


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@123> How much?", "How much?"),
        ("How <@!1> much <@&2> is <#3> it\n\t now?", "How much is it now?"),
        ("**How** *much* __is__ ~~it~~ ||now||?", "How much is it now?"),
        ("`snake_case` and __init__ and 2*3", "snake_case and init and 23"),
        ("```py\nprint(x)\n```", "print(x)"),
        ("> quoted\n# heading\n-# small\n- item\n* other", "quoted heading small item other"),
        ("see [the docs](https://example.com/a_b) now", "see the docs now"),
        ("see https://example.com/a_b now", "see https://example.com/a_b now"),
        (":smile: what <:party:1> is <a:b:2> it <t:1:R>", ":smile: what is it"),
        ("what is </ask:123>?", "what is ask?"),
        (r"1\. what \*is\* it", "1. what is it"),
        ("wie groß ist es? 多少", "wie groß ist es? 多少"),
        ("C#, F# and C++ - which?", "C#, F# and C++ - which?"),
    ],
)
def test_the_words_stay(content: str, text: str) -> None:
    assert question_in(content) == Question(text=text)


@pytest.mark.parametrize(
    ("content", "wordless"),
    [
        ("", False),
        (" \n\t ", False),
        ("<@1>", False),
        ("<@1> <@&2> <#3>", False),
        ("?", True),
        ("🎉🎉", True),
        ("<:party:1>", True),
        ("**__~~||", True),
        ("```\n```", True),
        ("> - #", True),
        ("\u200b", True),
    ],
)
def test_what_holds_no_word_is_no_question(content: str, wordless: bool) -> None:
    assert question_in(content) == Question(text="", wordless=wordless)


@pytest.mark.parametrize(
    ("content", "length", "cut"),
    [
        ("w" * 500, 500, False),
        ("w" * 501, 500, True),
        ("word " * 100, 499, False),
        ("word " * 101, 499, True),
        ("word " * 1200, 499, True),
    ],
)
def test_a_long_question_is_cut_between_words(content: str, length: int, cut: bool) -> None:
    question = question_in(content)
    assert (len(question.text), question.cut) == (length, cut)


@pytest.mark.parametrize(
    "part",
    [
        "[",
        "[a](http://",
        "](",
        "</",
        "<:",
        "<a:b",
        "<t:1",
        "```a",
        "> ",
        " ",
        "*",
        "_",
        "\\",
        "<@1",
        "[a](http://b ",
    ],
)
def test_a_long_text_takes_no_longer_than_its_length(part: str) -> None:
    began = time.process_time()
    question_in(part * (200_000 // len(part)))
    assert time.process_time() - began < 5  # seconds; what is quadratic takes minutes


@given(content=st.one_of(st.text(), RICH))
def test_any_content_gives_a_short_question(content: str) -> None:
    question = question_in(content)
    assert len(question.text) <= QUESTION_LIMIT
    assert question.text == " ".join(question.text.split())
    assert not (question.text and question.wordless)
