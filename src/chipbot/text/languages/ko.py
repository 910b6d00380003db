"""Korean."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="ko",
    attaches_particles=True,
    question_cues=QuestionCues(
        number="몇|얼마",
        date="언제|몇 ?[년월일시]",
        person="누가|누구",
        place="어디",
        reason=r"(?<!\w)왜",
        other="무엇",
        within_words=True,
    ),
    discourse_markers="그럼|그러면|그리고|그런데|근데|또",
    pronouns=words("그것 그건 그게 그것은 그는 그녀는 그들은 거기 그곳 그곳은 이것"),
    question_words=words("무엇 뭐 누구 누가 언제 어디 왜 어떻게 얼마 몇"),
    small_talk=SmallTalk(
        greeting="안녕(?:하세요)?",
        thanks="감사합니다|고마워요?",
    ),
)
