"""What people say to a bot that is no question about the documents: greetings, thanks and the like."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Kind = Literal["greeting", "thanks", "about"]
"""Which of the three a message is."""

_GREETING = """
    hi|hii+|hello|hey+|heya|hiya|howdy|yo|sup|greetings|good (?:morning|afternoon|evening|day)|
    morning|evening|how are you(?: doing)?|how's it going|what's up|wassup|hallo|moin|servus|
    gr[uü](?:ß|ss) (?:gott|dich|euch)|guten (?:morgen|tag|abend)|hola|buenos d[ií]as|
    buenas(?: tardes| noches)?|bonjour|bonsoir|salut|coucou|ciao|buongiorno|buonasera|salve|ol[aá]|
    bom dia|boa (?:tarde|noite)|hoi|goedemorgen|hej|hei|hejsan|cze[sś][cć]|dzie[nń] dobry|ahoj|merhaba|
    selam|привет|здравствуйте|добрый день|привіт|γεια(?: σου| σας)?|مرحبا|السلام عليكم|שלום|नमस्ते|你好|
    您好|嗨|こんにちは|おはよう(?:ございます)?|こんばんは|안녕(?:하세요)?|xin ch[aà]o
"""
_THANKS = """
    thanks?|thank you|thank u|thx|tnx|ty|tysm|cheers|much appreciated|appreciate it|
    danke(?: sch[oö]n| sehr)?|vielen dank|gracias|muchas gracias|merci(?: beaucoup)?|grazie(?: mille)?|
    obrigad[oa]|dank (?:je|u)(?: wel)?|bedankt|tack(?: s[aå] mycket)?|takk?|kiitos|dzi[eę]ki|
    dzi[eę]kuj[eę]|d[eě]kuji|te[sş]ekk[uü]rler|спасибо|дякую|ευχαριστώ|شكرا|תודה|धन्यवाद|谢谢|多谢|謝謝|
    ありがとう(?:ございます)?|감사합니다|고마워요?|c[aả]m [oơ]n
"""
_ABOUT = """
    help|help me|who are you|what are you|what is this|what do you do|what can you do|
    what can (?:i|you) ask(?: you)?|what can you (?:help (?:me )?with|answer|tell me)|
    what do you know(?: about)?|what (?:documents|docs|files) do you (?:have|know)|
    what (?:documents|docs) are there|how do you work|how does this work|how do i use (?:you|this)|
    what topics do you (?:know|cover)|hilfe|was kannst du|was wei(?:ß|ss)t du|wer bist du|ayuda|
    qu[eé] sabes(?: hacer)?|qui[eé]n eres|qu[eé] puedes hacer|aide|que sais-tu(?: faire)?|qui es-tu|
    que peux-tu faire|aiuto|cosa sai(?: fare)?|chi sei|ajuda|o que voc[eê] sabe|помощь|
    что ты (?:умеешь|знаешь)|кто ты|你是谁|你知道什么|何ができますか|あなたは誰
"""
# What may stand around a greeting or thanks without making it a question.
_FILLER = """
    there|all|everyone|everybody|bot|chipbot|again|friend|mate|man|folks|guys|buddy|dude|so|very|much|
    you|a lot|lots|for the (?:help|answer)|for your help|for that|that helped|that's great|great|perfect|
    nice|cool|awesome|ok|okay|oh|ah|well|please
"""


def _phrases(alternatives: str) -> str:
    return "(?:" + re.sub(r"\n\s*", "", alternatives).strip() + ")"


def _whole(opening: str) -> re.Pattern[str]:
    """A message that is one of the phrases, with nothing but filler around it."""
    filler = _phrases(_FILLER)
    return re.compile(rf"(?:{filler} )*{_phrases(opening)}(?: (?:{filler}|{_phrases(opening)}))*")


_GREETED = rf"(?:{_phrases(_GREETING)} )?(?:{_phrases(_FILLER)} )*"

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("about", re.compile(rf"{_GREETED}{_phrases(_ABOUT)}(?: {_phrases(_FILLER)})*")),
    ("thanks", _whole(_THANKS)),
    ("greeting", _whole(_GREETING)),
)


def _word_or_space(character: str) -> str:
    # Combining marks belong to words, as in नमस्ते; `str.isalnum` does not count them.
    kept = character.isalnum() or character == "'" or unicodedata.category(character) in ("Mn", "Mc", "Pd")
    return character if kept else " "


def reply_kind(text: str) -> Kind | None:
    """Which kind of small talk the whole message is; None when it holds anything more, for then it is a
    question."""
    if len(text) > 80:
        return None
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    words = " ".join("".join(map(_word_or_space, folded)).split())
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(words)), None)
