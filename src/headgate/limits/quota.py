"""The quota counter: what was charged in a period. A different object from a rate."""

from __future__ import annotations

import msgspec

from headgate.limits.calendar import PeriodName, bounds
from headgate.limits.operations import CounterId
from headgate.limits.window import Charges
from headgate.model.clock import Micros


class Quota:
    """What was charged in the current period, and what calls in flight hold.

    Answers the same questions as `Window`, so that the ledger does not ask which it has. `place`
    is when the period began: the name by which a charge remembers where it was made.
    """

    __slots__ = (
        "_changed",
        "_id",
        "end",
        "held",
        "held_began",
        "limit",
        "period",
        "place",
        "reservations",
        "used",
    )

    def __init__(
        self,
        period: PeriodName,
        now: Micros,
        *,
        name: CounterId | None = None,
        changed: dict[CounterId, Quota] | None = None,
    ) -> None:
        self._id = name
        self._changed = changed
        """Where it notes under its name that it was charged; None: nobody wants to know."""
        self.period = period
        self.place, self.end = bounds(period, now)
        self.used = 0
        self.limit: int | None = None
        self.held = 0
        self.held_began = 0
        self.reservations = 0
        """Open reservations that name this counter: it must not be forgotten meanwhile."""

    def roll(self, now: Micros, limit: int | None = None) -> None:
        """Begin the period that holds `now`, if it is a later one; note the limit asked about."""
        if limit is not None:
            self.limit = limit
        if now >= self.end:
            self.place, self.end = bounds(self.period, now)
            self.used = 0

    def charge(self, amount: int) -> None:
        """Charge the current period."""
        self.used += amount
        self._note()

    def refund(self, place: int, amount: int, *, made: int) -> None:
        """Take back an amount of a charge that was `made` in a period, if it is still this one."""
        assert amount <= made, "more is taken back than was charged"
        if place == self.place:
            self.used -= amount
            self._note()

    def _note(self) -> None:
        if self._changed is not None and self._id is not None:
            self._changed[self._id] = self

    def counted(self, charges: Charges) -> int:
        """Return how much of these charges was made in this period."""
        return sum(amount for place, amount in charges if place == self.place)

    def time_until(self, target: int, now: Micros, *, own: Charges) -> int:
        """Return how long until others have at most `target` >= 0 charged, if nothing else happens.

        `own` are charges of the asker: they do not stand in its own way.
        """
        return 0 if self.used - self.counted(own) <= target else self.end - now

    def clear(self) -> None:
        """Forget what was charged."""
        self.used = 0
        self._note()


class QuotaUsage(msgspec.Struct, frozen=True):
    """What a quota had used in the period that began at `begin`; outlives the process."""

    counter: CounterId
    begin: Micros
    used: int
