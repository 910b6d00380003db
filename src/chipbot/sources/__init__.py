"""The seeds folder → documents: which files there are, and one module a format."""

from chipbot.sources.barrier import document_barrier
from chipbot.sources.documents import parse_document, read_document
from chipbot.sources.formats import FORMATS
from chipbot.sources.opener import read_bytes
from chipbot.sources.seeds_folder import SeedFile, nothing_to_index, read_synonyms, scan

__all__ = [
    "FORMATS",
    "SeedFile",
    "document_barrier",
    "nothing_to_index",
    "parse_document",
    "read_bytes",
    "read_document",
    "read_synonyms",
    "scan",
]
