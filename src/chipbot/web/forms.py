"""Forms as browsers post them, read within limits of size and time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

PATIENCE = 20.0
"""Seconds that a form, or the next piece of an upload, may take to arrive."""
MAX_SECONDS = 600.0
"""Seconds that a whole upload may take."""
_MAX_FIELDS = 20
_MAX_PARTS = 100
_FIELD = 2_000  # bytes of a field that is no text of a document
_CHUNK = 64 * 1024
_UNREADABLE = (
    ValueError,
    AssertionError,
    RuntimeError,
    OSError,
    HttpProcessingError,
    web.RequestPayloadError,
)
# … which is how the library says that something is no form, or that its sender has gone
TEXT = "text"
"""The field that holds the text of a document, as long as a file may be."""


@dataclass(slots=True, kw_only=True)
class Upload:
    """A form with files."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    """What each is called, and its bytes."""


async def read_form(request: web.Request) -> list[tuple[str, str]]:
    """Return the fields of a form (https://url.spec.whatwg.org/#application/x-www-form-urlencoded)."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    async with _arriving(PATIENCE):
        body = await request.read()
        return parse_qsl(body.decode(errors="replace"), max_num_fields=_MAX_FIELDS)


async def read_upload(request: web.Request, may_go_on: Callable[[str], bool], limit: int) -> Upload:
    """Read a form with files (RFC 7578).

    Args:
        request: The request that posts it.
        may_go_on: Is asked with the first field, `form_token`, before anything else is read.
        limit: The most bytes that all of it may have, counted as they arrive.

    Raises:
        HTTPException: It is no such form, too large, too slow, or may not go on.
    """
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    upload = Upload()
    async with _arriving(MAX_SECONDS):
        await _read_parts(request, upload, may_go_on, limit)
    return upload


@contextlib.asynccontextmanager
async def _arriving(seconds: float) -> AsyncIterator[None]:
    """Let a form take so many seconds to arrive; say with a status what is wrong with it."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except _UNREADABLE:
        raise web.HTTPBadRequest from None


async def _read_parts(
    request: web.Request, upload: Upload, may_go_on: Callable[[str], bool], limit: int
) -> None:
    reader = await request.multipart()
    left = limit
    for number in range(_MAX_PARTS):
        async with asyncio.timeout(PATIENCE):
            part = await reader.next()
        if part is None:
            return
        if not isinstance(part, BodyPartReader) or {"Content-Encoding", "Content-Transfer-Encoding"} & set(
            part.headers
        ):
            raise web.HTTPBadRequest
        is_file = part.filename is not None
        data = await _read_part(part, left if is_file or part.name == TEXT else min(left, _FIELD))
        left -= len(data)
        if number == 0 and not (part.name == "form_token" and may_go_on(data.decode())):
            raise web.HTTPForbidden
        if not is_file:
            upload.fields[part.name or ""] = data.decode()
        elif part.filename:  # else none was chosen
            upload.files.append((part.filename, data))
    raise web.HTTPBadRequest


async def _read_part(part: BodyPartReader, limit: int) -> bytes:
    data = bytearray()
    while True:
        async with asyncio.timeout(PATIENCE):
            chunk = await part.read_chunk(_CHUNK)
        if not chunk:
            return bytes(data)
        data += chunk
        if len(data) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(data))
