"""`chipbot index`: builds or refreshes the index."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, check_canaries, knowledge_base_of, print_line, say_failures, settings_of
from chipbot.cli.progress import progress
from chipbot.model import ReadLimits
from chipbot.translation import SOURCE, digits, gettext, ngettext, set_language

if TYPE_CHECKING:
    from chipbot.service.index_sync import Approve


def add_commands(add: Add) -> None:
    """Add `index`."""
    command = add(
        "index",
        index,
        gettext("build or refresh the index from the documents"),
        examples=("index", "index --seeds ~/handbook --index ~/handbook-index"),
    )
    # How a running bot rebuilds beside itself: service/background_rebuild.py.
    command.add_argument("--progress-json", action="store_true", help=argparse.SUPPRESS)
    command.add_argument("--language", help=argparse.SUPPRESS)
    command.add_argument("--encoder", help=argparse.SUPPRESS)
    command.add_argument("--sources", type=Path, help=argparse.SUPPRESS)
    command.add_argument(
        "--force",
        action="store_true",
        help=gettext("use the result even if it breaks questions of seeds/canaries.jsonl"),
    )
    command.add_argument("--limits", nargs=3, type=int, default=ReadLimits(), help=argparse.SUPPRESS)


def index(options: argparse.Namespace) -> int:
    """Bring the index in sync with the documents, and say what it holds."""
    approve: Approve = (lambda _seeds, _present, _new: None) if options.force else check_canaries
    if options.progress_json:
        from chipbot.service.background_rebuild import rebuild

        set_language(SOURCE)  # what it says goes to the log of a running bot
        seeds, folder = Path(options.seeds or "seeds"), Path(options.index or "index")
        encoder = Path(options.encoder) if options.encoder not in (None, "off") else options.encoder
        return rebuild(
            seeds,
            folder,
            lambda line: print(line, flush=True),
            language=options.language,
            encoder=encoder,
            sources=options.sources,
            approve=approve,
            limits=ReadLimits(*options.limits),
        )
    knowledge_base = knowledge_base_of(settings_of(options), approve=approve)
    began = time.perf_counter()
    with progress() as report:
        status = knowledge_base.reindex(report)
    from chipbot.cli.terminal import status_line

    seconds = digits(time.perf_counter() - began, 1)
    print_line(gettext("{size} in {seconds} s", size=status_line(status), seconds=seconds))
    if status.vectors is not None:
        with progress() as report:
            knowledge_base.encode(report)
        vectors = knowledge_base.status().vectors or 0
        said = ngettext(
            "{number} vector of sentences, for comparing meanings",
            "{number} vectors of sentences, for comparing meanings",
            vectors,
        )
        print_line(said)
    say_failures(status)
    return 0
