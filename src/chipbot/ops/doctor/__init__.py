"""`chipbot doctor`: looks at everything that keeps a bot from answering, and says what fixes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chipbot.errors import ChipbotError
from chipbot.ops.doctor.environment import disk, packages, python
from chipbot.ops.doctor.findings import Finding, failed, skipped
from chipbot.translation import gettext

if TYPE_CHECKING:
    from chipbot.settings import Settings

__all__ = ["Finding", "examine"]


def examine(overrides: Mapping[str, Any], *, offline: bool) -> list[Finding]:
    """Return the checklist; `overrides` are settings of the command line, and `offline` asks nothing of
    Discord.

    Raises nothing: a check that fails to look is a finding too.
    """
    findings = [*_look("python", python), *_look("packages", packages)]
    settings: list[Settings] = []

    def read() -> list[Finding]:
        from chipbot.ops.doctor import configuration

        judged, read = configuration.settings(overrides)
        settings.extend([read] if read is not None else [])
        return judged

    findings += _look("settings", read)
    if not settings:
        return [*findings, skipped("the rest", gettext("it needs the settings"))]
    return findings + _with(settings[0], offline=offline)


def _with(settings: Settings, *, offline: bool) -> list[Finding]:
    from chipbot.ops.doctor import configuration, discord, documents, journal, scopes, web

    findings = _look("token", lambda: configuration.token(settings))
    findings += _look("index", lambda: documents.index(settings))
    findings += _look("channels", lambda: documents.channels(settings))
    findings += _look("scopes", lambda: scopes.scopes(settings))
    findings += _look("journal", lambda: journal.journal(settings))
    findings += _look("disk space", lambda: disk(settings.index))
    findings += _look("web address", lambda: web.web(settings))
    findings += _look("password file", lambda: configuration.web_password(settings))
    if offline:
        return [*findings, skipped("discord", gettext("not asked, as --offline says"))]
    if settings.token is None:
        return [*findings, skipped("discord", gettext("it is asked once there is a token"))]
    token = settings.token.get_secret_value()
    return findings + _look("discord", lambda: discord.discord(token, settings))


def _look(check: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """Return what a check finds; whatever keeps it from looking is a finding."""
    try:
        return look()
    except (ChipbotError, OSError) as error:
        return [
            failed(
                check,
                gettext("could not be looked at: {reason}", reason=error),
                gettext("fix what is named, and run `chipbot doctor` again"),
            )
        ]
    except ImportError as error:
        return [
            failed(
                check,
                gettext("a package cannot be imported: {reason}", reason=error),
                gettext("install chipbot again; see packages above"),
            )
        ]
    except Exception as error:  # noqa: BLE001  # a checklist is for when things are broken: the other checks still help
        return [
            failed(
                check,
                gettext("could not be looked at: {reason}", reason=f"{type(error).__name__}: {error}"),
                gettext("report this line, please"),
            )
        ]
