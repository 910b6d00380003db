"""What people call questions and answers where they keep them as data: names of fields and of columns."""

from __future__ import annotations

from typing import Any

from chipbot.sources.formats.decoding import readable

QUESTION_KEYS = frozenset(
    """question questions q ask prompt instruction query input frage fragen pregunta preguntas pergunta perguntas domanda
    vraag pytanie soru kysymys fråga spørgsmål spørsmål вопрос 问题 问 質問 질문""".split()
)
"""Names of questions, in lower case."""

ANSWER_KEYS = frozenset(
    """answer answers a response responses reply completion output solution acceptedanswer antwort antworten respuesta
    respuestas resposta respostas réponse reponse risposta antwoord odpowiedź cevap vastaus svar ответ 答案 答 回答 답변
    답""".split()
)
"""Names of answers, in lower case."""

SECTION_KEYS = frozenset("category section topic kategorie categoría catégorie categoria".split())
"""Names of what pairs are sorted by."""


def field(value: dict[str, Any], names: frozenset[str]) -> str:
    """Return the text of the first field with one of some names, or of a list's or an object's texts; empty without.

    schema.org's FAQPage calls a question `name` and its answer `acceptedAnswer.text`.
    """
    for key, one in value.items():
        if key.casefold() in names or (
            key == "name" and names is QUESTION_KEYS and "acceptedAnswer" in value
        ):
            found = _text(one)
            if found:
                return found
    return ""


def _text(value: Any) -> str:  # any JSON
    if isinstance(value, str):
        return readable(value).strip()
    if isinstance(value, dict):
        return _text(value.get("text", value.get("value", "")))
    if isinstance(value, list):
        texts = dict.fromkeys(filter(None, (_text(item) for item in value if isinstance(item, str | dict))))
        return "\n".join(texts)
    return ""
