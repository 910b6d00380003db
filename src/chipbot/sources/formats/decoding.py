"""Bytes → text, without translating newlines, so that offsets hold."""

from __future__ import annotations

import codecs
import re

from chipbot.errors import DocumentError
from chipbot.translation import Message

_UTF16_32 = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings of Mac OS before 2001, which differ from their Windows twins in so few letters that detection
# mixes them up.
_UNLIKELY = ["mac_cyrillic", "mac_greek", "mac_iceland", "mac_latin2", "mac_roman", "mac_turkish"]
_SAMPLE = 256 * 1024
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def decode(data: bytes, *, sample: int = _SAMPLE) -> str:
    """Decode a text file: UTF-8, UTF-16 and UTF-32 by their marks, otherwise the encoding that fits best.

    A UTF-8 byte-order mark stays as the text's first code point, as `open(…, encoding="utf-8")` has it.

    Args:
        data: The file's bytes.
        sample: How many of them detection looks at; it is slow, and encodings do not change within a file.

    Raises:
        DocumentError: It is not text.
    """
    for mark, encoding in _UTF16_32:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    Message(
                        "it begins as {encoding} but is not valid: {problem}",
                        encoding=encoding.upper(),
                        problem=error.reason,
                    )
                ) from error
    if b"\0" in data:
        raise DocumentError(Message("it is a binary file, not text"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_detected(data, sample)


def readable(text: str) -> str:
    """Return a text without NULs, other control characters and lone surrogates, which nobody reads; to be taken before
    offsets are.
    """
    return _UNREADABLE.sub("", text)


def _decode_detected(data: bytes, sample: int) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:sample], cp_exclusion=_UNLIKELY).best()
    if best is None:
        raise DocumentError(Message("its encoding is unknown, or it is a binary file: save it as UTF-8"))
    try:
        return data.decode(best.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise DocumentError(
            Message("it is neither UTF-8 nor wholly {encoding}: save it as UTF-8", encoding=best.encoding)
        ) from error
