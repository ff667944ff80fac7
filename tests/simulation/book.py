"""What a counter ought to hold: the checker's own books. Imports nothing of the product.

A counter is a tuple (kind, extent, key): the extent is a window in microseconds or the name of a
calendar period. A place is the number of a slot of the window, or the begin of a period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Counter = tuple[str, int | str, str]

SECOND = 1_000_000
SLOTS_COUNTED = 61
PARTS = 60
"""Slots in one window."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class StoreTime:
    """The time of a store: the wall clock's, but never going back (half pace while behind)."""

    def __init__(self, wall: int) -> None:
        self.latest = wall
        self._anchor: tuple[int, int] | None = None

    def peek(self, wall: int, mono: int) -> int:
        """Return the time without the store having been asked."""
        if wall >= self.latest:
            return wall
        began, mono_began = self._anchor or (self.latest, mono)
        return began + (mono - mono_began) // 2

    def ask(self, wall: int, mono: int) -> int:
        """Return the time at which the store performs an operation."""
        if wall >= self.latest:
            self._anchor = None
            self.latest = wall
        else:
            self._anchor = self._anchor or (self.latest, mono)
            self.latest = self.peek(wall, mono)
        return self.latest


def period_bounds(period: str, now: int) -> tuple[int, int]:
    """Return begin and end of the calendar period that holds an instant."""
    at = EPOCH + timedelta(microseconds=now)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "Hourly":
        begin, end = day.replace(hour=at.hour), day.replace(hour=at.hour) + timedelta(hours=1)
    elif period == "Daily":
        begin, end = day, day + timedelta(days=1)
    elif period == "Weekly":
        begin = day - timedelta(days=day.weekday())
        end = begin + timedelta(days=7)
    elif period == "Monthly":
        begin = day.replace(day=1)
        end = (begin + timedelta(days=32)).replace(day=1)
    else:
        begin = day.replace(month=1, day=1)
        end = begin.replace(year=begin.year + 1)
    micro = timedelta(microseconds=1)
    return (begin - EPOCH) // micro, (end - EPOCH) // micro


@dataclass
class Account:
    """One counter: what was charged where, and what every open reservation holds."""

    counter: Counter
    charges: dict[int, int] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    restored: dict[int, int] = field(default_factory=dict)
    """What a quota was given back after a restart, by period: no reservation tells of it."""
    version: int = 0
    """Counts the changes: nothing happened while it stays the same."""
    _known: tuple[int, int, int] = (-1, -1, 0)
    _period: tuple[int, int] = (0, 0)

    @property
    def slot(self) -> int:
        """Microseconds of one slot, rounded up."""
        extent = self.counter[1]
        assert isinstance(extent, int)
        return (extent + PARTS - 1) // PARTS

    @property
    def is_quota(self) -> bool:
        return isinstance(self.counter[1], str)

    def place(self, now: int) -> int:
        """Return where a charge that is made now goes."""
        extent = self.counter[1]
        if isinstance(extent, int):
            return now // ((extent + PARTS - 1) // PARTS)
        if not self._period[0] <= now < self._period[1]:
            self._period = period_bounds(extent, now)
        return self._period[0]

    def counts(self, place: int, now: int) -> bool:
        """Say whether a charge at a place still counts."""
        here = self.place(now)
        return place == here if self.is_quota else place > here - SLOTS_COUNTED

    def used(self, now: int) -> int:
        """Return what was charged and still counts."""
        here = self.place(now)
        if self._known[:2] != (here, self.version):
            counted = [n for place, n in self.charges.items() if self.counts(place, now)]
            self._known = (here, self.version, sum(counted))
        return self._known[2]

    def held(self) -> int:
        """Return the sum of the open holds."""
        return sum(self.holds.values())

    def ask(self, limit: int) -> None:
        """Take note of the limit that is asked about: nothing depends on it here."""

    def charge(self, amount: int, *, now: int) -> int:
        """Charge what counts now; return the place."""
        place = self.place(now)
        self.add(place, amount)
        return place

    def add(self, place: int, amount: int) -> None:
        """Charge a place, or take back with a negative amount."""
        self.charges[place] = self.charges.get(place, 0) + amount
        self.version += 1

    def refund(self, made: list[int], amount: int, *, now: int) -> None:
        """Take back of a charge, [place, amount], where it still counts."""
        if self.counts(made[0], now):
            self.add(made[0], -amount)

    def own(self, charges: list[list[int]], now: int) -> int:
        """Return how much of what is used goes back to these charges."""
        return sum(amount for place, amount in charges if self.counts(place, now))

    def sum_of(self, charges: list[list[int]], now: int) -> int:
        """Return what is used by the charges of all reservations, and by what was restored."""
        return self.own(charges, now) + self.restored.get(self.place(now), 0)

    def clear(self, now: int) -> None:
        """Forget what was charged."""
        self.charges.clear()
        self.restored.clear()
        self.version += 1

    def hold(self, call: str, amount: int) -> None:
        """Set what one reservation holds."""
        self.holds[call] = amount
        self.version += 1

    def drop(self, call: str) -> None:
        """Forget the hold of one reservation."""
        if self.holds.pop(call, 0):
            self.version += 1

    def wait(self, now: int, *, room: int, own: list[list[int]]) -> int:
        """Return the microseconds until others have at most `room` charged, found by trying."""
        others = dict(self.charges)
        for place, amount in own:
            others[place] -= amount
        left = sum(n for place, n in others.items() if self.counts(place, now))
        if left <= room:
            return 0
        if self.is_quota:
            self.place(now)
            return self._period[1] - now
        for place in sorted(others):
            if self.counts(place, now):
                left -= others[place]
                if left <= room:
                    return (place + SLOTS_COUNTED) * self.slot - now
        raise AssertionError("an empty window has room")


@dataclass
class Bucket(Account):
    """A rate that drains evenly: one limit a window, at the limit last asked about.

    All that was ever charged lies on one line, in tokens times microseconds; a place is where a
    charge begins on it. Time drains the line from its begin. Time that passes is final only when
    something is charged or given back.
    """

    limit: int = 1
    end: int = 0
    drained: int = 0
    since: int = 0

    def ask(self, limit: int) -> None:
        """A limit of 0 drains as one of 1."""
        self.limit = limit or 1

    def reached(self, now: int) -> int:
        """Return how far the line is drained by now."""
        return min(self.end, self.drained + self.limit * (now - self.since))

    def used(self, now: int) -> int:
        """Return what is left on the line, in tokens, rounded up."""
        return self.tokens(self.end - self.reached(now))

    def tokens(self, units: int) -> int:
        """Return tokens for a length of the line, rounded up."""
        extent = self.counter[1]
        assert isinstance(extent, int)
        return (units + extent - 1) // extent

    def charge(self, amount: int, *, now: int) -> int:
        """Append to the line; return where the charge begins."""
        self.drained, self.since = self.reached(now), now
        place, extent = self.end, self.counter[1]
        assert isinstance(extent, int)
        self.end += amount * extent
        self.version += 1
        return place

    def left(self, charges: list[list[int]], now: int) -> int:
        """Return how much of the line lies in these charges and is not drained."""
        extent, reached = self.counter[1], self.reached(now)
        assert isinstance(extent, int)
        return sum(max(0, place + n * extent - max(place, reached)) for place, n in charges)

    def refund(self, made: list[int], amount: int, *, now: int) -> None:
        """Drain what the charge still has on the line, no more than the amount."""
        extent, left = self.counter[1], self.left([made], now)
        assert isinstance(extent, int)
        if left:
            self.drained = self.reached(now) + min(left, amount * extent)
            self.since = now
            self.version += 1

    def own(self, charges: list[list[int]], now: int) -> int:
        """Return how much of what is used goes back to these charges."""
        others = self.end - self.reached(now) - self.left(charges, now)
        return self.used(now) - self.tokens(others)

    def wait(self, now: int, *, room: int, own: list[list[int]]) -> int:
        """Return the microseconds until others have at most `room` on the line."""
        extent = self.counter[1]
        assert isinstance(extent, int)
        units = self.end - self.reached(now) - self.left(own, now) - room * extent
        return max(0, (units + self.limit - 1) // self.limit)

    def clear(self, now: int) -> None:
        """Forget what was charged."""
        self.drained, self.since = self.end, now
        self.version += 1


@dataclass
class Entry:
    """What one reservation did to one counter: [place, amount], oldest first."""

    charges: list[list[int]] = field(default_factory=list)
    charged: int = 0
    limit: int = 0
    """The one last asked about."""
    reserved: int = 0
    """Charged and held together when the call was last admitted."""


@dataclass
class Record:
    """One reservation."""

    call: str
    due: int
    """The second in which it expires."""
    began: int
    entries: dict[Counter, Entry] = field(default_factory=dict)
    seen: int = 0
    granted: int = 0
    expired: bool = False
    forgotten: int = 0
    """The second in which an expired one is forgotten."""
    ended: bool = False
