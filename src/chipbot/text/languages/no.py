"""Norwegian."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="no",
    stemmer="norwegian",
    letters=frozenset("æøå"),
    function_words=words(
        """alle at av bare begge ble bli blir da de deg dem den denne der dere deres det dette din disse du
        eller en enn er et ett etter for fordi fra før ha hadde han hans har henne hennes her hun hva hvem
        hvilke hvilken hvilket hvis hvor hvordan hvorfor i ikke ingen inn jeg kan kunne man mange med meg
        mellom men mer min mitt mot mye må ned noe noen nå når og også om opp oss over på seg selv sin
        sine sitt skal skulle slik som så til ut uten var ved vi vil ville vår være vært"""
    ),
    linking_elements=("", "s", "e"),
    question_cues=QuestionCues(
        number="hvor (?:mange|mye|meget)",
        person="hvem",
        place="hvor",
        reason="hvorfor",
    ),
    discourse_markers="og|eller|men|så|også|hva med",
    pronouns=words("han hun den det dem dens dets deres hans hennes denne dette disse"),
    question_words=words("hva hvem hvilken hvilket hvilke når hvor hvorfor hvordan er"),
    small_talk=SmallTalk(
        greeting="hei",
        thanks="takk",
    ),
)
