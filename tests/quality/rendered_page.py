"""The words that a reader of a rendered page sees, of Markdown or of the web, found in another way than the program's.

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

_ALONE = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_FLAT = frozenset("dd dt li option p td th tr".split())
"""Elements that the next of their kind ends."""
_UNSEEN = frozenset(
    "script style nav button svg noscript template iframe select textarea audio video head object canvas form".split()
)
_BESIDE = frozenset(["headerlink", "hash-link", "viewcode-link"])
"""What leads from a heading to itself, or from a function to its source."""


class Difference(NamedTuple):
    """How the words of a text differ from those of the rendered page."""

    lost: list[str]
    """Words that the page has more often."""
    added: list[str]
    """Words that the text has more often."""
    moved: list[str]
    """Words that both have, in another order."""


def difference(page: list[str], text: str) -> Difference:
    """Return how a text differs from the page that it was read of, by their longest common subsequence of words.

    Args:
        page: The words of the page as it is rendered.
        text: What was read of it.
    """
    read = words_of(text)
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
    return _words(github_flavored_markdown_to_html(as_github(source), Options.CMARK_OPT_UNSAFE), "")


def content_words(source: str) -> list[str]:
    """Return the words of a web page's content, as its article or main element has them; none without such an element.

    Args:
        source: The page's HTML.
    """
    return _words(source, "article") or _words(source, "main")


def _words(html: str, inside: str) -> list[str]:
    page = _Page(inside)
    page.feed(html)
    return words_of("".join(page.text))


class _Page(HTMLParser):
    """Takes the text of a page inside elements of a kind; pictures say what stands for them."""

    def __init__(self, inside: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self._inside = inside
        self._open: list[tuple[str, bool, bool]] = [
            ("", not inside, False)
        ]  # names; in such an element; unseen

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in _FLAT and tag == self._open[-1][0]:
            del self._open[-1]
        self._take("" if tag in INLINE_TAGS else " ")
        if tag == "img":
            self._take((told.get("alt") or "") + " ")
        if tag not in _ALONE:
            _, taken, unseen = self._open[-1]
            taken |= self._inside in (tag, told.get("role"))
            self._open.append((tag, taken, unseen or tag in _UNSEEN or _works_the_page(told)))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]
        self._take("" if tag in INLINE_TAGS else " ")

    def handle_data(self, data: str) -> None:
        self._take(data)

    def _take(self, words: str) -> None:
        _, taken, unseen = self._open[-1]
        if taken and not unseen:
            self.text.append(words)


def _works_the_page(told: dict[str, str | None]) -> bool:
    names = (told.get("class") or "").split()
    return (
        told.get("role") in ("navigation", "search", "banner", "contentinfo")
        or told.get("aria-hidden") == "true"
        or "hidden" in told
        or not _BESIDE.isdisjoint(names)
    )
