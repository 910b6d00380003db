"""An index must be built anew when the code would make another one of the same documents: its version has to
say so.
"""

from __future__ import annotations

import hashlib

from tests.core import document as parsed
from tests.core import merged, segment_of
from tests.sources import office_samples
from tests.sources.samples import SAMPLES

from chipbot.index.schema import FIELDS, FORMAT, STORED
from chipbot.model import BLOCK_KINDS, Block, Document, Mark, Place
from chipbot.sources import formats
from chipbot.text import tokenizer

SAMPLE = {
    "en": (
        "It was enacted in 2022. The U.S. e-mailed 1,000 members' R&D notes: the 2nd fund has $500M, i.e. 3.5 % more "
        "at hub.kiln.net!"
    ),
    "de": "Die Mitglieder wählten 1999 einen Vorstand. Er tagt in Köln, weil dort die Straßenbahn hält.",
    "fr": "L'été, qu'il pleuve ou non, les élèves visitent Paris. Ils y restent 3 jours.",
    "es": "Instala Node.JS y usa java.lang.Math.PI.",
    "tr": "İstanbul'da IŞIK yanıyor. Kaç kişi geldi?",
    "ko": "환불은 v1.21 이후 sendRawHeat === 14일까지입니다.",
    "zh": "半導體供應鏈在墨西哥。它的資金是五億美元。",
    "th": "สวัสดีครับ วันนี้อากาศดี",
    "da": "Nøglen hænger ved døren. Nogle har også en nøgle.",
    "ar": "تأسست الشركة في القاهرة عام ١٩٩٩. هي كبيرة.",
    "it": f"L'elenco nomina {', '.join(f'la cassa numero {number}' for number in range(90))} e il guardiano lo controlla.",
}
READINGS = {7: "7c2eb05de88062c3"}
ANALYSES = {13: "e08f0ddf3ca18adb"}
ROWS = (Block, Mark, Place)
"""What a passage's structure has as rows."""
FORMATS = {14: "76fb22788ee2eaa4"}


def test_other_terms_sentences_or_signals_come_with_another_analysis_version() -> None:
    arrays = merged([segment_of(document(*item)) for item in sorted(SAMPLE.items())]).arrays
    digest = hashlib.sha256()
    for name in sorted(["term_text", "term_offsets", "passage_length", *(field.name for field in STORED)]):
        digest.update(name.encode() + arrays[name].tobytes())
    assert ANALYSES.get(tokenizer.VERSION) == digest.hexdigest()[:16], (
        "raise tokenizer.VERSION and write the new digest here"
    )


def test_other_text_or_structure_comes_with_another_version_of_reading() -> None:
    digest = hashlib.sha256()
    for name, make in sorted({**SAMPLES, **office_samples.SAMPLES}.items()):
        read = parsed(make(), name, None)
        digest.update(repr((read.title, read.text, read.blocks, read.marks, read.places)).encode())
    assert READINGS.get(formats.VERSION) == digest.hexdigest()[:16], (
        "raise formats.VERSION and write the new digest here"
    )


def test_other_arrays_come_with_another_format_version() -> None:
    digest = hashlib.sha256(
        repr(
            [[field._replace(meaning="") for field in FIELDS], BLOCK_KINDS, *(row._fields for row in ROWS)]
        ).encode()
    )
    assert FORMATS.get(FORMAT) == digest.hexdigest()[:16], "raise schema.FORMAT and write the new digest here"


def document(language: str, text: str) -> Document:
    """A document of one paragraph."""
    section = Block(start=0, end=len(text))
    return Document(
        id=f"{language}.txt", title="Title", text=text, sha256="", language=language, blocks=(section,)
    )
