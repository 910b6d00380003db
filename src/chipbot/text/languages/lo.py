"""Lao."""

from chipbot.text.languages.pack import Language, QuestionCues, words

LANGUAGE = Language(
    code="lo",
    unsegmented=True,
    question_cues=QuestionCues(
        number="ຈັກ|ເທົ່າໃດ",
        date="ເມື່ອໃດ|ປີໃດ",
        person="ໃຜ",
        place="ຢູ່ໃສ",
        reason="ຍ້ອນຫຍັງ",
        other="ຫຍັງ",
        within_words=True,
    ),
    discourse_markers="ແລ້ວ|ແລະ|ແຕ່",
    pronouns=words("ມັນ ເຂົາ ລາວ ນັ້ນ"),
    question_words=words("ຫຍັງ ໃຜ ໃສ ເມື່ອໃດ ເປັນຫຍັງ ແນວໃດ ຈັກ ເທົ່າໃດ"),
)
