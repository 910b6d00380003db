"""Which targets of links are addresses on the web."""

from __future__ import annotations

import pytest

from chipbot.service.links import web_address


@pytest.mark.parametrize(
    ("target", "address"),
    [
        (" https://example.com/a b ", "https://example.com/a%20b"),
        ("HTTP://Example.com/A", "http://example.com/A"),
        ("https://bücher.example:8080/ü?x=[1]#y", "https://xn--bcher-kva.example:8080/%C3%BC?x=%5B1%5D#y"),
        ("https://a:b@example.com/", ""),
        ("https://example.com@evil.example/", ""),
        ("https://exa_mple/", ""),
        ("https://" + "a" * 64 + ".example/", ""),
        ("https://example.com:99999/", ""),
        ("https://[::1", ""),
        ("https://example.com/\ud800", ""),
        ("ftp://example.com/", ""),
        ("javascript:alert(1)", ""),
        ("steam://run/1", ""),
        ("//example.com/a", ""),
        ("../a.md#b", ""),
        ("", ""),
    ],
)
def test_only_the_web_is_linked_to(target: str, address: str) -> None:
    assert web_address(target) == address
