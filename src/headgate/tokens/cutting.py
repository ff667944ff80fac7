"""Ending a streamed answer that outgrows what was held for it (design: limits, section 2)."""

from __future__ import annotations

import re
from itertools import pairwise

from headgate.model.usage import TokenUsage
from headgate.tokens.stream import StreamTap

_EVENT = b"data:"
_BLANK_LINE = re.compile(rb"\n\r?\n")


class CuttingTap:
    """A stream tap that ends the answer as a cap would, once so many tokens have passed.

    It ends at an event, wherever that stands in a chunk: what the client gets depends on the stream
    alone, not on how it came. A compressed stream is never cut.
    """

    __slots__ = ("_about", "_most", "_prompt", "_shows_usage", "ended", "tap")

    def __init__(self, tap: StreamTap, *, most: int, prompt: int, shows_usage: bool) -> None:
        """`most` completion tokens may pass; `prompt` is what the client is told of its prompt."""
        self.tap = tap
        self._most = most
        self._prompt = prompt
        self._shows_usage = shows_usage
        self._about = 0
        """No fewer events than have passed, so that they are counted only when it matters."""
        self.ended = False
        """Whether the answer has been ended: what comes after is not passed on."""

    def feed(self, chunk: bytes) -> bytes:
        """Keep a chunk and return what to pass on: of the one that crosses the line, the end."""
        if self.ended:
            return b""
        tap = self.tap
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
        if seen >= self._most:
            usage = TokenUsage(input_tokens=self._prompt, output_tokens=seen)
            end = tap.cut(usage, show_usage=self._shows_usage)
            if end is not None:
                self.ended = True
                return end
        return tap.feed(event)

    def finish(self) -> bytes:
        """Return what is still held back when the stream has ended by itself."""
        return b"" if self.ended else self.tap.finish()


def _events(chunk: bytes, seam: bytes) -> list[bytes]:
    """Split a chunk behind the blank lines that end events; `seam` is what came before it."""
    ends = [match.end() - len(seam) for match in _BLANK_LINE.finditer(seam + chunk)]
    ends = [end for end in ends if end > 0]
    if not ends or ends[-1] != len(chunk):
        ends.append(len(chunk))
    return [chunk[begin:end] for begin, end in pairwise([0, *ends])]
