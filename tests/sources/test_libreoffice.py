"""What LibreOffice itself writes is read as what it was written from; where it is not installed, nothing is tested."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core import document
from tests.sources import office_samples, samples
from tests.sources.soundness import assert_sound

from chipbot.text.lines import place_at
from chipbot.text.passages import chunk_document

OFFICE = os.environ.get("SOFFICE") or shutil.which("soffice") or shutil.which("libreoffice")
PATIENCE = 300.0

WRITTEN = [
    ("observatory.docx", "odt", "The telescope has a mirror of two metres", "Prices"),
    ("observatory.docx", "docx", "Bring a red torch", "Visitors"),
    ("observatory.docx", "html", "The dome opens at half past eight in the evening", "Visitors"),
    (
        "observatory.docx",
        "epub",
        "The dome opens at half past eight in the evening",
        "",
    ),  # whose headings are paragraphs
    ("observatory.docx", "pdf", "The dome opens at half past eight in the evening", ""),
    ("orchard.odt", "docx", "Prune the pear trees before the first frost", "Pruning"),
    ("orchard.odt", "odt", "Prune the pear trees before the first frost", "Pruning"),
    ("lighthouse.pptx", "odp", "The lamp burns nine litres a night", "slide 2"),
    ("ferry.odp", "pptx", "A trunk costs two pence", "slide 2"),
    ("prices.xlsx", "ods", "Bartholomew", "Staff, row 3"),
    ("prices.ods", "xlsx", "Bartholomew", "Staff, row 3"),
    ("prices.ods", "xls", "Bartholomew", "Staff, row 3"),
]
"""From what, to what, what it says, and below which heading, on which slide or in which row."""


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    if OFFICE is None:
        pytest.skip(
            "LibreOffice is not installed (Debian: libreoffice-writer, -calc, -impress; SOFFICE names one)"
        )
    office: str = OFFICE
    folder = tmp_path_factory.mktemp("office")

    def convert(name: str, suffix: str) -> bytes:
        source = folder / name
        source.write_bytes({**samples.SAMPLES, **office_samples.SAMPLES}[name]())
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        out = folder / "out"
        command = [office, profile, "--headless", "--convert-to", suffix, "--outdir", str(out), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        return (out / Path(name).with_suffix(f".{suffix}").name).read_bytes()

    return convert


@pytest.mark.parametrize(("name", "suffix", "words", "where"), WRITTEN)
def test_what_libreoffice_writes_says_the_same_at_the_same_place(
    converted: Callable[[str, str], bytes], name: str, suffix: str, words: str, where: str
) -> None:
    made = document(converted(name, suffix), f"a.{suffix}", None)
    assert_sound(made)
    at = made.text.index(words)
    passage = next(
        chunk.passage for chunk in chunk_document(made) if chunk.passage.start <= at < chunk.passage.end
    )
    place = place_at(made.text, made.places, at)
    assert where in (*passage.heading, place.label) or where == ""
