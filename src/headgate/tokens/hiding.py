"""Taking out of a stream the event that only exists because the gateway asked for usage."""

from __future__ import annotations

import re

from headgate.tokens.dialect import Dialect
from headgate.tokens.events import normalise, payload

LONGEST_HELD = 64 * 1024
"""Bytes. A longer event is passed on as it comes and never hidden."""

# Only a sieve: the dialect decides. Without the opening quote, which JSON is full of, the search
# takes half the time, and every chunk is searched.
_USAGE = re.compile(rb'usage"\s*:\s*\{')
_BLANK_LINE = re.compile(rb"\n\r?\n")
"""What ends an event, from the end of its last line."""
_BETWEEN = re.compile(rb"[\r\n]*")
"""Further line ends before the next event: they pass at once and belong to no event."""
_UNDECIDED = re.compile(rb"\n\r?\Z")
"""The beginning of a blank line whose rest may be in the next chunk."""


class UsageHider:
    """Passes a stream on, event by event, without its usage-only events.

    What passes depends on the bytes of the stream alone, never on how they came in chunks.
    """

    __slots__ = ("_dialect", "_held", "_passing")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._held = bytearray()
        self._passing = False
        """Inside an event that grew too long to be held."""

    def feed(self, chunk: bytes) -> bytes:
        """Return what may be passed on now; the chunk itself in the usual case."""
        if (
            not self._held
            and not self._passing
            and chunk.endswith((b"\n\n", b"\n\r\n"))
            and _USAGE.search(chunk) is None
        ):
            return chunk
        return self._sift(chunk)

    def finish(self) -> bytes:
        """Return what is still held back when the stream ends without a blank line."""
        event = bytes(self._held)
        self._held.clear()
        return b"" if not self._passing and self._hides(event) else event

    def _sift(self, chunk: bytes) -> bytes:
        held = self._held
        search = max(0, len(held) - 2)
        held += chunk
        passed = bytearray()
        start = 0
        if not self._passing:
            start = _end_of_blank(held, 0)
            passed += held[:start]
        while (blank := _BLANK_LINE.search(held, max(search, start))) is not None:
            event = bytes(held[start : blank.end()])
            if self._passing or not self._hides(event):
                passed += event
            self._passing = False
            start = _end_of_blank(held, blank.end())
            passed += held[blank.end() : start]
        del held[:start]
        if len(held) > LONGEST_HELD:
            self._passing = True
        if self._passing:
            undecided = _UNDECIDED.search(held)
            end = len(held) if undecided is None else undecided.start()
            passed += held[:end]
            del held[:end]
        return bytes(passed)

    def _hides(self, event: bytes) -> bool:
        return (
            len(event) <= LONGEST_HELD
            and _USAGE.search(event) is not None
            and self._dialect.is_usage_only(payload(normalise(event).rstrip(b"\n")))
        )


def _end_of_blank(held: bytearray, start: int) -> int:
    between = _BETWEEN.match(held, start)
    assert between is not None
    return between.end()
