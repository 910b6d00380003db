"""Questions in, quotes or a refusal with its reason out: always one of the two, and always the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from tests.core import SEED, TEXTS, Asked, answerer, document, index_of

from chipbot.answering.pipeline import _BELOW, _NEAR
from chipbot.answering.query import Query, parse_query
from chipbot.answering.spelling import correct, is_one_error_away
from chipbot.errors import EmptyDocumentError
from chipbot.index import Index
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.retrieval.embedded import EmbeddedRetriever, EmbeddedVocabulary
from chipbot.retrieval.retriever import UNKNOWN

SHIPPED = {SEED.name: SEED.read_bytes().decode()}
TITLE = SHIPPED[SEED.name].partition("\n")[0]
WILLING = answerer(SHIPPED, min_confidence=0)
STRICT = answerer(SHIPPED, min_confidence=1.01)
FUND = "How much money is in the fund?"


def check(question: str, reason: str, *missing: str) -> None:
    """The question is refused for this reason even by an answerer that refuses nothing for its confidence."""
    result = WILLING.answer(question)
    assert isinstance(result, NoAnswer)
    assert (result.question, result.reason, result.missing) == (question, reason, missing)
    assert (result.rejected, result.confidence) == ((), 0)
    assert result.suggestions == ()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \t\r\n\u200b", id="white space"),
        pytest.param("😀🎉👩‍👩‍👧", id="emoji"),
        pytest.param("?!… —", id="punctuation"),
        pytest.param("**__~~``||> # [](<>)", id="markup"),
        pytest.param("what is the of it?", id="function words"),
        pytest.param("why?", id="one of them"),
        pytest.param("\0", id="NUL"),
        pytest.param("\ud800\udfff", id="lone surrogates"),
        pytest.param("\u202e\u2066\u200f", id="marks of direction"),
        pytest.param("!" * 6000, id="6,000 characters of nothing"),
    ],
)
def test_a_question_without_words_asks_for_some(question: str) -> None:
    check(question, "empty_question")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Hello!", ["Hello"]),
        ("zebra giraffe", ["zebra", "giraffe"]),
        ("ZEBRA\0giraffe", ["ZEBRA", "giraffe"]),
        ("zebra\udcffs", ["zebra", "s"]),
        ("<@123> @everyone", ["123", "everyone"]),
        ("供应链", ["供应", "应链"]),
    ],
)
def test_a_question_of_unknown_words_names_them(question: str, missing: list[str]) -> None:
    result = WILLING.answer(question)
    assert isinstance(result, NoAnswer)
    assert result.reason == "no_match"
    assert [word for word in missing if word in result.missing] == [word for word in missing if len(word) > 1]
    assert result.suggestions == ()


@pytest.mark.parametrize(
    "question", ["fund " * 1200, "fund" * 1500, "How much is the fund? " + "x" * 6000, "f u n d " * 750]
)
def test_six_thousand_characters_are_no_trouble(question: str) -> None:
    assert isinstance(WILLING.answer(question), Answer | NoAnswer)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How much money does Canada get from the fund?", "Canada"),
        ("Is Guatemala part of the partnership?", "Guatemala"),
        ("how much of the fund was spent by 2031", "2031"),
        ("When did NATO join the semiconductor fund?", "NATO"),
    ],
)
def test_a_name_that_the_documents_lack_is_refused_and_named(question: str, name: str) -> None:
    result = answerer(SHIPPED, min_confidence=0.01).answer(question)
    assert isinstance(result, NoAnswer)
    assert (result.reason, result.confidence) == ("low_confidence", 0)
    assert name in result.missing


def test_a_question_is_kept_as_it_was_asked() -> None:
    for question in (FUND, f"  **{FUND}**\n", FUND * 300):
        assert WILLING.answer(question).question == question
        assert STRICT.answer(question).question == question


def test_a_low_confidence_refuses_but_keeps_the_quotes_for_study() -> None:
    answered, refused = WILLING.answer(FUND), STRICT.answer(FUND)
    assert isinstance(answered, Answer)
    assert isinstance(refused, NoAnswer)
    assert refused.reason == "low_confidence"
    assert refused.rejected == answered.quotes
    assert refused.confidence == answered.confidence
    assert 0 < refused.confidence < 1
    assert refused.suggestions == (TITLE,)


def test_each_quote_has_a_confidence_of_its_own_by_which_it_is_shown() -> None:
    for threshold, shown in ((0.0, 3), (0.1, 2), (0.4, 1)):
        result = answerer(SHIPPED, min_confidence=threshold).answer(FUND)
        assert isinstance(result, Answer)
        assert result.quotes[0].confidence == result.confidence
        likely = [quote for quote in result.quotes[1:] if quote.confidence * _BELOW >= threshold]
        assert result.shown == 1 + len(likely)
        assert list(result.quotes[1 : result.shown]) == likely
        assert result.shown <= shown


@pytest.mark.parametrize("question", ["server ip?", "ip", "whats the ip", "what's the server address"])
def test_what_the_ip_is_is_answered_with_the_name_of_a_host(question: str) -> None:
    text = "# Fernhollow\n\nFernhollow is a server for slow builders.\n\n## Joining\n\nJoin at play.fernhollow.example.net."
    result = answerer({"a.md": text}, min_confidence=AnswerOptions().min_confidence).answer(question)
    assert isinstance(result, Answer)
    quote = result.quotes[0]
    assert "play.fernhollow" in "".join(quote.text[start:end] for start, end in quote.highlights)


def test_a_refusal_offers_what_is_near_although_it_names_something_unknown() -> None:
    refused = answerer(SHIPPED, min_confidence=0.4).answer("How much money is in the fund of Ruritania?")
    assert isinstance(refused, NoAnswer)
    assert refused.confidence == 0
    assert refused.closest
    assert set(refused.closest) <= set(refused.rejected)
    assert all(quote.confidence >= _NEAR for quote in refused.closest)


@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.9])
def test_the_threshold_is_what_an_answer_reaches(threshold: float) -> None:
    result = answerer(SHIPPED, min_confidence=threshold).answer(FUND)
    assert isinstance(result, Answer) == (result.confidence >= threshold)


def test_suggestions_are_the_headings_nearest_to_the_question() -> None:
    texts = {
        "a.md": "# Guide\n\n## Fund\n\nThe fund is large.\n\n## Law\n\nThe law is old.\n\n## Step\n\nThe step is small."
    }
    result = answerer(texts, min_confidence=1.01).answer("Is the law old?")
    assert isinstance(result, NoAnswer)
    assert result.suggestions[0] == "Guide › Law"
    assert len(result.suggestions) <= 3
    nothing = answerer(texts, min_confidence=0).answer("zebra")
    assert isinstance(nothing, NoAnswer)
    assert nothing.suggestions == ()


# Quotes


def many(count: int) -> dict[str, str]:
    subjects = "money mexico nations supply chips workforce industry ministry".split()
    text = "# {0}\n\nThe fund for {0} has {1} {0} parts."
    return {f"{i}.md": text.format(subject, i) for i, subject in enumerate(subjects[:count])}


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("there_are", [1, 2, 5])
def test_there_are_at_most_as_many_quotes_as_allowed(most: int, there_are: int) -> None:
    asked = Asked(index_of(many(there_are)), AnswerOptions(min_confidence=0, max_quotes=most))
    result = asked.answer("What is the fund?")
    assert isinstance(result, Answer)
    assert len(result.quotes) == min(most, there_are)
    assert all(a.score >= b.score for a, b in pairwise(result.quotes))


def test_near_duplicates_are_quoted_once() -> None:
    text = "# T\n\nThe law earmarked a substantial $500 million fund for semiconductors and their supply chain in Mexico."
    texts = {
        "a.md": text,
        "b.md": text.replace("$500", "$501"),
        "c.md": text,
        "d.md": "# U\n\nAnother fund pays for roads.",
    }
    result = answerer(texts, min_confidence=0).answer("Which fund is there?")
    assert isinstance(result, Answer)
    assert [quote.citation.document_id for quote in result.quotes] == ["d.md", "a.md"]


def test_a_passage_far_behind_the_best_is_not_quoted() -> None:
    texts = {
        "a.md": "# T\n\nThe law earmarked a $500 million fund for semiconductors.",
        "b.md": "# U\n\nAnother fund pays for roads.",
    }
    result = answerer(texts, min_confidence=0).answer("How large is the fund for semiconductors?")
    assert isinstance(result, Answer)
    assert [quote.citation.document_id for quote in result.quotes] == ["a.md"]


def test_a_quote_says_where_it_stands() -> None:
    texts = {
        "g/a.md": "---\ntitle: Guide\nurl: https://example.com/g\n---\n\n# Money\n\n## Fund\n\nThe fund is\r\n$500 million.\r\n"
    }
    result = answerer(texts, min_confidence=0).answer("fund?")
    assert isinstance(result, Answer)
    (quote,) = result.quotes
    place = quote.citation
    assert (place.document_id, place.title, place.heading, place.page) == (
        "g/a.md",
        "Guide",
        ("Money", "Fund"),
        None,
    )
    assert (place.line_start, place.url) == (10, "https://example.com/g")
    made = document(texts["g/a.md"], "g/a.md")
    assert quote.text == made.text[place.start : place.end] == "The fund is $500 million."


def test_an_answer_has_quotes() -> None:
    with pytest.raises(ValueError, match="at least one quote"):
        Answer(question="x", quotes=(), confidence=1.0)


# Sameness


@given(st.sampled_from([FUND, "When was it enacted?", "mexico", "zebra fund", "", "why did the us do it"]))
def test_the_same_question_gets_the_same_answer(question: str) -> None:
    again = answerer(SHIPPED, min_confidence=0.2)
    results = [each.answer(question) for each in (again, again, answerer(SHIPPED, min_confidence=0.2))]
    unhurried = [
        {name: getattr(result, name) for name in result.__slots__ if name != "milliseconds"}
        for result in results
    ]
    assert unhurried[0] == unhurried[1] == unhurried[2]


WORDY = TEXTS.filter(lambda text: any(map(str.isalnum, text)))


@given(st.dictionaries(st.sampled_from(["a.md", "b.txt", "c.txt"]), WORDY, min_size=1), TEXTS, TEXTS)
def test_any_question_gets_an_answer_or_a_reason(texts: dict[str, str], question: str, context: str) -> None:
    try:
        asked = answerer(texts, language=None)
    except EmptyDocumentError:  # such as "1.", a list item without a text
        reject()
    result = asked.answer(question, history=(context,))
    assert isinstance(result, Answer | NoAnswer)
    assert 0 <= result.confidence <= 1
    assert result.milliseconds >= 0


# Follow-ups


def test_a_question_that_leans_on_the_one_before_gets_its_topic() -> None:
    alone = WILLING.answer("why?")
    assert isinstance(alone, NoAnswer)
    after = WILLING.answer("why?", history=("Why is there a partnership with Mexico?",))
    assert isinstance(after, Answer)
    assert any("partnership" in quote.text for quote in after.quotes)


@pytest.mark.parametrize("context", ["", "?!", "what is it"])
def test_a_context_without_words_changes_nothing(context: str) -> None:
    assert isinstance(WILLING.answer("why?", history=(context,)), NoAnswer)


# Typing errors


def parsed(question: str, index: Index = WILLING.index, language: str = "en") -> Query:
    return parse_query(question, EmbeddedRetriever(index), (language,))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("semicondutor", "semiconductor"),
        ("semiconnductor", "semiconductor"),
        ("semicondcutor", "semiconductor"),
        ("smeiconductor", "semiconductor"),
        ("partnershp", "partnership"),
        ("mexcio", "Mexico"),
    ],
)
def test_one_typing_error_is_corrected(typed: str, meant: str) -> None:
    query = parsed(typed)
    ((wrong, right),) = query.corrections
    assert wrong == typed
    assert right.casefold().removesuffix("s") == meant.casefold()
    assert all(term.number != UNKNOWN and term.is_corrected for term in query.terms)


@pytest.mark.parametrize(
    ("typed", "right"),
    [("equipmnt", "equipment"), ("semiconductrs", "semiconductor"), ("initiativs", "initiative")],
)
def test_a_mistyped_ending_is_corrected(typed: str, right: str) -> None:
    result = WILLING.answer(typed)
    assert isinstance(result, Answer)
    assert result.corrections == ((typed, right),)


def test_a_follow_up_misses_only_its_own_words() -> None:
    result = WILLING.answer("and what about zebras?", history=("How much cake is in the fund?",))
    assert (result.missing if isinstance(result, NoAnswer) else None) == ("zebras",)


def test_a_word_is_corrected_to_one_of_its_own_language() -> None:
    texts = {
        "a.md": "# Recipes\n\nThe kitchen cooks lentils.",
        "b.md": "# Ricette\n\nLa cucina prepara lenticche nuove.",
    }
    index = index_of(texts, language=None)
    vocabulary = EmbeddedVocabulary(index)
    assert {index.document(number).language for number in (0, 1)} == {"en", "it"}
    lentils = correct("lentilz", "lentilz", vocabulary, "en")
    assert next(vocabulary.surface_forms(lentils)) == "lentils"
    assert correct("kitchem", "kitchem", vocabulary, "it") == UNKNOWN


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("scared", None),
        ("lately", None),
        ("hardly", None),
        ("spere", "spare"),
        ("porrter", "porter"),
        ("shortt", "short"),
        ("beginners", None),
    ],
)
def test_words_whose_stems_are_alike_are_no_misspellings(typed: str, meant: str | None) -> None:
    index = index_of({"a.md": "# Lodge\n\nThe porter has a spare key in hand, for a short while. It begins."})
    assert dict(parsed(typed, index).corrections).get(typed) == meant


@pytest.mark.parametrize(("typed", "found"), [("operacion", True), ("cancion", False)])
def test_accents_may_be_left_out(typed: str, found: bool) -> None:
    index = index_of({"a.md": "# Casa\n\nLa operación fue larga. El habitante sale."}, language="es")
    (term,) = parsed(typed, index, "es").terms
    assert term.is_known is found


@pytest.mark.parametrize("typed", ["becuase", "wich", "betwen", "trough", "shoud", "theer"])
def test_a_misspelt_function_word_is_one(typed: str) -> None:
    query = parsed(f"{typed} fund")
    assert [term.word for term in query.terms] == ["fund"]
    assert query.corrections == ()


@pytest.mark.parametrize(
    "word", ["fnd", "semicnductr", "mexico", "zebra", "x" * 500, "12345", "zzzzzz", "\U0010fffd" * 6]
)
def test_other_words_are_left_alone(word: str) -> None:
    assert parsed(word).corrections == ()


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_one_error_is_one_by_damerau(a: str, b: str) -> None:
    assert is_one_error_away(a, b) == is_one_error_away(b, a) == (OSA.distance(a, b) <= 1)


@given(
    st.lists(st.text("abc", min_size=4, max_size=7), min_size=1, max_size=20),
    st.text("abc", min_size=5, max_size=7),
)
def test_a_correction_is_the_most_frequent_word_one_error_away(words: list[str], typed: str) -> None:
    index = index_of({"a.md": "\n\n***\n\n".join(["# zzz", *words])}, language="xx")
    number = correct(typed, typed, EmbeddedVocabulary(index), "xx")
    near = {word for word in words if OSA.distance(typed, word) <= 1 and word[0] in typed[:2]}
    if number == UNKNOWN:
        assert near == set()
    else:
        assert index.terms[number] in near
        frequencies = {word: words.count(word) for word in near}
        assert frequencies[index.terms[number]] == max(frequencies.values())
