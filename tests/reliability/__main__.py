"""`python -m tests.reliability`: inject all faults, measure load and growth, fuzz, and write README.md with what came of it."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

from tests.reliability import endurance, guided
from tests.reliability.sections import SECTIONS

README = Path(__file__).parent / "README.md"
_OPTIONAL = set() if guided.is_there() else {"guided"}
HEAD = """\
# What was broken on purpose, and what came of it

Written by `python -m tests.reliability`; with `--network`, `--stored`, `--kills` and so on only that part is done anew, and with
`--state FILE` kills and guards go on where they were ended. CI runs the same with fewer inputs (`test_*.py` here). Questions go
in by mention, direct message and command over a true gateway ([tests/wire](../wire/README.md)), with the fault in the midst of
them. **Survived** are questions answered exactly once, and those refused where the member sees it; an **expired** command is one
that nothing got through for within the three seconds after which Discord itself says so. **Lost** are questions that nobody
answered, **twice** those with two replies.

"""
UNCOVERED = """\
## What is not covered

- A file of the index that somebody *shortens* is noticed before each question, and built anew; during a question it ends the
  process (SIGBUS), which starts again, and sees the damage.
- A flipped bit in what ranks (postings, terms) of an index over 32 MiB can lead to another passage or a refusal: what is
  quoted is true all the same ("other answers"). `chipbot index`, `doctor` and whatever fails while answering verify all of it.
- An answer that Discord has shown and acknowledged to nobody for longer than its nonces last may come twice.
- A document cut off while it is read is indexed as it was just then; the next build has the rest.
- SQLite keeps no checksums: a flipped bit in the journal can change a vote or a setting ("other answers"), not a quote.
- A clock that is years ahead, and by which old entries of the journal are deleted, cannot be told from a true one.
- Events that come faster than they can be read: commands fail in Discord's own words then. Ten times what can be answered do not.
- Quotas are those of btrfs (test_full_disk.py); others end a write with the same error.
- Power fails on an ext4 whose disk has all that was sent to it: a disk that loses what it has acknowledged, and other file
  systems, are not tried. Imports are fetched anew.
- Discord's true rate limits, true networks and TLS; processes on several machines; kill -9 of PostgreSQL.
"""


def main() -> None:
    """Do all of it, or the parts that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    for name, section in SECTIONS.items():
        parser.add_argument(f"--{name}", action="store_true", help=f"only this: {section.__doc__}")
    parser.add_argument(
        "--flips", type=int, default=3000, help="bit flips and truncations of each kind (%(default)s)"
    )
    parser.add_argument("--deaths", type=int, default=500, help="killed processes (%(default)s)")
    parser.add_argument(
        "--state", type=Path, help="a file in which --kills and --guards go on where they were ended"
    )
    parser.add_argument("--inputs", type=int, default=10_000, help="fuzzed inputs a target (%(default)s)")
    parser.add_argument(
        "--passages", default="10000,100000", help="sizes that load is measured at (%(default)s)"
    )
    parser.add_argument(
        "--seconds", type=int, default=60, help="seconds of guided fuzzing a target (%(default)s)"
    )
    parser.add_argument("--hours", type=int, default=endurance.HOURS, help="simulated hours (%(default)s)")
    options = parser.parse_args()
    os.environ["CHIPBOT_ENCODER"] = "off"
    logging.disable(logging.CRITICAL)
    wanted = {name for name in SECTIONS if getattr(options, name)} or set(SECTIONS) - _OPTIONAL
    for name in sorted(wanted, key=list(SECTIONS).index):
        written = "\n".join(SECTIONS[name](options))
        _write(name, written)


def _write(name: str, written: str) -> None:
    """Put a part into README.md, and leave the others as they are."""
    before = README.read_text(encoding="utf-8")
    parts = {
        each: before.partition(f"<!-- {each} -->\n")[2].partition(f"<!-- /{each} -->\n")[0]
        for each in SECTIONS
    }
    parts[name] = written
    shown = [f"<!-- {each} -->\n{part}<!-- /{each} -->\n" for each, part in parts.items()]
    README.write_text(HEAD + "\n".join([*shown, UNCOVERED]), encoding="utf-8")


if __name__ == "__main__":
    main()
