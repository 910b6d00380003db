"""Vietnamese."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="vi",
    function_words=words(
        """ai anh bao bạn bị bởi cho chúng chưa chỉ các cái còn có cùng cũng cả cần của do giữa gì hay hơn họ
        khi không là làm lên lúc lại mà mỗi một nhiêu như nhưng những nào này nên nó nơi nếu nữa phải qua
        ra rất rằng rồi sao sau sẽ sự theo thì thế trong trên trước tại từ từng việc và vào vì vẫn vậy về
        với vừa ông đang đi điều đây đã đó được đấy đến đều để ấy"""
    ),
    question_cues=QuestionCues(
        number="bao nhiêu",
        date="khi nào|năm nào",
        person="ai",
        place="ở đâu",
        reason="tại sao",
    ),
    answer_cues=AnswerCues(
        anaphora="nó|họ",
    ),
    discourse_markers="và|hay|nhưng|còn|thế còn|vậy",
    pronouns=words("nó họ ấy đó đấy này"),
    question_words=words("gì ai nào đâu bao khi sao mấy"),
    small_talk=SmallTalk(
        greeting="xin ch[aà]o",
        thanks="c[aả]m [oơ]n",
    ),
)
