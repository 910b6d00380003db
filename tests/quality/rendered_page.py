"""The words that a reader of a rendered Markdown page sees, found in another way than the program's.

cmark, GitHub's own renderer, turns the page into HTML, whose text is taken, once `github_markdown` has taken off what the
dialects of documentation add to GitHub's Markdown.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple
from unicodedata import normalize

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from rapidfuzz.distance import LCSseq
from tests.quality.github_markdown import INLINE_TAGS, as_github

_POWER = re.compile("[⁰¹²³⁴-⁹]+")
_UNSEGMENTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSEGMENTED}]|(?:(?![{_UNSEGMENTED}])[^\W_])+")
"""A word, or a character of a script that has no blanks between words."""


class Difference(NamedTuple):
    """How the words of a text differ from those of the rendered page."""

    lost: list[str]
    """Words that the page has more often."""
    added: list[str]
    """Words that the text has more often."""
    moved: list[str]
    """Words that both have, in another order."""


def difference(source: str, text: str) -> Difference:
    """Return how a page's text differs from the page as it is rendered, by their longest common subsequence of words.

    Args:
        source: The page's Markdown.
        text: What was read of it.
    """
    page, read = visible_words(source), words_of(text)
    edits = LCSseq.editops(page, read)
    missing = Counter(page[edit.src_pos] for edit in edits if edit.tag == "delete")
    surplus = Counter(read[edit.dest_pos] for edit in edits if edit.tag == "insert")
    return Difference(
        *(sorted(words.elements()) for words in (missing - surplus, surplus - missing, missing & surplus))
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text; a power is a word of its own."""
    return _WORD.findall(_POWER.sub(lambda match: " " + normalize("NFKC", match[0]), text).casefold())


def visible_words(source: str) -> list[str]:
    """Return the words that a reader of the rendered page sees, in their order.

    Args:
        source: The page's Markdown.
    """
    page = _Page()
    page.feed(github_flavored_markdown_to_html(as_github(source), Options.CMARK_OPT_UNSAFE))
    return words_of("".join(page.text))


class _Page(HTMLParser):
    """Takes the text of a page; pictures say what stands for them."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text.append("" if tag in INLINE_TAGS else " ")
        if tag == "img":
            self.text.append((dict(attrs).get("alt") or "") + " ")

    def handle_endtag(self, tag: str) -> None:
        self.text.append("" if tag in INLINE_TAGS else " ")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
