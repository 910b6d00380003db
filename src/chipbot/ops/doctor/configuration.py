"""What the operator has set: the settings, the token's place, and who can read it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipbot.errors import SettingsError
from chipbot.ops.doctor.findings import Finding, failed, ok, skipped, warning
from chipbot.settings import home, load, old_variables, unknown_variables
from chipbot.settings.env_file import read_env_file
from chipbot.settings.env_names import PREFIX
from chipbot.settings.token import other_than_token, token_file_in
from chipbot.translation import Message, gettext, joined

if TYPE_CHECKING:
    from chipbot.settings import Settings

_TO_SET_ONE = Message("run `chipbot setup`, which says where to click")
_GROUP_WRITES = 0o020
_MOUNTED = ("/run/secrets", "/var/run/secrets")
"""Where container engines mount secrets: readable by all, but nobody else is in the container."""


def settings(overrides: Mapping[str, Any]) -> tuple[list[Finding], Settings | None]:
    """Are all settings understood? Returns them where they are."""
    try:
        settings = load(**overrides)
        unknown, old = unknown_variables(), old_variables()
    except SettingsError as error:
        return [
            failed("settings", str(error), gettext("correct it where it is set: the environment or .env"))
        ], None
    if unknown:
        text = joined((*unknown, *old))
        return [failed("settings", text, gettext("correct or remove it: the environment or .env"))], settings
    if old:
        return [
            warning("settings", joined(old), gettext("change it where it is set: the environment or .env"))
        ], settings
    return [ok("settings", gettext("each is understood"))], settings


def token(settings: Settings) -> list[Finding]:
    """Is a token set, does it look like one, and can only the bot's own user read it?"""
    if settings.token is None:
        return [failed("token", gettext("none is set"), str(_TO_SET_ONE))]
    what, path = token_place(settings)
    if mistaken := other_than_token(settings.token.get_secret_value()):
        return [
            failed(
                "token",
                gettext("what {place} holds is {mistaken}", place=what, mistaken=mistaken),
                str(_TO_SET_ONE),
            )
        ]
    findings = [ok("token", gettext("found in {place}", place=what))]
    if path is not None:
        findings.append(_readers(path))
    return findings


def web_password(settings: Settings) -> list[Finding]:
    """Can the password of the operator's pages be used, and can only the bot's own user read it?"""
    from chipbot.web import PasswordError, PasswordFile

    path = settings.web_password_file
    if path is None:
        name = PREFIX + "WEB_PASSWORD_FILE"
        return [skipped("password file", gettext("no pages change documents: {name} is not set", name=name))]
    try:
        PasswordFile(path).check()
    except PasswordError as error:
        return [failed("password file", str(error), "`chipbot web --set-password`")]
    return [_readers(path, "password file")]


def token_place(settings: Settings) -> tuple[str, Path | None]:
    """Say where the token was found, and which file that is, if it is one."""
    variable, env_file = PREFIX + "TOKEN", home() / ".env"
    if _sets(os.environ, variable):
        return gettext("{name} in the environment", name=variable), None
    if _sets(read_env_file(env_file), variable):
        return str(env_file), env_file
    path = settings.token_file or token_file_in(settings.secrets_dir)
    return str(path), path


def _sets(variables: Mapping[str, str | None], variable: str) -> bool:
    return any(name.upper() == variable and value and value.strip() for name, value in variables.items())


def _readers(path: Path, name: str = "token file") -> Finding:
    """Can anybody but the file's owner reach and read it?"""
    if os.name != "posix":
        return skipped(name, gettext("who can read {path} is not told by its mode on this system", path=path))
    resolved = path.resolve()
    if str(resolved.parent) == os.environ.get("CREDENTIALS_DIRECTORY") or str(path).startswith(_MOUNTED):
        return ok(name, gettext("{path} is kept by the service manager", path=path))
    mode = resolved.stat().st_mode & 0o777
    # Others get no further than a folder that they may not pass.
    world = mode & 0o007 and all(folder.stat().st_mode & 0o001 for folder in resolved.parents)
    if world or mode & _GROUP_WRITES:
        return failed(
            name,
            gettext("others can read or change {path} (mode {mode})", path=path, mode=f"{mode:o}"),
            f"chmod 600 {path}",
        )
    if mode & 0o040:
        return ok(
            name,
            gettext("{path} is for its owner and group only (mode {mode})", path=path, mode=f"{mode:o}"),
        )
    return ok(name, gettext("{path} is for its owner only (mode {mode})", path=path, mode=f"{mode:o}"))
