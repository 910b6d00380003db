"""Thai."""

from chipbot.text.languages.pack import Language, QuestionCues, words

LANGUAGE = Language(
    code="th",
    unsegmented=True,
    question_cues=QuestionCues(
        number="เท่าไ|กี่",
        date="เมื่อ(?:ไหร่|ใด)",
        person="ใคร",
        place="ที่ไหน",
        reason="ทำไม",
        other="อะไร|อย่างไร",
        within_words=True,
    ),
    discourse_markers="แล้ว|และ|หรือ|แต่",
    pronouns=words("มัน เขา เธอ นั้น นี้ ที่นั่น"),
    question_words=words("อะไร ใคร ไหน เมื่อไร เมื่อไหร่ ทำไม อย่างไร เท่าไร เท่าไหร่ กี่"),
)
