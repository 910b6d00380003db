"""How a backup is laid out: the names in it, and its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chipbot.sources.ignore_rules import IGNORE_FILE
from chipbot.sources.imports import STATE_FILE

FORMAT = 1
"""The layout's version."""
MANIFEST, SETTINGS, SEEDS = "manifest.json", "settings.env", "seeds/"
JOURNAL, JOURNAL_KEY = "journal/journal.sqlite3", "journal/member.key"
HIDDEN = frozenset((IGNORE_FILE, STATE_FILE))
"""Hidden files that belong to the documents: without them what is ignored would be quoted, and imports would end."""
CHUNK = 2**20
"""Bytes that are read at a time."""

Files = dict[str, dict[str, Any]]
"""Name in the archive → `sha256`, `size` and, of a document, `mtime_ns`."""


def sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest with a checksum of its own."""
    content = {key: value for key, value in manifest.items() if key != "checksum"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return content | {"checksum": hashlib.sha256(canonical.encode()).hexdigest()}
