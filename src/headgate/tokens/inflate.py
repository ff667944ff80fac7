"""Reading answers that came compressed although the gateway asked for plain ones.

The original bytes go to the client; only the accounting reads the inflated copy.
"""

from __future__ import annotations

import zlib

from headgate.model.usage import TokenUsage
from headgate.tokens.stream import StreamTap

INFLATED_MAX = 64 * 1024 * 1024
"""Bytes. More than this of one answer is not inflated: a bomb costs no memory."""

_WINDOW = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


def inflate(body: bytes, encoding: bytes) -> bytes:
    """Return the plain bytes of a body, or nothing where the encoding or the bytes are bad."""
    encoding = encoding.strip().lower()
    if encoding in (b"", b"identity"):
        return body
    if encoding not in _WINDOW:
        return b""
    try:
        return zlib.decompressobj(_WINDOW[encoding]).decompress(body, INFLATED_MAX)
    except zlib.error:
        return b""


class InflatingTap:
    """A stream tap for a compressed stream: passes the chunks as they are and reads a copy."""

    __slots__ = ("_inflater", "_left", "_tap")

    def __init__(self, tap: StreamTap, encoding: bytes) -> None:
        window = _WINDOW.get(encoding.strip().lower())
        self._tap = tap
        self._inflater = zlib.decompressobj(window) if window else None
        self._left = INFLATED_MAX

    def feed(self, chunk: bytes) -> bytes:
        """Read a chunk and return it unchanged."""
        if self._inflater is not None and self._left > 0:
            try:
                plain = self._inflater.decompress(chunk, self._left)
            except zlib.error:
                self._inflater = None
                return chunk
            self._left -= len(plain)
            self._tap.feed(plain)
        return chunk

    def finish(self) -> bytes:
        """Return nothing: nothing is ever held back."""
        return b""

    def usage(self) -> TokenUsage | None:
        """Return what the stream reported."""
        return self._tap.usage()

    def completion_text(self) -> str:
        """Return the generated text that passed."""
        return self._tap.completion_text()
