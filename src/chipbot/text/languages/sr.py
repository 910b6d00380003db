"""Serbian."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="sr",
    stemmer="serbian",
)
