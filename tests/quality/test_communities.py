"""The communities that ranking and confidence are fitted to are as their README says, and answered no worse than they were."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.quality.communities import FURTHER, OWN, PLAIN, asked, communities, figures, thresholds, wrong
from tests.quality.terse import read_lines

from chipbot.service.knowledge_base import KnowledgeBase

COMMUNITIES = communities(OWN)
APART = communities(OWN / "apart")
ASKED = "bad-maps-atlas emberstack kerf-and-chatter northfell-runners slow-boots-united".split()
KINDS = set("code changelog faq glossary heading heading_body list policy pronoun prose steps table".split())
STYLES = set("casual howto keyword long paraphrase typo wh yesno".split())


def plain(text: str) -> str:
    return " ".join(re.sub(r"[`*_|\\~]", " ", text).split()).casefold()


@pytest.mark.parametrize("community", [*COMMUNITIES, *APART], ids=lambda path: path.name)
def test_every_answer_stands_in_its_document_as_a_reader_sees_it(community: Path, tmp_path: Path) -> None:
    lines = read_lines(community / "questions.jsonl")
    assert counted(lines) == {"answerable": 28, "near True": 14, "near False": 6}
    has_more = community in COMMUNITIES and lines[0]["lang"] == "en"
    for name, near in ((FURTHER, 12), (PLAIN, 16)):
        assert (community / name).exists() == has_more
        if has_more:
            more = read_lines(community / name)
            assert counted(more) == {"answerable": 24, "near True": near}
            lines += more
    knowledge_base = KnowledgeBase(community / "docs", tmp_path, encoder="off")
    knowledge_base.refresh()
    index = knowledge_base.index()
    texts = {
        document.id: plain(index.document_text(number)) for number, document in enumerate(index.documents())
    }
    assert len({line["id"] for line in lines}) == len(lines)
    for line in lines:
        assert line["style"] in STYLES
        if line["answerable"]:
            assert line["kind"] in KINDS
            missing = [answer for answer in line["answers"] if plain(answer) not in texts[line["doc_id"]]]
            assert line["answers"]
            assert not missing, line["id"]
        else:
            assert (line["answers"], line["doc_id"], line["kind"]) == ([], None, None)


def counted(lines: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter("answerable" if line["answerable"] else f"near {line['near']}" for line in lines)


def test_members_get_no_worse_answers_than_they_did(tmp_path: Path) -> None:
    everything = [one for name in ASKED for one in asked(OWN / name, tmp_path)]
    kinds = Counter(one.kind for one in everything)
    amiss = kinds["passage"] + kinds["wrong"]
    assert kinds["right"] >= 30
    assert amiss <= 0.25 * (kinds["right"] + amiss)
    assert kinds["declined"] >= 78
    assert sum(one.is_right for one in everything) >= 60  # shown or not
    table = figures(everything)
    assert "| questions with an answer | 140 |" in table
    assert len(thresholds(everything).splitlines()) == 9
    assert len(wrong(everything).splitlines()) == len(everything) - kinds["right"] - kinds["declined"]
