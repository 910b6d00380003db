"""Documents of one server alone, told by their path: what its team answered, and its own channels."""

from __future__ import annotations

import re

from chipbot.index import Index
from chipbot.model import CHANNELS, TAUGHT

FOLDERS = (TAUGHT, CHANNELS)
"""What holds a folder for each server that has such documents."""
_OF_SERVER = re.compile(rf"(?:{'|'.join(FOLDERS)})(\d{{1,20}})/")


def server_of(document_id: str) -> int | None:
    """Return the server that a document is for alone; None where it is for all."""
    match = _OF_SERVER.match(document_id)
    return int(match[1]) if match else None


def folder_of(document_id: str) -> str:
    """Return the folder of the server that a document is for alone, with its slash; empty where it is for all."""
    match = _OF_SERVER.match(document_id)
    return match[0] if match else ""


def documents_of_servers(index: Index) -> tuple[str, ...]:
    """Return the ids of the documents in an index that are for one server alone."""
    rows = (index.document(row) for folder in FOLDERS for row in index.documents_below(folder))
    return tuple(row.id for row in rows if server_of(row.id) is not None)


class ServerDocuments:
    """The documents of servers in an index, looked up once an index."""

    def __init__(self) -> None:
        self._found: tuple[Index | None, tuple[str, ...]] = (None, ())

    def elsewhere(self, index: Index, guild_id: int) -> frozenset[str]:
        """Return the ids of the documents that are for other servers than this one."""
        if index is not self._found[0]:
            self._found = index, documents_of_servers(index)
        return frozenset(document_id for document_id in self._found[1] if server_of(document_id) != guild_id)
