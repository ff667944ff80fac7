"""All counters and reservations of one store, and the bounds on both.

Memory is bounded by work that is spread over the operations: whoever makes a counter pays for
looking at two others, and one that is empty is forgotten. No operation ever walks over all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Literal

from headgate.limits.bucket import Bucket
from headgate.limits.durations import Durations
from headgate.limits.operations import CounterId
from headgate.limits.quota import Quota, QuotaUsage
from headgate.limits.reservation import Counter, Reservation
from headgate.limits.window import Window
from headgate.model.clock import SECOND, Micros

KEYS_MAX = 250_000
"""Counters kept at once, a kilobyte each."""

RESERVATIONS_MAX = 250_000
"""Reservations kept at once; the calls in flight, and those whose settlement is late."""

AFTERLIFE = 60 * 60 * SECOND
"""Microseconds for which an expired reservation is kept, in case its settlement comes late."""

Throttling = Literal["sliding-window", "token-bucket"]
"""What counts a rate: APIM's classic and newer tiers (design: limits, section 1)."""

_LOOKED_AT_WHEN_FULL = 16


class CountersFull(Exception):
    """There are as many counters or reservations as may be."""

    def __init__(self, message: str, *, of_keys: bool) -> None:
        super().__init__(message)
        self.of_keys = of_keys
        """Whether counters are what is too many: an operator used an unbounded key."""


class Counters:
    """The state behind `apply`, owned by one store and changed in place."""

    __slots__ = (
        "_agenda",
        "_by_second",
        "_changed",
        "_fresh",
        "_keys_max",
        "_rate",
        "_ring",
        "due",
        "durations",
        "kept",
        "now",
        "reservations",
    )

    def __init__(
        self,
        *,
        keys_max: int = KEYS_MAX,
        archived: bool = False,
        throttling: Throttling = "sliding-window",
    ) -> None:
        """Begin empty. `archived` says that somebody asks for `quotas_changed` now and then."""
        self.kept: dict[CounterId, Counter] = {}
        self.reservations: dict[str, Reservation] = {}
        self.now = Micros(0)
        """The latest instant that was seen. Time never goes back here: an earlier instant counts as
        this one."""
        self.due = Micros(0)
        """The first instant at which `tidy` has something to do."""
        self.durations = Durations()
        """How long the calls took that were settled."""
        self._rate = Bucket if throttling == "token-bucket" else Window
        self._keys_max = keys_max
        self._changed: dict[CounterId, Quota] | None = {} if archived else None
        self._ring: deque[CounterId] = deque()
        """All counters, the one looked at longest ago first."""
        self._fresh = 0
        """Counters made since the last look around."""
        self._by_second: dict[int, dict[str, Reservation]] = {}
        """Reservations by the second in which they expire, then by that of being forgotten."""
        self._agenda: list[int] = []
        """A heap of those seconds."""

    def counter(self, counter_id: CounterId, now: Micros, *, limit: int | None = None) -> Counter:
        """Return a counter, rolled to now; made if it is not there. Raises CountersFull.

        `limit` is the one that is asked about.
        """
        counter = self.kept.get(counter_id)
        if counter is None:
            counter = self._make(counter_id, now)
        counter.roll(now, limit)
        return counter

    def find(self, counter_id: CounterId, now: Micros) -> Counter | None:
        """Return a counter, rolled to now, if it is there."""
        counter = self.kept.get(counter_id)
        if counter is not None:
            counter.roll(now)
        return counter

    def quotas(self) -> tuple[QuotaUsage, ...]:
        """Return what is used of all quotas whose period is not over."""
        return tuple(
            QuotaUsage(counter_id, counter.place, counter.used)
            for counter_id, counter in self.kept.items()
            if isinstance(counter, Quota) and counter.used and self.now < counter.end
        )

    def quotas_changed(self) -> tuple[QuotaUsage, ...]:
        """Return all quotas that were charged, refunded or reset since this was last asked."""
        if not self._changed:
            return ()
        usages = tuple(
            [QuotaUsage(name, quota.place, quota.used) for name, quota in self._changed.items()]
        )
        self._changed.clear()
        return usages

    def restore(self, usages: Iterable[QuotaUsage], now: Micros) -> None:
        """Set quotas to what they had used, where the period is still the same one.

        Raises CountersFull.
        """
        for usage in usages:
            counter = self.counter(usage.counter, now)
            if counter.place == usage.begin:
                counter.used = usage.used

    def _make(self, counter_id: CounterId, now: Micros) -> Counter:
        if len(self.kept) >= self._keys_max:
            raise CountersFull(
                f"{self._keys_max} counters are in use: a counter-key takes too many values",
                of_keys=True,
            )
        extent = counter_id[1]
        counter: Counter
        if isinstance(extent, int):
            counter = self._rate(extent, now)
        else:
            counter = Quota(extent, now, name=counter_id, changed=self._changed)
        self.kept[counter_id] = counter
        self._ring.append(counter_id)
        # Others are not looked at before the next operation: this one may already have in hand an
        # empty counter that it is about to charge.
        self._fresh += 1
        self.due = now
        return counter

    def open(self, reservation_id: str, now: Micros, *, expires: Micros) -> Reservation:
        """Return a new reservation. Raises CountersFull."""
        if len(self.reservations) >= RESERVATIONS_MAX:
            message = f"{RESERVATIONS_MAX} reservations are open or not settled"
            raise CountersFull(message, of_keys=False)
        reservation = Reservation(now, -(-expires // SECOND))
        self.reservations[reservation_id] = reservation
        self._schedule(reservation_id, reservation)
        return reservation

    def close(self, reservation_id: str) -> Reservation | None:
        """Take a reservation off the books and return it, if it is there."""
        reservation = self.reservations.pop(reservation_id, None)
        if reservation is not None:
            del self._by_second[reservation.due][reservation_id]
        return reservation

    def _schedule(self, reservation_id: str, reservation: Reservation) -> None:
        due = reservation.due
        scheduled = self._by_second.get(due)
        if scheduled is None:
            scheduled = self._by_second[due] = {}
            heappush(self._agenda, due)
            self.due = min(self.due, Micros(due * SECOND))
        scheduled[reservation_id] = reservation

    def tidy(self, now: Micros) -> None:
        """End holds that expired, and forget counters that are empty."""
        agenda = self._agenda
        while agenda and agenda[0] * SECOND <= now:
            for reservation_id, reservation in self._by_second.pop(heappop(agenda)).items():
                self._expire(reservation_id, reservation, now=now)
        full = len(self.kept) >= self._keys_max
        self._look_around(_LOOKED_AT_WHEN_FULL if full else 2 * self._fresh, now)
        self._fresh = 0
        # While it is full, every operation looks for room.
        still_full = len(self.kept) >= self._keys_max
        self.due = now if still_full else Micros(agenda[0] * SECOND if agenda else now + AFTERLIFE)

    def _expire(self, reservation_id: str, reservation: Reservation, *, now: Micros) -> None:
        if reservation.expired:
            del self.reservations[reservation_id]
            for entry in reservation.entries.values():
                entry.let_go()
            return
        reservation.expired = True
        for entry in reservation.entries.values():
            entry.hold(0)
            # What passes from now on is held nowhere.
            entry.reserved = entry.charged
        reservation.due = (now + AFTERLIFE) // SECOND
        self._schedule(reservation_id, reservation)

    def _look_around(self, number: int, now: Micros) -> None:
        ring = self._ring
        for _ in range(min(number, len(ring))):
            counter_id = ring.popleft()
            counter = self.kept[counter_id]
            counter.roll(now)
            empty = counter.used == 0 and counter.reservations == 0
            if empty and not (self._changed and counter_id in self._changed):
                del self.kept[counter_id]
            else:
                ring.append(counter_id)
