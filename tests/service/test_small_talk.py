"""Small talk is recognised when it is all there is, and never swallows a question."""

from __future__ import annotations

import pytest

from chipbot.service.small_talk import reply_kind

TALK = {
    "greeting": """
        hi|Hi!|HELLO|hello there bot 👋|Good morning, everyone!|hey, how are you?|yo|what's up?
        What’s up|Hallo|Grüß Gott!|¡Hola!|Buenos días|bonjour|ciao|olá|привет!|你好|こんにちは
        नमस्ते|안녕하세요|مرحبا|שלום|hi hi|ok hi
    """,
    "thanks": """
        thanks|Thanks!!|thank you so much|thx|ok thanks, that helped|Thanks a lot for the help
        danke schön|Vielen Dank!|gracias|merci beaucoup|спасибо|ありがとうございます|谢谢|धन्यवाद
        cảm ơn|perfect, thank you
    """,
    "about": """
        what do you know?|What can you do?|hi, what do you know|who are you|help|help me please
        what is this?|What documents do you have?|how does this work|Was kannst du?|¿Qué sabes?
        que sais-tu faire ?|что ты умеешь?
    """,
}
QUESTIONS = [
    "hi, how much money is in the fund?",
    "hello, who pays?",
    "thanks, and who pays?",
    "what do you know about Mexico?",
    "help for startups",
    "What is this about?",
    "What can you tell me about Mexico?",
    "who are you citing",
    "hi-tech exports",
    "thanksgiving",
    "salut public",
    "hey jude lyrics",
    "how do I use the fund?",
    "Thank you letter template",
    "good morning america",
    "ok",
    "yes",
    "everyone",
    "",
    "?",
    "hi " * 40,
]


def phrases(kind: str) -> list[str]:
    return [phrase.strip() for line in TALK[kind].strip().split("\n") for phrase in line.split("|")]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in TALK for text in phrases(kind)])
def test_small_talk_is_recognised(kind: str, text: str) -> None:
    assert reply_kind(text) == kind


@pytest.mark.parametrize("text", QUESTIONS)
def test_everything_else_is_a_question(text: str) -> None:
    assert reply_kind(text) is None
