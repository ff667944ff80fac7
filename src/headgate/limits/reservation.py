"""One call's reservation: what it charged, where, and what it still holds."""

from __future__ import annotations

from headgate.limits.bucket import Bucket
from headgate.limits.operations import CounterId
from headgate.limits.quota import Quota
from headgate.limits.window import SLOTS, Window
from headgate.model.clock import Micros

Counter = Window | Bucket | Quota


class Entry:
    """What one reservation, which began at an instant, did to one counter.

    `charges` tells where: (place, amount), oldest first. It may tell of less than `charged`: what a
    window has let go of, or a reset has wiped out, can never be given back. `limit` is the one that
    was last asked about.
    """

    __slots__ = ("began", "charged", "charges", "counter", "held", "limit", "reserved")

    def __init__(self, counter: Counter, began: Micros) -> None:
        self.counter = counter
        self.began = began
        self.charges: list[tuple[int, int]] = []
        self.charged = 0
        self.held = 0
        self.limit = 0
        self.reserved = 0
        """What was charged and held together when the call was last admitted."""
        counter.reservations += 1

    def charge(self, amount: int) -> None:
        """Charge the counter now."""
        place = self.counter.place
        charges = self.charges
        if charges and charges[-1][0] == place:
            charges[-1] = (place, charges[-1][1] + amount)
        else:
            charges.append((place, amount))
            if len(charges) > SLOTS:
                # A window counts 61 slots and a quota one period: the oldest is out by now. Of a
                # bucket, the oldest is the first to be drained and the last to be given back.
                del charges[0]
        self.charged += amount
        self.counter.charge(amount)

    def refund(self, amount: int) -> None:
        """Take back charges, newest first; what has left the window is not given back."""
        self.charged -= amount
        charges = self.charges
        while amount > 0 and charges:
            place, made = charges.pop()
            taken = min(made, amount)
            self.counter.refund(place, taken, made=made)
            amount -= taken
            if taken < made:
                charges.append((place, made - taken))

    def hold(self, amount: int) -> None:
        """Set what is held."""
        more = amount - self.held
        if more:
            counter = self.counter
            counter.held += more
            counter.held_began += more * self.began
            self.held = amount

    def end(self, actual: int) -> None:
        """Book the difference between what was charged and `actual`, and let the counter go."""
        difference = actual - self.charged
        if difference > 0:
            self.counter.charge(difference)
        elif difference < 0:
            self.refund(-difference)
        self.let_go()

    def let_go(self) -> None:
        """Drop the hold and stop keeping the counter; what was charged stays."""
        self.hold(0)
        self.counter.reservations -= 1


class Reservation:
    """What one call did to all counters that it touched.

    `seen` counts the completion tokens that have been charged as they passed. A reservation that
    `expired` holds nothing; it is kept for a while, so that a late settlement books only the
    difference. `granted` is the completion that all rules granted, in tokens. `due` is
    the second, counted from the epoch, in which it expires or is forgotten.
    """

    __slots__ = ("began", "due", "entries", "expired", "granted", "seen", "seen_cost")

    def __init__(self, began: Micros, due: int) -> None:
        self.began = began
        self.due = due
        self.entries: dict[CounterId, Entry] = {}
        self.expired = False
        self.granted = 0
        self.seen = 0
        self.seen_cost = 0
