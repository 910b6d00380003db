"""What those who manage a server may set for it, or for a channel of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chipbot.errors import SettingsError
from chipbot.model import AnswerOptions
from chipbot.translation import languages


def _known_language(value: str | None) -> str | None:
    if value is not None and value not in languages():
        raise ValueError("there is no catalogue of this language")
    return value


class ServerSettings(BaseModel):
    """The settings that hold in a server, or in a channel of it; None stands for the operator's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    min_confidence: Annotated[float | None, Field(ge=0, le=1, title="a number from 0 to 1")] = None
    """The confidence below which a question is refused."""
    max_quotes: Annotated[int | None, Field(ge=1, le=3, title="1, 2 or 3")] = None
    """The most quotes in one answer."""
    cooldown: Annotated[float | None, Field(ge=0, le=3600, title="seconds from 0 to 3600")] = None
    """Seconds that a member waits between questions."""
    role_cooldowns: Annotated[
        dict[int, Annotated[float, Field(ge=0, le=3600)]], Field(title="seconds from 0 to 3600 for each role")
    ] = {}  # pydantic copies it
    """The same for the members who have a role; the shortest of a member's roles counts."""
    private: Annotated[bool, Field(title="on or off")] = False
    """Whether answers to commands are shown to the asker alone, unless they say otherwise."""
    listen: Annotated[Literal["addressed", "always", "never"], Field(title="addressed, always or never")] = (
        "addressed"
    )
    """What is answered in a channel: who addresses the bot, every message or new forum post, or nobody."""
    reply_in: Annotated[Literal["channel", "thread"], Field(title="channel or thread")] = "channel"
    """Where messages are answered: below them, or in a thread of their own."""
    language: Annotated[
        str | None, AfterValidator(_known_language), Field(title="a language that I speak")
    ] = None
    """What the bot's own sentences are in, where all read them; None for the server's language."""
    helper_roles: Annotated[tuple[int, ...], Field(max_length=25, title="at most 25 roles")] = ()
    """The roles whose members may answer for the team, besides those who manage the server."""
    gap_channel: Annotated[int | None, Field(title="a channel")] = None
    """Where questions are listed that the documents do not answer; None for nowhere."""
    help_channel: Annotated[int | None, Field(title="a channel")] = None
    """Where members are sent to ask the team; None for nowhere."""
    digest: Annotated[bool, Field(title="on or off")] = False
    """Whether the gap channel gets a summary of each week."""
    collections: Annotated[tuple[str, ...] | None, Field(max_length=100, title="at most 100 collections")] = (
        None
    )
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


def checked_value(name: str, value: object) -> Any:
    """Return a setting's value in its own type; raises SettingsError where there is no such setting or it takes another."""
    field = ServerSettings.model_fields.get(name)
    if field is None:
        raise SettingsError(f"{name} is not a setting of servers")
    if value is None:
        return None
    try:
        return getattr(ServerSettings.model_validate({name: value}), name)
    except ValidationError:
        pass
    raise SettingsError(f"{name} must be {field.title}")
