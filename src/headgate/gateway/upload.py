"""The body of a request that was not all there when its call began."""

from __future__ import annotations

from headgate.gateway import framing
from headgate.gateway.inbound import Inbound
from headgate.gateway.plane import Plane
from headgate.model.messages import Body
from headgate.upstream.attempt import Attempt


class Upload:
    """Passes a body on as it comes, collects it, or keeps what it passed on.

    The bytes stay in `inbound.pieces` until somebody takes them. What is neither there nor `kept`
    is `spent`: it can be neither read nor sent again.
    """

    __slots__ = ("collects", "inbound", "kept", "plane", "spent", "streams")

    def __init__(self, plane: Plane, inbound: Inbound) -> None:
        self.plane = plane
        self.inbound = inbound
        self.collects = False
        """Whether the call waits for the whole body."""
        self.streams = False
        """Whether the body goes to an attempt as it comes."""
        self.kept: list[bytes] | None = None
        self.spent = False

    def rewind(self) -> None:
        """Put back what has been passed on and kept, so that all is read or sent again."""
        if self.kept:
            self.inbound.pieces[:0] = self.kept
        self.kept = None

    def fill(self, body: Body) -> None:
        """Make the body complete: all of it has come."""
        self.collects = False
        body.content = self.inbound.take()
        body.complete = True

    def begin_stream(self, *, keep: bool) -> None:
        """Pass on from now; `keep` so that another attempt can be made."""
        self.streams = True
        self.kept = [] if keep else None

    def pump(self, attempt: Attempt) -> bool:
        """Pass on what has come; return whether the attempt takes more."""
        inbound = self.inbound
        if not attempt.ready or attempt.finished:
            return False
        data = inbound.take()
        if data:
            self._keep(data)
        if inbound.length is None:
            if data:
                data = framing.chunk(data)
            if inbound.complete:
                data += framing.LAST_CHUNK
        if data or inbound.complete:
            attempt.write(data, last=inbound.complete)
        return attempt.ready

    def _keep(self, data: bytes) -> None:
        """Keep what is passed on, or count it as gone."""
        if self.kept is not None:
            self.kept.append(data)
            if self.inbound.size <= self.plane.bounds.body_buffered:
                return
            gone = sum(map(len, self.kept))
            self.kept = None
        else:
            gone = len(data)
        self.spent = True
        self.inbound.held -= gone
        self.plane.budget.held -= gone

    @property
    def over_window(self) -> bool:
        """Whether more waits here than one connection may hold."""
        return sum(map(len, self.inbound.pieces)) > self.plane.bounds.window
