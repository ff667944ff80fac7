"""Counters in the memory of one process."""

from __future__ import annotations

from headgate.limits.ledger import Counters, apply
from headgate.limits.operations import Decision, Operation
from headgate.model.clock import Clock


class MemoryCounterStore:
    """Counters of one gateway process, gone when it ends. Calls `limits` directly."""

    __slots__ = ("_clock", "_counters")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counters = Counters()

    def apply(self, operation: Operation) -> Decision:
        """Perform one operation now. Raises CountersFull."""
        return apply(self._counters, operation, self._clock.now())

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
