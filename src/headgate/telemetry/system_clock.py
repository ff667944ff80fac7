"""The clock of the machine."""

from __future__ import annotations

import time

from headgate.model.clock import Micros, MonotonicMicros


class SystemClock:
    """Wall time from the system, monotonic time from its start."""

    __slots__ = ()

    def now(self) -> Micros:
        """Return the wall time."""
        return Micros(time.time_ns() // 1000)

    def monotonic(self) -> MonotonicMicros:
        """Return the monotonic time."""
        return MonotonicMicros(time.monotonic_ns() // 1000)
