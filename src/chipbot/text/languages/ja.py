"""Japanese."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="ja",
    unsegmented=True,
    question_cues=QuestionCues(
        number="いくつ|いくら|何[人個回本枚冊]",
        date="いつ|何[年月日時]",
        person="誰",
        place="どこ",
        reason="なぜ|どうして",
        other="何(?=[がをはで])|どの|どんな",
        within_words=True,
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
