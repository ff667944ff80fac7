"""Counters: what was charged to one key, in a sliding window or in a calendar period.

`used` is what was charged and still counts; `held` is what calls in flight may yet be charged. Both
kinds answer the same questions, so the ledger does not ask which it has.
"""

from __future__ import annotations

from headgate.limits.calendar import Period, bounds
from headgate.limits.window import Window
from headgate.model.clock import Micros


class RateCounter:
    """A counter over a sliding window."""

    __slots__ = ("held", "window")

    def __init__(self, length: int, now: Micros) -> None:
        self.window = Window(length, now)
        self.held = 0

    @property
    def used(self) -> int:
        """Return what is charged in the window, as of the last `roll`."""
        return self.window.total

    @property
    def place(self) -> int:
        """Return the slot that a charge goes to now."""
        return self.window.newest

    def roll(self, now: Micros) -> None:
        """Let old charges leave."""
        self.window.roll(now)

    def charge(self, amount: int) -> None:
        """Charge now."""
        self.window.charge(amount)

    def refund(self, place: int, amount: int) -> None:
        """Take back a charge made at a place, if it still counts."""
        self.window.refund(place, amount)

    def time_until(self, target: int, now: Micros) -> int | None:
        """Return how long until at most `target` is charged; None if waiting does not do it."""
        return self.window.time_until(target, now)

    def clear(self) -> None:
        """Forget what was charged."""
        self.window.clear()


class QuotaCounter:
    """A counter over a calendar period. Time never goes back to an earlier period."""

    __slots__ = ("begin", "end", "held", "period", "used")

    def __init__(self, period: Period, now: Micros) -> None:
        self.period = period
        self.begin, self.end = bounds(period, now)
        self.used = 0
        self.held = 0

    @property
    def place(self) -> int:
        """Return the period that a charge goes to now."""
        return self.begin

    def roll(self, now: Micros) -> None:
        """Begin the period that holds `now`, if it is a later one."""
        if now >= self.end:
            self.begin, self.end = bounds(self.period, now)
            self.used = 0

    def charge(self, amount: int) -> None:
        """Charge now."""
        self.used += amount

    def refund(self, place: int, amount: int) -> None:
        """Take back a charge made in a period, if it is still this one."""
        if place == self.begin:
            self.used -= amount

    def time_until(self, target: int, now: Micros) -> int | None:
        """Return how long until at most `target` is charged; None if waiting does not do it."""
        if target < 0:
            return None
        return 0 if self.used <= target else self.end - now

    def clear(self) -> None:
        """Forget what was charged."""
        self.used = 0


Counter = RateCounter | QuotaCounter
