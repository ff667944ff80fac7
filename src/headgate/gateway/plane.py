"""What all connections of one data plane share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from headgate.exchange import call as exchange_call
from headgate.exchange import pipeline
from headgate.exchange.call import Call, Ending
from headgate.exchange.snapshot import Snapshot
from headgate.gateway.budget import Budget
from headgate.gateway.errand import Errands
from headgate.gateway.ports import (
    Cache,
    Connection,
    CounterStore,
    OpenIdProviders,
    SimilarCache,
    TokenCounter,
    TokenSource,
)
from headgate.model.clock import Clock
from headgate.model.context import Entropy
from headgate.policy.effects import Steps
from headgate.upstream.bounds import Bounds, Timeouts
from headgate.upstream.pool import Pool


class Exchange(msgspec.Struct, frozen=True):
    """The functions that a call is driven through; row 4's, unless a test says otherwise."""

    begin: Callable[..., Call] = exchange_call.begin
    respond: Callable[[Call], Steps[None]] = pipeline.respond
    conclude: Callable[[Call, Ending], Steps[None]] = pipeline.conclude


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """What performs the effects of calls, and who hears of their ends."""

    store: CounterStore
    counter: TokenCounter
    tokens: TokenSource
    openid: OpenIdProviders
    cache: Cache
    similar: SimilarCache
    clock: Clock
    entropy: Entropy
    on_facts: Callable[[Call], None]
    exchange: Exchange = Exchange()


class Plane:
    """The state of one data plane; connections and drivers hold it, the server changes it."""

    __slots__ = (
        "_ids",
        "_prefix",
        "bounds",
        "budget",
        "connections",
        "draining",
        "emptied",
        "errands",
        "loop",
        "pool",
        "secure",
        "services",
        "snapshot",
        "timeouts",
    )

    def __init__(
        self,
        services: Services,
        snapshot: Snapshot,
        *,
        pool: Pool,
        loop: asyncio.AbstractEventLoop,
        secure: bool,
    ) -> None:
        self.services = services
        self.snapshot = snapshot
        """What new calls begin with; calls in flight keep theirs."""
        self.pool = pool
        self.bounds: Bounds = pool.bounds
        self.timeouts: Timeouts = pool.timeouts
        self.loop = loop
        self.secure = secure
        """Whether clients connect by TLS."""
        self.budget = Budget(self.bounds.buffered_total)
        self.errands = Errands(pool, self.budget, loop=loop)
        self.draining = False
        self.connections: set[Connection] = set()
        self.emptied = asyncio.Event()
        """Set when the last connection has closed."""
        bits = services.entropy.getrandbits(64)
        # RequestId is a Guid in APIM: 80 bits that no other process has (64 of them random, the
        # rest say version 4, variant 8), then a counter.
        digits = f"{bits:016x}"
        self._prefix = f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-8{digits[13:16]}-"
        self._ids = 0

    def next_request_id(self) -> str:
        """Return an identifier in the shape of a Guid."""
        self._ids += 1
        return f"{self._prefix}{self._ids:012x}"
