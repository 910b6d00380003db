"""What a question's words are taken for: short forms, versions, times, compounds, names, and words that only ask."""

from __future__ import annotations

import pytest
from tests.core import index_of
from tests.growth import assert_linear

from chipbot.answering.query import Query, parse_query
from chipbot.answering.query_tokens import query_tokens
from chipbot.answering.synonyms import Synonyms
from chipbot.retrieval.embedded import EmbeddedRetriever


def parse(
    language: str, document: str, question: str, *, starter: bool = True
) -> tuple[Query, EmbeddedRetriever]:
    retriever = EmbeddedRetriever(index_of({"a.txt": document}, language=language))
    synonyms = Synonyms("", (language,), starter=starter)
    return parse_query(question, retriever, (language,), synonyms), retriever


def check(language: str, document: str, question: str, expansions: set[str]) -> None:
    query, retriever = parse(language, document, question)
    written = {" ".join(map(retriever.vocabulary.term, each.target)) for each in query.expansions}
    assert written == expansions


@pytest.mark.parametrize(
    ("language", "document", "question", "expansions"),
    [
        pytest.param("en", "Ask a moderator.", "who is a mod", {"moder"}, id="a short form"),
        pytest.param("en", "The mods help.", "who is a moderator", {"mod"}, id="and the other way round"),
        pytest.param(
            "en", "It is in config.yml.", "where is the config file", {"config yml"}, id="a kind of file"
        ),
        pytest.param("de", "Das Passwort ist lang.", "wo ist mein kennwort", {"passwort"}, id="German"),
        pytest.param("zh", "两者的区别很大。", "有不同", {"区别"}, id="Chinese"),
        pytest.param(
            "en", "Version 3.2.x is old.", "is 3.2.7 old", {"3.2 x"}, id="a version stands in its series"
        ),
        pytest.param(
            "en", "Version 3.2 is old.", "is 3.2.7 old", {"3.2"}, id="or in the version that it belongs to"
        ),
        pytest.param(
            "en", "3.2 and 3.2.7 are old.", "is 3.2.7 old", set(), id="a version that is known is that one"
        ),
        pytest.param(
            "en", "Version 3.2.7 is old.", "is 3.2.x old", {"3.2.7"}, id="a series has its versions"
        ),
        pytest.param("en", "Version 3.2.7 is old.", "is 3.2 old", {"3.2.7"}, id="so has its number alone"),
        pytest.param("en", "3.2 and 3.2.7 are old.", "is 3.2 old", set(), id="unless that is a version"),
        pytest.param("en", "We meet at 19:30.", "what is at 7:30pm", {"19 30"}, id="half of the day"),
        pytest.param("en", "We meet at 7 pm.", "what is at 19:00", {"7 pm"}, id="all of the day"),
        pytest.param("en", "It costs 7k coins.", "what costs 7,000 coins", {"7 thousand"}, id="no year"),
        pytest.param("en", "It was in the 7k run.", "what was in 7000", set(), id="perhaps a year"),
        pytest.param(
            "en", "Your application waits.", "where do i apply", {"applic"}, id="a word of the family"
        ),
        pytest.param("en", "Cuban music plays.", "is there music from Cuba", {"cuban"}, id="who lives there"),
        pytest.param(
            "de",
            "Die Turmbeleuchtung ist neu.",
            "wer muss den turm beleuchten",
            {"turmbeleucht"},
            id="a compound",
        ),
        pytest.param(
            "nl", "De ledenlijst is lang.", "waar is de lijst van leden", {"ledenlijst"}, id="in Dutch"
        ),
        pytest.param(
            "en", "How to claim land.", "what is claimLand", {"claim land"}, id="an identifier in words"
        ),
    ],
)
def test_expansions(language: str, document: str, question: str, expansions: set[str]) -> None:
    check(language, document, question, expansions)


def test_the_starter_list_can_be_left_out() -> None:
    query, _ = parse("en", "Ask a moderator.", "who is a mod", starter=False)
    assert query.expansions == ()


@pytest.mark.parametrize(
    ("language", "document", "question", "words"),
    [
        pytest.param(
            "ko", "입장은 무료입니다.", "입장 어떻게 하나요", "입장", id="what only asks, in Korean"
        ),
        pytest.param("zh", "门票十元。", "门票是什么", "门票", id="in Chinese"),
        pytest.param("zh", "什么", "什么?", "什么", id="what is left is not nothing"),
        pytest.param(
            "en", "claimLand() adds a plot.", "does claimLand work", "claimLand work", id="no parts"
        ),
        pytest.param(
            "en", "Set plot-max-size. Low heat.", "what is plot-low-size", "plot-low-size", id="other name"
        ),
        pytest.param(
            "en", "Set plot-max-size to 5.", "what is plot-max-size", "plot max size", id="name of the text"
        ),
        pytest.param("en", "A heat. A plot.", "set heat_plot", "set heat_plot", id="low lines"),
        pytest.param(
            "en", "State of art.", "state-of-the-art heat", "state art heat", id="ordinary compound"
        ),
        pytest.param("en", "x is y", "x x x", "", id="one letter again and again"),
        pytest.param("en", "a plot", "plot plot plot", "", id="one word again and again"),
        pytest.param("en", "Bora Bora", "Bora Bora", "Bora Bora", id="a name"),
    ],
)
def test_tokens(language: str, document: str, question: str, words: str) -> None:
    vocabulary = EmbeddedRetriever(index_of({"a.txt": document}, language=language)).vocabulary
    tokens = query_tokens(question, language, vocabulary)
    assert [question[token.start : token.end] for token in tokens] == words.split()


@pytest.mark.parametrize("question", ["what is heat-low-plot", "what is FooBarBaz", "how to use =>"])
def test_names_that_the_documents_lack_are_unknown(question: str) -> None:
    assert parse("en", "A heat, low. A plot.", question)[0].has_unknown_entity


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        pytest.param("can my 13 year old join", False, id="after a function word"),
        pytest.param("i'm 22, may i join", False, id="after half of one"),
        pytest.param("35,000 heat units, is that fine", False, id="first"),
        pytest.param("what does a 7th plot cost", False, id="with an ending"),
        pytest.param("17歳ですが", False, id="before a letter of a script without spaces"),
        pytest.param("what does error 302 mean", True, id="after what it names"),
        pytest.param("PF-312?", True, id="a part of a code"),
        pytest.param("is a 2.x plot fine", True, id="a version"),
        pytest.param("what was paid in 2031", True, id="a year"),
    ],
)
def test_a_number_of_the_askers_own_is_no_name(question: str, *, unknown: bool) -> None:
    query, _ = parse("en", "A heat. A plot.", question)
    assert query.has_unknown_entity is unknown


@pytest.mark.parametrize(("starter", "unknown"), [(True, False), (False, True)])
def test_what_most_communities_abbreviate_is_no_name(*, starter: bool, unknown: bool) -> None:
    question = "which branch do i open the PR against"
    query, _ = parse("en", "The target branch is develop.", question, starter=starter)
    assert query.has_unknown_entity is unknown


def test_an_inflected_word_with_a_typing_error() -> None:
    assert parse("en", "Trading is allowed.", "when is tradin allowed")[0].corrections == (
        ("tradin", "Trading"),
    )


@pytest.mark.parametrize("piece", ["a-", "a_", "x ", "xy xy ", "1.", "8:", "不", "하나", "a-a-a_"])
def test_time_grows_with_length_alone(piece: str) -> None:
    vocabulary = EmbeddedRetriever(index_of({"a.txt": "a b"}, language="en")).vocabulary
    assert_linear(lambda text: query_tokens(text, "en", vocabulary), piece)
