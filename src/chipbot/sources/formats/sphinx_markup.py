"""What readers see of the directives and roles of Sphinx and its extensions, in reStructuredText and in MyST Markdown."""

from __future__ import annotations

import re

TITLED_BOXES = frozenset(
    "tab group-tab tab-item dropdown details card grid-item-card collapse sphinx-tab content-tabs".split()
)
"""Directives whose argument is a title."""
REMARKS = {
    "seealso": "See also", "todo": "Todo", "deprecated": "Deprecated since version", "versionadded": "New in version",
    "versionchanged": "Changed in version", "versionremoved": "Removed in version",
}  # fmt: skip
"""Directives that readers see as a remark with this label; a version is their argument."""
CODE = frozenset(
    "code code-block sourcecode prompt code-tab parsed-code ipython doctest testcode testoutput console".split()
)
"""Directives whose content is code."""
OBJECTS = frozenset(
    "function class method attribute data exception module option cmdoption confval envvar setting describe object "
    "command".split()
)
"""Directives whose argument is what is described: it labels their content, as those of a domain (`py:class`) do."""
NOTHING = frozenset(
    (
        "toctree index contents sectnum meta tabularcolumns highlight default-domain currentmodule module image raw include "
        "literalinclude automodule autoclass autofunction automethod autodata autoattribute autosummary autoexception "
        "autofield doxygenclass doxygenfunction doxygenfile doxygenstruct doxygenenum graphviz digraph graph uml plot mermaid "
        "program-output bibliography video youtube header footer target-notes role default-role date title testsetup "
        "testcleanup only-toc feed ifconfig-off sidebar-links social-card"
    ).split()
)
"""Directives whose content is no text, or stands in another file."""
_CODE_ROLES = frozenset(
    "attr class code command const data dec dir envvar exc file func kbd keyword literal macro makevar meth mimetype mod "
    "obj option program regexp samp type var member struct enum enumerator union token".split()
)

OPTION = re.compile(r":[\w-]+:(?:\s|$)")
"""How a line begins that sets an option of a directive."""
_TITLED = re.compile(r"(?s)(.*?)\s*<[^<>]*>\Z")


def is_code_role(name: str) -> bool:
    """Whether what a role of this name shows is code."""
    return name.rpartition(":")[2].lower() in _CODE_ROLES


def shown_by_role(words: str) -> str:
    """Return what a role shows: its title, or its target without what a target is looked up by."""
    titled = _TITLED.match(words)
    if titled and titled[1]:
        return titled[1]
    if words.startswith("~"):
        return words[1:].rpartition(".")[2]
    return words.removeprefix("!")
