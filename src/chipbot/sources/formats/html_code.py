"""Code in HTML: its text as it stands, and the language that highlighters know it by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chipbot.sources.formats.tags import CODE_CLASS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from chipbot.sources.formats.html_content import PageContent

_CODE_BRUSH = re.compile(r"(?:highlight-(?:source-)?|brush:\s*|sourceCode\s+|code-)([\w+#]+)")
_BLOCK_IN_CODE = frozenset(("div", "li", "p", "tr"))
_NO_LANGUAGE = frozenset(("default", "notranslate", "none", "text", "block", "wrapper", "example"))


def code_language(node: LexborNode) -> str:
    """Return the language that highlighters know code by, as its element, the one in it or those around it say."""
    inner = node.css_first("code")
    around: list[LexborNode | None] = [inner, node, node.parent, node.parent.parent if node.parent else None]
    for element in around:
        classes = (element.attributes.get("class") or "") if element is not None else ""
        match = CODE_CLASS.search(classes) or _CODE_BRUSH.search(classes)
        if match and match[1].lower() not in _NO_LANGUAGE:
            return match[1].lower()
    return ""


def code_text(root: LexborNode, content: PageContent) -> str:
    """Return preformatted text as it stands."""
    parts: list[str] = []
    closing: list[LexborNode] = []
    node = root.first_child
    while node is not None or closing:
        if node is None:
            element = closing.pop()
            if element.tag in _BLOCK_IN_CODE and parts and not parts[-1].endswith("\n"):
                parts.append("\n")
            node = element.next
            continue
        if node.is_text_node:
            parts.append(node.text_content or "")
        elif node.tag == "br":
            parts.append("\n")
        elif node.is_element_node and content.keeps(node):
            closing.append(node)
            node = node.first_child
            continue
        node = node.next
    return "".join(parts)
