"""Turkish."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="tr",
    stemmer="turkish",
    dotless_i=True,
    function_words=words(
        """acaba ama ancak artık aslında az bana bazı belki ben beni benim bir biri birkaç birçok biz bize
        bizi bizim bu buna bunlar bunu bunun burada da daha de defa değil diye dolayı en eğer fakat gibi
        göre hala hangi hangisi hem henüz hep hepsi her hiç ile ise için içinde kadar kaç kendi kendisi ki
        kim kime kimi kimin mi mu mü mı nasıl ne neden nedir neler nerede nereye nesi niye niçin o olan
        olarak oldu olduğu olduğunda olduğunu olup olur ona onlar onları onların onu onun orada sadece sen
        senin siz sizin sonra tarafından tüm var vardır ve veya ya yani yok zaman çok çünkü şey şu"""
    ),
    question_cues=QuestionCues(
        number="kaç",
        date="ne zaman",
        person="kim",
        place="nerede",
        reason="neden",
    ),
    answer_cues=AnswerCues(
        anaphora="bu|bunlar|o|onlar",
    ),
    fillers=words("merhaba lütfen"),
    discourse_markers="ve|veya|ama|peki|peki ya|ya|o zaman",
    pronouns=words("o onu ona onun onda ondan orada bu bunu bunun buna şu onlar onların burada"),
    question_words=words("ne kim kimi hangi hangisi nerede nereye neden niçin nasıl kaç"),
    small_talk=SmallTalk(
        greeting="merhaba|selam",
        thanks="te[sş]ekk[uü]rler",
    ),
)
