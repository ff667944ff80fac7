"""Ending a streamed answer that outgrows what was held for it (design: limits, section 2)."""

from __future__ import annotations

from headgate.model.usage import TokenUsage
from headgate.tokens.stream import StreamTap

_EVENT = b"data:"


class CuttingTap:
    """A stream tap that ends the answer as a cap would, once so many tokens have passed.

    The chunk in which the line is crossed passes whole, so an answer that comes at once is not cut:
    the provider has made all of it by then. A compressed stream is never cut.
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
        if tap.coarse or self._about >= self._most:
            seen = tap.seen_tokens()
            if seen >= self._most:
                usage = TokenUsage(input_tokens=self._prompt, output_tokens=seen)
                end = tap.cut(chunk, usage, show_usage=self._shows_usage)
                if end is not None:
                    self.ended = True
                    return end
        self._about += chunk.count(_EVENT) + 1
        return tap.feed(chunk)

    def finish(self) -> bytes:
        """Return what is still held back when the stream has ended by itself."""
        return b"" if self.ended else self.tap.finish()
