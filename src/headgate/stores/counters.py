"""The interface of every counter store."""

from __future__ import annotations

from typing import Protocol

from headgate.limits.operations import Decision, Operation


class CounterStore(Protocol):
    """Performs operations on counters, each one atomic over all the counters it names.

    A store in memory answers at once. A store behind a network will answer with an awaitable
    decision, which the gateway's driver waits for without holding anything else up.
    """

    def apply(self, operation: Operation) -> Decision:
        """Perform one operation at the store's own time."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
