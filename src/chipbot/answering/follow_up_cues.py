"""The words by which a question leans on what was asked before it, by language; and whether a question has
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import regex

from chipbot.text.tokenizer import DEFAULT_LANGUAGE

OPENERS: dict[str, str] = {
    "en": "and|or|but|so|also|then|ok|okay|plus|what about|how about|what else|same for|and what about|and how about",
    "es": "y|e|o|pero|entonces|también|tambien|además|qué hay de|qué pasa con|qué tal",
    "pt": "e|ou|mas|então|entao|também|tambem|e quanto [aà]|que tal",
    "fr": "et|ou|mais|alors|puis|aussi|qu'en est-il d[eu]|et pour",
    "de": "und|oder|aber|dann|auch|was ist mit|wie steht es mit|wie sieht es mit",
    "it": "e|ed|o|ma|allora|poi|anche|che ne è d[ei]",
    "nl": "en|of|maar|dan|ook|hoe zit het met|en wat met",
    "sv": "och|eller|men|då|också|hur är det med",
    "da": "og|eller|men|så|også|hvad med",
    "no": "og|eller|men|så|også|hva med",
    "fi": "ja|tai|mutta|entä|entäs",
    "pl": "a|i|albo|ale|więc|też|a co z|co z",
    "cs": "a|i|nebo|ale|tak|také|a co",
    "ru": "и|а|или|но|ещё|еще|тогда|также|что насч[её]т|как насч[её]т",
    "uk": "і|й|а|та|або|але|також|щодо",
    "ro": "și|şi|si|sau|dar|iar|atunci|ce zici de",
    "hu": "és|vagy|de|akkor|na és",
    "el": "και|κι|ή|αλλά|αλλα|τότε|επίσης|τι γίνεται με",
    "tr": "ve|veya|ama|peki|peki ya|ya|o zaman",
    "ar": "و|أو|او|لكن|ولكن|ثم|ماذا عن|وماذا عن|وما|ومن|ومتى|وكم|وأين|واين|وكيف|ولماذا|وهل|وماذا|وفي|وأي",
    "he": "או|אבל|אז|גם|ומה|ומי|ומתי|וכמה|ואיפה|והיכן|ולמה|ואיך|מה עם|ומה עם",
    "fa": "و|یا|اما|پس",
    "hi": "और|या|लेकिन|तो|फिर",
    "vi": "và|hay|nhưng|còn|thế còn|vậy",
    "id": "dan|atau|tapi|tetapi|lalu|terus|kalau|bagaimana dengan",
    "th": "แล้ว|และ|หรือ|แต่",
    "km": "ចុះ|ហើយ|និង",
    "lo": "ແລ້ວ|ແລະ|ແຕ່",
    "zh": "那么|那|还有|而|和|以及|但是|然后",
    "ja": "じゃあ|では|それで|そして|それから|また|でも",
    "ko": "그럼|그러면|그리고|그런데|근데|또",
}
"""Language → what a question begins with that goes on from the one before."""

POINTERS: dict[str, str] = {
    "en": """it its it's that this they them their theirs those these he him his he's she her hers she's there one ones else same
             former latter""",
    "es": """él ella ellos ellas le les lo su sus suyo suya eso esto ese esa esos esas este esta estos estas aquel aquella
             allí alli ahí ahi allá mismo misma""",
    "pt": """ele ela eles elas isso isto esse essa esses essas este esta aquele aquela lá ali aí dele dela deles delas seu sua
             seus suas mesmo mesma""",
    "fr": "il elle ils elles lui leur leurs son sa ses cela ça ca ceci celui celle ceux celles y là même",
    "de": """er sie es ihn ihm ihr ihre ihren ihrer ihres ihrem sein seine seinen seiner seines seinem dies dieser diese dieses
             diesen diesem dort da davon dazu damit dafür darin darauf daran dabei daraus darüber denen deren dessen""",
    "it": """lui lei loro esso essa essi esse egli ella suo sua suoi sue questo questa questi queste quello quella quelli quelle
             lì là ci ne stesso stessa""",
    "nl": "hij zij ze hem haar hun dat dit deze die daar er daarvan ermee ervan",
    "sv": "han hon den det dem dess deras hans hennes denna detta dessa där",
    "da": "han hun den det dem dens dets deres hans hendes denne dette disse",
    "no": "han hun den det dem dens dets deres hans hennes denne dette disse",
    "fi": "se sen sitä sillä siellä siihen hän hänen ne niiden niitä tämä tämän tuo",
    "pl": "on ona ono oni one jego jej ich im go nim niej nich to ten ta te tego tej tam",
    "cs": "on ona ono oni jeho její jejich jim ho něj ní nich to ten ta toho té tam",
    "ru": """он она оно они его ее её их ему ей им ним ней них нем нём этот эта это эти этого этой этих этом этим тот та то те
             там туда оттуда""",
    "uk": "він вона воно вони його її їх йому їй ним ній них це цей ця ці цього там",
    "ro": "el ea ei ele lui acesta aceasta aceștia acestea acela aceea acolo său sa săi sale",
    "hu": "ő ők azt ezt annak ennek ott itt abban ebben",
    "el": "αυτός αυτή αυτό αυτοί αυτές αυτά αυτού αυτών αυτον εκεί εκείνος εκείνη εκείνο",
    "tr": "o onu ona onun onda ondan orada bu bunu bunun buna şu onlar onların burada",
    "ar": "هو هي هم هما هن ذلك هذا هذه تلك هناك له لها منه منها فيه فيها عنه عنها",
    "he": "הוא היא הם הן זה זאת זו אותו אותה אותם שם שלו שלה שלהם",
    "fa": "او آن آنها این آنجا",
    "hi": "वह वे यह ये उस उसे उसका उसकी उसके उन उन्हें उनका उनकी उनके इसे इसका इसकी इसके इनका इनकी वहाँ वहां",
    "vi": "nó họ ấy đó đấy này",
    "id": "dia ia mereka itu sana situ",
    "th": "มัน เขา เธอ นั้น นี้ ที่นั่น",
    "km": "វា គាត់ នោះ នេះ",
    "lo": "ມັນ ເຂົາ ລາວ ນັ້ນ",
    "zh": "它 他 她 它们 他们 她们 这 那里 那个 其",
    "ja": "それ これ あれ 彼 彼女 そこ ここ その この",
    "ko": "그것 그건 그게 그것은 그는 그녀는 그들은 거기 그곳 그곳은 이것",
}
"""Language → pronouns and adverbs that stand for something said before."""

ASKERS: dict[str, str] = {
    "en": """what what's who who's whom whose which when when's where where's why how is are was were do does did can could will
             would should has have had may might must""",
    "es": "qué que quién quien quiénes cuál cual cuáles cuándo cuando dónde donde adónde cómo como cuánto cuánta cuántos cuántas",
    "pt": "que quê o que quem qual quais quando onde como quanto quanta quantos quantas porque",
    "fr": "que qu quoi qui quel quelle quels quelles quand où comment pourquoi combien est-ce",
    "de": """was wer wen wem wessen welche welcher welches welchen welchem wann wo wohin woher warum wieso wie ist sind war
             waren hat""",
    "it": "che cosa chi quale quali quando dove come perché quanto quanta quanti quante è",
    "nl": "wat wie welke welk wanneer waar waarom hoe hoeveel is zijn was waren",
    "sv": "vad vem vilka vilken vilket när var vart varför hur är",
    "da": "hvad hvem hvilken hvilket hvilke hvornår hvor hvorfor hvordan er",
    "no": "hva hvem hvilken hvilket hvilke når hvor hvorfor hvordan er",
    "fi": "mikä mitä kuka ketkä milloin missä mihin miksi miten kuinka onko",
    "pl": "co kto kogo komu jaki jaka jakie który która które kiedy gdzie dlaczego jak ile czy",
    "cs": "co kdo koho jaký jaká jaké který která které kdy kde proč jak kolik",
    "ru": "что кто кого кому ком чем какой какая какое какие каком когда где куда откуда почему зачем как сколько чей",
    "uk": "що хто кого кому який яка яке які коли де куди чому як скільки чий",
    "ro": "ce cine care când unde de ce cum cât câtă câți câte",
    "hu": "mi mit ki kit melyik mikor hol hová miért hogyan hány mennyi",
    "el": "τι ποιος ποια ποιο ποιοι ποιον πότε ποτε πού που γιατί πώς πως πόσο πόσα πόσοι",
    "tr": "ne kim kimi hangi hangisi nerede nereye neden niçin nasıl kaç",
    "ar": "ما ماذا من متى أين اين كيف لماذا كم هل أي وما ومن ومتى وأين واين وكيف ولماذا وكم وهل وماذا",
    "he": "מה מי מתי איפה היכן למה מדוע איך כמה האם איזה ומה ומי ומתי וכמה ואיפה והיכן ולמה ואיך",
    "fa": "چه کی کجا چرا چگونه چند آیا",
    "hi": "क्या कौन किस किसने कब कहाँ कहां क्यों कैसे कितना कितने कितनी",
    "vi": "gì ai nào đâu bao khi sao mấy",
    "id": "apa siapa mana kapan mengapa kenapa bagaimana berapa",
    "th": "อะไร ใคร ไหน เมื่อไร เมื่อไหร่ ทำไม อย่างไร เท่าไร เท่าไหร่ กี่",
    "km": "អ្វី អ្នកណា ណា ពេលណា ហេតុអ្វី យ៉ាងណា ប៉ុន្មាន",
    "lo": "ຫຍັງ ໃຜ ໃສ ເມື່ອໃດ ເປັນຫຍັງ ແນວໃດ ຈັກ ເທົ່າໃດ",
    "zh": "什么时候 什么 谁 哪 几 多少 多大 多长 怎 为何 何时 吗",
    "ja": "何 誰 どこ いつ なぜ どう どの いくつ いくら",
    "ko": "무엇 뭐 누구 누가 언제 어디 왜 어떻게 얼마 몇",
}
"""Language → words that make a question of a sentence; one without them only names what the question before
is asked of now.
"""

NOT_POINTING: dict[str, str] = {
    "en": "|".join(
        (
            (
                r"(?<!^\W*|\b(?:is|was|are|were|did|does|do|about|for|of|in|on|to|like|after|before|with|by|from|than|at|and)\s+)"
                r"that\b"
            ),  # a conjunction, or the beginning of a relative clause
            r"\bthat (?:the|an?|all|my|our|your|we|you|i)\b",
            r"(?<!\b(?:that|this|which|another|other)\s+)one\b",
            # said before in the question
            r"(?<=\w\s+\w+\s+)(?:as|when|if|because|that|while|which|so) (?:it|they|s?he)\b",
            r"\b(?:is|was|isn't) (?:it|that) (?:true|possible|correct|right|allowed|ok|okay)\b|\bdoes it (?:matter|cost)\b",
            r"\b(?:is|are|was|were) there\b|\bhow (?:is|does) it (?:come|work) (?:that|when)\b",
        )
    ),
    "fr": r"\best-ce qu|\by a-t-il\b|\bil y a\b|\bil faut\b",
    "de": r"\bgibt es\b|\bes gibt\b|\bist es (?:wahr|möglich|erlaubt)\b",
    "nl": r"\bis er\b|\bzijn er\b",
    "da": r"\ber der\b",
    "sv": r"\bfinns det\b|\bär det\b",
}
"""Language → turns of phrase whose pronoun stands for nothing said before."""

UNSPACED = frozenset(["th", "km", "lo", "zh", "ja"])
"""Languages written without spaces, in which a word may begin anywhere."""


def beginning(text: str, languages: Iterable[str]) -> int:
    """Return where the question goes on after the words that take up the one before it; 0 where it has
    none.
    """
    return max(
        (match.end() for match in (_opener(language).match(text) for language in languages) if match),
        default=0,
    )


def points_back(text: str, languages: Iterable[str]) -> bool:
    """Return whether a word of the question stands for something said before."""
    return any(
        _word("pointers", language).search(_phrase(language).sub(" ", text)) is not None
        for language in languages
    )


def asks(text: str, languages: Iterable[str]) -> bool:
    """Return whether the text is a question of its own, rather than a mere name."""
    return any(_word("askers", language).search(text) is not None for language in languages)


def only_leans(word: str, language: str) -> bool:
    """Return whether a word does nothing in a question but point back or ask; one in capitals is a name."""
    if word.isupper() and len(word) > 1:
        return False
    return any(_word(lists, language).fullmatch(word) is not None for lists in ("pointers", "askers"))


def without_leaning(text: str, language: str) -> str:
    """Return a text with blanks for the words that only lean or ask, which are no part of what it is
    about.
    """
    start = beginning(text, (language,))
    bare = " " * start + text[start:]
    for word in (_word("pointers", language), _word("askers", language)):
        bare = word.sub(lambda match: " " * len(match.group()), bare)
    return bare


@lru_cache(maxsize=128)
def _opener(language: str) -> regex.Pattern[str]:
    words = "|".join(
        sorted(OPENERS.get(language, OPENERS[DEFAULT_LANGUAGE]).split("|"), key=len, reverse=True)
    )
    after = "" if language in UNSPACED else r"(?![\w'’-])"
    return regex.compile(rf"[^\w]*(?:{words}){after}[^\w]*", regex.IGNORECASE)


@lru_cache(maxsize=256)
def _word(lists: Literal["pointers", "askers"], language: str) -> regex.Pattern[str]:
    found = {"pointers": POINTERS, "askers": ASKERS}[lists]
    words = "|".join(sorted(found.get(language, found[DEFAULT_LANGUAGE]).split(), key=len, reverse=True))
    if language in UNSPACED or language == "ko":  # whose words may begin, or go on, anywhere
        return regex.compile(words)
    owned = (
        r"|\b\p{L}{3,}nya\b" if language == "id" and lists == "pointers" else ""
    )  # the noun ends with whose it is
    before = r"(?<!\w)" if language == "fr" else r"(?<![\w-])"  # French: est-il
    return regex.compile(rf"{before}(?:{words})(?![\w-]){owned}", regex.IGNORECASE)


@lru_cache(maxsize=128)
def _phrase(language: str) -> regex.Pattern[str]:
    return regex.compile(NOT_POINTING.get(language, r"(?!)"), regex.IGNORECASE)
