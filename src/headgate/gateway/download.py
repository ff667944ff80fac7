"""The body of an answer that was not all there when its head came."""

from __future__ import annotations

from headgate.gateway import framing
from headgate.gateway.budget import Budget
from headgate.gateway.ports import Tap
from headgate.model.messages import Body
from headgate.policy.effects import ForwardFailed
from headgate.upstream.attempt import Carrier


class Download:
    """Holds a body while policies run, collects it whole, or passes it on as it comes."""

    __slots__ = (
        "body",
        "budget",
        "chunked",
        "collects",
        "failed",
        "held",
        "length",
        "pieces",
        "quiet_since",
    )

    def __init__(self, body: Body, budget: Budget, *, length: bytes | None) -> None:
        self.body = body
        """The incomplete body in the context, to tell it from one that a policy made."""
        self.budget = budget
        self.length = length
        """What the upstream's Content-Length says. That of the answer may be a policy's by the time
        the answer leaves, and bytes beyond it would be taken for another answer."""
        self.pieces: list[bytes] = []
        self.held = 0
        self.collects = False
        """Whether the call waits for the whole body."""
        self.failed: ForwardFailed | None = None
        self.chunked = False
        self.quiet_since: float | None = None
        """When the sweep found first that nothing had come."""
        if body.content:
            self.hold(body.content)
            body.content = b""

    def hold(self, chunk: bytes) -> None:
        """Hold what cannot be passed on yet."""
        self.pieces.append(chunk)
        self.held += len(chunk)
        self.budget.held += len(chunk)

    def take(self) -> bytes:
        """Return what is held."""
        content = b"".join(self.pieces)
        self.discard()
        return content

    def discard(self) -> None:
        """Forget what is held."""
        self.pieces = []
        self.budget.held -= self.held
        self.held = 0

    def fill(self) -> None:
        """Make the body complete: all of it has come. It stays counted until the call ends."""
        self.collects = False
        self.body.content = b"".join(self.pieces)
        self.body.complete = True
        self.pieces = []

    def begin(self, tap: Tap | None, *, http_10: bool) -> tuple[bytes, bytes]:
        """Begin to pass on. Return the framing line of the head, and the first bytes.

        The line is empty when only the end of the connection ends the answer (RFC 9112, 6.3).
        """
        first = self.take()
        if tap is not None and first:
            first = tap.feed(first)
        if self.length is not None and tap is None:
            return framing.length_line(int(self.length)), first
        if http_10:
            return b"", first
        self.chunked = True
        return framing.CHUNKED, framing.chunk(first) if first else b""

    def end(self, tap: Tap | None) -> bytes:
        """Return the bytes that end the answer."""
        return self.last(tap.finish() if tap is not None else b"")

    def last(self, rest: bytes) -> bytes:
        """Return the bytes that end the answer, with what is left of its body."""
        if self.chunked:
            return (framing.chunk(rest) if rest else b"") + framing.LAST_CHUNK
        return rest

    def is_stalled(
        self, now: float, connection: Carrier | None, *, streams: bool, gap: float
    ) -> bool:
        """Whether nothing has come for `gap` seconds of an answer that somebody waits for."""
        if connection is None or not (self.collects or streams):
            self.quiet_since = None
            return False
        if connection.heard or self.quiet_since is None:
            connection.heard = False
            self.quiet_since = now
        return now - self.quiet_since >= gap
