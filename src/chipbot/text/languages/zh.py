"""Chinese."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="zh",
    unsegmented=True,
    question_cues=QuestionCues(
        number="多少|几",
        date="什么时候|何时|哪一?年",
        person="谁|誰",
        place="哪里|在哪",
        reason="为什么",
        other="什么|哪[些个]|如何|怎么|是否",
        within_words=True,
    ),
    answer_cues=AnswerCues(
        anaphora="这|它|他|她",
    ),
    discourse_markers="那么|那|还有|而|和|以及|但是|然后",
    pronouns=words("它 他 她 它们 他们 她们 这 那里 那个 其"),
    question_words=words("什么时候 什么 谁 哪 几 多少 多大 多长 怎 为何 何时 吗"),
    small_talk=SmallTalk(
        greeting="你好|您好|嗨",
        thanks="谢谢|多谢|謝謝",
        about="你是谁|你知道什么",
    ),
)
