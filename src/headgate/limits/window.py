"""The sliding window: 61 slots of a sixtieth of the window, the current one and the 60 before it.

A charge leaves between one window and one window plus one slot after it was made, never earlier.
With 60 slots a charge could leave up to one slot early, and twice the limit would fit into a true
window (design: limits, section 1).
"""

from __future__ import annotations

from collections.abc import Sequence

from headgate.model.clock import Micros

SLOTS = 61

Charges = Sequence[tuple[int, int]]
"""What one reservation charged to one counter: (place, amount), oldest first. A place is the number
of a window's slot or the begin of a quota's period; a refund finds its way back by it."""


class Window:
    """A rate counter: what was charged in the last window, and what calls in flight hold.

    Owned by one ledger and changed in place. Whoever asks has called `roll` for the same instant
    before; the ledger sees to it that instants never go back. `place` is the number of the slot
    that time has reached, counted from the epoch; `used` is the sum of the slots.
    """

    __slots__ = (
        "held",
        "held_began",
        "limit",
        "place",
        "reservations",
        "slot",
        "slots",
        "used",
    )

    def __init__(self, length: int, now: Micros) -> None:
        assert length > 0, "a window has a length"
        # Rounded up, so that 60 slots are never shorter than the window.
        self.slot = -(-length // 60)
        self.place = now // self.slot
        self.slots = [0] * SLOTS
        self.used = 0
        self.limit: int | None = None
        """The limit last asked about, for people who look at the counter."""
        self.held = 0
        self.held_began = 0
        """The sum over all holds of amount times the instant at which its call began."""
        self.reservations = 0
        """Open reservations that name this counter: it must not be forgotten meanwhile."""

    def roll(self, now: Micros, limit: int | None = None) -> None:
        """Let the slots leave that are out of the window by now; note the limit asked about."""
        if limit is not None:
            self.limit = limit
        reached = now // self.slot
        passed = reached - self.place
        if passed <= 0:
            return
        self.place = reached
        if self.used == 0:
            return
        if passed >= SLOTS:
            self.clear()
            return
        slots = self.slots
        for number in range(reached - passed + 1, reached + 1):
            index = number % SLOTS
            self.used -= slots[index]
            slots[index] = 0

    def charge(self, amount: int) -> None:
        """Charge the current slot."""
        self.slots[self.place % SLOTS] += amount
        self.used += amount

    def refund(self, place: int, amount: int, *, made: int) -> None:
        """Take back an amount of a charge that was `made`, if its slot is still counted."""
        assert amount <= made, "more is taken back than was charged"
        if self.place - place < SLOTS:
            self.slots[place % SLOTS] -= amount
            self.used -= amount

    def counted(self, charges: Charges) -> int:
        """Return how much of these charges is still in the window."""
        return sum(amount for place, amount in charges if self.place - place < SLOTS)

    def time_until(self, target: int, now: Micros, *, own: Charges) -> int:
        """Return how long until others have at most `target` >= 0 charged, if nothing else happens.

        `own` are charges of the asker: they do not stand in its own way.
        """
        left = self.used - self.counted(own)
        if left <= target:
            return 0
        slots = self.slots
        if own:
            slots = slots.copy()
            for place, amount in own:
                if self.place - place < SLOTS:
                    slots[place % SLOTS] -= amount
        for place in range(self.place - SLOTS + 1, self.place):
            left -= slots[place % SLOTS]
            if left <= target:
                return (place + SLOTS) * self.slot - now
        return (self.place + SLOTS) * self.slot - now

    def clear(self) -> None:
        """Forget what was charged."""
        self.slots = [0] * SLOTS
        self.used = 0
