"""Danish."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="da",
    stemmer="danish",
    letters=frozenset("æøå"),
    function_words=words(
        """af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog
        du efter eller en end er et for fra ham han hans har havde hende hendes her hos hun hvad hvem
        hvilken hvilket hvis hvor hvordan hvorfor hvornår i ikke ind jeg jer jo kan kunne man mange med
        meget men mig min mine mit mod ned noget nogle nu når og også om op os over på selv sig sin sine
        sit skal skulle som sådan til ud under var ved vi vil ville vor være været"""
    ),
    linking_elements=("", "s", "e"),
    question_cues=QuestionCues(
        number="hvor (?:mange|meget)",
        date="hvornår",
        person="hvem",
        place="hvor",
        reason="hvorfor",
    ),
    discourse_markers="og|eller|men|så|også|hvad med",
    pronouns=words("han hun den det dem dens dets deres hans hendes denne dette disse"),
    non_anaphoric=(r"\ber der\b",),
    question_words=words("hvad hvem hvilken hvilket hvilke hvornår hvor hvorfor hvordan er"),
    small_talk=SmallTalk(
        greeting="hej",
        thanks="tak",
    ),
)
