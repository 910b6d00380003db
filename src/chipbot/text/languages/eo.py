"""Esperanto."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="eo",
    stemmer="esperanto",
)
