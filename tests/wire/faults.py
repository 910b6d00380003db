"""What can go wrong with a request, and when: data that the REST side looks up for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

CAPTIVE_PORTAL = "<!doctype html><title>Welcome</title><p>Please log in to use this network.</p>"
VIA = {"Via": "1.1 google"}
"""What the proxy in front of Discord says; a 429 without it comes from the proxy itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with one request."""

    status: int = 0
    """The status of the answer; 0 lets the true answer through."""
    body: Any = None
    """The answer's body: JSON, or text where it is a string."""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    """Whether what was asked for is done all the same, and only the answer is another."""
    reset: bool = False
    """Whether the connection is reset in place of an answer."""
    delay: float = 0.0
    """Seconds before anything happens."""


def refused(status: int, code: int, message: str, **errors: Any) -> Fault:
    """An error as Discord says it."""
    return Fault(status=status, body={"message": message, "code": code} | errors)


def server_error(status: int = 500, *, after: bool = False) -> Fault:
    """An error on Discord's side, before or after it did what was asked for."""
    return Fault(status=status, body={"message": f"{status}: Internal Server Error", "code": 0}, after=after)


def reset(*, after: bool = False) -> Fault:
    """A connection that is reset, before or after what was asked for is done."""
    return Fault(reset=True, after=after)


def slow(seconds: float) -> Fault:
    """An answer that takes a while."""
    return Fault(delay=seconds)


def page(status: int = 200, text: str = CAPTIVE_PORTAL) -> Fault:
    """A web page in place of JSON, as captive portals and proxies send it."""
    return Fault(status=status, body=text, headers={"Content-Type": "text/html; charset=utf-8"})


def rate_limit(seconds: float = 0.05, *, everywhere: bool = False, via: bool = True) -> Fault:
    """A 429 of one bucket or of everything; without Via it is the proxy's, which banned the address."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    headers = {
        "Retry-After": str(max(1, round(seconds))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    headers |= {"X-RateLimit-Global": "true"} if everywhere else {"X-RateLimit-Remaining": "0"}
    return Fault(status=429, body=body, headers=headers | (VIA if via else {}))


@dataclass(slots=True)
class _Rule:
    """A fault, for which requests and how often."""

    request: str
    fault: Fault
    left: int


class Plan:
    """Which faults come, in order."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self.injected = 0
        """How many have come."""

    def add(self, request: str, *faults: Fault, times: int = 1) -> None:
        """Let each of the faults happen `times` times to requests like "POST /channels/*/messages"."""
        self._rules += [_Rule(request, fault, times) for fault in faults]

    def clear(self) -> None:
        """Let nothing further go wrong."""
        self._rules.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of a request, which has then happened once."""
        for rule in self._rules:
            if rule.left > 0 and fnmatchcase(f"{method} {path}", rule.request):
                rule.left -= 1
                self.injected += 1
                return rule.fault
        return None
