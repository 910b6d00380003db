"""Swedish."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="sv",
    stemmer="swedish",
    letters=frozenset("åäö"),
    function_words=words(
        """alla allt att av blev bli blir de dem den denna deras dess dessa det detta dig din dina ditt du
        där efter ej eller en er ett från för ha hade han hans har henne hennes hon honom hur i icke ingen
        inom inte jag ju kan kunde man med mellan men mig min mina mitt mot mycket många ni nu när någon
        något några och om oss på samma sedan sig sin sina sitt ska skulle som så till under upp ut utan
        vad var vara varför varit varje vars vart vem vi vid vilka vilken vilket vår våra än är åt över"""
    ),
    linking_elements=("", "s"),
    question_cues=QuestionCues(
        number="hur (?:många|mycket)",
        person="vem",
        reason="varför",
    ),
    discourse_markers="och|eller|men|då|också|hur är det med",
    pronouns=words("han hon den det dem dess deras hans hennes denna detta dessa där"),
    non_anaphoric=(
        r"\bfinns det\b",
        r"\bär det\b",
    ),
    question_words=words("vad vem vilka vilken vilket när var vart varför hur är"),
    small_talk=SmallTalk(
        greeting="hej|hejsan",
        thanks="tack(?: s[aå] mycket)?",
    ),
)
