"""Tamil."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="ta",
    stemmer="tamil",
)
