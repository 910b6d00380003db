"""Irish."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="ga",
    stemmer="irish",
)
