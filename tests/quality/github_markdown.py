"""A page in the dialects of documentation → the same in GitHub's Markdown, by patterns alone: another way than the program's.

Taken off is what MkDocs, MyST, MDX, VitePress, Hugo, Obsidian and wikis add to GitHub's Markdown: what boxes, tabs, components
and directives are written with, and what they are told. Their titles and what they hold stay.
"""

from __future__ import annotations

import re

_LEAD = r"^(?P<lead>[ >\t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)"
_FENCE = re.compile(_LEAD + r"(?P<fence>`{3,}(?!`)(?!.*```)|~{3,}|:{3,}(?=[ \t]*\{))[ \t]*(?P<info>.*)$")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)]|\[\^[^\]]+\]:)(?:\s|$)")
"""What begins an item of a list or a footnote, in which indented lines are no code."""
_DIRECTIVE = re.compile(r"\{(?P<name>[\w:+-]+)\}[ \t]*(?P<argument>.*)$")
_OPTION = re.compile(r"[ >\t]*:[\w-]+:(?:\s|$)")
_BOX = re.compile(
    _LEAD
    + r"(?:(?:!{3}|\?{3}\+?)[ \t]+(?P<kind>[\w-]+)[\w -]*|={3}[!+]*)[ \t]*(?:(?P<q>[\"'])(?P<title>.*)(?P=q))?[ \t]*$"
)
_CONTAINER = re.compile(_LEAD + r":{3,}[ \t]*(?P<kind>[A-Za-z][\w-]*)?[ \t]*(?P<title>\S.*)?$")
_SLASHES = re.compile(_LEAD + r"/{3,}(?:[ \t]+(?P<kind>[a-z-]+)[ \t]*(?:\|[ \t]*(?P<title>.*))?)?$")
"""A line of a block of PyMdown, with settings indented below it."""
_SETTING = re.compile(r"[ \t]{4,}[a-z_]+:(?:\s|$)")
_GENERATED = re.compile(r"^(?P<lead>[ \t]*):::[ \t]+(?:\w+(?:\.\w+)+|\w+-\w+)[ \t]*$")
"""A line of mkdocstrings or mkdocs-click, with options indented below it."""
_DEFINITION = re.compile(r"^(?P<lead>[ \t]*)(?P<kind>):[ \t]{1,3}(?P<title>\S.*)$")
_BOXES = re.compile(r"(?:ad-\w+|smart|warn|online|offline|note|tip|info|warning)(?:[ \t]+\w+=.*)?$")
"""What is after a fence that holds text: boxes of Obsidian's admonitions and of javascript.info."""
_TITLED = frozenset(
    (
        "admonition note tip hint important warning caution attention danger error todo seealso versionadded versionchanged "
        "deprecated topic sidebar rubric margin aside dropdown card grid-item-card tab-item table list-table csv-table"
    ).split()
)
"""Directives whose argument is read; so is that of all that describe an object of a language (`py:function`)."""
_CODE = frozenset(
    ("code code-block sourcecode code-cell code-tab math prompt parsed-code doctest testcode").split()
)
_CALLOUTS = frozenset(
    (
        "abstract attention bug caution danger error example failure hint important info note question quote success summary "
        "tip todo warning"
    ).split()
)
"""Boxes that have their kind above them where they have no title."""
_TEXT = frozenset(
    """button-link button-ref figure grid tab-set card-deck epigraph pull-quote highlights compound container div glossary only
    exercise solution""".split()
)
"""Other directives that have text in them; those that nobody knows have code, unless they are fenced with colons."""
_HIDDEN = frozenset(
    (
        "toctree contents index image include literalinclude raw mermaid graphviz bibliography role default-role "
        "video youtube list-of-figures target-notes meta autodoc2-summary autodoc2-object program-output"
    ).split()
)
"""Directives whose content is a list of files, a picture or a program."""
_LABELS = {
    "seealso": "See also",
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
"""What Sphinx writes before what those directives have in them."""

_CODE_SPAN = r"(?P<keep>(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)"
_UNSEEN = re.compile(
    rf"(?ms){_CODE_SPAN}|^(?P<lead>[ >\t]*)(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<fence>`{{3,}}|~{{3,}})[^\n]*\n.*?"
    r"^(?:(?P=lead)[ ]{0,3}|[ >\t]{0,3})(?P=fence)[`~]*[ \t]*$)"
    r"|<!--.*?-->|<(?P<raw>script|style|svg)\b.*?</(?P=raw)>|\{/\*.*?\*/\}|\{#(?!\w).*?#\}"
)
"""Comments and programs, which may span blocks; not where they are code."""
_LINES = re.compile(
    r"^(?:import\s+(?:[\w$*{].*?\sfrom\s+)?[\"'][^\n]+|export\s+(?:const|default|function)\b.*?\n(?=\n))"
    r"|^[ \t]*(?:-+8<-+[^\n]*|<<<[^\n]*|\{![^\n]*!\}|\{\*[^\n]*\*\}|\[\[?_?toc_?\]\]?|@\[code[^\n]*|\([\w .:-]+\)=|\+{3})[ \t]*$",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
"""Lines that take something in from elsewhere, or are aimed at."""
_DEFINED = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]+\S.*$(?!\n[ \t]+[\"'(])", re.MULTILINE)
"""What defines the target of a link, which ends a block in all renderers but cmark."""
_BRACED = r"(?<!\\)\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"
_ATTRIBUTE = (
    rf"\s+(?:[A-Za-z_:@#*][\w:.@-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|{_BRACED}|[^\s\"'=<>`{{}}]+))?|{_BRACED})"
)
_NOTHING = "\u200b"
"""A blank of no width: it parts words, and indents no line."""
_MARKUP = re.compile(
    rf"(?s)\{{(?:abbr|any|class|code|doc|download|eq|kbd|math|octicon|ref|sub|sup|term|[\w:+-]*[:+-][\w:+-]*)\}}(?P<role_ticks>`+)(?P<role>[^`]+?)(?P=role_ticks)|{_CODE_SPAN})"
    rf"|(?:(?m:^[ \t]+))?(?P<tag></?[A-Za-z][\w.-]*(?:{_ATTRIBUTE})*\s*/?>|\{{\{{?[<%].*?[%>]\}}\}}?)"
    r"|!?\[\[(?P<page>[^\[\]|\n]+)(?:\|(?P<alias>[^\[\]\n]+))?\]\](?![(\[])"
    r"|(?<!\w)(?P<pair>==|\+\+|\^\^)(?=\S)(?P<inside>[^\n=^]{1,200}?)(?<=\S)(?P=pair)(?!\w)"
    r"|(?<=\w)(?P<small>[~^])(?P<letters>[\w+-]{1,20})(?P=small)"
    r"|%%.*?%%|(?<=\s)\^[\w-]{3,}(?=\s*(?:\n|\Z))|:(?:material|octicons|fontawesome|simple)-[\w-]+:|\\\{#[\w-]+\}"
    r"|(?m:(?<=[-*+] )\[[ xX]\](?=\s))"
    r"|\{\{.*?\}\}|\{\s*[:#.][^{}\n]*\}|(?<=[)\]`>])\{[^{}\n]*\}|\[\^[^\]\s]*\]:?|(?<=\])\[[^\[\]]*\]"
    r"|(?<=>)[ \t]*\[!(?P<alert>\w+)\][+-]?(?P<named>[ \t]*\S)?"
)
"""What a page is written with inside its blocks."""
_MDX_MARKUP = re.compile(f"{_MARKUP.pattern}|{_BRACED}")
_FILE = re.compile(r"\[([^\[\]\"']*)\]")
"""The title of a fence in VitePress."""
_SHOWN = re.compile(
    r"(?<=[\s{])(?:title|label|header|heading|caption|summary|text|question|alt)\s*=\s*"
    r"(?:\"([^\"]*)\"|'([^']*)'|\{\s*[\"'`]([^\"'`]*)[\"'`]\s*\})",
)
"""What components show of what they are told."""
_NAMED = re.compile(
    r"""\s(?:path|term|command|keys|name)\s*=\s*["']([^"':]*)(?::[A-Z]\w*)?([^"']*)["'].*/>\Z""", re.DOTALL
)
"""What a component without content shows inside a line."""
_FIELD = re.compile(
    r"""<[\w.]*(?:Field|Param|Parameter|Prop|Property|Argument|Option|Attribute)\s(?:.*\s)?(?:name|path|query|body|header)=["']([^"']*)""",
    re.DOTALL,
)
"""What field a component describes."""
_WORDLESS = re.compile(
    r"(?<!!)\[\]\(<?(?!https?:)(?:[^()\s<>]*[/#:.])?([\w$-]+?)(?:\.mdx?)?/?(?:\([^()\n]*\))?>?\)"
)
"""A link that shows the name of what it leads to."""
_ALTERNATIVE = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{\s*[\"'`]([^\"'`]*)[\"'`]\s*\})")
_TAG_NAME = re.compile(r"</?([\w.-]+)")
_HTML = frozenset("a audio button div iframe img input p source table td th tr track video".split())
"""Tags of HTML that say what they are told in none but their alternative text."""
_DIGITS = re.compile(r"[-+\u2212]?\d+<")
_COMPONENT = re.compile(r"^import\s.*from\s*['\"]|^[ \t]*<[A-Z][\w.]*[\s/>]", re.MULTILINE)
INLINE_TAGS = frozenset(
    "a abbr b code del em font i ins kbd mark q s samp small span strong sub sup u var".split()
)
"""Tags that part no words."""


def as_github(source: str) -> str:
    """Return a page in GitHub's Markdown, without what its dialect adds to that.

    Args:
        source: The page's Markdown.
    """
    source = re.sub(r"\A(---|\+\+\+)\n.*?\n\1[ \t]*(?=\n)", "", source, flags=re.DOTALL)
    return _as_github(source, mdx=bool(_COMPONENT.search(source)))


def _as_github(source: str, *, mdx: bool) -> str:
    """Return a page in GitHub's Markdown, in which only code is indented."""
    lines = _UNSEEN.sub(lambda match: match["keep"] or "", source).split("\n")
    made: list[str] = []
    prose: list[str] = []
    at, is_code = 0, not mdx
    while at < len(lines):
        block, end = _block(lines, at, mdx=mdx)
        if end == at:
            bare = lines[at].lstrip()
            begins = bare == lines[at] != "" and not (at and lines[at - 1].strip())
            if begins or (_ITEM.match(bare) and len(lines[at]) - len(bare) < 4):
                is_code = not mdx and not _ITEM.match(bare)
            prose += [lines[at]] if is_code else ["", bare] if _ITEM.match(bare) else [bare]
            end += 1
        else:
            made += [_without_markup(prose, mdx=mdx), *block]
            prose = []
        at = end
    return "\n".join([*made, _without_markup(prose, mdx=mdx)])


def _block(lines: list[str], at: int, *, mdx: bool) -> tuple[list[str], int]:
    """Return the block of a dialect's that begins on a line, and the line after it; that line itself where none begins."""
    fence = _FENCE.match(lines[at])
    if fence:
        return _fence(lines, at, fence, mdx=mdx)
    container = _CONTAINER.match(lines[at]) or _SLASHES.match(lines[at])
    generated = _GENERATED.match(lines[at])
    if container and not generated:
        title = re.sub(r"[\[\]]|\{.*\}", " ", container["title"] or "")
        end = at + 1
        while container.re is _SLASHES and end < len(lines) and _SETTING.match(lines[end]):
            end += 1
        return ["", _as_github(title.strip() or _kind(container["kind"]), mdx=mdx), ""], end
    box = generated or _BOX.match(lines[at]) or _DEFINITION.match(lines[at])
    if box is None:
        return [], at
    indent, end = len(box["lead"]) + 4, at + 1
    while box.re is _DEFINITION and end < len(lines) and lines[end].strip():
        end += 1
    while end < len(lines) and (not lines[end].strip() or lines[end][:indent].isspace()):
        end += 1
    if generated:
        return [""], end
    title = _kind(box["kind"]) if box["title"] is None else box["title"]
    inside = "\n".join([title, "", _outdented(lines[at + 1 : end], indent)])
    return ["", _as_github(inside, mdx=mdx), ""], end


def _fence(lines: list[str], at: int, fence: re.Match[str], *, mdx: bool) -> tuple[list[str], int]:
    """Return what a fence comes to: code as it is, or what a directive has in it."""
    most = "" if mdx else f"{{0,{len(fence['lead']) + 3}}}"
    closing = re.compile(rf"[ >\t]{most or '*'}{fence['fence']}{fence['fence'][0]}*[ \t]*$")
    end = next((n for n in range(at + 1, len(lines)) if closing.match(lines[n])), None)
    if end is None:
        return [], at
    directive = _DIRECTIVE.match(fence["info"])
    title = " ".join(map("".join, _SHOWN.findall(" " + fence["info"]) or _FILE.findall(fence["info"])))
    if directive is None and _BOXES.match(fence["info"]):
        title = title or _kind(re.split(r"\s", fence["info"])[0].removeprefix("ad-"))
        return [
            "",
            _as_github(f"{title}\n\n" + _outdented(lines[at + 1 : end], len(fence["lead"]) + 1), mdx=mdx),
            "",
        ], end + 1
    if directive is None:
        return ["", title, *_code(fence["lead"], lines[at + 1 : end])], end + 1
    name, body = directive["name"].lower(), lines[at + 1 : end]
    if name in _HIDDEN:
        return [], end + 1
    if body and body[0].strip() == "---" and "---" in map(str.strip, body[1:]):
        body = body[[line.strip() for line in body].index("---", 1) + 1 :]
    caption = ""
    while body and _OPTION.match(body[0]):
        caption = caption or body[0].partition(":caption:")[2]
        del body[0]
    is_text = name in _TITLED or name in _TEXT or ":" in name or fence["fence"].startswith(":")
    if name in _CODE or not is_text:
        return [caption, *_code(fence["lead"], body)], end + 1
    title = directive["argument"] if name in _TITLED or ":" in name else ""
    label = _LABELS.get(name) or _kind(name)
    inside = "\n".join([label, title, "", _outdented(body, len(fence["lead"]) + 1)])
    return ["", fence["lead"].strip(), "", _as_github(inside, mdx=mdx), ""], end + 1


def _outdented(lines: list[str], most: int) -> str:
    """Return lines without the first of the blanks that they are indented by, `most` of them."""
    return "\n".join(re.sub(rf"^(?: {{1,{most}}}|\t)", "", line) for line in lines)


def _kind(name: str | None) -> str:
    """Return what a box of a kind has above it."""
    return name.capitalize() if name and name.lower() in _CALLOUTS else ""


def _code(lead: str, lines: list[str]) -> list[str]:
    """Return code that is fenced so that nothing in it ends it, at the margin."""
    fence = "`" * 30
    return ["", lead.strip(), "", fence, *lines, fence]


def _without_markup(prose: list[str], *, mdx: bool) -> str:
    """Return prose without its dialect's markup."""
    text = _DEFINED.sub(r"\g<0>\n", _LINES.sub("", "\n".join(prose)))
    text = (_MDX_MARKUP if mdx else _MARKUP).sub(_seen, _WORDLESS.sub(r"\1", text))
    return re.sub(rf"(?m)^[{_NOTHING} \t]+$", "", text)


def _seen(match: re.Match[str]) -> str:
    """Return what a reader sees of a piece of markup."""
    if match["role"]:
        icon = re.match(r"\{(?:octicon|fa|fas|fab|material)", match[0])
        return "" if icon else re.sub(r"(?s)(?<=\S)\s*<[^<>]*>\Z", "", match["role"])
    if match["page"]:
        return _shown_link(match)
    if match["alert"]:
        return match["named"] or " " + _kind(match["alert"])
    words = match["keep"] or match["inside"] or match["letters"]
    if words or not match["tag"]:
        return words or _NOTHING
    name = _TAG_NAME.match(match["tag"])
    if (
        name
        and name[1] in INLINE_TAGS
        and not (name[1] == "sup" and _DIGITS.match(match.string, match.end()))
    ):
        return ""
    shown = (_ALTERNATIVE if name and name[1] in _HTML else _SHOWN).findall(match["tag"])
    shown = shown or _FIELD.findall(match["tag"])
    if shown or not name or name[1].lower() in {*_HTML, *INLINE_TAGS} or "icon" in name[1].lower():
        return _NOTHING.join(["", *map("".join, shown), ""])
    line = match.string[: match.end()].rpartition("\n")[2] + match.string[match.end() :].partition("\n")[0]
    named = None if line.strip() == match["tag"].strip() else _NAMED.search(match["tag"])
    return "".join(named.groups()) if named else _NOTHING


def _shown_link(match: re.Match[str]) -> str:
    """Return what a reader sees of a link to a page by its name, or of what is put in its place."""
    if match[0].startswith("!"):
        return "" if re.match(r"\d", match["alias"] or "0") else match["alias"]
    if match["alias"] and re.match(r"(?:[A-Z\d][^\s-]*-)+[A-Z\d][^\s-]*$", match["alias"]):
        return match["page"]  # as wikis of GitHub have it
    return match["alias"] or re.sub(r"#\^.*", "", match["page"])
