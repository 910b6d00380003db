"""Words become the same terms whoever writes them, and each term knows the word that it came from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import TEXTS
from tests.growth import HARD, assert_linear

from chipbot.text.languages import codes
from chipbot.text.tokenizer import MAX_TERM, Analyzer, analyzer, fold, is_common_term
from chipbot.text.words import bare_number

LANGUAGES = st.sampled_from([*codes(), "xx"])


SPACED = st.lists(
    st.one_of(
        TEXTS,
        st.sampled_from(
            "IT it Who WHO us US U.S. (us) the The THE R&D 1,000 $5M 2nd d'un C++ a.b.net b.net a.b.de:1 , .".split()
        ),
    ),
    max_size=9,
).map(" ".join)


@given(LANGUAGES, st.one_of(SPACED, SPACED.map(str.upper), st.text()))
def test_terms_are_those_of_the_tokens(language: str, text: str) -> None:
    assert analyzer(language).terms(text) == [token.term for token in analyzer(language).tokens(text)]


def check(language: str, text: str, terms: str) -> None:
    assert analyzer(language).terms(text) == terms.split()


@pytest.mark.parametrize(
    ("language", "text", "terms"),
    [
        pytest.param(
            "en", "The fund was ENACTED in enacting", "fund enact enact", id="function words and inflection"
        ),
        pytest.param("en", "don't, Mexico’s, it's", "mexico", id="apostrophes, straight and curly"),
        pytest.param("en", "naïve café Ångström", "naiv cafe angstrom", id="accents"),
        pytest.param("de", "Straße STRASSE größer", "strass strass gross", id="sharp s"),
        pytest.param(
            "en", "The U.S. and R&D at AT&T", "us r&d at&t", id="abbreviations with points and ampersands"
        ),
        pytest.param(
            "en",
            "play.kiln.net, hub.kiln.de:25565 10.kiln.gg",
            "play kiln net ip hub kiln de ip 25565 10 kiln gg ip",
            id="names of hosts",
        ),
        pytest.param(
            "en",
            "kiln.net https://map.kiln.net/a info@the.kiln.net org.kiln.app a.kiln.net/b my.kiln.net()",
            "kiln net https map kiln net info kiln net org kiln app kiln net b kiln net",
            id="what is no name of a host by itself",
        ),
        pytest.param(
            "en", "C++ C# F# .NET site.net", "c++ c# f# dotnet site net", id="names of programming languages"
        ),
        pytest.param("en", "v1.21 V1.20.4 v2 1.20.x", "1.21 1.20.4 v2 1.20 x", id="versions"),
        pytest.param(
            "en",
            "plot_claimLand() onJoin PlayerQuitEvent",
            "plot claimland claim land onjoin join playerquitev player quit event",
            id="identifiers in camel case, whole and in parts",
        ),
        pytest.param(
            "en", "YouTube iPhone macOS McCoy", "youtub iphon maco mccoy", id="names in prose, whole"
        ),
        pytest.param("en", "a `===` b, (&&) x => y", "=== b && x => y", id="operators that stand alone"),
        pytest.param("en", "a===b -- ==== => . <=", "b => <=", id="operators that do not, rules and dashes"),
        pytest.param("ko", "벌금은 우체국에서 지도 URL을", "벌금 우체국 지도 url", id="Korean particles"),
        pytest.param(
            "en",
            "IT staff told WHO and the US",
            "it staff told who us",
            id="acronyms that look like function words",
        ),
        pytest.param("en", "give it to us", "give", id="the same words in lower case"),
        pytest.param("en", "ALL IT STAFF", "staff", id="shouting has no acronyms"),
        pytest.param(
            "en",
            "500M $500 million 500 million",
            "500 million dollar 500 million 500 million",
            id="scales and signs",
        ),
        pytest.param(
            "en",
            "1,000 1.000.000 2.5 2,5 1.000,50 ١٢٣",
            "1000 1000000 2.5 2.5 1000.50 123",
            id="ways to write figures",
        ),
        pytest.param(
            "en",
            "2nd 3D 5km five seconds",
            "2nd 3d 5 km 5 second",
            id="figures with what is written against them",
        ),
        pytest.param("en", "first second", "1st 2nd", id="ordinals"),
        pytest.param("fr", "l'eau d’un qu'il école", "eau ecol", id="elision"),
        pytest.param("tr", "IŞIK ışık İstanbul", "isik isik istanbul", id="Turkish has two kinds of i"),
        pytest.param("da", "nøgle nogle", "nogl", id="a letter of the alphabet is no accent"),
        pytest.param("sv", "män man är ar", "man", id="but a function word may lack it"),
        pytest.param("zh", "半导体供应链", "半导 导体 体供 供应 应链", id="no spaces: overlapping pairs"),
        pytest.param("zh", "链", "链", id="one character alone"),
        pytest.param("th", "ไทย", "ไท ทย", id="Thai"),
        pytest.param("th", "ที่นี่ดี", "ที่นี่ นี่ดี", id="marks belong to the letter that they stand on"),
        pytest.param("zh", "1999年创办", "1999 年创 创办", id="what follows a figure without a space"),
        pytest.param("ja", "2001年に", "2001 年に", id="in Japanese, too"),
        pytest.param("en", "twenty-two or ninety", "20 2 90", id="number words"),
        pytest.param("ar", "الكِتَابُ كتاب", "كتاب كتاب", id="Arabic vowel points and article"),
        pytest.param("hi", "नमस्ते", "नमस्त", id="Indic marks are kept"),
        pytest.param(
            "en", "ﬁne so\u00adft ze\u200dro", "fine soft zero", id="ligatures and invisible characters"
        ),
        pytest.param("en", "**bold** _it_ <b>x</b> snake_case", "bold b x b snake case", id="markup"),
        pytest.param("en", "😀 🎉 — ?!", "", id="nothing to look for"),
        pytest.param("en", "", "", id="nothing"),
        pytest.param("ar", "ـ ـ.ـ.", "", id="letters that fold to nothing are no terms"),
        pytest.param(
            "xx", "Alle Wörter bleiben", "alle worter bleiben", id="an unknown language has no stemmer"
        ),
    ],
)
def test_terms(language: str, text: str, terms: str) -> None:
    check(language, text, terms)


@given(LANGUAGES, st.one_of(TEXTS, st.text(max_size=80)))
def test_tokens_are_words_of_the_text_in_order(language: str, text: str) -> None:
    before = 0
    for token in analyzer(language).tokens(text):
        assert token.term
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= before
        before = token.start
        token.term.encode()


@given(LANGUAGES, TEXTS)
def test_terms_do_not_depend_on_what_was_analysed_before(language: str, text: str) -> None:
    kept = analyzer(language)
    assert kept.terms(text) == type(kept)(language).terms(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from("naïve café Ångström déjà vu Größe öğrenci".split()))
def test_composed_and_decomposed_letters_are_the_same(word: str) -> None:
    assert analyzer("en").terms(unicodedata.normalize("NFD", word)) == analyzer("en").terms(
        unicodedata.normalize("NFC", word)
    )


@given(st.integers(0, 10**12))
def test_thousands_separators_make_no_difference(number: int) -> None:
    assert {
        bare_number(f"{number:,}"),
        bare_number(f"{number:,}".replace(",", ".")),
        bare_number(str(number)),
    } == {str(number)}


def test_common_terms_are_terms() -> None:
    assert is_common_term(analyzer("en").terms("announced")[0], "en")
    assert is_common_term("いる", "en")
    assert not is_common_term("announced", "xx")


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("piece", HARD)
def test_time_grows_with_length_alone(language: str, piece: str) -> None:
    assert_linear(lambda text: Analyzer(language).tokens(text), piece)
    assert_linear(lambda text: Analyzer(language).terms(text), piece)


@pytest.mark.parametrize("piece", HARD)
def test_a_term_is_no_longer_than_the_longest_word(piece: str) -> None:
    assert all(len(term) <= MAX_TERM for term in analyzer("en").terms(piece * 3_000))


@pytest.mark.parametrize(
    ("number", "bare"),
    [
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1.5,2.25", "1.5.2.25"),
        ("12,34", "12.34"),
        ("1234,567", "1234.567"),
        ("٣,٥", "3.5"),
    ],
)
def test_figures_are_written_one_way(number: str, bare: str) -> None:
    assert bare_number(number) == bare


def test_a_row_of_figures_does_not_overrun_the_stack() -> None:
    assert len(analyzer("en").tokens("1.5,2.25," * 4_000)) == 1
