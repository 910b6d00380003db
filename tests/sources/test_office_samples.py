"""Real files of office, book and page formats: what readers see, where it stands, and what damages them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from tests.core import document, shown
from tests.sources.office_samples import SAMPLES
from tests.sources.soundness import assert_sound

from chipbot.errors import DocumentError
from chipbot.model import Answer, AnswerOptions
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.text.lines import place_at

EXPECTED = {
    "observatory.docx": """
        heading 1: Handbook of the Observatory
        heading 1: Visitors
        paragraph: The dome opens at half past eight in the evening; see the map. | Visitors
        list_item 1: Bring a red torch | Visitors
        list_item 1: Leave the dog at home | Visitors
        list_item 2: not the cat | Visitors
        list_item 1 #1: Ring the bell | Visitors
        list_item 1 #2: Climb the stairs | Visitors
        heading 2: Prices | Visitors
        table_header: Ticket / Price | Visitors › Prices
        table_row: Child / 3 crowns | Visitors › Prices
        table_row: Adult / 7 crowns | Visitors › Prices
        paragraph: The telescope has a mirror of two metres, newly ground. | Visitors › Prices
        paragraph: The clock runs slow. | Visitors › Prices
        paragraph: The box says so. | Visitors › Prices
    """,
    "lighthouse.pptx": """
        heading 1: The Lighthouse
        paragraph: A talk for keepers
        heading 1: Lamp oil
        list_item 1: The lamp burns nine litres a night | Lamp oil
        list_item 2: eleven in winter | Lamp oil
        paragraph: The oil is kept in the cellar. | Lamp oil
        heading 1: Signals
        table_header: Flag / Meaning | Signals
        table_row: yellow / quarantine | Signals
    """,
    "orchard.odt": """
        heading 1: Guide to the Orchard
        heading 2: Pruning
        paragraph: Prune the pear trees before the first frost, says the almanac. | Pruning
        paragraph: The almanac is of 1887. | Pruning
        list_item 1: a saw | Pruning
        list_item 1: a ladder | Pruning
        list_item 1 #1: cut | Pruning
        list_item 1 #2: burn | Pruning
        table_header: Tree / Yield | Pruning
        table_row: Quince / 40 baskets | Pruning
    """,
    "ferry.odp": """
        heading 1: The Ferry
        paragraph: It sails at dawn and at noon.
        heading 1: Luggage
        paragraph: A trunk costs two pence. | Luggage
        paragraph: Ask for the porter. | Luggage
    """,
    "cartographer.epub": """
        heading 1: The Journey
        paragraph: The cartographer sailed for eleven weeks. | The Journey
        heading 1: The Island
        paragraph: The island has three volcanoes. | The Island
        list_item 1: two sleep | The Island
        list_item 1: one smokes | The Island
    """,
    "tides.ipynb": """
        heading 1: Tides
        paragraph: High water is at six.
        code (python): print(tide(18))
        code: 4.2 metres
        heading 2: Moon
        paragraph: The moon pulls the water. | Moon
    """,
    "bees.html": """
        heading 1: Bees
        paragraph: A hive holds forty thousand bees in summer.
        heading 2: Wintering
        paragraph: Feed them sugar in October. | Wintering
        label: Drone | Wintering
        paragraph: A male bee. | Wintering
        question: Do they sleep? | Wintering
        paragraph: They huddle. ← Do they sleep? | Wintering
        table_header: Month / Work | Wintering
        table_row: May / swarms | Wintering
        table_row: queens | Wintering
        code (sh): hive --open⏎hive --close | Wintering
    """,
    "mill.rst": """
        heading 1: The Mill
        paragraph: The mill grinds rye on Tuesdays; see Stone.
        heading 2: Water
        label >: Note | Water
        paragraph >: The sluice opens at dawn. | Water
        label: Flour | Water
        table_header: Grain / Price | Water
        table_row: Rye / 5 pence | Water
        label: start | Water
        code (sh): mill --start | Water
        label: Windmill | Water
        paragraph: Turn it into the wind. | Water
        paragraph: Its content stays. | Water
        label >: New in version 2.0 | Water
        paragraph >: The second wheel. | Water
        list_item 1 #1: lift the gate | Water
        list_item 1 #2: pour the grain | Water
    """,
}
MARKS = {
    "observatory.docx": ["half past eight strong", "the map link https://observatory.example/map"],
    "orchard.odt": ["before the first frost strong", "the almanac link https://orchard.example/"],
    "cartographer.epub": ["eleven weeks strong"],
    "tides.ipynb": ["six emphasis"],
    "bees.html": ["forty thousand strong", "summer link /summer", "sugar code"],
    "mill.rst": ["rye strong", "Stone code"],
}
QUESTIONS = {
    "When does the dome open?": ("observatory.docx", "half past eight", ("Visitors",), ""),
    "What does an adult pay at the observatory?": (
        "observatory.docx",
        "7 crowns",
        ("Visitors", "Prices"),
        "",
    ),
    "How much does the lamp burn a night?": ("lighthouse.pptx", "nine litres", ("Lamp oil",), "slide 2"),
    "Where is the oil kept?": ("lighthouse.pptx", "in the cellar", ("Lamp oil",), "slide 2"),
    "What does the yellow flag mean?": ("lighthouse.pptx", "quarantine", ("Signals",), "slide 4"),
    "When should pear trees be pruned?": ("orchard.odt", "before the first frost", ("Pruning",), ""),
    "What does a trunk cost?": ("ferry.odp", "two pence", ("Luggage",), "slide 2"),
    "How long did the cartographer sail?": ("cartographer.epub", "eleven weeks", ("The Journey",), ""),
    "What pulls the water?": ("tides.ipynb", "The moon", ("Moon",), "cell 3"),
    "How many bees does a hive hold?": ("bees.html", "forty thousand", (), ""),
    "When does the sluice open?": ("mill.rst", "at dawn", ("Water",), ""),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answer]:
    """Asks an index of one file of each format."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "seeds").mkdir()
    for name, make in SAMPLES.items():
        (folder / "seeds" / name).write_bytes(make())
    knowledge_base = KnowledgeBase(folder / "seeds", folder / "index")
    assert not knowledge_base.refresh().failures

    def ask(question: str) -> Answer:
        answer = knowledge_base.answer(question, options=AnswerOptions(min_confidence=0))
        assert isinstance(answer, Answer)
        return answer

    return ask


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_says_where_a_reader_finds_it(answers: Callable[[str], Answer], question: str) -> None:
    name, words, heading, label = QUESTIONS[question]
    quote = answers(question).quotes[0]
    citation = quote.citation
    assert words in quote.text
    assert (citation.document_id, citation.heading) == (name, heading)
    assert citation.label.startswith(label)
    assert document(SAMPLES[name](), name, None).text[citation.start : citation.end] == quote.text


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n")]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_reads_as_its_readers_see_it(name: str) -> None:
    made = document(SAMPLES[name](), name, None)
    assert_sound(made)
    assert [line.replace("\t", " / ").replace("\n", "⏎") for line in shown(made)] == lines(EXPECTED[name])
    marks = [f"{made.text[mark.start : mark.end]} {mark.kind} {mark.target}".strip() for mark in made.marks]
    assert marks == MARKS.get(name, [])


def test_what_a_page_says_of_itself_is_kept() -> None:
    made = document(SAMPLES["bees.html"](), "bees.html", None)
    assert (made.title, made.language, made.url) == ("Bees", "en", "https://apiary.example/bees")
    anchors = [place_at(made.text, made.places, made.text.index(word)).anchor for word in ("hive", "sugar")]
    assert anchors == ["bees", "wintering"]


def test_words_stand_on_the_lines_of_their_source() -> None:
    source = SAMPLES["mill.rst"]().decode().split("\n")
    made = document("\n".join(source), "mill.rst")
    for word in ("grinds", "Water", "sluice", "Rye", "mill --start", "wind.", "stays", "wheel", "pour"):
        line = place_at(made.text, made.places, made.text.index(word)).line
        assert line is not None
        assert word in source[line - 1]


# Damage


def damaged(data: bytes, random_: random.Random) -> bytes:
    """A file with bytes changed, cut out, doubled or moved."""
    out = bytearray(data)
    for _ in range(random_.randint(1, 8)):
        at = random_.randrange(len(out) + 1)
        length = min(random_.choice((1, 1, 4, 40, 400)), len(out) - at)
        piece = random_.choice(
            (b"", b"\0", b"<", b">", b'"', b"9" * 9, b"\xed\xa0\x80", bytes(out[at : at + length]) * 3)
        )
        out[at : at + length] = piece
    return bytes(out) or b"\0"


def damaged_inside(data: bytes, random_: random.Random) -> bytes:
    """An archive of which one file is damaged, and packed again with a sum that fits."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as archive, ZipFile(out, "w", ZIP_DEFLATED) as made:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels", ".opf", ".xhtml"))]
        hit = random_.choice(names)
        for name in archive.namelist():
            content = archive.read(name)
            made.writestr(name, tags_damaged(content, random_) if name == hit else content)
    return out.getvalue()


def tags_damaged(data: bytes, random_: random.Random) -> bytes:
    """XML in which whole elements are moved, doubled, renamed or left out, so that it often stays valid."""
    parts = data.replace(b">", b">\0").split(b"\0")
    for _ in range(random_.randint(1, 4)):
        one, other = random_.randrange(len(parts)), random_.randrange(len(parts))
        kind = random_.randrange(4)
        if kind == 0:
            parts[one], parts[other] = parts[other], parts[one]
        elif kind == 1:
            parts[one] = parts[other]
        elif kind == 2:
            parts[one] = b""
        else:
            parts[one] = damaged(parts[one], random_)
    return b"".join(parts)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_read_or_named(name: str) -> None:
    whole, random_ = SAMPLES[name](), random.Random(name)
    ways = [damaged, damaged_inside] if whole.startswith(b"PK") else [damaged, tags_damaged]
    reasons = [reason_against(way(whole, random_), name) for _ in range(40) for way in ways]
    assert not [reason for reason in reasons if "please report" in reason]
    assert document(whole, name).blocks


def reason_against(data: bytes, name: str) -> str:
    """Why a file is not read; empty where it is, and well."""
    try:
        made = document(data, name, None)
    except DocumentError as error:
        return str(error)
    assert_sound(made)
    return ""


def test_the_samples_are_of_every_format_here() -> None:
    assert {Path(name).suffix for name in SAMPLES} == {
        *(".docx", ".pptx", ".odt", ".odp", ".epub", ".ipynb", ".html", ".rst")
    }
