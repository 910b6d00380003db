"""What those who manage a server may set for it, or for a channel of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chipbot.errors import SettingsError
from chipbot.model import AnswerOptions
from chipbot.translation import Message, languages


def _known_language(value: str | None) -> str | None:
    if value is not None and value not in languages():
        raise ValueError("there is no catalogue of this language")
    return value


class ServerSettings(BaseModel):
    """The settings that hold in a server, or in a channel of it; None stands for the operator's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    min_confidence: Annotated[float | None, Field(ge=0, le=1)] = None
    """The confidence below which a question is refused."""
    max_quotes: Annotated[int | None, Field(ge=1, le=3)] = None
    """The most quotes in one answer."""
    cooldown: Annotated[float | None, Field(ge=0, le=3600)] = None
    """Seconds that a member waits between questions."""
    role_cooldowns: dict[int, Annotated[float, Field(ge=0, le=3600)]] = {}  # pydantic copies it
    """The same for the members who have a role; the shortest of a member's roles counts."""
    private: bool = False
    """Whether answers to commands are shown to the asker alone, unless they say otherwise."""
    listen: Literal["addressed", "always", "never"] = "addressed"
    """What is answered in a channel: who addresses the bot, every message or new forum post, or nobody."""
    reply_in: Literal["channel", "thread"] = "channel"
    """Where messages are answered: below them, or in a thread of their own."""
    language: Annotated[str | None, AfterValidator(_known_language)] = None
    """What the bot's own sentences are in, where all read them; None for the server's language."""
    helper_roles: Annotated[tuple[int, ...], Field(max_length=25)] = ()
    """The roles whose members may answer for the team, besides those who manage the server."""
    gap_channel: int | None = None
    """Where questions are listed that the documents do not answer; None for nowhere."""
    help_channel: int | None = None
    """Where members are sent to ask the team; None for nowhere."""
    digest: bool = False
    """Whether the gap channel gets a summary of each week."""
    collections: Annotated[tuple[str, ...] | None, Field(max_length=100)] = None
    """The sub-folders of the documents that are searched; None for what the operator allows."""

    def cooldown_of(self, role_ids: Collection[int], seconds: float) -> float:
        """Return the seconds that a member with these roles waits; `seconds` where nothing else is set here."""
        of_roles = [self.role_cooldowns[role] for role in role_ids if role in self.role_cooldowns]
        return min(of_roles, default=seconds if self.cooldown is None else self.cooldown)

    def answer_options(self, options: AnswerOptions) -> AnswerOptions:
        """Return the operator's options with what is set here instead."""
        own = {name: getattr(self, name) for name in ("min_confidence", "max_quotes")}
        return replace(options, **{name: value for name, value in own.items() if value is not None})


DEFAULTS = ServerSettings()
OF_CHANNELS = frozenset(
    ("min_confidence", "max_quotes", "cooldown", "private", "listen", "reply_in", "language", "collections")
)
"""The settings that a channel can have differently from its server."""
_CHANNEL, _SWITCH = Message("a channel"), Message("on or off")
_TAKES = {
    "min_confidence": Message("a number from 0 to 1"),
    "max_quotes": Message("1, 2 or 3"),
    "cooldown": Message("seconds from 0 to 3600"),
    "role_cooldowns": Message("seconds from 0 to 3600 for each role"),
    "private": _SWITCH,
    "listen": Message("one of {values}", values="addressed, always, never"),
    "reply_in": Message("one of {values}", values="channel, thread"),
    "language": Message("a language that I speak"),
    "helper_roles": Message("at most 25 roles"),
    "gap_channel": _CHANNEL,
    "help_channel": _CHANNEL,
    "digest": _SWITCH,
    "collections": Message("at most 100 folders"),
}
"""What each setting can be, for who set it to something else."""


def checked_value(name: str, value: object) -> Any:
    """Return a setting's value in its own type; raises SettingsError where there is no such setting or it takes another."""
    field = ServerSettings.model_fields.get(name)
    if field is None:
        raise SettingsError(Message("{name} is not a setting of servers", name=name))
    if value is None:
        return None
    try:
        return getattr(ServerSettings.model_validate({name: value}), name)
    except ValidationError:
        pass
    raise SettingsError(Message("{name} must be {kind}", name=name, kind=_TAKES[name]))
