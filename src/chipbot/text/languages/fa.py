"""Persian."""

from chipbot.text.languages.pack import Language, QuestionCues, words

LANGUAGE = Language(
    code="fa",
    stemmer="persian",
    function_words=words(
        """آن آنها از است اما او اگر ای این با باید بر برای به بود بودند بین تا خود دارد دارند در را زیر شد
        شده شود ما من می نیز نیست ها هر هم همه همین هیچ و ولی چرا چند چه چون چگونه کجا کدام که کی یا یک"""
    ),
    question_cues=QuestionCues(
        number="چند",
        within_words=True,
    ),
    discourse_markers="و|یا|اما|پس",
    pronouns=words("او آن آنها این آنجا"),
    question_words=words("چه کی کجا چرا چگونه چند آیا"),
)
