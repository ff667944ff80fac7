"""Following a stream that comes as one JSON array, as Gemini sends it without `alt=sse`."""

from __future__ import annotations

import re

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import Dialect
from headgate.tokens.events import payload
from headgate.tokens.stream import StreamTap

_MARK = re.compile(rb'["{}]|\\[\s\S]')
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


class ArrayTap(StreamTap):
    """A stream tap that reads every element of a top-level array as one event.

    The chunks pass as they are. What the tap keeps is their elements as server-sent events, so
    all that it tells is told as of those.
    """

    __slots__ = ("_depth", "_escape", "_in_string")

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect, hide_usage=False)
        self._depth = 0
        self._in_string = False
        self._escape = b""
        """A backslash that ended a chunk."""

    def feed(self, chunk: bytes) -> bytes:
        """Read a chunk and return it unchanged."""
        events = self._events_of(self._escape + chunk)
        if events:
            super().feed(events)
        return chunk

    def adds_text(self, event: bytes) -> bool | None:
        """Return True: a part of an array is more of the answer, or its end."""
        return True

    def cut(self, usage: TokenUsage, *, show_usage: bool) -> bytes | None:
        """Return the last element and the end of the array; None within an element."""
        if self._depth:
            return None
        closing = super().cut(usage, show_usage=show_usage)
        if closing is None:
            return None
        element = payload(closing.rstrip())
        return (b",\r\n" if self.seen_events() else b"[") + element + b"]"

    def _events_of(self, chunk: bytes) -> bytes:
        made: list[bytes] = []
        start = end = 0
        for mark in _MARK.finditer(chunk):
            end = mark.end()
            found = mark[0]
            if found == b'"':
                self._in_string = not self._in_string
            elif self._in_string or len(found) > 1:
                continue
            elif found == b"{":
                self._depth += 1
                if self._depth == 1:
                    start = mark.start()
                    made.append(b"data: ")
            elif self._depth:
                self._depth -= 1
                if self._depth == 0:
                    made += (chunk[start:end].translate(_LINE_ENDS), b"\n\n")
        stop = len(chunk)
        self._escape = b""
        if end < stop and chunk.endswith(b"\\"):
            stop -= 1
            self._escape = b"\\"
        if self._depth:
            made.append(chunk[start:stop].translate(_LINE_ENDS))
        return b"".join(made)
