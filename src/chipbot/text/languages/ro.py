"""Romanian."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="ro",
    stemmer="romanian",
    function_words=words(
        """a acea aceasta aceea acei aceia acel acela acele acest acesta aceste acestea acestei acestor
        acestui ai al ale alt altceva alte altul am ar are as asa asta atat au avea avem aveti avut ca
        cand care carora caruia cat cata cate cati ce cea cei cel cele celor ceva chiar ci cine cineva cu
        cui cum da daca dar dat de decat deci deoarece despre din dintre doar dupa ea ei el ele era erau
        este eu fara fi fie fiecare fiind foarte fost iar ii il in inainte intr intre isi la le lor lui ma
        mai mult multa multe multi ne nici nimic noi nostru nu numai o ori pana pe pentru peste prin
        printre sa sau se si spre sub sunt te toata toate tot toti tu un una unde unei unele unii unor
        unora unui va voi vor"""
    ),
    question_cues=QuestionCues(
        number="câ[țt][ie]?",
        date="când",
        person="cine",
        place="unde",
        reason="de ce",
    ),
    answer_cues=AnswerCues(
        anaphora=r"acest\w*|el|ea|ei|ele",
    ),
    discourse_markers="și|şi|si|sau|dar|iar|atunci|ce zici de",
    pronouns=words("""el ea ei ele lui acesta aceasta aceștia acestea acela aceea acolo său sa săi sale"""),
    question_words=words("ce cine care când unde de cum cât câtă câți câte"),
    small_talk=SmallTalk(
        greeting="salut",
    ),
)
