"""The newest release of chipbot: one request to where it is published, and only when somebody asks."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from urllib.parse import urlsplit

from chipbot.errors import ChipbotError
from chipbot.translation import Message

PATIENCE = 10.0
"""Seconds that the answer may take."""
_UNRELEASED = "OWNER"  # in the address of a checkout that nobody has published
_TAG = re.compile(r"/releases/tag/v?(\d+(?:\.\d+)*)$")


@dataclass(frozen=True, slots=True)
class Release:
    """A released version."""

    version: str
    """Its number."""
    url: str
    """The page with its notes."""


def repository() -> str:
    """Return the address that this installation was published from; raises ChipbotError where it was published from none."""
    try:
        named = metadata("chipbot").get_all("Project-URL") or []
    except PackageNotFoundError:
        named = []
    for line in named:
        label, _, url = line.partition(", ")
        if label == "Repository" and f"/{_UNRELEASED}/" not in url:
            return str(url)
    raise ChipbotError(
        Message("this is no release, so it does not know where newer ones are: `git pull` in its checkout")
    )


def newest_release(repository: str, patience: float = PATIENCE) -> Release | None:
    """Return the newest release; None where there is none yet.

    Asks for `releases/latest`, which GitHub and Gitea redirect to the newest release's page:
    https://docs.github.com/en/repositories/releasing-projects-on-github/linking-to-releases

    Args:
        repository: The project's address, such as https://example.org/ada/chipbot.
        patience: Seconds that the answer may take.

    Raises:
        ChipbotError: There is no answer, or it makes no sense.
    """
    leads_to, status = _latest(repository, patience)
    found = _TAG.search(leads_to)
    if found:
        return Release(found[1], leads_to)
    if leads_to.endswith("/releases") or status == http.client.NOT_FOUND:
        return None
    raise ChipbotError(
        Message(
            "{host} does not say which release is the newest: look at {repository}/releases",
            host=urlsplit(repository).netloc,
            repository=repository,
        )
    )


def _latest(repository: str, patience: float) -> tuple[str, int]:
    """Ask for `releases/latest`; return where that leads, empty for nowhere, and the status of the answer."""
    parts = urlsplit(repository)
    kind = http.client.HTTPConnection if parts.scheme == "http" else http.client.HTTPSConnection
    connection = kind(parts.netloc, timeout=patience)
    try:
        connection.request(
            "HEAD", f"{parts.path.rstrip('/')}/releases/latest", headers={"User-Agent": "chipbot"}
        )
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ChipbotError(
            Message(
                "{host} cannot be asked for the newest release: {why}. Look at {repository}/releases",
                host=parts.netloc,
                why=why,
                repository=repository,
            )
        ) from None
    finally:
        connection.close()
    return answer.headers.get("Location", ""), answer.status


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to be compared."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
