"""Which language members read: their own in private, the server's where all read it, English where there is no other."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest
from tests.bot.library import Shelf
from tests.wire.answers import REFUSED, WHY, answer_to, control, labels
from tests.wire.bots import FUND, MONEY, remembering, running
from tests.wire.members import Question, text_of
from tests.wire.objects import EPHEMERAL, Object
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient


@pytest.fixture
def lola(wire: Wire) -> Object:
    """A member whose Discord is in Spanish."""
    return speaker(wire, "es-ES")


def speaker(wire: Wire, locale: str) -> Object:
    """A member whose Discord is in a language."""
    return wire.members.join(locale, wire.world.guilds["100"]) | {"locale": locale}


def speak(wire: Wire, locale: str) -> None:
    """Set the server's language."""
    wire.world.guilds["100"]["preferred_locale"] = locale


async def form_of(question: Question) -> Object:
    """The form that a button opens."""
    await until(lambda: question.interaction is not None and question.interaction.modal)
    assert question.interaction is not None
    assert question.interaction.modal is not None
    return question.interaction.modal


async def test_a_member_is_told_in_their_language_and_all_read_the_server_s(
    wire: Wire, general: Object, lola: Object, ann: Object, client: ChipbotClient
) -> None:
    speak(wire, "de")
    async with running(wire, client):
        helped = await answer_to(wire, await wire.members.slash(lola, general, "help"))
        assert "Respondo preguntas con los documentos" in text_of(helped)
        assert helped["flags"] & EPHEMERAL
        refused = await answer_to(wire, await wire.members.slash(lola, general, "ask", question=REFUSED))
        assert text_of(refused).startswith(f"-# Pregunta: {REFUSED}\n**No encontré respuesta a eso")
        assert labels(refused) == ["Reformular", "Mostrar a todos"]
        pressed = await wire.members.press(lola, refused, "Mostrar a todos")
        await until(lambda: pressed.interaction and pressed.interaction.follow_ups)
        assert pressed.interaction is not None
        (shown,) = pressed.interaction.follow_ups
        assert text_of(shown).startswith(f"-# Frage: {REFUSED}\n**Darauf habe ich in den Dokumenten")
        assert labels(shown) == ["Anders fragen"]
        assert labels(refused) == ["Reformular"], "what she alone sees stays hers"
        public = await answer_to(wire, await wire.members.slash(lola, general, "ask", question=FUND))
        assert text_of(public).startswith(f"-# Frage: {FUND}")
        assert MONEY in text_of(public)
        assert labels(public)[:2] == ["Nachfragen", "Im Zusammenhang lesen"]
        for who, said in ((lola, "Anotado: te ayudó."), (ann, "Noted: it helped you.")):
            voted = await answer_to(wire, await wire.members.press(who, public, control(public, "up")))
            assert text_of(voted).startswith(said)
        form = await form_of(await wire.members.press(lola, public, control(public, "follow_up")))
        assert form["title"] == "Seguir preguntando"
        mentioned = await answer_to(wire, await wire.members.ask(lola, general, REFUSED))
        assert text_of(mentioned).startswith("**Darauf habe ich in den Dokumenten keine Antwort gefunden.**")


@pytest.mark.parametrize(
    ("question", "documents", "said"),
    [
        (FUND, None, f"-# Frage: {FUND}\n> "),
        (REFUSED, None, f"-# Frage: {REFUSED}\n**Darauf habe ich"),
        (REFUSED, {"a.txt": f"{REFUSED} Yes, there is one."}, f"-# Pregunta: {REFUSED}\n**No encontré"),
    ],
    ids=["answer", "refusal", "what would be answered otherwise now"],
)
async def test_after_a_restart_too_what_is_shown_to_everyone_is_in_the_server_s_language(
    wire: Wire,
    general: Object,
    lola: Object,
    tmp_path: Path,
    question: str,
    documents: dict[str, str] | None,
    said: str,
) -> None:
    speak(wire, "de")
    async with remembering(tmp_path) as client, running(wire, client):
        asked = await wire.members.slash(lola, general, "ask", question=question, private=True)
        answer = await answer_to(wire, asked)
    shelf = Shelf.shipped() if documents is None else Shelf(documents)
    async with remembering(tmp_path, shelf) as client, running(wire, client):
        pressed = await wire.members.press(lola, answer, "Mostrar a todos")
        await until(lambda: pressed.interaction and pressed.interaction.follow_ups)
        assert pressed.interaction is not None
        (shown,) = pressed.interaction.follow_ups
        assert text_of(shown).startswith(said)
        assert not shown["flags"] & EPHEMERAL
        assert "Mostrar a todos" not in labels(shown)


@pytest.mark.parametrize("locale", ["fr", "de", "ja", "th", "pt-BR", "en-US"])
async def test_a_follow_up_finds_the_question_in_whichever_language_it_is_repeated(
    wire: Wire, general: Object, ann: Object, tmp_path: Path, locale: str
) -> None:
    speak(wire, locale)
    async with remembering(tmp_path) as client, running(wire, client):
        answer = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
    shelf = Shelf.shipped()
    async with remembering(tmp_path, shelf) as client, running(wire, client):
        opened = await wire.members.press(ann, answer, control(answer, "follow_up"))
        await form_of(opened)
        await answer_to(wire, await wire.members.submit(ann, opened, {"text": WHY}))
    assert shelf.asked == [(WHY, (FUND,))]


async def test_the_settings_have_the_last_word_on_what_all_read(
    wire: Wire, general: Object, ann: Object, client: ChipbotClient
) -> None:
    speak(wire, "de")
    assert client.journal is not None
    async with running(wire, client):
        await client.journal.settings.change(100, "language", "pt", by=1, channel_id=102)
        answer = await answer_to(wire, await wire.members.ask(ann, general, FUND))
        assert labels(answer)[0] == "Perguntar mais"
        await client.journal.settings.change(100, "language", None, by=1, channel_id=102)
        await client.journal.settings.change(100, "language", "en", by=1)
        answer = await answer_to(wire, await wire.members.ask(ann, general, FUND))
        assert labels(answer)[0] == "Follow-up"


@pytest.mark.parametrize(
    ("locale", "label", "said"),
    [
        ("es-419", "Seguir preguntando", "Eliminado."),
        ("pt-BR", "Perguntar mais", "Removido."),
        ("fr", "Question suivante", "Supprimé."),
        ("ja", "続けて質問", "削除しました。"),
        ("zh-TW", "追問", "已移除。"),
        ("en-GB", "Follow-up", "Removed."),
    ],
)
async def test_every_locale_has_a_language(
    wire: Wire, general: Object, client: ChipbotClient, locale: str, label: str, said: str
) -> None:
    speak(wire, locale)
    member = speaker(wire, locale)
    async with running(wire, client):
        answer = await answer_to(wire, await wire.members.ask(member, general, FUND))
        assert labels(answer)[0] == label
        removed = await answer_to(wire, await wire.members.menu(member, "Remove this answer", answer))
        assert text_of(removed) == said


async def test_direct_messages_are_answered_in_the_language_that_a_member_used_a_command_in(
    wire: Wire, general: Object, lola: Object, client: ChipbotClient
) -> None:
    async with running(wire, client):
        direct = wire.members.direct(lola)
        unknown = await answer_to(wire, await wire.members.ask(lola, direct, REFUSED))
        assert "I found no answer" in text_of(unknown)
        await answer_to(wire, await wire.members.slash(lola, general, "help"))
        known = await answer_to(wire, await wire.members.ask(lola, direct, REFUSED))
        assert "No encontré respuesta" in text_of(known)
        asked = await answer_to(wire, await wire.members.slash(lola, direct, "ask", question=FUND))
        assert labels(asked)[0] == "Seguir preguntando"


async def test_commands_have_names_in_every_language_and_are_synced_once(wire: Wire, tmp_path: Path) -> None:
    synced = []
    for _ in range(2):
        async with remembering(tmp_path) as client, running(wire, client):
            synced.append({one["name"]: one for one in wire.world.commands})
    commands = synced[0]
    assert synced[1] == commands  # with other ids if they had been synced again
    ask, menu = commands["ask"], commands["Ask the documents"]
    names = ask["name_localizations"]
    assert names.keys() == {str(each) for each in discord.Locale if not str(each).startswith("en-")}
    assert {name: names[name] for name in ("de", "es-419", "no", "sv-SE", "zh-CN", "zh-TW")} == {
        "de": "fragen",
        "es-419": "preguntar",
        "no": "spør",
        "sv-SE": "fråga",
        "zh-CN": "提问",
        "zh-TW": "提問",
    }
    assert ask["description_localizations"]["de"].startswith("Stell eine Frage")
    assert ask["options"][0]["name_localizations"]["pt-BR"] == "pergunta"
    assert menu["name_localizations"]["fr"] == "Demander aux documents"
