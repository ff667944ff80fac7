"""A clock that moves only when a test says so."""

from __future__ import annotations

from headgate.model.clock import Micros, MonotonicMicros

START = Micros(1_764_547_200_000_000)
"""2025-12-01T00:00:00Z, a Monday and the first of a month."""


class VirtualClock:
    """Wall and monotonic time in one hand."""

    def __init__(self, start: Micros = START) -> None:
        self._now = start
        self._monotonic = 0

    def now(self) -> Micros:
        """Return the wall time."""
        return self._now

    def monotonic(self) -> MonotonicMicros:
        """Return the monotonic time."""
        return MonotonicMicros(self._monotonic)

    def advance(self, microseconds: int) -> None:
        """Let time pass."""
        self._now = Micros(self._now + microseconds)
        self._monotonic += microseconds

    def step(self, microseconds: int) -> None:
        """Set the wall clock by a difference, as an operator or NTP does; time does not pass."""
        self._now = Micros(self._now + microseconds)
