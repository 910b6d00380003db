"""Japanese."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, phrases, words

LANGUAGE = Language(
    code="ja",
    unsegmented=True,
    question_cues=QuestionCues(
        step="どうすれば|どうやって|どうしたら|方法|コマンドは",
        money="いくら|料金|値段",
        clock="何時",
        number="いくつ|何[人個回本枚冊部名台歳]",
        date="いつ|何[年月日時曜]",
        person="誰",
        place="どこ",
        reason="なぜ|どうして|なんで|何で",
        polar=r"(?:ます|です|いい|ません|られる|える|大丈夫)(?:か|の|んですか|ですか)?[?？]",
        definition="(?:って|とは)(?:何|なに|なん)",
        other="何(?=[がをはで])|どの|どんな",
        within_words=True,
    ),
    answer_cues=AnswerCues(
        polar="はい|いいえ|いえ|ええ|もちろん|でき(?:ます|ません)|かかりません|ありません|あります|大丈夫|だめ|禁止",
        unit=phrases(
            "円 | 人 | 名 | 枚 | 冊 | 本 | 回 | 個 | 部 | 台 | 歳 | 分 | 時間 | 週間 | か月 | メートル | パーセント"
        ),
    ),
    discourse_markers="じゃあ|では|それで|そして|それから|また|でも",
    pronouns=words("それ これ あれ 彼 彼女 そこ ここ その この"),
    question_words=words("何 誰 どこ いつ なぜ どう どの いくつ いくら"),
    synonyms="""
MOD, モデ, モデレーター
管理者, 管理人, アドミン
DC, ディスコード, Discord
Mac, macOS, マック
設定, コンフィグ, config
ドキュメント, 文書
PC, パソコン, コンピューター
パスワード, PW, 暗証番号
アプリ, アプリケーション
メモリ, RAM
スマホ, スマートフォン, 携帯
サーバー, サーバ, 鯖
アカウント, 垢
違い, 差異
料金, 値段, 価格, 費用
削除, 消去
登録, 申請
""",
    small_talk=SmallTalk(
        greeting="こんにちは|おはよう(?:ございます)?|こんばんは",
        thanks="ありがとう(?:ございます)?",
        about="何ができますか|あなたは誰",
    ),
)
