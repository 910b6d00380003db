"""What chipbot stands on: Python, its packages, and room on the disk."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
from pathlib import Path

from chipbot.ops.doctor.findings import Finding, failed, ok
from chipbot.translation import digits, gettext, joined

_NEEDED = (3, 11)
_ROOM = 100 * 2**20  # bytes beside the index, for the log and the documents
_COPIES = 2  # a new build stands beside the old one before it takes its place
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*([^;]*)(;.*)?")
_SPECIFIER = re.compile(r"(>=|<)\s*([\d.]+)")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> list[Finding]:
    """Is this Python new enough?"""
    system = f"{platform.system()} {platform.machine()}"
    text = gettext("{version} on {system}", version=".".join(map(str, version)), system=system)
    if version < _NEEDED:
        return [
            failed("python", text, gettext("install Python 3.11 or newer, and install chipbot with it again"))
        ]
    return [ok("python", text)]


def packages(distribution: str = "chipbot") -> list[Finding]:
    """Are the packages that chipbot needs there, in versions that it knows?"""
    fix = gettext(
        "install chipbot again: deploy/start in a checkout, or pip install --force-reinstall chipbot"
    )
    try:
        needed = importlib.metadata.requires(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return [
            failed("packages", gettext("{name} itself is not installed as a package", name=distribution), fix)
        ]
    checked = [_package(requirement) for requirement in needed if "extra ==" not in requirement]
    problems = [problem for problem in checked if problem]
    if problems:
        return [failed("packages", joined(problems), fix)]
    return [
        ok(
            "packages",
            gettext("all {number} are installed, in versions that fit", number=digits(len(checked))),
        )
    ]


def disk(index: Path) -> list[Finding]:
    """Is there room for another build of the index?"""
    folder = index.absolute()
    while not folder.exists():
        folder = folder.parent
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    text = gettext("{amount} free at {folder}", amount=_amount(free), folder=folder)
    if size:
        text = gettext("{free}; the index takes {amount}", free=text, amount=_amount(size))
    if free < _ROOM + _COPIES * size:
        return [
            failed("disk space", text, gettext("make room there, or name another folder with CHIPBOT_INDEX"))
        ]
    return [ok("disk space", text)]


def _package(requirement: str) -> str | None:
    """Say what is wrong with one required package, such as `discord.py<3,>=2.7`; None where nothing is."""
    parsed = _REQUIREMENT.fullmatch(requirement.strip())
    if parsed is None:
        raise AssertionError(requirement)
    name, specifiers, _ = parsed.groups()
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return gettext("{name} is missing", name=name)
    have = _release(version)
    for operator, wanted in _SPECIFIER.findall(specifiers):
        if (have >= _release(wanted)) != (operator == ">="):
            return gettext(
                "{name} is {version}, but must be {wanted}",
                name=name,
                version=version,
                wanted=f"{operator}{wanted}",
            )
    return None


def _release(version: str) -> tuple[int, ...]:
    """Return a version's numbers without trailing zeros, so that 2 equals 2.0."""
    numbers = [int(number) for number in re.findall(r"\d+", re.split(r"[^\d.]", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _amount(size: int) -> str:
    return f"{digits(size / 2**20, 1)} MiB" if size < 2**30 else f"{digits(size / 2**30, 1)} GiB"
