"""Khmer."""

from chipbot.text.languages.pack import Language, QuestionCues, words

LANGUAGE = Language(
    code="km",
    unsegmented=True,
    question_cues=QuestionCues(
        number="ប៉ុន្មាន",
        date="ពេលណា|ឆ្នាំណា",
        person="អ្នកណា|នរណា",
        place="ឯណា|នៅណា",
        reason="ហេតុអ្វី",
        other="អ្វី",
        within_words=True,
    ),
    discourse_markers="ចុះ|ហើយ|និង",
    pronouns=words("វា គាត់ នោះ នេះ"),
    question_words=words("អ្វី អ្នកណា ណា ពេលណា ហេតុអ្វី យ៉ាងណា ប៉ុន្មាន"),
)
