"""Time as a value. Wall and monotonic time are different types and both arrive as arguments.

Wall time counts in integer microseconds since the Unix epoch (UTC), the unit of every limit
(design: limits, section 1). Monotonic time counts in integer microseconds from an arbitrary start
and only ever serves to measure how long something took.
"""

from __future__ import annotations

from typing import NewType, Protocol

Micros = NewType("Micros", int)
"""Wall time in microseconds since the Unix epoch, UTC."""

MonotonicMicros = NewType("MonotonicMicros", int)
"""Monotonic time in microseconds; differences have a meaning, values do not."""

SECOND = 1_000_000
"""Microseconds in one second."""


class Clock(Protocol):
    """What tells the time. The rim injects the real one, tests a virtual one."""

    def now(self) -> Micros:
        """Return the wall time."""
        ...

    def monotonic(self) -> MonotonicMicros:
        """Return the monotonic time."""
        ...
