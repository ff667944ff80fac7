"""One call: what the gateway's driver holds while it drives the exchange."""

from __future__ import annotations

from enum import StrEnum

from headgate.exchange.snapshot import Snapshot
from headgate.limits.concurrency import Gates
from headgate.limits.operations import Seen
from headgate.model.clock import Clock
from headgate.model.context import Context, Entropy
from headgate.model.messages import Request
from headgate.policy.backends import Backends
from headgate.policy.metering import Metering, Tap, TokenTerms
from headgate.policy.recording import Recorder
from headgate.policy.screening import Screening, ScreeningTap
from headgate.policy.settling import not_forwarded
from headgate.tokens.cutting import CuttingTap


class Ending(StrEnum):
    """How the exchange of a call ended."""

    COMPLETE = "complete"
    CLIENT_GONE = "client-gone"
    UPSTREAM_BROKEN = "upstream-broken"
    TIMED_OUT = "timed-out"
    DRAINED = "drained"


class Call:
    """A request on its way, the context that policies see, and the snapshot it began with."""

    __slots__ = ("context", "ending", "finished", "snapshot")

    def __init__(self, context: Context, snapshot: Snapshot) -> None:
        self.context = context
        self.snapshot = snapshot
        self.finished = False
        self.ending: Ending | None = None

    @property
    def tap(self) -> Tap | CuttingTap | Recorder | ScreeningTap | None:
        """Return what follows the streamed answer, if a policy watches it."""
        owners = self.context.owners
        metering: Metering | None = owners.get(Metering)
        tap = metering.follower() if metering is not None else None
        recorder: Recorder | None = owners.get(Recorder)
        follower = tap if recorder is None else recorder.behind(tap)
        screening: Screening | None = owners.get(Screening)
        return follower if screening is None else ScreeningTap(screening, follower)

    def not_sent(self) -> None:
        """Note that a request was given up before it had a connection: it is charged nothing."""
        self.context.attempts -= 1
        not_forwarded(self.context)

    def progress(self) -> Seen | None:
        """Return what has passed of a streamed answer that a limit holds tokens for."""
        metering: Metering | None = self.context.owners.get(Metering)
        return metering.seen(self.context.request_id) if metering is not None else None


def begin(
    snapshot: Snapshot,
    request: Request,
    *,
    clock: Clock,
    request_id: str,
    entropy: Entropy | None = None,
) -> Call:
    """Return a call that has read nothing of its body and decided nothing yet."""
    context = Context(
        request,
        clock=clock,
        request_id=request_id,
        deployment=snapshot.deployment,
        entropy=entropy,
    )
    context.owners[TokenTerms] = snapshot.terms
    context.owners[Backends] = snapshot.backends
    context.owners[Gates] = snapshot.gates
    return Call(context, snapshot)
