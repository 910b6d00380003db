"""Basque."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="eu",
    stemmer="basque",
)
