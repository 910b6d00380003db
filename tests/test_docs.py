"""The documentation's site builds without a warning, and says of messages and JSON what the code says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from tests.deploy.handbook import ASKED

from chipbot.model import Answer, Citation, NoAnswer, Quote
from chipbot.service.serialization import to_json

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
ADDRESS = re.compile(
    r"""(?:src|href|action)=["']?(?:https?:)?//([^/"'> ]+)|url\(["']?(?:https?:)?//([^/"')]+)"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", ".mkdocs.yml"],
        cwd=ROOT,
        env=os.environ | {"CHIPBOT_SITE_FOLDER": str(folder), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_of_the_site_is_there(site: Path) -> None:
    for page in (
        "index.html",
        "tutorial/index.html",
        "reference/python/index.html",
        "guide/install/index.html",
    ):
        assert "chipbot" in (site / page).read_text(encoding="utf-8")
    assert "CHIPBOT_MIN_CONFIDENCE" in (site / "reference/settings/index.html").read_text(encoding="utf-8")
    assert "chipbot_questions_total" in (site / "reference/metrics/index.html").read_text(encoding="utf-8")
    assert "--json" in (site / "reference/commands/index.html").read_text(encoding="utf-8")
    assert "Open the index of the documents in a folder" in (site / "reference/python/index.html").read_text(
        encoding="utf-8"
    )


def test_the_demo_shows_what_chipbot_answers(site: Path) -> None:
    text = unescape((site / "demo/index.html").read_text(encoding="utf-8"))
    for question, expected in ASKED.items():
        (said,) = re.findall(rf"<summary>{re.escape(question)}</summary>(.*?)</details>", text, re.DOTALL)
        assert (expected in said) if expected else ("The documents don't" in said), question
    assert "$500 million" in text
    assert "Nowhere in them: “CEO”, “TSMC”." in text


def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = [*site.rglob("*.html")]
    assert len(pages) > 20
    for page in pages:
        text = re.sub(r"<a\b[^>]*>", "", page.read_text(encoding="utf-8"))  # a link loads nothing by itself
        text = re.sub(r'<link rel="?(?:canonical|next|prev)[^>]*>', "", text)
        assert ADDRESS.findall(text) == [], page.relative_to(site)


def test_each_message_in_the_troubleshooting_is_one_of_ours() -> None:
    text = (DOCS / "guide" / "troubleshooting.md").read_text(encoding="utf-8")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    messages = re.findall(r"^## “(.*)”$", text, re.MULTILINE)
    assert len(messages) >= 6
    for message in messages:
        assert message in sources, message


def test_the_reference_of_json_has_every_key() -> None:
    citation = Citation(
        document_id="", title="", heading=(), page=None, line_start=1, line_end=1, start=0, end=0, url=None
    )
    quote = Quote(text="", highlights=(), citation=citation, score=0.0)
    answered = to_json(Answer(question="", quotes=(quote,), confidence=0.0, milliseconds=0.0))
    refused = to_json(NoAnswer(question="", reason="no_match", confidence=0.0, rejected=()))
    shown = answered["quotes"][0]
    keys = {*answered, *refused, *shown, *shown["citation"]}
    rows = re.findall(
        r"^\| (`.*?`) \|", (DOCS / "reference" / "json.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {key for row in rows for key in re.findall(r"`(\w+)`", row)} == keys
