"""The file of the operator's password: what is kept, what is taken for it, what is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chipbot.web.password import PasswordError, PasswordFile

PASSWORD = "a sentence of m\u00fcller's"  # noqa: S105  # of a test
HASH = (  # of it, as `hashed` makes it: fixed, so that every process collects the same tests
    "scrypt:16384:8:5:HFa_TnB5Kn0hH2rpomGYBA==:cN7FBWymlnljgKEEQDG_1nvVjBLo03S1v89-8MPqA_M="
)


@pytest.mark.parametrize("kept", [PASSWORD, f"\ufeff{PASSWORD}\r\n", HASH, f"  {HASH}\n"])
@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        (PASSWORD, True),
        (f" {PASSWORD}\n", True),
        ("a sentence of mu\u0308ller's", True),  # as another keyboard types it
        (PASSWORD.upper(), False),
        (PASSWORD + "x", False),
        (PASSWORD[:-1], False),
        ("", False),
        ("\ud800", False),
        ("x" * 100_000, False),
        (HASH, False),
    ],
)
def test_a_password_is_known(tmp_path: Path, kept: str, typed: str, matches: bool) -> None:
    (tmp_path / "p").write_text(kept, encoding="utf-8")
    assert PasswordFile(tmp_path / "p").matches(typed) is matches


def test_hashes_differ_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    file = PasswordFile(tmp_path / "p")
    assert file.stamp() is None
    file.write(PASSWORD)
    first, stamp = file.path.read_text(), file.stamp()
    file.write(PASSWORD)
    assert file.stamp() != stamp
    assert file.path.read_text() != first
    assert PASSWORD not in first
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file.path]
    file.check()


SALT, KEY = HASH.split(":")[4:]


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (None, "cannot be read (No such file or directory): `chipbot web --set-password` writes it"),
        ("", "must hold a password and nothing else"),
        ("x" * 2_000, "must hold a password and nothing else"),
        ("hunter2", "fewer than 12 characters: take a longer one"),
        ("scrypt:", "holds a hash that is damaged: write it anew"),
        (HASH[:40], "damaged"),
        (f"scrypt:{2**20}:8:5:{SALT}:{KEY}", "damaged"),
        (f"scrypt:16384:8:500:{SALT}:{KEY}", "damaged"),
        (f"scrypt:16384:800:5:{SALT}:{KEY}", "damaged"),
        (f"scrypt:0:8:5:{SALT}:{KEY}", "damaged"),
        (f"scrypt:16383:8:5:{SALT}:{KEY}", "damaged"),
        (f"scrypt:16384:0:5:{SALT}:{KEY}", "damaged"),
        (f"scrypt:16384:-1:-1:{SALT}:{KEY}", "damaged"),
        (f"scrypt:16384:8:5:{SALT}:{KEY[:-8]}", "damaged"),
        (f"scrypt:16384:8:5:{SALT}:%%%", "damaged"),
        (f"scrypt:16384:8:5:\u00e9:{KEY}", "damaged"),
    ],
)
def test_what_cannot_be_a_password_is_named(tmp_path: Path, kept: str | None, words: str) -> None:
    file = PasswordFile(tmp_path / "p")
    if kept is not None:
        file.path.write_text(kept, encoding="utf-8")
    for use in (file.check, lambda: file.matches(PASSWORD)):
        with pytest.raises(PasswordError) as caught:
            use()
        assert str(file.path) in str(caught.value)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("password", ["", "hunter2", " " * 40, f"{' ' * 20}short", "x" * 1_001])
def test_a_bad_password_is_not_written(tmp_path: Path, password: str) -> None:
    with pytest.raises(PasswordError, match="a password has 12 to 1,000 characters: take a sentence"):
        PasswordFile(tmp_path / "p").write(password)
    assert not list(tmp_path.iterdir())


def test_a_password_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PasswordError, match="cannot be written: No such file"):
        PasswordFile(tmp_path / "none" / "p").write(PASSWORD)
    (tmp_path / "folder").mkdir()
    with pytest.raises(PasswordError, match="cannot be written: Is a directory"):
        PasswordFile(tmp_path / "folder").write(PASSWORD)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
