"""An index must be built anew when the code would make another one of the same documents: its version has to
say so.
"""

from __future__ import annotations

import hashlib

from chipbot.index import ARRAYS, WIDER, store
from chipbot.index.analysing import analyze
from chipbot.index.building import build
from chipbot.model import Block, Document
from chipbot.text import tokenizer

SAMPLE = {
    "en": "It was enacted in 2022. The U.S. e-mailed 1,000 members' R&D notes: the 2nd fund has $500M, i.e. 3.5 % more!",
    "de": "Die Mitglieder wählten 1999 einen Vorstand. Er tagt in Köln, weil dort die Straßenbahn hält.",
    "fr": "L'été, qu'il pleuve ou non, les élèves visitent Paris. Ils y restent 3 jours.",
    "tr": "İstanbul'da IŞIK yanıyor. Kaç kişi geldi?",
    "zh": "半導體供應鏈在墨西哥。它的資金是五億美元。",
    "th": "สวัสดีครับ วันนี้อากาศดี",
    "ar": "تأسست الشركة في القاهرة عام ١٩٩٩. هي كبيرة.",
}
WEIGHING = ("posting_", "pair_", "common_", "term_idf")
"""The arrays that follow from the others."""
ANALYSIS = {6: "b7702a9bddd0dbf5"}
FORMAT = {8: "875b89731b885b46"}


def test_other_terms_sentences_or_signals_come_with_another_analysis_version() -> None:
    arrays = build(analyze(document(language, text)) for language, text in sorted(SAMPLE.items()))
    digest = hashlib.sha256()
    for name in sorted(name for name in ARRAYS if not name.startswith(WEIGHING)):
        digest.update(name.encode() + arrays[name].tobytes())
    assert ANALYSIS.get(tokenizer.VERSION) == digest.hexdigest()[:16], (
        "raise tokenizer.VERSION and write the new digest here"
    )


def test_other_arrays_come_with_another_format_version() -> None:
    digest = hashlib.sha256(repr([sorted(ARRAYS.items()), sorted(WIDER.items())]).encode())
    assert FORMAT.get(store.FORMAT) == digest.hexdigest()[:16], (
        "raise store.FORMAT and write the new digest here"
    )


def document(language: str, text: str) -> Document:
    """A document of one paragraph."""
    section = Block(start=0, end=len(text))
    return Document(
        id=f"{language}.txt", title="Title", text=text, sha256="", language=language, blocks=(section,)
    )
