"""Hungarian."""

from chipbot.text.languages.pack import Language, QuestionCues, words

LANGUAGE = Language(
    code="hu",
    stemmer="hungarian",
    function_words=words(
        """a abban ahol aki akik akkor alatt amely amelyek ami az azok azon azt azzal be benne csak de e egy
        egyik el előtt ez ezek ezen ezt ha hanem hogy hogyan hol honnan hova igen ill is itt ki kik kit le
        lehet lesz maga meg mely melyik mennyi mert mi mikor milyen mint mit mivel miért most már nagyon
        ne nekem neki nem nincs olyan s saját sem si tehát ti több után utána vagy van vannak volt voltak
        és össze úgy ő ők"""
    ),
    question_cues=QuestionCues(
        number=r"hány|mennyi\w*",
        date="mikor",
        place="hol",
        reason="miért",
    ),
    discourse_markers="és|vagy|de|akkor|na és",
    pronouns=words("ő ők azt ezt annak ennek ott itt abban ebben"),
    question_words=words("mi mit ki kit melyik mikor hol hová miért hogyan hány mennyi"),
)
