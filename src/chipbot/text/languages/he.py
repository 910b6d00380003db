"""Hebrew."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="he",
    question_cues=QuestionCues(
        number="כמה",
        date="מתי",
        person="מי",
        place="איפה|היכן",
        reason="למה|מדוע",
    ),
    discourse_markers="או|אבל|אז|גם|ומה|ומי|ומתי|וכמה|ואיפה|והיכן|ולמה|ואיך|מה עם|ומה עם",
    pronouns=words("הוא היא הם הן זה זאת זו אותו אותה אותם שם שלו שלה שלהם"),
    question_words=words(
        """מה מי מתי איפה היכן למה מדוע איך כמה האם איזה ומה ומי ומתי וכמה ואיפה והיכן ולמה ואיך"""
    ),
    small_talk=SmallTalk(
        greeting="שלום",
        thanks="תודה",
    ),
)
