"""Reading answers that came compressed although the gateway asked for plain ones.

The original bytes go to the client; only the accounting reads the inflated copy.
"""

from __future__ import annotations

import zlib
from typing import ClassVar

from headgate.model.usage import TokenUsage
from headgate.tokens.stream import StreamTap

INFLATED_MAX = 16 * 1024 * 1024
"""Bytes. More than this of one answer is not inflated: a bomb costs no memory."""
STREAMED_MAX = 64 * 1024 * 1024
"""Bytes of one stream, which are read as they come and not kept."""
RATIO_MAX = 32
"""Bytes made of one: JSON text gives 3 to 10, events that repeat their frame up to 30."""
STEP_MIN = 256 * 1024
"""Bytes that one step may make whatever the ratio."""

_WINDOW = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


def inflate(body: bytes, encoding: bytes) -> bytes:
    """Return the plain bytes of a body, or nothing where the encoding or the bytes are bad.

    Of a bomb it is the beginning, which is made in some 30 ms at most.
    """
    encoding = encoding.strip().lower()
    if encoding in (b"", b"identity"):
        return body
    if encoding not in _WINDOW:
        return b""
    try:
        return zlib.decompressobj(_WINDOW[encoding]).decompress(
            body, min(INFLATED_MAX, _step(body))
        )
    except zlib.error:
        return b""


def _step(packed: bytes) -> int:
    return max(STEP_MIN, RATIO_MAX * len(packed))


class InflatingTap:
    """A stream tap for a compressed stream: passes the chunks as they are and reads a copy.

    What one chunk may become is bounded; a stream that exceeds this is no longer read.
    """

    ended: ClassVar[bool] = False

    __slots__ = ("_inflater", "_left", "_tap")

    def __init__(self, tap: StreamTap, encoding: bytes) -> None:
        window = _WINDOW.get(encoding.strip().lower())
        self._tap = tap
        self._inflater = zlib.decompressobj(window) if window else None
        self._left = STREAMED_MAX

    def feed(self, chunk: bytes) -> bytes:
        """Read a chunk and return it unchanged."""
        if self._inflater is not None and self._left > 0:
            try:
                plain = self._inflater.decompress(chunk, min(self._left, _step(chunk)))
            except zlib.error:
                self._inflater = None
                return chunk
            self._left -= len(plain)
            self._tap.feed(plain)
            if self._inflater.unconsumed_tail:
                self._left = 0
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

    def partial(self) -> TokenUsage | None:
        """Return the newest report that passed."""
        return self._tap.partial()

    def seen_tokens(self) -> int:
        """Return about how many completion tokens passed."""
        return self._tap.seen_tokens()

    @property
    def complete(self) -> bool:
        """Whether the stream said that it is whole."""
        return self._tap.complete

    @property
    def truncated(self) -> bool:
        """Whether the stream said that the completion was cut at its cap."""
        return self._tap.truncated

    @property
    def readable(self) -> bool:
        """Whether all could be inflated and has a shape that the dialect knows."""
        return self._inflater is not None and self._left > 0 and self._tap.readable

    def cut(self, usage: TokenUsage, *, show_usage: bool) -> bytes | None:
        """Return None, always: nothing plain can be put into a compressed stream."""
        return None
