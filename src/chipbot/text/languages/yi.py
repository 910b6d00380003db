"""Yiddish."""

from chipbot.text.languages.pack import Language

LANGUAGE = Language(
    code="yi",
    stemmer="yiddish",
)
