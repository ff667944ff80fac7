"""One call's reservation: what it charged, where, and what it still holds."""

from __future__ import annotations

from headgate.limits.counters import Counter
from headgate.limits.operations import CounterId
from headgate.model.clock import Micros


class Entry:
    """What one reservation did to one counter.

    `charges` are (place, amount) in the order in which they were made; a place is a slot of a
    window or a period. `limit` is the one that was last asked about.
    """

    __slots__ = ("charged", "charges", "counter", "counter_id", "held", "limit")

    def __init__(self, counter_id: CounterId, counter: Counter) -> None:
        self.counter_id = counter_id
        self.counter = counter
        self.charges: list[tuple[int, int]] = []
        self.charged = 0
        self.held = 0
        self.limit = 0

    def charge(self, amount: int) -> None:
        """Charge the counter now."""
        if amount > 0:
            self.charges.append((self.counter.place, amount))
            self.charged += amount
            self.counter.charge(amount)

    def refund(self, amount: int) -> None:
        """Take back charges, newest first; what has left the window is not given back."""
        self.charged -= amount
        while amount > 0:
            place, made = self.charges.pop()
            taken = min(made, amount)
            self.counter.refund(place, taken)
            amount -= taken
            if taken < made:
                self.charges.append((place, made - taken))

    def hold(self, amount: int) -> None:
        """Set what is held."""
        self.counter.held += amount - self.held
        self.held = amount

    def adjust(self, actual: int) -> int:
        """Book the difference between what was charged and what was used; return it."""
        difference = actual - self.charged
        if difference > 0:
            self.charge(difference)
        else:
            self.refund(-difference)
        return difference


class Reservation:
    """What one call did to all counters it touched.

    `seen` counts completion tokens that have moved from held to used. `open` ends with the
    settlement; a reservation that expired is kept for a while, so that a late settlement books
    only the difference.
    """

    __slots__ = ("began", "entries", "expires", "id", "open", "prompt", "seen")

    def __init__(self, reservation_id: str, began: Micros, expires: Micros) -> None:
        self.id = reservation_id
        self.began = began
        self.expires = expires
        self.entries: dict[CounterId, Entry] = {}
        self.prompt = 0
        self.seen = 0
        self.open = True

    def drop_holds(self) -> None:
        """Give back what is held."""
        for entry in self.entries.values():
            entry.hold(0)
        self.open = False
