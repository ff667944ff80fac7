"""One request on its way to an upstream: what is kept of it, and who hears of the answer."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol

from headgate.model.messages import Response
from headgate.policy.effects import ForwardFailed


class Origin(NamedTuple):
    """What connections are pooled by."""

    scheme: str
    host: str
    port: int
    check_chain: bool = True
    check_name: bool = True


class Receiver(Protocol):
    """Who is told about the answer; each call comes from a protocol callback or a task."""

    def on_answer(self, response: Response) -> None:
        """The head came. A complete body came with it, otherwise the first bytes may have."""
        ...

    def on_answer_body(self, chunk: bytes) -> None:
        """More of the body came: all that one read held."""
        ...

    def on_answer_end(self) -> None:
        """The body that was incomplete is complete."""
        ...

    def on_answer_failed(self, failed: ForwardFailed) -> None:
        """No answer, or no more of it, will come."""
        ...

    def on_attempt_ready(self) -> None:
        """The upstream takes more of the request."""
        ...


class Carrier(Protocol):
    """A connection, as an attempt sees it."""

    heard: bool
    """Whether a byte came since somebody cleared this."""

    def write(self, data: bytes) -> None:
        """Write a piece of the request."""
        ...

    def pause_reading(self) -> None:
        """Stop reading."""
        ...

    def resume_reading(self) -> None:
        """Read again."""
        ...

    def abort(self) -> None:
        """Close at once and report nothing."""
        ...


class Attempt:
    """One request to one origin.

    What was sent is kept, up to `keep_max` bytes, until the answer begins: a pooled connection may
    turn out to be closed, and then everything is sent again on a fresh one.
    """

    __slots__ = (
        "bodiless",
        "connection",
        "dialling",
        "finished",
        "keep_max",
        "kept",
        "origin",
        "ready",
        "receiver",
        "sent",
    )

    def __init__(
        self, origin: Origin, receiver: Receiver, *, bodiless: bool, keep_max: int
    ) -> None:
        self.origin = origin
        self.receiver = receiver
        self.bodiless = bodiless
        """Whether the answer has no body whatever its head says: the request is a HEAD."""
        self.keep_max = keep_max
        self.kept: list[bytes] | None = []
        self.sent = 0
        self.finished = False
        """Whether the whole request has been written."""
        self.ready = False
        """Whether the upstream takes more of the request now."""
        self.connection: Carrier | None = None
        self.dialling: asyncio.Task[None] | None = None

    def write(self, data: bytes, *, last: bool) -> None:
        """Send a piece of the request, or keep it until there is a connection."""
        self.sent += len(data)
        self.finished = last
        kept, connection = self.kept, self.connection
        if kept is not None:
            kept.append(data)
            # Before there is a connection nothing is written anywhere else. The first piece, head
            # and complete body, is held by the call anyway.
            if self.sent > self.keep_max and connection is not None and len(kept) > 1:
                self.kept = None
        if connection is not None:
            connection.write(data)

    def attach(self, connection: Carrier) -> None:
        """Send what is kept over a connection."""
        assert self.kept is not None, "an attempt that cannot be sent again was attached again"
        self.connection = connection
        self.dialling = None
        self.ready = True
        for piece in self.kept:
            connection.write(piece)

    def detach(self) -> None:
        """Forget the connection, which is done with this attempt."""
        self.connection = None
        self.ready = False
        self.kept = None

    def pause_answer(self) -> None:
        """Stop reading the answer."""
        if self.connection is not None:
            self.connection.pause_reading()

    def resume_answer(self) -> None:
        """Read the answer again."""
        if self.connection is not None:
            self.connection.resume_reading()

    def abandon(self) -> None:
        """Drop the request and whatever connection carries it; the receiver hears no more."""
        dialling, connection = self.dialling, self.connection
        self.dialling = None
        self.detach()
        if dialling is not None:
            dialling.cancel()
        if connection is not None:
            connection.abort()
