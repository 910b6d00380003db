"""The Markdown that documentation is written in → markdown-it's tokens, each with the line that it stands on.

CommonMark with tables, strikethrough, task lists, footnotes and definition lists comes from markdown-it and its
plugins; `markdown_blocks` and `markdown_inline` have the rules for what those lack.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from chipbot.sources.formats import markdown_blocks as blocks
from chipbot.sources.formats import markdown_components as components
from chipbot.sources.formats import markdown_directives as directives
from chipbot.sources.formats import markdown_inline as inline
from chipbot.sources.formats import markdown_notes as notes

MAX_NESTING = 60
"""How deep blocks may be nested: what is deeper is left out, since each level takes several frames of the stack."""

_COMPONENT = re.compile(r"^(?:[ \t]*<[A-Z][\w.]*[\s/>]|\{/\*)", re.MULTILINE)
_MDX_IMPORT = re.compile(r"^import\s.*from\s*['\"]", re.MULTILINE)
_INTERRUPTED = ["paragraph", "reference", "blockquote", "list"]
"""What a block of ours may follow without a blank line."""
_BLOCKS = {
    "import": components.take_import,
    "templates": components.take_templates,
    "directive": directives.take_directive,
    "definition": blocks.take_definition,
    "generated": blocks.take_generated,
    "abbreviation": blocks.take_abbreviation,
    "remark": blocks.take_remark,
    "container": blocks.take_container,
    "snippet": blocks.take_snippet,
    "tab": blocks.take_tab,
    "admonition": blocks.take_admonition,
}
_NOTES = {
    "wiki_link": notes.take_wiki_link,
    "highlight": notes.take_highlight,
    "keys": notes.take_keys,
    "nothing": notes.take_nothing,
    "drawn": notes.take_drawn,
}


def has_components(text: str) -> bool:
    """Whether a text is MDX: it imports components, or has them or its remarks at the beginning of lines."""
    return bool(_MDX_IMPORT.search(text) or _COMPONENT.search(text))


@cache
def parser(*, mdx: bool) -> MarkdownIt:
    """Return the parser; in MDX indented text is no code, and expressions in braces are no text."""
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    md.inline = inline.with_lines(md)
    footnote_plugin(md, move_to_end=False)
    deflist_plugin(md)
    tasklists_plugin(md)
    md.block.ruler.at("fence", blocks.take_fence, {"alt": _INTERRUPTED})
    for name, rule in _BLOCKS.items():
        md.block.ruler.before("fence", name, rule, {"alt": _INTERRUPTED})
    md.inline.ruler.at("html_inline", inline.take_html)
    braces = inline.take_mdx_braces if mdx else inline.take_braces
    md.inline.ruler.before("backticks", "braces", braces)
    md.inline.ruler.before("braces", "role", inline.take_role)
    for name, take in _NOTES.items():
        md.inline.ruler.before("escape", name, take)
    md.inline.ruler.at("backticks", inline.take_code)
    md.inline.ruler.after("autolink", "address", inline.take_address)
    md.inline.ruler.after("link", "reference", inline.take_reference)
    md.core.ruler.before("inline", "heading_terms", blocks.mark_heading_terms)
    md.core.ruler.before("inline", "heading_anchors", blocks.drop_heading_anchors)
    md.core.ruler.disable("text_join")
    if mdx:
        md.disable("code")
        md.block.ruler.at("paragraph", components.take_paragraph)
        # Tags end no list.
        md.block.ruler.before("html_block", "tags", components.take_tags, {"alt": _INTERRUPTED[:-1]})
    # Targets stay as the document has them: front ends decide which they show.
    md.validateLink = _any_link  # type: ignore[method-assign,assignment]  # the parser's way to be told
    md.normalizeLink = md.normalizeLinkText = str  # type: ignore[method-assign,assignment]  # likewise
    return md


def _any_link(_: str) -> bool:
    return True
