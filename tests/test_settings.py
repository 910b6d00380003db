"""The settings: where each value comes from, and what an operator reads when one is wrong."""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.readme import README, with_table

from chipbot.errors import SettingsError
from chipbot.settings import Settings, load, old_variables, unknown_variables

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"  # noqa: S105  # made up: Discord documents this one
Env = dict[str, str]


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("CHIPBOT_") or name == "CREDENTIALS_DIRECTORY":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, variables: Env) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def failure(**overrides: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load(**overrides)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return str(caught.value)


def plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


@pytest.mark.parametrize(
    ("env", "file", "overrides", "field", "expected"),
    [
        pytest.param({}, "", {}, "min_confidence", 0.4, id="default"),
        pytest.param({}, "CHIPBOT_MIN_CONFIDENCE=0.7", {}, "min_confidence", 0.7, id="env file over default"),
        pytest.param(
            {"CHIPBOT_MIN_CONFIDENCE": "0.6"},
            "CHIPBOT_MIN_CONFIDENCE=0.7",
            {},
            "min_confidence",
            0.6,
            id="environment over env file",
        ),
        pytest.param(
            {"CHIPBOT_MIN_CONFIDENCE": "0.6"},
            "",
            {"min_confidence": 0.9},
            "min_confidence",
            0.9,
            id="argument over environment",
        ),
        pytest.param(
            {"CHIPBOT_MIN_CONFIDENCE": "0.6"},
            "",
            {"min_confidence": None},
            "min_confidence",
            0.6,
            id="None is not an argument",
        ),
        pytest.param(
            {"CHIPBOT_MIN_CONFIDENCE": ""},
            "CHIPBOT_MIN_CONFIDENCE=0.7",
            {},
            "min_confidence",
            0.7,
            id="empty is not set",
        ),
        pytest.param({"chipbot_max_quotes": "2"}, "", {}, "max_quotes", 2, id="any case"),
        pytest.param({"CHIPBOT_QUOTES": "2"}, "", {}, "max_quotes", 2, id="an old name"),
        pytest.param({}, "chipbot_threshold=0.7", {}, "min_confidence", 0.7, id="an old name in env file"),
        pytest.param(
            {"CHIPBOT_THRESHOLD": "0.6"},
            "CHIPBOT_THRESHOLD=0.7",
            {},
            "min_confidence",
            0.6,
            id="an old name in both places",
        ),
        pytest.param(
            {"CHIPBOT_THRESHOLD": "0.6"},
            "CHIPBOT_MIN_CONFIDENCE=0.7",
            {},
            "min_confidence",
            0.7,
            id="new name over old",
        ),
        pytest.param(
            {"CHIPBOT_LOG_LEVEL": " DEBUG "}, "", {}, "log_level", "debug", id="log level in any case"
        ),
        *(
            pytest.param({"CHIPBOT_SERVERS": text}, "", {}, "servers", frozenset(entries), id=text)
            for text, entries in {
                "12": ["12"],
                "12,34 : a + b c , dm:., web": ["12", "34:a+b c", "dm:.", "web"],
                "": [],
            }.items()
        ),
        pytest.param({"CHIPBOT_LOG_QUESTIONS": "yes"}, "", {}, "log_questions", True, id="a switch"),
        pytest.param({"CHIPBOT_WEB_HOST": " ::1 "}, "", {}, "web_host", "::1", id="an IPv6 address"),
        pytest.param(
            {"CHIPBOT_WEB_HOST": "bot.example"}, "", {}, "web_host", "bot.example", id="a host name"
        ),
        *(
            pytest.param({"CHIPBOT_DISCORD_URL": f" {url}/"}, "", {}, "discord_url", url, id=url)
            for url in (
                "http://127.0.0.1:8000",
                "http://[::1]:8000",
                "http://localhost",
                "https://discord.com",
            )
        ),
        pytest.param(
            {"CHIPBOT_DISCORD_URL": "http://proxy.example:80", "CHIPBOT_DISCORD_URL_ANYWHERE": "true"},
            "",
            {},
            "discord_url",
            "http://proxy.example:80",
            id="a proxy elsewhere",
        ),
        pytest.param({}, "\ufeffCHIPBOT_MAX_QUOTES=1", {}, "max_quotes", 1, id="byte order mark"),
        pytest.param(
            {},
            "# mine\r\n\r\nCHIPBOT_MAX_QUOTES=1\r\nCHIPBOT_COOLDOWN=2\r\n",
            {},
            "cooldown",
            2,
            id="Windows line ends",
        ),
        pytest.param(
            {}, 'export CHIPBOT_MAX_QUOTES="1" # why', {}, "max_quotes", 1, id="quoted, exported, commented"
        ),
        pytest.param(
            {},
            "OTHER=1\nCHIPBOT_NONE=1\nCHIPBOT_MAX_QUOTES",
            {},
            "max_quotes",
            3,
            id="what is not a setting is left alone",
        ),
        pytest.param({"CHIPBOT_TOKEN": f" {TOKEN}\n"}, "", {}, "token", TOKEN, id="token with blanks"),
        pytest.param(
            {"CHIPBOT_TOKEN": f'"{TOKEN}"'}, "", {}, "token", TOKEN, id="token with quotation marks"
        ),
        pytest.param({"CHIPBOT_TOKEN": "  "}, "", {}, "token", None, id="blank token is none"),
        pytest.param({}, f"CHIPBOT_TOKEN='{TOKEN}'", {}, "token", TOKEN, id="token in env file"),
        pytest.param({}, "", {"token": SecretStr(TOKEN)}, "token", TOKEN, id="token as argument"),
        pytest.param(
            {"CHIPBOT_TOKEN": "a.b.c", "CHIPBOT_TOKEN_FILE": "gone"},
            "",
            {},
            "token",
            "a.b.c",
            id="token first",
        ),
        pytest.param({}, "", {}, "seeds", Path("seeds"), id="default path"),
        pytest.param({"CHIPBOT_SEEDS": "docs"}, "", {}, "seeds", Path("docs"), id="path in the environment"),
        pytest.param({"CHIPBOT_ENCODER": "m"}, "", {}, "encoder", Path("m"), id="path or a word: path"),
        pytest.param(
            {"CHIPBOT_JOURNAL": "a/j.db"}, "", {}, "journal", Path("a/j.db"), id="path or a URL: path"
        ),
        pytest.param(
            {},
            "CHIPBOT_JOURNAL=postgresql://me:secret@db/bot",
            {},
            "journal",
            "postgresql://me:secret@db/bot",
            id="path or a URL: URL",
        ),
        pytest.param({"CHIPBOT_ENCODER": " Off"}, "", {}, "encoder", "off", id="path or a word: word"),
        pytest.param(
            {}, "CHIPBOT_ENCODER=OFF", {}, "encoder", "off", id="a word in the env file is no path there"
        ),
        pytest.param({"CHIPBOT_SEEDS": "~/docs"}, "", {}, "seeds", Path.home() / "docs", id="home folder"),
        pytest.param(
            {}, "CHIPBOT_SEEDS=~/docs", {}, "seeds", Path.home() / "docs", id="home folder in env file"
        ),
    ],
)
def test_each_value_comes_from_the_first_place_that_sets_it(
    env: Env,
    file: str,
    overrides: dict[str, Any],
    field: str,
    expected: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_bytes(file.encode())
    set_all(monkeypatch, env)
    assert plain(getattr(load(**overrides), field)) == expected


@pytest.mark.parametrize(
    ("files", "env", "expected"),
    [
        ({"t": TOKEN + "\r\n"}, {"CHIPBOT_TOKEN_FILE": "t"}, TOKEN),
        ({"t": "\ufeff" + TOKEN}, {"CHIPBOT_TOKEN_FILE": "t"}, TOKEN),
        ({"s/token": TOKEN}, {"CHIPBOT_SECRETS_DIR": "s"}, TOKEN),
        ({"s/chipbot_token": TOKEN, "s/token": "x"}, {"CHIPBOT_SECRETS_DIR": "s"}, TOKEN),
        ({"s/other": "x"}, {"CHIPBOT_SECRETS_DIR": "s"}, None),
        ({"c/token": TOKEN}, {"CREDENTIALS_DIRECTORY": "c"}, TOKEN),
        (
            {"c/token": "x", "s/token": TOKEN},
            {"CREDENTIALS_DIRECTORY": "c", "CHIPBOT_SECRETS_DIR": "s"},
            TOKEN,
        ),
        ({"t": TOKEN, "s/token": "x"}, {"CHIPBOT_TOKEN_FILE": "t", "CHIPBOT_SECRETS_DIR": "s"}, TOKEN),
        ({}, {"CREDENTIALS_DIRECTORY": "gone"}, None),
    ],
)
def test_the_token_is_read_from_files(
    files: Env, env: Env, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(text.encode())
    set_all(monkeypatch, env)
    assert plain(load().token) == expected


WRONG = [
    ({"CHIPBOT_MIN_CONFIDENCE": "1.5"}, "CHIPBOT_MIN_CONFIDENCE is '1.5', but must be a number from 0 to 1"),
    ({"CHIPBOT_MIN_CONFIDENCE": "nan"}, "CHIPBOT_MIN_CONFIDENCE is 'nan', but must be a number from 0 to 1"),
    ({"CHIPBOT_MAX_QUOTES": "2.5"}, "CHIPBOT_MAX_QUOTES is '2.5', but must be a whole number from 1 to 3"),
    ({"CHIPBOT_QUOTES": "2.5"}, "CHIPBOT_QUOTES is '2.5', but must be a whole number from 1 to 3"),
    ({"CHIPBOT_COOLDOWN": "-1"}, "CHIPBOT_COOLDOWN is '-1', but must be a number from 0 to 3600"),
    ({"CHIPBOT_COOLDOWN": "inf"}, "CHIPBOT_COOLDOWN is 'inf', but must be a number from 0 to 3600"),
    *(
        ({"CHIPBOT_SERVERS": text}, f"CHIPBOT_SERVERS is '{text}', but must be `id` or `id:folder+folder`")
        for text in (",", "12,", "12:", "12:a+", "12:a/b", "12 34", "dms", "12,12:a", "١٢", "1" * 21)
    ),
    ({"CHIPBOT_LOG_LEVEL": "loud"}, "CHIPBOT_LOG_LEVEL is 'loud', but must be debug, info, warning or error"),
    ({"CHIPBOT_LOG_FORMAT": "xml"}, "CHIPBOT_LOG_FORMAT is 'xml', but must be auto, text or json"),
    ({"CHIPBOT_LOG_QUESTIONS": "maybe"}, "CHIPBOT_LOG_QUESTIONS is 'maybe', but must be true or false"),
    (
        {"CHIPBOT_WEB_HOST": "127.0.0.1:80"},
        "CHIPBOT_WEB_HOST is '127.0.0.1:80', but must be an IP address or a host name",
    ),
    (
        {"CHIPBOT_WEB_HOST": "http://localhost"},
        "CHIPBOT_WEB_HOST is 'http://localhost', but must be an IP address",
    ),
    *(
        (
            {"CHIPBOT_DISCORD_URL": url},
            f"CHIPBOT_DISCORD_URL is '{url}', but must be Discord's own or one on this",
        )
        for url in (
            "http://discord.example",
            "https://discord.com.example",
            "http://10.0.0.1:80",
            "http://[2001:db8::1]",
        )
    ),
    *(
        ({"CHIPBOT_DISCORD_URL": url}, f"CHIPBOT_DISCORD_URL is '{url}', but must be an address such as")
        for url in (
            "127.0.0.1",
            "ftp://127.0.0.1",
            "http://127.0.0.1@discord.example",
            "http://127.0.0.1:80/api",
        )
    ),
    (
        {"CHIPBOT_WEB_PORT": "65536"},
        "CHIPBOT_WEB_PORT is '65536', but must be a whole number from 0 to 65535",
    ),
    (
        {"CHIPBOT_ENCODER": "~nobody-at-all/x"},
        "CHIPBOT_ENCODER is '~nobody-at-all/x', but must be a path in which ~",
    ),
    (
        {"CHIPBOT_SEEDS": "~nobody-at-all/x"},
        "CHIPBOT_SEEDS is '~nobody-at-all/x', but must be a path in which ~",
    ),
    (
        {"CHIPBOT_JOURNAL": "mysql://me:secret@db/bot"},
        "CHIPBOT_JOURNAL is 'mysql://…', but must be a path, or a URL like postgresql://",
    ),
    ({"CHIPBOT_JOURNAL": "postgresql://db"}, "CHIPBOT_JOURNAL is 'postgresql://…', but must be a path"),
    (
        {"CHIPBOT_SHARDS": "2"},
        "CHIPBOT_SHARDS is '2', but must be 0 unless CHIPBOT_JOURNAL is the URL of a PostgreSQL database",
    ),
    ({"CHIPBOT_SHARDS": "-1"}, "CHIPBOT_SHARDS is '-1', but must be a whole number from 0 to 16384"),
    ({"CHIPBOT_KEEP_DAYS": "0"}, "CHIPBOT_KEEP_DAYS is '0', but must be a whole number from 1 to 3650"),
    ({"CHIPBOT_TOKEN": f"Bot {TOKEN}"}, "CHIPBOT_TOKEN is not a token"),
    ({"CHIPBOT_TOKEN": f"{TOKEN}\n{TOKEN}"}, "CHIPBOT_TOKEN is not a token"),
    ({"CHIPBOT_TOKEN": f"{TOKEN}…"}, "CHIPBOT_TOKEN is not a token"),
    ({"CHIPBOT_TOKEN": "''"}, "CHIPBOT_TOKEN is not a token"),
    ({"CHIPBOT_TOKEN_FILE": "gone"}, "CHIPBOT_TOKEN_FILE leads to gone, which cannot be read: No such file"),
    ({"CHIPBOT_TOKEN_FILE": "."}, "CHIPBOT_TOKEN_FILE leads to ., which cannot be read: Is a directory"),
    ({"CHIPBOT_TOKEN_FILE": "empty"}, "CHIPBOT_TOKEN_FILE leads to empty, which is empty"),
    ({"CHIPBOT_TOKEN_FILE": "huge"}, "CHIPBOT_TOKEN_FILE leads to huge, which is too long"),
    ({"CHIPBOT_TOKEN_FILE": "binary"}, "CHIPBOT_TOKEN_FILE leads to binary, whose content is not a token"),
    ({"CHIPBOT_TOKEN_FILE": "two"}, "CHIPBOT_TOKEN_FILE leads to two, whose content is not a token"),
    ({"CHIPBOT_SECRETS_DIR": "gone"}, "CHIPBOT_SECRETS_DIR leads to gone, which is not a folder"),
    ({"CHIPBOT_SECRETS_DIR": "s"}, f"CHIPBOT_SECRETS_DIR leads to {Path('s/token')}, which is empty"),
]


@pytest.mark.parametrize(("env", "message"), WRONG)
def test_a_wrong_value_names_its_variable_and_what_is_allowed(
    env: Env, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("s").mkdir()
    for name, content in {
        "s/token": b" ",
        "empty": b"\n",
        "huge": b"x" * 5000,
        "binary": b"\xff\x00",
        "two": f"{TOKEN}\nx".encode(),
    }.items():
        Path(name).write_bytes(content)
    set_all(monkeypatch, env)
    assert failure().startswith(message)


def test_everything_wrong_is_said_at_once_and_says_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("CHIPBOT_MAX_QUOTES=9\nCHIPBOT_COOLDOWN=x\n", encoding="utf-8")
    set_all(monkeypatch, {"CHIPBOT_MAX_QUOTES": "8", "CHIPBOT_TOKEN_FILE": "gone"})
    assert failure(min_confidence=7).split("; ") == [
        "CHIPBOT_TOKEN_FILE leads to gone, which cannot be read: No such file or directory",
        "min_confidence is 7, but must be a number from 0 to 1",
        "CHIPBOT_MAX_QUOTES is '8', but must be a whole number from 1 to 3",
        "CHIPBOT_COOLDOWN is 'x' in .env, but must be a number from 0 to 3600",
    ]


def test_an_argument_that_is_no_setting_is_refused() -> None:
    assert failure(tokn=1) == "tokn is not a setting"
    assert failure(token=7) == "CHIPBOT_TOKEN is not a text"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"CHIPBOT_MAX_QUOTES=1\nCHIPBOT_SEEDS=\xe4\n", ".env is not UTF-8 in line 2: save it as UTF-8"),
        ("CHIPBOT_MAX_QUOTES=1".encode("utf-16"), ".env is not UTF-8 in line 1: save it as UTF-8"),
        ("CHIPBOT_MAX_QUOTES=1".encode("utf-16-le"), ".env is not UTF-8 text: save it as UTF-8"),
        (None, ".env is a folder, but must be a file of lines like CHIPBOT_SEEDS=documents"),
    ],
)
def test_an_env_file_that_is_none_is_named(content: bytes | None, message: str) -> None:
    if content is None:
        Path(".env").mkdir()
    else:
        Path(".env").write_bytes(content)
    assert failure() == message


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows read every file")
def test_an_unreadable_env_file_or_token_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").touch(mode=0)
    assert failure() == ".env cannot be read: Permission denied"
    Path(".env").unlink()
    Path("t").touch(mode=0)
    monkeypatch.setenv("CHIPBOT_TOKEN_FILE", "t")
    assert failure() == "CHIPBOT_TOKEN_FILE leads to t, which cannot be read: Permission denied"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no links for everybody")
def test_an_env_file_that_cannot_be_opened_is_named() -> None:
    Path(".env").symlink_to(".env")
    assert failure() == ".env cannot be read: Too many levels of symbolic links"


def test_home_is_where_the_env_file_and_the_defaults_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "a b"
    home.mkdir()
    (home / ".env").write_text("CHIPBOT_INDEX=built\n", encoding="utf-8")
    Path(".env").write_text("CHIPBOT_INDEX=elsewhere\n", encoding="utf-8")
    monkeypatch.setenv("CHIPBOT_HOME", str(home))
    assert load().seeds == home / "seeds"
    assert load().index == home / "built", "a relative path in .env starts from the folder of .env"
    assert load(seeds=Path("mine")).seeds == Path("mine"), (
        "and one on the command line where the command runs"
    )
    assert load(tmp_path / ".env").index == tmp_path / "elsewhere"


def test_the_token_is_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_TOKEN", TOKEN)
    settings = load()
    for text in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        assert TOKEN not in text


def test_misspelt_variables_are_found_in_the_environment_and_the_env_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("CHIPBOT_MIN_CONFIDENSE=1\nCHIPBOT_MAX_QUOTES=2\nOTHER=1\n", encoding="utf-8")
    set_all(monkeypatch, {"CHIPBOT_ZZZZ": "1", "CHIPBOT_HOME": ".", "CHIPBOT_PYTHON": "python3"})
    assert unknown_variables() == (
        "CHIPBOT_MIN_CONFIDENSE is not a setting: did you mean CHIPBOT_MIN_CONFIDENCE?",
        "CHIPBOT_ZZZZ is not a setting",
    )


def test_old_names_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("CHIPBOT_QUOTES=2\nCHIPBOT_MAX_QUOTES=1\nCHIPBOT_TRESHOLD=1\n", encoding="utf-8")
    set_all(monkeypatch, {"chipbot_threshold": "0.5"})
    assert (load().max_quotes, load().min_confidence) == (1, 0.5)
    assert old_variables() == (
        "CHIPBOT_THRESHOLD is now called CHIPBOT_MIN_CONFIDENCE: rename it",
        "CHIPBOT_QUOTES is the old name of CHIPBOT_MAX_QUOTES, which is set too and counts: remove CHIPBOT_QUOTES",
    )
    assert unknown_variables() == ("CHIPBOT_TRESHOLD is not a setting: did you mean CHIPBOT_MIN_CONFIDENCE?",)


def test_the_readme_has_every_setting() -> None:
    readme = README.read_text(encoding="utf-8")
    assert readme == with_table(readme), "bring it up to date with: .venv/bin/python tests/readme.py"
    assert (
        re.findall(r"^\| `CHIPBOT_(\w+)`", readme, re.MULTILINE)[3:]
        == [name.upper() for name in Settings.model_fields][3:]
    )
