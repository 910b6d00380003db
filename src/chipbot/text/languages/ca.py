"""Catalan."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="ca",
    stemmer="catalan",
    elides=True,
)
