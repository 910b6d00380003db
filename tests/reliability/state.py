"""A run of many hours that goes on where it was ended."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any


class State:
    """What came of each piece of a run, by its name; in a file, one a line, where one is given."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        there = path is not None and path.exists()
        lines = path.read_text(encoding="utf-8").splitlines() if path is not None and there else []
        self.known: dict[str, Any] = dict(map(json.loads, lines))

    def keep(self, name: str, value: Any) -> None:
        """Note what came of a piece; it must be what JSON knows."""
        with self._lock:
            self.known[name] = value
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    print(json.dumps([name, value]), file=file)
