"""The provider's own limit: a bucket that refills all the time, as OpenAI describes its limits."""

from __future__ import annotations

from headgate.model.clock import SECOND, Micros

_MINUTE = 60 * SECOND
UNLIMITED = 10_000_000
"""What the headers state as the limit where there is none."""


class Allowance:
    """So many units a minute, at most one minute's worth at once."""

    __slots__ = ("_enforced", "_level", "_seen", "limit")

    def __init__(self, per_minute: int | None, now: Micros) -> None:
        self.limit = per_minute or UNLIMITED
        self._enforced = per_minute is not None
        # One unit is a minute of microseconds, so that refilling is integer arithmetic.
        self._level = self.limit * _MINUTE
        self._seen = now

    def wait(self, units: int, now: Micros) -> int:
        """Return the microseconds until so many units would be there; 0: now."""
        self._level = min(self._level + max(0, now - self._seen) * self.limit, self.limit * _MINUTE)
        self._seen = now
        if not self._enforced:
            return 0
        return max(0, -((self._level - units * _MINUTE) // self.limit))

    def take(self, units: int) -> None:
        """Use units; call `wait` first."""
        self._level = max(0, self._level - units * _MINUTE)

    @property
    def remaining(self) -> int:
        """Return the whole units that were left at the last look."""
        return self._level // _MINUTE

    @property
    def until_full(self) -> Micros:
        """Return the microseconds until everything would be there, at the last look."""
        missing = self.limit * _MINUTE - self._level
        return Micros(-(-missing // self.limit))
