"""`chipbot doctor`: looks at everything that keeps a bot from answering, and says what fixes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chipbot.errors import ChipbotError
from chipbot.ops.doctor.environment import disk, packages, python
from chipbot.ops.doctor.findings import Finding, failed, skipped

if TYPE_CHECKING:
    from chipbot.settings import Settings

__all__ = ["Finding", "examine"]


def examine(overrides: Mapping[str, Any], *, offline: bool) -> list[Finding]:
    """Return the checklist; `overrides` are settings of the command line, and `offline` asks nothing of
    Discord.

    Raises nothing: a check that fails to look is a finding too.
    """
    found = [*_look("python", python), *_look("packages", packages)]
    settings: list[Settings] = []

    def read() -> list[Finding]:
        from chipbot.ops.doctor import configuration

        findings, read = configuration.settings(overrides)
        settings.extend([read] if read is not None else [])
        return findings

    found += _look("settings", read)
    if not settings:
        return [*found, skipped("the rest", "it needs the settings")]
    return found + _with(settings[0], offline=offline)


def _with(settings: Settings, *, offline: bool) -> list[Finding]:
    from chipbot.ops.doctor import configuration, discord, documents, web

    found = _look("token", lambda: configuration.token(settings))
    found += _look("index", lambda: documents.index(settings))
    found += _look("disk space", lambda: disk(settings.index))
    found += _look("web address", lambda: web.web(settings))
    if offline:
        return [*found, skipped("discord", "not asked, as --offline says")]
    if settings.token is None:
        return [*found, skipped("discord", "it is asked once there is a token")]
    token = settings.token.get_secret_value()
    return found + _look("discord", lambda: discord.discord(token))


def _look(check: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """Return what a check finds; whatever keeps it from looking is a finding."""
    try:
        return look()
    except (ChipbotError, OSError) as error:
        return [
            failed(
                check,
                f"could not be looked at: {error}",
                "fix what is named, and run `chipbot doctor` again",
            )
        ]
    except ImportError as error:
        return [
            failed(
                check, f"a package cannot be imported: {error}", "install chipbot again; see packages above"
            )
        ]
    except Exception as error:  # noqa: BLE001  # a checklist is for when things are broken: the other checks still help
        return [
            failed(
                check, f"could not be looked at: {type(error).__name__}: {error}", "report this line, please"
            )
        ]
