"""`chipbot doctor`: the checklist."""

from __future__ import annotations

import argparse
import json

from chipbot.cli.common import Add, output_width, overrides, style
from chipbot.translation import SOURCE, gettext, set_language


def add_commands(add: Add) -> None:
    """Add `doctor`."""
    command = add(
        "doctor",
        doctor,
        gettext("check everything that keeps the bot from answering, and say what fixes it"),
        examples=("doctor", "doctor --offline"),
    )
    command.add_argument("--offline", action="store_true", help=gettext("ask nothing of Discord"))
    command.add_argument(
        "--json", action="store_true", help=gettext("print one JSON object for programs to read")
    )


def doctor(options: argparse.Namespace) -> int:
    """Print the checklist; return the exit code, which tells whether something is to be fixed."""
    from chipbot.cli.doctor_report import to_object, to_text
    from chipbot.ops.doctor import examine

    if options.json:
        set_language(SOURCE)  # for programs
    findings = examine(overrides(options), offline=options.offline)
    print(
        json.dumps(to_object(findings), ensure_ascii=False)
        if options.json
        else to_text(findings, style(), output_width())
    )
    return int(any(finding.state == "failed" for finding in findings))
