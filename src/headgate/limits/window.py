"""The sliding window: 61 slots of a sixtieth of the window, the current one and the 60 before it.

A charge leaves between one window and one window plus one slot after it was made, never earlier.
With 60 slots a charge could leave up to one slot early, and twice the limit would fit into a true
window (design: limits, section 1).
"""

from __future__ import annotations

from headgate.model.clock import Micros

SLOTS = 61


class Window:
    """Amounts charged in the last window. Owned by one counter and changed in place.

    `newest` is the number of the slot that time has reached, counted from the epoch. Time never
    goes back here: an earlier instant than one seen before counts as that one.
    """

    __slots__ = ("length", "newest", "slot", "slots", "total")

    def __init__(self, length: int, now: Micros) -> None:
        assert length >= 60, "a window has at least a microsecond a slot"
        self.length = length
        self.slot = length // 60
        self.newest = now // self.slot
        self.slots = [0] * SLOTS
        self.total = 0

    def roll(self, now: Micros) -> None:
        """Let the slots leave that are out of the window by now."""
        reached = now // self.slot
        passed = reached - self.newest
        if passed <= 0:
            return
        self.newest = reached
        if self.total == 0:
            return
        slots = self.slots
        if passed >= SLOTS:
            self.slots = [0] * SLOTS
            self.total = 0
            return
        for number in range(reached - passed + 1, reached + 1):
            place = number % SLOTS
            self.total -= slots[place]
            slots[place] = 0

    def charge(self, amount: int) -> None:
        """Charge the current slot."""
        self.slots[self.newest % SLOTS] += amount
        self.total += amount

    def refund(self, number: int, amount: int) -> None:
        """Take back a charge from the slot it was made in, if that slot is still counted."""
        if self.newest - number < SLOTS:
            self.slots[number % SLOTS] -= amount
            self.total -= amount

    def time_until(self, target: int, now: Micros) -> int | None:
        """Return how long until at most `target` is charged; None if waiting does not do it."""
        if target < 0:
            return None
        left = self.total
        if left <= target:
            return 0
        for number in range(self.newest - SLOTS + 1, self.newest + 1):
            left -= self.slots[number % SLOTS]
            if left <= target:
                return (number + SLOTS) * self.slot - now
        return None

    def clear(self) -> None:
        """Forget all charges."""
        self.slots = [0] * SLOTS
        self.total = 0
