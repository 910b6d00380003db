"""Documents are cut where they are built to be cut: never across a heading, at sentence ends, into slices."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import PROSE, TEXTS, document

from chipbot.errors import DocumentError
from chipbot.text.passages import MAX_CHARS, chunk_document
from chipbot.text.sentences import sentence_spans

LONG = "The fund pays for a step in the chain of supply. "


def passages(text: str, name: str = "a.md") -> list[tuple[tuple[str, ...], str]]:
    made = document(text, name)
    return [
        (chunk.passage.heading, made.text[chunk.passage.start : chunk.passage.end])
        for chunk in chunk_document(made)
    ]


def check(text: str, *expected: tuple[tuple[str, ...], str]) -> None:
    assert passages(text) == list(expected)


def test_short_neighbours_under_one_heading_are_joined() -> None:
    check("# T\n\nOne.\n\nTwo.\n\n## B\n\nThree.", ((), "One.\n\nTwo."), (("B",), "Three."))


def test_an_introduction_joins_its_list() -> None:
    check("# T\n\nThe steps:\n\n- one\n- two\n", ((), "The steps:\n\none\ntwo"))


@pytest.mark.parametrize("between", ["## B", "##  B", "# T\n\n## B"])
def test_a_heading_stands_between_passages_even_if_it_repeats_the_one_before(between: str) -> None:
    texts = [text for _, text in passages(f"# T\n\n## B\n\nOne.\n\n{between}\n\nTwo.")]
    assert texts == ["One.", "Two."]


@pytest.mark.parametrize("between", ["***", "<hr>", "##"])
def test_a_rule_stands_between_passages(between: str) -> None:
    texts = [text for _, text in passages(f"# T\n\nOne.\n\n{between}\n\nTwo.\n\nThree.")]
    assert texts == ["One.", "Two.\n\nThree."]


@pytest.mark.parametrize("between", ["<!-- hidden -->", "[x]: https://example.com", "![](x.png)"])
def test_what_is_no_text_stands_between_no_passages(between: str) -> None:
    texts = [text for _, text in passages(f"# T\n\nOne.\n\n{between}\n\nTwo.")]
    assert texts == ["One.\n\nTwo."]


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_an_item_of_several_sentences_is_cut_into_them(name: str) -> None:
    made = document("# T\n\n- One is. Two is.\n- Three is.", name)
    (chunk,) = chunk_document(made)
    assert [(made.text[a:b], kind) for a, b, kind, _ in chunk.sentences] == [
        ("One is.", "list_item"),
        ("Two is.", "list_item"),
        ("Three is.", "list_item"),
    ]


def test_rows_and_lines_of_code_are_what_a_highlight_may_be() -> None:
    made = document("# T\n\n| A. b | c |\n|-|-|\n| D. e | f |\n\n```\nx. y\n\n  z. a\n```", "a.md")
    sentences = [
        (made.text[a:b], kind) for chunk in chunk_document(made) for a, b, kind, _ in chunk.sentences
    ]
    assert sentences == [
        ("A. b\tc", "table_header"),
        ("D. e\tf", "table_row"),
        ("x. y", "code"),
        ("z. a", "code"),
    ]


def test_long_blocks_are_not_joined() -> None:
    first, second = (LONG * 10).strip(), (LONG * 8).strip()
    check(f"# T\n\n{first}\n\n{second}", ((), first), ((), second))


def test_a_long_paragraph_is_split_at_sentence_ends_into_even_parts() -> None:
    texts = [text for _, text in passages("# T\n\n" + LONG * 60)]
    assert all(text.endswith("supply.") and text.startswith("The fund") for text in texts)
    assert len(texts) == 3
    assert max(map(len, texts)) - min(map(len, texts)) <= 4 * len(LONG)


def test_a_sentence_too_long_is_cut_between_clauses_and_read_with_how_it_begins() -> None:
    text = (
        f"The crate list names {', '.join(f'item number {n}' for n in range(110))} and the warden checks it."
    )
    sentences = [sentence for chunk in chunk_document(document(text)) for sentence in chunk.sentences]
    assert len(sentences) > 2
    assert [text[one.end - 1] for one in sentences] == [*[","] * (len(sentences) - 1), "."]
    first, *later = (one.context for one in sentences)
    assert first == ""
    assert {text.startswith(context) and len(context) > 60 for context in later} == {True}
    assert {context.split()[-1] for context in later} <= {"item", "number", *(f"{n}," for n in range(110))}


def test_a_long_list_is_split_between_its_lines() -> None:
    texts = [
        text
        for _, text in passages("# T\n\n" + "".join(f"- item number {i} of the list\n" for i in range(100)))
    ]
    assert len(texts) > 1
    assert all(text.startswith("item") and text.endswith("list") for text in texts)


@pytest.mark.parametrize("text", ["word " * 1000, "x" * 5000, "一二三，" * 1000, "a, " * 2000])
def test_text_without_sentences_is_split_all_the_same(text: str) -> None:
    texts = [part for _, part in passages("# T\n\n" + text)]
    assert all(len(part) <= MAX_CHARS for part in texts)
    assert sum(len("".join(part.split())) for part in texts) == len("".join(text.split()))


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("en", "It is. Is it? Yes!", ["It is.", "Is it?", "Yes!"]),
        (
            "en",
            "The U.S. CHIPS Act of Dr. Smith is. It is.",
            ["The U.S. CHIPS Act of Dr. Smith is.", "It is."],
        ),
        ("zh", "是的。不是。", ["是的。", "不是。"]),
        ("km", "ក្បាល។ទូ ។ល។ ដែក។ អាន៕ ខ្ចី", ["ក្បាល។ទូ ។ល។ ដែក។", "អាន៕", "ខ្ចី"]),
        ("bo", "བོད་ཡིག། གསུམ། །", ["བོད་ཡིག།", "གསུམ། །"]),
        ("en", "Get .NET 9. It is.", ["Get .NET 9.", "It is."]),
        ("es", "Instala Node.JS. Usa ASP.NET.", ["Instala Node.JS.", "Usa ASP.NET."]),
        ("en", "On Events.Ready call a.b.Player.Get() or .User.ID, see README.MD.", None),
        ("en", "Use $args.Get or user?.Address there.", None),
        ("en", "The EU-U.S. rules: perm.* for [ab]?[cd], release-X.Y.z.", None),
        ("en", "We play at 7 p.m. UTC on Sat. & Sun. (max. a day).", None),
        (
            "en",
            "We play at 7 p.m. Bring 5 pts. per game, Apt. 4.",
            ["We play at 7 p.m.", "Bring 5 pts. per game, Apt. 4."],
        ),
        ("en", "The cat sat. then it left.", ["The cat sat.", "then it left."]),
        ("en", "It takes 5 min.\n\nnothing else.", ["It takes 5 min.", "nothing else."]),
        ("de", "Die Fa. Müller nimmt max. 20, inkl. Essen, Sa. bis 8.", None),
        ("es", "D. Pablo y la Dra. Ruiz, a las 7 p. m. (España), máx. 5.", None),
        ("fr", "M. Dupont et Mme Roux, max. 5, sam. et dim. matin.", None),
        ("pt", "A Dra. Ana, máx. 5, p. ex. isto.", None),
        ("en", "It ends here.Then it goes on.", ["It ends here.", "Then it goes on."]),
        ("en", "Hi!🎉 Read the rules.", ["Hi!", "🎉 Read the rules."]),
        ("zh", "是 Node.JS。不是!是", ["是 Node.JS。", "不是!", "是"]),
        ("ko", "합니다.그는 갑니다.", ["합니다.", "그는 갑니다."]),
        ("xx", "One. Two.", ["One.", "Two."]),
        ("en", "", []),
        ("en", " \n ", []),
    ],
)
def test_sentences(language: str, text: str, parts: list[str] | None) -> None:
    assert [text[start:end] for start, end in sentence_spans(text, language)] == (
        parts or [text] * bool(text.strip())
    )


def test_sentences_of_a_text_so_long_that_sentencex_leaves_out_blank_lines() -> None:
    text = "It is. " * 1500 + "\n\nIs it?\n\nYes!"
    assert [text[start:end] for start, end in sentence_spans(text, "en")] == ["It is."] * 1500 + [
        "Is it?",
        "Yes!",
    ]


@pytest.mark.parametrize("space", "\u00a0\u3000\u2009\u202f\u2028")
def test_wide_white_space_before_a_full_stop_is_no_trouble(space: str) -> None:
    text = f"Plan A{space}. It is."
    assert [text[a:b] for a, b in sentence_spans(text, "en")] == [f"Plan A{space}.", "It is."]


def test_a_text_on_which_sentencex_panics_is_cut_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(language: str, text: str) -> list[str]:
        raise type("PanicException", (BaseException,), {})(f"{language}: {text}")

    monkeypatch.setattr("sentencex.segment", panic)
    assert sentence_spans("It is 1.5. Is it? 是。不是。", "en") == [(0, 10), (11, 17), (18, 20), (20, 23)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_other_errors_of_sentencex_go_through(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(_language: str, _text: str) -> list[str]:
        raise error

    monkeypatch.setattr("sentencex.segment", fail)
    with pytest.raises(error):
        sentence_spans("It is.", "en")


@given(
    st.lists(
        st.sampled_from(["It is. ", "Is it? ", "“A. ", "word " * 500, "x" * 9000, " " * 9000]), max_size=40
    )
)
def test_sentences_of_long_texts_leave_out_only_white_space(parts: list[str]) -> None:
    text = "".join(parts)
    spans = sentence_spans(text, "en")
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("count", [2000, 4000])
def test_sentences_of_a_long_text_are_those_of_its_parts(count: int) -> None:
    text = "Dr. Smith is in the U.S. now. Is it 1.5? " * count
    assert len(sentence_spans(text, "en")) == 2 * count


def test_sentences_are_given_where_they_stand_in_the_document() -> None:
    assert sentence_spans("It is. Is it?", "en", 100) == [(100, 106), (107, 113)]
    assert sentence_spans("អាន៕ ខ្ចី", "km", 100) == [(100, 104), (105, 109)]


@given(st.sampled_from(["en", "de", "zh", "ar", "xx"]), st.one_of(TEXTS, PROSE, st.text(max_size=200)))
def test_sentences_are_ordered_slices_that_leave_out_only_white_space(language: str, text: str) -> None:
    spans = sentence_spans(text, language)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


@given(st.sampled_from(["a.txt", "a.md"]), st.one_of(TEXTS, PROSE, PROSE.map(lambda text: text * 20)))
def test_passages_are_ordered_slices_made_of_their_sentences(name: str, text: str) -> None:
    try:
        made = document(text, name)
    except DocumentError:
        return
    end = 0
    for chunk in chunk_document(made):
        passage = chunk.passage
        assert end <= passage.start < passage.end <= len(made.text)
        end = passage.end
        assert chunk.sentences[0][0] == passage.start
        assert chunk.sentences[-1].end == passage.end
        assert all(sentence.start < sentence.end for sentence in chunk.sentences)
        assert all(a[1] <= b[0] for a, b in pairwise(chunk.sentences))
        assert passage.end - passage.start <= MAX_CHARS
        (block, *_) = (block for block in made.blocks if block.start <= passage.start < block.end)
        asked = [] if block.question is None else [" ".join(made.text[slice(*block.question)].split())]
        own = [made.text[block.start : block.end]] if block.kind == "heading" else asked
        assert list(passage.heading) in (list(block.heading), [*block.heading, *own])


@given(
    st.lists(
        st.sampled_from(["## Same", "## Other", "### Sub", "One.", "Two two.", LONG * 6]),
        min_size=1,
        max_size=14,
    )
)
def test_no_passage_straddles_a_heading_even_a_repeated_one(parts: list[str]) -> None:
    for name in ("a.md", "a.txt"):
        for _, text in passages("# T\n\nStart.\n\n" + "\n\n".join(parts), name):
            assert "#" not in text
