"""Armenian."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="hy",
    stemmer="armenian",
)
