"""Czech."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="cs",
    stemmer="czech",
    function_words=words(
        """a aby ale ani ano až bez bude budou by byl byla byli bylo být co do ho i jak jako jaká jaké jaký
        je jeho jej jejich její jen ji jiné již jsem jsme jsou jste k kam kde kdo kdy když ke kolik která
        které který kteří ku mají mezi mi mnoho mu my má na nad ne nebo než nic nám nás o od on ona oni
        ono po pod podle pokud pouze pro proto proč před při s se si svá své svůj ta tak také takže tam
        tato te tedy ten tento ti to toho tom tomu tu ty tyto u už v ve vy více však všech z za ze či že"""
    ),
    question_cues=QuestionCues(
        number="kolik",
        date="kdy",
        person="kdo|koho",
        place="kde",
        reason="proč",
    ),
    discourse_markers="a|i|nebo|ale|tak|také|a co",
    pronouns=words("on ona ono oni jeho její jejich jim ho něj ní nich to ten ta toho té tam"),
    question_words=words("co kdo koho jaký jaká jaké který která které kdy kde proč jak kolik"),
    small_talk=SmallTalk(
        greeting="ahoj",
        thanks="d[eě]kuji",
    ),
)
