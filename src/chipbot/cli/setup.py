"""`chipbot setup`: from nothing to a bot on a server, step by step."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.cli import prompt
from chipbot.cli.common import Add, overrides, say
from chipbot.cli.run import run_bot
from chipbot.errors import ChipbotError, TokenError
from chipbot.invocation import is_entered
from chipbot.translation import Message, gettext, in_language, sentence

if TYPE_CHECKING:
    from chipbot.bot import Inspection
    from chipbot.settings import Settings

_TOKEN = "CHIPBOT_TOKEN"  # noqa: S105  # the variable, not a token
_ATTEMPTS = 8
_WELCOME = Message(
    """\
This makes chipbot a bot on your Discord server. It takes about five minutes.
Ctrl-C ends it; nothing is changed before Discord has accepted the token.
"""
)
_CREATE = Message(
    """\
1. Open https://discord.com/developers/applications in your browser and sign in.
   Choose “New Application”, type the name that members will see, and choose “Create”.

2. On the left choose “Bot”, then “Reset Token”, confirm, and choose “Copy”. On the same page:
   Leave the three switches below “Privileged Gateway Intents” off: chipbot needs none of them.
   Switch “Public Bot” off, or anybody who finds the bot can invite it and ask it everything.
   (If that is refused: under “Installation” set “Install Link” to “None” first.)

3. Paste the token here and press Enter. It is not shown while you do, and stays on this machine.
"""
)
_NO_INVITE = Message(
    """
4. The link that invites the bot is not known, since Discord has not seen the token. Once it can be reached, \
“chipbot doctor” shows the link.
"""
)
_INVITE = Message(
    """
4. Open this link, choose your server, and choose “Authorize”. You need the permission “Manage Server” there.
   It gives the bot no more than answering takes. Some settings need more (answers in threads, forum posts marked as \
solved): /settings says so when you choose them, and so does “chipbot doctor”.
"""
)
_UNINVITED = Message(
    """\
   It is in no server yet. Whenever you like, open the link; “chipbot doctor” shows it again.
"""
)
_NO_TOKEN = Message(
    "That is not a token: it must be one word of letters, digits and punctuation (not shown here)"
)
_CHANNELS_SHOWN = 20


def add_commands(add: Add) -> None:
    """Add `setup`."""
    add(
        "setup",
        set_up,
        gettext("make a Discord bot step by step: where to click, the token, the invite link"),
        examples=("setup",),
    )


def set_up(options: argparse.Namespace) -> None:
    """Ask for the token and check it, write it to .env, show the invite link, and start the bot if that is
    wanted.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ChipbotError(
            Message(
                "setup asks questions: run it in a terminal, or put the line CHIPBOT_TOKEN=… into .env yourself"
            )
        )
    with prompt.echo_off():
        settings = _configured(options)
        later = _why_later(settings)
        start = not later and prompt.yes(gettext("Start the bot now?"), default=True)
    if start:
        say(gettext("Ctrl-C stops it.") + "\n")
        run_bot(settings, options)
    else:
        how = later or gettext("“chipbot run” starts it later.")
        say(f"{how} {gettext('If it does not answer, “chipbot doctor” says why.')}")


def _why_later(settings: Settings) -> str:
    """Return what starts the bot where it cannot be started now; empty where it can."""
    from chipbot.sources.seeds_folder import scan

    if is_entered():
        return gettext("Restart the bot, and it takes the token.")
    if not scan(settings.seeds).files:
        return gettext("“chipbot run” starts it, once there is a document.")
    return ""


def _configured(options: argparse.Namespace) -> Settings:
    """Ask for everything, and return the settings then."""
    from chipbot.settings import home, load

    env_file = home() / ".env"
    settings = _settings(options)
    say(str(_WELCOME))
    inspection = _present(settings) if settings.token is not None else None
    if inspection is None:
        say(str(_CREATE))
        inspection = _accepted(env_file, settings.discord_url)
    if inspection is None:
        say(str(_NO_INVITE))
    else:
        say(str(_INVITE))
        print(f"   {inspection.invite}", flush=True)
        prompt.ask(f"\n   {gettext('Press Enter when that is done:')} ")
    settings = load(**overrides(options))
    if inspection is not None:
        _offer_greeting(settings)
    _offer_encoder(settings)
    if not settings.seeds.exists():
        settings.seeds.mkdir(parents=True)
    documents = gettext(
        "6. Put your documents (text, Markdown, PDF, Word and more) into the folder {folder}.\n"
        "   “chipbot index” says how they were read.",
        folder=settings.seeds,
    )
    say(f"\n{documents}\n")
    return settings


def _offer_greeting(settings: Settings) -> None:
    """Say hello in a channel of the servers that the bot is in now, if that is wanted."""
    from chipbot import bot

    token = bot.token_of(settings)
    say(f"   {gettext('Asking Discord …')}")
    try:
        with bot.connecting_to(settings.discord_url):
            servers = bot.inspect(token).servers
            if not servers:
                say(str(_UNINVITED))
            channels = {
                number: (f"{name} ({server.name})", server.language)
                for server in servers
                for number, name in server.text_channels.items()
            }
            chosen = _chosen({number: name for number, (name, _) in channels.items()})
            if chosen is not None:
                name, language = channels[chosen]
                with in_language(language):
                    bot.say_hello(token, chosen)
                said = gettext("It said hello in {channel}.", channel=name)
                say(f"   {said}")
    except ChipbotError as error:
        say(f"   {error}")


def _chosen(channels: dict[int, str]) -> int | None:
    """Return the channel that somebody chooses among those that are shown; None for none."""
    if not channels:
        return None
    about = gettext(
        "5. A first message in a channel says how to ask; members can reply to it with a question."
    )
    say(f"\n{about}")
    shown = list(channels)[:_CHANNELS_SHOWN]
    for number, channel in enumerate(shown, start=1):
        say(f"   {number:2} {channels[channel]}")
    answer = prompt.ask(f"   {gettext('Say hello in (a number, or Enter for nowhere):')} ")
    return shown[int(answer) - 1] if answer.isdecimal() and 1 <= int(answer) <= len(shown) else None


def _offer_encoder(settings: Settings) -> None:
    """Install the model that compares meanings, unless it is there, or not wanted; going on without it is no failure."""
    from chipbot.cli import encoder
    from chipbot.retrieval.encoder_model import installed_folder

    if settings.encoder is not None or installed_folder() is not None:
        return
    about = gettext(
        "A small model can compare what questions and sentences mean, on this machine alone; it writes no text."
    )
    say(f"\n{about}")
    if not prompt.yes(gettext("Install it (84 MB)?"), default=True):
        return
    try:
        encoder.install()
    except ChipbotError as error:
        without = gettext("Questions are answered by words alone; “chipbot encoder install” tries again.")
        say(f"   {error}\n   {without}")


def _settings(options: argparse.Namespace) -> Settings:
    """Return the settings, and say where what is entered here would not count."""
    from chipbot.settings import load

    settings = load(**overrides(options))
    if settings.token is not None and os.environ.get(_TOKEN):
        before = gettext(
            "{name} is set in the environment, which overrides .env: what you enter here only counts once it is unset.",
            name=_TOKEN,
        )
        say(f"{before}\n")
    return settings


def _present(settings: Settings) -> Inspection | None:
    """Return what Discord says about the token that is set already; None where another one is wanted."""
    if settings.token is None or not prompt.yes(gettext("A token is set already. Keep it?"), default=True):
        return None
    try:
        return _inspected(settings.token.get_secret_value(), settings.discord_url)
    except TokenError:
        say(gettext("Discord refuses it, so let us get another one.") + "\n")
        return None


def _accepted(env_file: Path, url: str) -> Inspection | None:
    """Ask for a token until Discord accepts one, and write it down; None where Discord could not be asked."""
    from chipbot.settings.env_file import set_variables
    from chipbot.settings.token import clean_token, other_than_token

    for _ in range(_ATTEMPTS):
        try:
            token = clean_token(prompt.secret(f"   {gettext('Token:')} "), _NO_TOKEN)
            if mistaken := other_than_token(token):
                raise ValueError(
                    gettext("That is {mistaken}: choose “Reset Token”, then “Copy”", mistaken=mistaken)
                )
            inspection = _inspected(token, url)
        except EOFError:
            break
        except ValueError as error:
            say(f"   {sentence(error)}")
            continue
        except TokenError:
            refused = gettext(
                "Discord refuses it. Choose “Reset Token” again, and copy all of what it shows."
            )
            say(f"   {refused}")
            continue
        except ChipbotError as error:
            say(f"   {error}")
            if not prompt.yes(f"   {gettext('Write the token down unchecked?')}", default=False):
                break
            inspection = None
        set_variables(env_file, {_TOKEN: token}, private=True)
        written = gettext("Written to {file}, which only you can read.", file=env_file.absolute())
        say(f"   {written}")
        return inspection
    raise ChipbotError(Message("no token was set; run `chipbot setup` again when you have one"))


def _inspected(token: str, url: str) -> Inspection:
    say(f"   {gettext('Asking Discord …')}")  # before the import, which takes a second
    from chipbot import bot

    with bot.connecting_to(url):
        inspection = bot.inspect(token)
    say(f"   {gettext('It is the token of {name}.', name=inspection.name)}")
    return inspection
