"""The checklist as text for a terminal and as an object for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipbot.cli.terminal import ANSI, Style
from chipbot.cli.wrap import hanging
from chipbot.invocation import as_called
from chipbot.ops.doctor.findings import Finding, State
from chipbot.text.printable import visible
from chipbot.translation import gettext, listed, ngettext, sentence

_MARKS: dict[State, str] = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "–"}
_NARROWEST = 24


def to_text(findings: Sequence[Finding], style: Style, width: int | None) -> str:
    """Return the checklist, a finding a line, each fix below what it fixes, and a last line that sums it up.

    `width` is the terminal's, None where lines are not to be broken.
    """
    bold, end = style.strong if style is ANSI else ("", "")
    column = min(max(len(finding.check) for finding in findings), _NARROWEST)
    lines = []
    for finding in findings:
        on, off = (bold, end) if finding.state in ("failed", "warning") else ("", "")
        pad = " " * max(0, column - len(finding.check))
        head = f"{on}{_MARKS[finding.state]} {visible(finding.check)}{off}{pad}  "
        lines.extend(_wrapped(head, column + 4, as_called(visible(finding.text)), width))
        for detail in finding.details:
            lines.extend(_wrapped(" " * (column + 4) + "· ", column + 6, visible(detail), width))
        if finding.fix is not None:
            lines.extend(
                _wrapped(" " * (column + 4) + "→ ", column + 6, as_called(visible(finding.fix)), width)
            )
    return "\n".join((*lines, "", _summary(findings)))


def _summary(findings: Sequence[Finding]) -> str:
    states = [finding.state for finding in findings]
    wrong, warned = states.count("failed"), states.count("warning")
    said = [ngettext("{number} thing to fix", "{number} things to fix", wrong)] if wrong else []
    said += [ngettext("{number} warning", "{number} warnings", warned)] if warned else []
    return sentence(listed(said)) if said else gettext("All is well.")


def to_object(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the checklist for programs: `ok`, and `checks` with `check`, `state`, `text`, `fix` and `details`."""
    checks = [
        {
            "check": finding.check,
            "state": finding.state,
            "text": as_called(finding.text),
            "fix": finding.fix and as_called(finding.fix),
            "details": list(finding.details),
        }
        for finding in findings
    ]
    return {"ok": all(finding.state != "failed" for finding in findings), "checks": checks}


def _wrapped(head: str, indent: int, text: str, width: int | None) -> list[str]:
    """Return the text behind its head, or below it where that leaves too little room, broken without breaking words such as
    links.
    """
    if width is None:
        return [head + text]
    if width - indent >= _NARROWEST:
        return hanging(head, text, width, indent)
    mark, width = head.strip(), max(width, _NARROWEST)
    return hanging(f"  {mark} ", text, width) if head.startswith(" ") else [mark, *hanging("  ", text, width)]
