"""Related words: what documents say where members say something else, without meaning the same."""

from __future__ import annotations

import pytest
from tests.core import index_of

from chipbot.answering.matches import Matches
from chipbot.answering.pipeline import Answerer
from chipbot.answering.reranking import Ranking
from chipbot.answering.synonyms import related_rules
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.text.languages import codes, related_words
from chipbot.text.tokenizer import analyzer

LANGUAGES = [code for code in codes() if related_words(code)]


def rank(
    question: str, texts: dict[str, str], language: str = "en", *, starter: bool = True
) -> Ranking | None:
    retriever = EmbeddedRetriever(index_of(texts, language=language))
    answerer = Answerer(retriever, starter_synonyms=starter)
    return answerer.rank(answerer.parse(question), question)


def matches(question: str, text: str, *, starter: bool = True) -> Matches:
    ranking = rank(question, {"a.txt": text, "b.txt": "The roof is made of slate."}, starter=starter)
    assert ranking is not None
    return ranking.matches


@pytest.mark.parametrize(
    ("language", "question", "answer", "other"),
    [
        (
            "en",
            "can i get my money back",
            "Refunds are made within two weeks.",
            "The get-together is on Monday.",
        ),
        ("de", "was kostet es mitzumachen", "Der Beitrag beträgt zwölf Euro.", "Das Haus ist rot."),
        ("es", "¿puedo llevar al perro?", "Mascotas solo con correa.", "La casa es roja."),
        ("fr", "combien ça coûte", "Le tarif est de douze euros.", "La maison est rouge."),
        ("pt", "posso levar o meu cão", "Animais só com trela.", "A casa é vermelha."),
        ("it", "quanto costa iscriversi", "La quota è di dodici euro.", "La casa è rossa."),
        ("nl", "hoeveel kost het", "De contributie is twaalf euro.", "Het huis is rood."),
        ("ja", "キャンセルしたい", "取消は三日前までに連絡。", "建物は赤い。"),
        ("ko", "환불 되나요", "돈은 돌려받을 수 있습니다.", "집은 빨갛다."),
        ("zh", "报名要多少钱", "费用为十二元。", "房子是红色的。"),
        ("ru", "сколько стоит", "Цена двенадцать евро.", "Дом красный."),
    ],
)
def test_what_is_said_in_a_related_word_is_found(
    language: str, question: str, answer: str, other: str
) -> None:
    texts = {"a.txt": other, "b.txt": answer}
    found = rank(question, texts, language)
    assert found is not None
    assert int(found.best.passage) == 1
    without = rank(question, texts, language, starter=False)
    assert without is None or len(without.passages) < 2


def test_a_related_word_counts_less_than_the_word_itself() -> None:
    found = matches("is there a refund", "The refund takes a week. They reimburse you. It rains.")
    words = [term.word for term in found.query.terms]
    column = found.related[:, words.index("refund")].tolist()
    assert column[:3] == [1.0, 1.0, 0.0]
    assert found.has[:, words.index("refund")].tolist()[:3] == [True, False, False]


def test_a_word_that_stands_everywhere_says_less_for_one_that_is_rare() -> None:
    texts = {f"{n}.txt": "The fee is high." for n in range(9)} | {"x.txt": "A refund is rare. Reimbursed."}
    ranking = rank("what is the price of a refund", texts)
    assert ranking is not None
    found = ranking.matches
    price = [term.word for term in found.query.terms].index("price")
    worth = set(found.related[:, price].tolist())
    assert 0.0 in worth
    assert 0.0 < max(worth) < 0.5


def test_a_word_of_the_question_stands_for_itself_alone() -> None:
    found = matches("is the fee the price", "The fee is high.")
    assert found.related.tolist() == found.has.astype(float).tolist()


def test_a_phrase_is_related_as_a_whole() -> None:
    found = matches("is there a refund", "You get your money back. The back door is for money. Back it up.")
    assert [worth > 0 for worth in found.related[:, 0].tolist()] == [True, False, False]


def test_related_words_go_with_the_starter_synonyms() -> None:
    assert rank("is there a refund", {"a.txt": "They reimburse you."}, starter=False) is None


def test_each_line_relates_in_one_direction_or_both() -> None:
    def targets(term: str) -> set[tuple[str, ...]]:
        return {target for _, target in related_rules("en").apply([term])}

    assert ("child",) in targets("kid")
    assert ("kid",) in targets("child")
    assert ("child",) in targets("kiddo")
    assert ("kiddo",) not in targets("child")


@pytest.mark.parametrize("code", ["xx", "", "..", "../en", "/etc/passwd"])
def test_a_language_without_a_pack_has_none(code: str) -> None:
    assert related_words(code) == ""


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_group_says_something(code: str) -> None:
    cut = analyzer(code).terms
    for number, line in enumerate(related_words(code).splitlines(), start=1):
        if line and not line.startswith("#"):
            sides = [side.split(",") for side in line.split("=>")]
            assert len(sides) <= 2, (number, line)
            assert all(cut(f"… x {entry}")[1:] for side in sides for entry in side), (number, line)
            assert len(sides) == 2 or len(sides[0]) > 1, (number, line)
