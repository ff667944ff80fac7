"""Ending a streamed answer that outgrows what was held for it (design: limits, section 2)."""

from __future__ import annotations

import re
from itertools import pairwise

from headgate.model.usage import TokenUsage
from headgate.tokens.stream import StreamTap

_EVENT = b"data:"
_BLANK_LINE = re.compile(rb"\n\r?\n")
HELD_MAX = 16 * 1024
"""Bytes of an event that may be held back until it is known whether it has text."""


class CuttingTap:
    """A stream tap that ends the answer as a cap would, once so many tokens have passed.

    It ends before the next event that has text, wherever that stands in a chunk: what the client
    gets depends on the stream alone, not on how it came, and an answer that keeps to its hold ends
    by itself. A compressed stream is never cut.
    """

    __slots__ = ("_about", "_held", "_most", "_prompt", "_shows_usage", "ended", "tap")

    def __init__(self, tap: StreamTap, *, most: int, prompt: int, shows_usage: bool) -> None:
        """`most` completion tokens may pass; `prompt` is what the client is told of its prompt."""
        self.tap = tap
        self._most = most
        self._prompt = prompt
        self._shows_usage = shows_usage
        self._about = 0
        """No fewer events than have passed, so that they are counted only when it matters."""
        self._held = b""
        """Begin of an event that passes only if it has no text."""
        self.ended = False
        """Whether the answer has been ended: what comes after is not passed on."""

    def feed(self, chunk: bytes) -> bytes:
        """Keep a chunk and return what to pass on: of the one that crosses the line, the end."""
        if self.ended:
            return b""
        tap = self.tap
        if self._held:
            chunk, self._held = self._held + chunk, b""
        about = self._about + chunk.count(_EVENT) + 1
        if about <= self._most and not tap.coarse:
            self._about = about
            return tap.feed(chunk)
        passed = b"".join([self._one(event) for event in _events(chunk, tap.seam)])
        self._about = tap.seen_events()
        return passed

    def _one(self, event: bytes) -> bytes:
        """Pass on what belongs to one event, or end the answer before it."""
        if self.ended:
            return b""
        tap = self.tap
        seen = tap.seen_tokens()
        if seen < self._most or tap.adds_text(event) is False:
            return tap.feed(event)
        usage = TokenUsage(input_tokens=self._prompt, output_tokens=seen)
        end = tap.cut(usage, show_usage=self._shows_usage)
        if end is None:
            return tap.feed(event)
        if tap.adds_text(event) is None and len(event) <= HELD_MAX:
            self._held = event
            return b""
        self.ended = True
        return end

    def finish(self) -> bytes:
        """Return what is still held back when the stream has ended by itself."""
        if self.ended:
            return b""
        return (self.tap.feed(self._held) if self._held else b"") + self.tap.finish()


def _events(chunk: bytes, seam: bytes) -> list[bytes]:
    """Split a chunk behind the blank lines that end events; `seam` is what came before it."""
    ends = [match.end() - len(seam) for match in _BLANK_LINE.finditer(seam + chunk)]
    ends = [end for end in ends if end > 0]
    if not ends or ends[-1] != len(chunk):
        ends.append(len(chunk))
    return [chunk[begin:end] for begin, end in pairwise([0, *ends])]
