"""`python -m chipbot` and the `chipbot` command."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its code."""
    # Start-up costs what a question does not: looking for garbage while modules are loaded finds none,
    # NumPy's threads serve linear algebra, which chipbot does not use, and pydantic's plug-ins are found by
    # reading the metadata of every installed package.
    gc.disable()  # the command line enables it again for what takes longer than a question
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from chipbot.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
