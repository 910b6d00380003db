"""Makes the bytecode of what chipbot imports, for where Python may not write it later; not of the many modules that its
packages have beside that, which would take more room than all that is used.

    python deploy/bytecode.py [unchecked-hash]

With `unchecked-hash` there are no times in it, so that it is the same each time, and changed sources do not count.
"""

import importlib
import pkgutil
import py_compile
import sys
from pathlib import Path

import chipbot

MIGRATIONS = "chipbot.journal.migrations."
"""Modules that Alembic loads by path."""
LATER = (
    "charset_normalizer",
    "pathspec",
    "py3langid",
    "rich.progress",
    "sentencex",
    "shtab",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "yaml",
)
"""What is imported when it is first used."""


def imported() -> list[Path]:
    """Import all of chipbot; returns the files of modules that are now there, its own and its packages'."""
    modules = [module.name for module in pkgutil.walk_packages(chipbot.__path__, "chipbot.")]
    for name in (*modules, *LATER):
        if not name.startswith(MIGRATIONS):
            importlib.import_module(name)
    homes = (Path(sys.prefix), Path(chipbot.__file__).parent)
    files = [Path(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())]
    return [
        file for file in files if file.suffix == ".py" and any(file.is_relative_to(home) for home in homes)
    ]


if __name__ == "__main__":
    modes = py_compile.PycInvalidationMode
    mode = modes.UNCHECKED_HASH if sys.argv[1:] == ["unchecked-hash"] else modes.TIMESTAMP
    for file in imported():
        py_compile.compile(str(file), invalidation_mode=mode, quiet=2)
