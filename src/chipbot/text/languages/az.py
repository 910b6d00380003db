"""Azerbaijani."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="az",
    dotless_i=True,
)
