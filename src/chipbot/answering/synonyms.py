"""What may be written for words of a question: the operator's synonyms and the languages' own, and related words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from chipbot.answering.written_forms import Phrase
from chipbot.sources.synonyms import parse_synonyms, terms_of
from chipbot.text.languages import language as language_of
from chipbot.text.languages import related_words
from chipbot.text.tokenizer import analyzer


class Rules:
    """Phrases of questions with what may be written for each, in terms."""

    def __init__(self) -> None:
        self._groups: dict[Phrase, list[Sequence[Phrase]]] = {}
        self._longest = 0

    def __contains__(self, source: Phrase) -> bool:
        return source in self._groups

    def add(self, source: Phrase, targets: Sequence[Phrase]) -> None:
        """Add what may be written for a phrase, beside what is known already."""
        self._groups.setdefault(source, []).append(targets)
        self._longest = max(self._longest, len(source))

    def apply(self, terms: Sequence[str]) -> Iterator[tuple[Phrase, Phrase]]:
        """Yield phrases of a question with what may be written for each; of those that begin at one term the longest
        holds.
        """
        start = 0
        while start < len(terms):
            lengths = range(min(self._longest, len(terms) - start), 0, -1)
            phrases = (tuple(terms[start : start + length]) for length in lengths)
            source = next((phrase for phrase in phrases if phrase in self._groups), ())
            for group in self._groups.get(source, ()):
                yield from ((source, target) for target in group if target != source)
            start += len(source) or 1


class Synonyms:
    """The operator's synonyms, for documents and questions in some languages, and those that most communities share, each for
    its own language.
    """

    def __init__(self, text: str, languages: Sequence[str], *, starter: bool = False) -> None:
        self.same = Rules()
        self._starter = starter
        _add(self.same, text, languages)
        for language in languages if starter else ():
            _add(self.same, language_of(language).synonyms, (language,))

    def related(self, language: str) -> Rules:
        """Return what is related to words of a language, without meaning the same."""
        return related_rules(language) if self._starter else Rules()

    def abbreviates(self, term: str) -> bool:
        """Whether a term is short for what most communities say: "PR", "DM" and "FAQ" name nothing of their own."""
        return (term,) in self.same


def _add(rules: Rules, text: str, languages: Sequence[str]) -> None:
    """Add the rules of a synonyms file, read in each of some languages."""
    for rule in parse_synonyms(text)[0]:
        targets = dict.fromkeys(
            phrase
            for entry in rule.written
            for language in languages
            if (phrase := terms_of(entry, language))
        )
        for language in languages:
            if source := terms_of(rule.asked, language):
                rules.add(source, tuple(targets))


@cache
def related_rules(language: str) -> Rules:
    """Return the rules of a language's related words.

    They are the project's own, and tests hold them to the format: nothing is looked for in them that `parse_synonyms` would
    find wrong, which takes five times as long.
    """
    rules, terms = Rules(), analyzer(language).terms
    for line in related_words(language).splitlines():
        if line and not line.startswith("#"):
            sides = [[tuple(terms(entry)) for entry in side.split(",")] for side in line.split("=>")]
            for source in sides[0]:
                rules.add(source, sides[-1])
    return rules


NO_SYNONYMS = Synonyms("", ())
