"""Lithuanian."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="lt",
    stemmer="lithuanian",
)
