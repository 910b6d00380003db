"""What of a web page its readers come for: navigation, banners, lists of links and what is hidden are told apart from it.

Names of elements, roles and classes are those of HTML, WAI-ARIA and the generators of documentation; lists of links are told
by link density, the share of text that is linked (Kohlschütter et al., Boilerplate Detection using Shallow Text Features,
WSDM 2010). tests/sources/README.md has what each is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from chipbot.sources.formats.questions import is_question

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DENSITY = 0.5
"""The share of linked text above which an element with several links is a list of links."""
_PARAGRAPH_DENSITY = 0.9
"""The same of a paragraph, which may well have a sentence about several links."""
_PARAGRAPHS = frozenset(("p", "dd", "figcaption", "caption", "blockquote"))
_MIN_LINKS = 2
_MAX_UNLINKED = 200  # characters that a list of links may have besides: with more there is text in it
_SENTENCE = 40  # characters from which on text outside of links counts as prose
_MAIN_SHARE = 0.4  # of a page's prose that its main element has to have
_PROSE_SHARE = 0.8  # of it that a part has to have to be taken for all content
_INNERMOST = frozenset(("p", "ul", "ol", "dl", "table", "pre", "blockquote", "li", "td"))
_NO_LISTS = frozenset("body main article pre tr td th tbody h1 h2 h3 h4 h5 h6 dt em strong b i code".split())

_NO_TEXT = frozenset(
    "applet area audio base button canvas col colgroup datalist dialog embed frame frameset head iframe link map meta "
    "nav noscript object optgroup option param script select source style svg template textarea track video".split()
)
"""Elements that hold nothing that is read, or only what works a page."""
_ROLES = frozenset(
    "alertdialog banner contentinfo dialog menu menubar navigation search searchbox toolbar tooltip tree".split()
)
_FRAME = frozenset(("aside", "footer", "header"))
"""Elements that frame a page, but may also be part of its content."""
_MAIN = ("main", "[role=main]", "#mw-content-text", "[itemprop=articleBody]", "article")
"""Where a page says that its content is, the surest first."""

_WORDS = (
    "navbar navigation nav-?(?:bar|menu|links?|tree|wrapper|container|buttons?)? breadcrumbs? crumbs? toc table-of-contents"
    " tableofcontents on-this-page side-?bar(?:-\\w+)? site-?nav menu main-?menu pagination pager paginate prev-?next"
    " page-nav(?:igation)? post-nav(?:igation)? rst-footer-buttons related(?:-\\w+)? see-also-links cookies?(?:-\\w+)?"
    " consent(?:-\\w+)? gdpr(?:-\\w+)? banner announcement-?bar skip-?(?:link|to-content|nav)? headerlink anchor-?link"
    " hash-link heading-?(?:link|anchor) permalink header-?anchor edit-?(?:this-page|link|page|on-github)? editsection"
    " mw-editsection catlinks category-?(?:list|links) navbox vertical-navbox noprint printfooter mw-jump-link sitesub"
    " contentsub jump-to-nav social(?:-\\w+)? share(?:-\\w+)? sharing(?:-\\w+)? comments? disqus(?:-\\w+)? advert(?:s|isement)?"
    " ads? sponsors? newsletter(?:-\\w+)? subscribe copyright footer site-?footer page-?footer site-?header page-?header masthead"
    " topbar search-?(?:box|form|bar)? login modal popup popover tooltip sr-only visually-?hidden screen-reader-text"
    " d-none hidden collapse-?button copy-?(?:btn|button) theme-doc-(?:breadcrumbs|toc-\\w+|footer|version-badge) feedback"
    " was-this-helpful rating viewcode-(?:link|back) linenos? line-?numbers? gutter gh-btn badge-row last-?updated meta-?data"
    " sphinxsidebar\\w* prev-next-area byline author-?(?:info|box) tags? tag-?(?:list|links) backlinks? tocs?"
    " menu-item sharedaddy sd-[\\w-]+ jp-[\\w-]+ respond comment-?(?:respond|form|list|area|section|reply-title) commentform"
    " meta widget(?:[-_][\\w-]+)? author-description read-?more teasers? recommended(?:-\\w+)? linklist"
)
_UNWANTED = re.compile(rf"(?:{'|'.join(_WORDS.split())})\Z", re.IGNORECASE)
_PREFIX = re.compile(
    r"(?:js|theme|md|bd|wp|wy|c|o|l|devsite|site|page|post|entry|block|gb|vp)[-_]+", re.IGNORECASE
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_TOGGLE = re.compile(r"accordion|faq|question", re.IGNORECASE)
_PANELS = frozenset(("div", "section", "p"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOOK_FURNITURE = frozenset(("noteref", "toc", "landmarks", "page-list", "pagebreak"))
_REFERENCE = frozenset(("reference", "footnote-ref", "footnote-reference", "mw-ref", "fn-ref"))


class _Share(NamedTuple):
    """How much text an element has, in characters that are no white space."""

    text: int = 0
    linked: int = 0
    """That in links."""
    prose: int = 0
    """That outside of links in runs long enough to be sentences."""
    links: int = 0
    """How many links."""

    @property
    def unlinked(self) -> int:
        """The text outside of links."""
        return self.text - self.linked


class PageContent:
    """Says of each element of a page whether its readers come for it."""

    def __init__(self, page: LexborHTMLParser, *, whole: bool = False) -> None:
        """Look at a page.

        Args:
            page: The page.
            whole: Whether all of its text is content, as in a book, so that only what is hidden is not.
        """
        self._whole = whole
        toggles = list(_toggles(page))
        self._toggles = frozenset(element.mem_id for toggle in toggles for element in toggle)
        """Buttons that show the answer to what they ask, and what holds the answers."""
        alone = [toggle for toggle in toggles if not _is_heading(toggle[0].parent)]
        self._asking = frozenset(button.mem_id for button, _ in alone)
        self._answering = frozenset(panel.mem_id for _, panel in alone)
        self._revealed = frozenset(_below_questions(page))
        body = page.body or page.root
        self._shares = dict(_shares(body)) if body is not None and not whole else {}
        self.root = body if body is None or whole else self._main(page, body)
        """Where the content is; None for a page without any element."""
        self._half = self._share(self.root).unlinked / 2 if self.root is not None else 0

    def _share(self, node: LexborNode) -> _Share:
        return self._shares.get(node.mem_id, _Share())

    def _main(self, page: LexborHTMLParser, body: LexborNode) -> LexborNode:
        """Return the element that holds the content: the one that says so, if it has much of the text, or the smallest
        that has nearly all prose.
        """
        for selector in _MAIN:
            found = max(page.css(selector), key=lambda node: self._share(node).prose, default=None)
            if found is not None and self._share(found).prose >= _MAIN_SHARE * self._share(body).prose:
                return found
        root = body
        while True:
            prose = self._share(root).prose
            inner = [child for child in root.iter() if self._share(child).prose >= _PROSE_SHARE * prose > 0]
            if not inner or inner[0].tag in _INNERMOST:
                return root
            root = inner[0]

    def keeps(self, node: LexborNode) -> bool:
        """Whether an element is shown to readers and is content."""
        name = node.tag or ""
        attributes = node.attributes
        if node.mem_id in self._toggles:
            return True
        if name in _NO_TEXT and not (self._whole and name == "nav"):
            return False
        if attributes and attributes.get("epub:type") in _BOOK_FURNITURE:
            return False
        if attributes and _is_hidden(attributes) and node.mem_id not in self._revealed:
            return False
        return self._whole or not (
            (attributes and self._share(node).unlinked < self._half and _is_furniture(name, attributes))
            or (name in _FRAME and self._is_frame(node))
            or self._is_list_of_links(node)
        )

    def asks(self, node: LexborNode) -> bool:
        """Whether an element is a button that shows the answer right after it, and no part of a heading."""
        return node.mem_id in self._asking

    def answers(self, node: LexborNode) -> bool:
        """Whether an element is what such a button shows."""
        return node.mem_id in self._answering

    def _is_frame(self, node: LexborNode) -> bool:
        """Whether a header, footer or aside frames the page: it stands outside of its content, or has links alone."""
        if node.tag == "header" and node.css_first("h1") is not None:
            return False
        share = self._share(node)
        return (
            node.tag == "footer"
            or share.linked >= share.unlinked
            or self.root is None
            or self.root.tag == "body"
        )

    def _is_list_of_links(self, node: LexborNode) -> bool:
        share = self._share(node)
        return (
            share.links >= _MIN_LINKS
            and share.linked > (_PARAGRAPH_DENSITY if node.tag in _PARAGRAPHS else MAX_DENSITY) * share.text
            and share.unlinked < _MAX_UNLINKED
            and node.tag not in _NO_LISTS
            and node.css_first("h1") is None
        )


def _toggles(page: LexborHTMLParser) -> Iterator[tuple[LexborNode, LexborNode]]:
    """Yield the buttons of a page that show and hide an answer, which stands right after each or after its heading."""
    for button in page.css("button"):
        parent = button.parent
        heading = parent if parent is not None and _is_heading(parent) else button
        names = f"{button.attributes.get('class') or ''} {heading.attributes.get('class') or ''}"
        panel = element_from(heading.next)
        if panel is not None and panel.tag in _PANELS and (_TOGGLE.search(names) or _asks(button)):
            yield button, panel


def _below_questions(page: LexborHTMLParser) -> Iterator[int]:
    """Yield what stands right below a heading that asks: where that is hidden, a click shows it."""
    for heading in page.css(", ".join(HEADINGS)):
        panel = element_from(heading.next)
        if panel is not None and panel.tag in _PANELS and _asks(heading):
            yield panel.mem_id


def _is_heading(node: LexborNode | None) -> bool:
    return node is not None and node.tag in HEADINGS


def _asks(node: LexborNode) -> bool:
    return is_question(node.text().strip())


def element_from(node: LexborNode | None) -> LexborNode | None:
    """Return the first element among a node and those after it."""
    while node is not None and not node.is_element_node:
        node = node.next
    return node


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if attributes.get("role") == "tabpanel":  # the others are hidden until their tab is chosen
        return False
    if "hidden" in attributes:
        return attributes["hidden"] != "until-found"
    return attributes.get("aria-hidden") == "true" or bool(_HIDDEN.search(attributes.get("style") or ""))


def _is_furniture(name: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element's role, class or id says that it works the page or leads elsewhere."""
    if attributes.get("role") in _ROLES:
        return True
    if name in ("body", "main", "html", "article", "code", "pre"):
        return False
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split()
    if name == "sup" and not _REFERENCE.isdisjoint(names):
        return True
    if name[0] == "h" and name[1:].isdigit():
        return False
    return any(_UNWANTED.match(_PREFIX.sub("", word)) for word in names)


def _works_the_page(node: LexborNode) -> bool:
    """Whether a link is beside what is read: to a heading's anchor, to the source of a function."""
    return node.tag == "a" and _is_furniture("a", node.attributes)


def _has_names(node: LexborNode) -> bool:
    return node.tag == "code" or (
        node.tag == "dl" and "field-list" in (node.attributes.get("class") or "").split()
    )


def _shares(root: LexborNode) -> Iterator[tuple[int, _Share]]:
    """Yield what each element below and including `root` has of text, by the number of its node.

    A link from a name to what it names is no linked text: code, and the parameters of a function with their types.
    """
    links_around = names_around = 0
    counts: list[list[int]] = [[0, 0, 0, 0]]
    nodes: list[LexborNode] = [root]
    node = root.first_child
    while nodes:
        if node is None:
            closed, count = nodes.pop(), counts.pop()
            links_around -= closed.tag == "a"
            names_around -= _has_names(closed)
            yield closed.mem_id, _Share(*count)
            if counts:
                counts[-1] = [outer + inner for outer, inner in zip(counts[-1], count, strict=True)]
                node = closed.next
        elif node.is_element_node and node.tag not in _NO_TEXT and not _works_the_page(node):
            nodes.append(node)
            counts.append([0, 0, 0, int(node.tag == "a")])
            links_around += node.tag == "a"
            names_around += _has_names(node)
            node = node.first_child
        else:
            size = len("".join((node.text_content or "").split())) if node.is_text_node else 0
            if size:
                count = counts[-1]
                count[0] += size
                if links_around and not names_around:
                    count[1] += size
                elif size >= _SENTENCE:
                    count[2] += size
            node = node.next
