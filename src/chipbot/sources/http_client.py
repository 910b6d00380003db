"""GET requests to one site: to no private address, through no redirection to another site, within limits.

A host's addresses are looked up once and checked, and these very addresses are connected to: a name cannot lead
elsewhere between the two.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from chipbot.errors import SourcesError
from chipbot.translation import Message, digits, gettext

AGENT = "chipbot"
"""What this program calls itself, and what robots.txt calls it."""

_MAX_BYTES = 10 * 2**20
_TIMEOUT = 20.0  # seconds without a sign of life
_PATIENCE = 120.0  # seconds for one answer
_CHUNK = 1 << 16
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
_UNICAST6, _NAT64 = IPv6Network("2000::/3"), IPv6Network("64:ff9b::/96")
_HEADERS = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}


class Response(NamedTuple):
    """An answer."""

    status: int
    headers: Mapping[str, str]
    """By their names in small letters."""
    body: bytes


class Origin(NamedTuple):
    """A site: what the same-origin policy of the web calls so (RFC 6454)."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Return the origin of an address; raises SourcesError where it is none on the web."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").encode("idna").decode()
            if parts.scheme in _PORTS and host and "@" not in parts.netloc and url.isprintable():
                return cls(parts.scheme, host, parts.port or _PORTS[parts.scheme])
        except ValueError:
            pass
        raise SourcesError(Message("“{address}” is not a web address", address=url[:200]))

    def __str__(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}{port}"


class HttpClient:
    """Asks one site."""

    def __init__(self, origin: Origin, *, private: bool = False) -> None:
        """Look up the site's address.

        Args:
            origin: The site.
            private: Whether it may be at an address that is not reached from everywhere.

        Raises:
            SourcesError: The host is unknown, or at an address that is not allowed.
        """
        self._origin = origin
        self._address = _resolve(origin, private=private)
        self._tls = ssl.create_default_context() if origin.scheme == "https" else None

    def get(self, url: str, headers: Mapping[str, str] = {}, most: int = _MAX_BYTES) -> Response:
        """Return the answer to a GET request; raises SourcesError where there is none, or it is not allowed."""
        for _ in range(_MAX_REDIRECTS + 1):
            if Origin.of(url) != self._origin:
                raise SourcesError(Message("it leads to another site: {address}", address=url[:200]))
            answer = self._ask(url, headers, most)
            if answer.status not in _REDIRECTS or not answer.headers.get("location"):
                return answer
            url = urljoin(url, answer.headers["location"])
        raise SourcesError(Message("it leads from one address to the next: {address}", address=url[:200]))

    def _ask(self, url: str, headers: Mapping[str, str], most: int) -> Response:
        parts = urlsplit(url)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            f"?{quote(parts.query, safe='=&%+/:,;@')}" if parts.query else ""
        )
        connection = _Connection(self._origin, self._address, self._tls)
        try:
            connection.request("GET", path, headers={**_HEADERS, **headers})
            answer = connection.getresponse()
            body = _body(answer, most)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise SourcesError(
                Message("{address} cannot be fetched: {reason}", address=url[:200], reason=reason)
            ) from None
        finally:
            connection.close()
        return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up before."""

    def __init__(self, origin: Origin, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(origin.host, origin.port, timeout=_TIMEOUT)
        self.default_port = _PORTS[origin.scheme]
        self._at, self._tls = address, tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self._at, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def _resolve(origin: Origin, *, private: bool) -> str:
    """Return an address of a host; every one that it has must be allowed."""
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except OSError as error:
        reason = error.strerror or error
        raise SourcesError(Message("{host} is unknown: {reason}", host=origin.host, reason=reason)) from None
    addresses = [str(place[0]) for *_, place in found]
    for address in addresses:
        if not private and not _is_public(address):
            raise SourcesError(
                Message(
                    "{host} is at {address}, which is private to a network: “private: true” in sources.yaml, or --private, "
                    "allows that",
                    host=origin.host,
                    address=address,
                )
            )
    return addresses[0]


def _is_public(address: str) -> bool:
    """Return whether an address is reached from everywhere; what leads from IPv6 to IPv4 is judged by where it leads.

    https://www.iana.org/assignments/ipv6-address-space, https://www.rfc-editor.org/rfc/rfc6052 (NAT64),
    https://www.rfc-editor.org/rfc/rfc3056 (6to4, which nobody runs any more)
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found in _NAT64:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    if isinstance(found, IPv6Address) and (found not in _UNICAST6 or found.sixtofour is not None):
        return False
    return found.is_global and not found.is_multicast


def _body(answer: http.client.HTTPResponse, most: int) -> bytes:
    """Read an answer's body within the limits, unpacked."""
    unpack = (
        zlib.decompressobj(wbits=31) if answer.headers.get("Content-Encoding", "").lower() == "gzip" else None
    )
    end = time.monotonic() + _PATIENCE
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += unpack.decompress(chunk, most + 1) if unpack else chunk
        if len(body) > most or (unpack is not None and unpack.unconsumed_tail):
            raise http.client.HTTPException(
                gettext("it is larger than {number} MiB", number=digits(most // 2**20))
            )
        if time.monotonic() > end:
            raise TimeoutError(gettext("it takes longer than {number} s", number=digits(_PATIENCE)))
    if answer.length or (unpack is not None and body and not unpack.eof):
        raise http.client.HTTPException(gettext("it ends too early"))
    return bytes(body)
