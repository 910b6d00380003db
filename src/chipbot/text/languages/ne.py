"""Nepali."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="ne",
    stemmer="nepali",
)
