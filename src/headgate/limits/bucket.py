"""The token bucket: APIM v2's throttling, beside the sliding window (design: limits, section 1).

A full bucket is a limit that nothing was charged under. A charge is drawn from it and comes back at
the pace of one limit a window; so `used` falls evenly, where that of a sliding window falls in the
steps in which it was charged. Charges may overdraw it: that is debt.

Amounts here are tokens times microseconds, so that any pace is exact in integers. Everything that
was ever charged lies on one line: `place` is its end, and time, passing at the pace of the limit,
drains it from its begin. Whoever refunds a charge advances that begin by as much of the charge as
had not been drained.
"""

from __future__ import annotations

from headgate.limits.window import Charges
from headgate.model.clock import Micros


class Bucket:
    """A rate counter: what was charged and has not been drained, and what calls in flight hold.

    Answers the same questions as `Window`. The limit arrives with the question, so time since the
    last charge drains at the limit that is asked about now; a charge, a refund or that it is empty
    makes that final, a refusal leaves no trace of it.
    """

    __slots__ = (
        "_drained",
        "_length",
        "_now",
        "_reached",
        "_since",
        "held",
        "held_began",
        "limit",
        "place",
        "reservations",
        "used",
    )

    def __init__(self, length: int, now: Micros) -> None:
        assert length > 0, "a window has a length"
        self._length = length
        self.place = 0
        """Everything that was charged; a charge remembers by it where it begins."""
        self._drained = 0
        """What of that was drained by the last charge or refund, which was at `_since`."""
        self._since = now
        self._reached = 0
        """What is drained at the instant and by the limit of the last `roll`."""
        self._now = now
        self.limit: int | None = None
        self.used = 0
        self.held = 0
        self.held_began = 0
        self.reservations = 0
        """Open reservations that name this counter: it must not be forgotten meanwhile."""

    def roll(self, now: Micros, limit: int | None = None) -> None:
        """Drain what time has drained by now, at the pace of a limit or the one last asked about.

        A limit of 0 drains as one of 1: what was charged under another is not kept for ever.
        """
        if limit is not None:
            self.limit = limit
        self._now = now
        self._reach(self._drained + (self.limit or 1) * (now - self._since))
        if self._reached == self.place:
            # Empty is empty, whoever asks next: the counter may be forgotten at any time now.
            self._commit(self.place)

    def _reach(self, drained: int) -> None:
        self._reached = min(drained, self.place)
        self.used = -((self._reached - self.place) // self._length)

    def _commit(self, drained: int) -> None:
        self._since = self._now
        self._reach(drained)
        self._drained = self._reached

    def charge(self, amount: int) -> None:
        """Draw an amount, which may be more than there is."""
        reached = self._reached
        self.place += amount * self._length
        self._commit(reached)

    def refund(self, place: int, amount: int, *, made: int) -> None:
        """Take back an amount of a charge that was `made`, as far as it has not been drained."""
        left = self._left(place, made)
        if left > 0:
            self._commit(self._reached + min(amount * self._length, left))

    def _left(self, place: int, made: int) -> int:
        """Return how much of a charge has not been drained."""
        return max(0, place + made * self._length - max(place, self._reached))

    def _left_by_others(self, own: Charges) -> int:
        return self.place - self._reached - sum([self._left(*charge) for charge in own])

    def counted(self, charges: Charges) -> int:
        """Return how much of what is used goes back to these charges."""
        return self.used + self._left_by_others(charges) // -self._length

    def time_until(self, target: int, now: Micros, *, own: Charges) -> int:
        """Return how long until others have at most `target` >= 0 charged, if nothing else happens.

        `own` are charges of the asker: they do not stand in its own way.
        """
        assert now == self._now, "a bucket is asked about the instant it was rolled to"
        excess = self._left_by_others(own) - target * self._length
        return -(-excess // (self.limit or 1)) if excess > 0 else 0

    def clear(self) -> None:
        """Forget what was charged."""
        self._commit(self.place)
