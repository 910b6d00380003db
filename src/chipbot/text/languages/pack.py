"""What a language pack holds: the words of one language that chipbot knows, as plain data.

Words are in lower case unless a field says otherwise. What is called alternatives is a regular expression
without anchors, its alternatives separated by `|`; it has to be linear in its input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCues:
    """Which words of a question ask for which type of answer; alternatives of whole words."""

    money: str = ""
    """How much something costs."""
    clock: str = ""
    """At what time of the day."""
    amount: str = ""
    """How much, how long, how old."""
    number: str = ""
    """How many."""
    date: str = ""
    """When, which year."""
    person: str = ""
    """Who."""
    place: str = ""
    """Where, which country."""
    reason: str = ""
    """Why."""
    definition: str = ""
    """What a thing is, or what a word means."""
    other: str = ""
    """What asks without saying for which type: what, how, what kind of."""
    step: str = ""
    """How to do something."""
    polar: str = ""
    """Whether something is so: may I, is there, does it; where it stands is part of it."""
    within_words: bool = False
    """Whether these count within longer words too, as where prefixes and endings are written against them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCues:
    """Which words, or phrases, of a sentence show which type of answer."""

    number: frozenset[str] = frozenset()
    """Words for figures; in lower case."""
    date: frozenset[str] = frozenset()
    """Months, weekdays, seasons, and other words for times; as they are capitalised."""
    unit: frozenset[str] = frozenset()
    """What makes an amount of the figure before it: a currency, a measure, a scale, or how such a word
    begins; as it is capitalised."""
    money: frozenset[str] = frozenset()
    """What a price is said in, and what says that there is none."""
    until: frozenset[str] = frozenset()
    """What stands before an hour; as it is capitalised."""
    preposition: frozenset[str] = frozenset()
    """What stands before the name of a place."""
    title: frozenset[str] = frozenset()
    """What stands before a person's name; as it is capitalised."""
    reason: frozenset[str] = frozenset()
    """What introduces a cause or a purpose."""
    definition: frozenset[str] = frozenset()
    """What says that one thing is another."""
    anaphora: str = ""
    """Alternatives: what, at its beginning, makes a sentence refer to the one before it."""
    polar: str = ""
    """Alternatives: what a sentence that says yes or no begins with; where a word has to end there, they say so."""
    step: str = ""
    """Alternatives: what a sentence that says what to do begins with."""
    modal: frozenset[str] = frozenset()
    """What says that something may, can or must be, or is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk:
    """What people say to a bot that is no question about the documents; alternatives, case-folded."""

    greeting: str = ""
    """Hello, good morning."""
    thanks: str = ""
    """Thank you."""
    about: str = ""
    """What asks what the bot is or can do."""
    filler: str = ""
    """What may stand around these without making a question of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language. Each field may be left out: what it is for then works as well as it does without."""

    code: str
    """The ISO 639-1 code, or the ISO 639-3 code where there is none."""
    stemmer: str = ""
    """The name of Snowball's stemmer (https://snowballstem.org/algorithms/); without one, words are terms as
    they are."""

    unsegmented: bool = False
    """Whether it is written without spaces between words."""
    particles: str = ""
    """Alternatives: particles that are written against the end of nouns, which terms are made without (Korean)."""
    attaches_particles: bool = False
    """Whether particles are written against pronouns and question words, so that these count within words."""
    hyphenates_pronouns: bool = False
    """Whether a pronoun may follow its verb after a hyphen (French: est-il)."""
    elides: bool = False
    """Whether one or two letters and an apostrophe before a word are a word of their own (French: l'eau)."""
    dotless_i: bool = False
    """Whether I is the capital of ı, and İ that of i (Turkish)."""
    letters: frozenset[str] = frozenset()
    """Letters of its own alphabet that look like others with an accent, so that a word with one is no misspelt function word
    (Danish ø: nøgle is a key, nogle are some)."""

    abbreviations: frozenset[str] = frozenset()
    """Abbreviations without their point that stand before a name or noun, so that no sentence ends there (Mme, inkl.); as
    they are capitalised."""
    short_forms: frozenset[str] = frozenset()
    """Others, after which a sentence goes on where a small letter or a figure follows (Sat., max.); as they are
    capitalised."""

    function_words: frozenset[str] = frozenset()
    """Words that carry grammar rather than subject matter, which are neither indexed nor searched for.
    Accents may be left out, as people leave them out; then the words count with and without."""
    common_words: frozenset[str] = frozenset()
    """Words that most texts use whatever they are about: in a small collection they are rare, but say
    little."""
    numbers: Mapping[str, str] | None = None
    """Spelled numbers that stand for the same term as their figures; not those that are pronouns as well."""

    question_cues: QuestionCues = QuestionCues()
    answer_cues: AnswerCues = AnswerCues()

    linking_elements: tuple[str, ...] = ()
    """What stands between the words of a compound that is written as one word, nothing among it (German: Aufnahmeregel,
    Portweiterleitung, Vereinsheim)."""
    derivations: tuple[tuple[str, str], ...] = ()
    """Pairs of endings that make words of one family, of which the stemmer makes different terms (apply, application)."""
    asking: str = ""
    """Alternatives: phrases that only ask, and say nothing of what; a question is searched without them where words are
    pieces of the text, or endings make other words of them. The longest of those that begin alike stands first."""
    synonyms: str = ""
    """What means the same to most communities, in the form of `synonyms.txt`."""

    directions: tuple[str, str] = ("", "")
    """Alternatives: what stands before the place that something comes from, and before the one that it goes to."""
    fillers: frozenset[str] = frozenset()
    """Words around a question rather than in it; they carry no weight when anything else remains."""
    discourse_markers: str = ""
    """Alternatives: what a question begins with that goes on from the one before."""
    pronouns: frozenset[str] = frozenset()
    """Pronouns and adverbs that stand for something said before."""
    anaphoric: str = ""
    """A regular expression that finds further words which do, such as nouns with a possessive ending."""
    non_anaphoric: tuple[str, ...] = ()
    """Regular expressions that find turns of phrase whose pronoun stands for nothing said before."""
    question_words: frozenset[str] = frozenset()
    """Words that make a question of a sentence; one without them only names what the question before is asked
    of now."""

    small_talk: SmallTalk = SmallTalk()


def words(text: str) -> frozenset[str]:
    """Return the words of a text, which white space separates."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """Return the phrases of a text, which `|` separates."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


def pairs(text: str) -> dict[str, str]:
    """Return each word of a text "word=value word=value"."""
    return dict(item.split("=") for item in text.split())


def endings(text: str) -> tuple[tuple[str, str], ...]:
    """Return each pair of endings of a text "ending=ending ending=ending"; either may be empty."""
    return tuple((first, second) for first, _, second in (item.partition("=") for item in text.split()))
