"""Estonian."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="et",
    stemmer="estonian",
)
