"""Chinese."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="zh",
    unsegmented=True,
    asking="(?:是|能)?干什么(?:用)?的?|做什么用?的?|是什么意思|什么意思|什么是|是什么|有什么|什么时候|为什么|什么|怎么样|怎么办|怎么|怎样|如何|"
    "能不能|可不可以|可以吗|请问|吗|呢|"
    r"(?<!\p{Han})[和与跟](?!\p{Han})",
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
    synonyms="""
管理员, 版主, 管理
Discord, DC
Mac, macOS, 苹果电脑
配置, 设置, 设定
文档, 说明文档
电脑, 计算机, PC
密码, 口令
应用, 应用程序, APP
内存, RAM
手机, 电话
账号, 帐号, 账户, 帐户
区别, 不同, 差别, 差异
价格, 费用, 多少钱
删除, 移除
私信, 私聊
视频, 影片
软件, 程序
""",
    small_talk=SmallTalk(
        greeting="你好|您好|嗨",
        thanks="谢谢|多谢|謝謝",
        about="你是谁|你知道什么",
    ),
)
