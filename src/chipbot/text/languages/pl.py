"""Polish."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="pl",
    stemmer="polish",
    function_words=words(
        """a aby albo ale ani bardzo bez bo by być był była było były ci co czego czy dla do gdy gdzie go i
        ich ile im inne jak jaka jaki jakie jakim jako je jego jej jest jeszcze jeśli już kiedy kim kto
        która które którego której który których którym którzy ku lub ma mają mi między mnie może można my
        na nad nam nas nasz nich nie nim niż o od on ona one oni oraz po pod ponieważ przed przez przy się
        skąd są ta tak także tam te tego tej ten to tu tych tylko tym u w we więc wszystko wy z za ze że"""
    ),
    question_cues=QuestionCues(
        number="il[eu]",
        date="kiedy",
        person="kto|kogo",
        place="gdzie",
        reason="dlaczego",
    ),
    discourse_markers="a|i|albo|ale|więc|też|a co z|co z",
    pronouns=words("on ona ono oni one jego jej ich im go nim niej nich to ten ta te tego tej tam"),
    question_words=words(
        """co kto kogo komu jaki jaka jakie który która które kiedy gdzie dlaczego jak ile czy"""
    ),
    small_talk=SmallTalk(
        greeting="hej|cze[sś][cć]|dzie[nń] dobry",
        thanks="dzi[eę]ki|dzi[eę]kuj[eę]",
    ),
)
