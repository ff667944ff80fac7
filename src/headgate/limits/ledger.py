"""The ledger: every operation on the counters, as one function of state, operation and time.

The state is owned by one store and changed in place behind `apply`, which is the whole interface:
no clock, no randomness, the same operations at the same instants give the same decisions. Rules
that hold (design: limits, section 2):

* A refusal writes nothing. All rules of an operation are tested before any is charged.
* A counter is charged once per reservation, however many elements of a document name it.
* A reservation is settled once. What comes later books at most a difference.
* Debt goes to the current slot, refunds go to the slots that were charged, newest first, and only
  where those still count: no debt is lost, no refund opens a later window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.limits.counters import Counter, QuotaCounter, RateCounter
from headgate.limits.operations import (
    AddCalls,
    CountCalls,
    Counted,
    CounterId,
    Decision,
    Granted,
    Level,
    Operation,
    QuotaRule,
    Read,
    Refused,
    Release,
    Reserve,
    Reset,
    Rule,
    Seen,
    Settle,
    Settled,
)
from headgate.limits.reservation import Entry, Reservation
from headgate.model.clock import SECOND, Micros

GENERATION = 40 * 60 * SECOND
"""Microseconds between two generations of rate counters. It exceeds the longest window and the
longest reservation together, so a counter that nobody touched for a generation is empty."""

AFTERLIFE = 10 * 60 * SECOND
"""Microseconds for which an expired reservation is kept, in case its settlement comes late."""

KEYS_MAX = 1_000_000
"""Counters of one kind that are kept at once."""

HOLD_GUESS = 5 * SECOND
"""How long a call is thought to take while none has ended yet."""


class CountersFull(Exception):
    """More distinct counter keys than the bound; an operator used an unbounded key."""


class Counters:
    """All counters and reservations of one store."""

    __slots__ = ("_rotated", "_tidied", "mean_duration", "old", "quotas", "rates", "reservations")

    def __init__(self) -> None:
        self.rates: dict[CounterId, RateCounter] = {}
        self.old: dict[CounterId, RateCounter] = {}
        """Rate counters that nobody has touched since the last rotation."""
        self.quotas: dict[CounterId, QuotaCounter] = {}
        self.reservations: dict[str, Reservation] = {}
        """In the order in which they were made, which is nearly that of their expiry."""
        self.mean_duration = HOLD_GUESS
        """Microseconds, a moving average over reservations that were settled."""
        self._tidied = Micros(0)
        self._rotated: Micros | None = None

    def counter(self, counter_id: CounterId, now: Micros) -> Counter:
        """Return a counter, rolled to now; made if it is not there. Raises CountersFull."""
        counter: Counter | None = self.rates.get(counter_id)
        if counter is None:
            counter = self._find(counter_id, now)
        counter.roll(now)
        return counter

    def _find(self, counter_id: CounterId, now: Micros) -> Counter:
        extent = counter_id[1]
        if isinstance(extent, int):
            rate = self.old.pop(counter_id, None)
            if rate is None:
                self._make_room(self.rates, now)
                rate = RateCounter(extent, now)
            self.rates[counter_id] = rate
            return rate
        quota = self.quotas.get(counter_id)
        if quota is None:
            self._make_room(self.quotas, now)
            quota = self.quotas[counter_id] = QuotaCounter(extent, now)  # type: ignore[arg-type]  # not an int: a Period
        return quota

    def _make_room(self, counters: dict[CounterId, Any], now: Micros) -> None:
        if len(counters) < KEYS_MAX:
            return
        for counter_id, counter in list(counters.items()):
            counter.roll(now)
            if counter.used == 0 and counter.held == 0:
                del counters[counter_id]
        if len(counters) >= KEYS_MAX:
            raise CountersFull(f"more than {KEYS_MAX} counter keys are in use")

    def tidy(self, now: Micros) -> None:
        """Settle what expired and forget counters that have been empty for a generation.

        Looks around once a second; in between it costs one comparison.
        """
        if now - self._tidied < SECOND:
            return
        self._tidied = now
        self._expire(now)
        if self._rotated is None:
            self._rotated = now
        elif now - self._rotated >= GENERATION:
            self._rotated = now
            self.old, self.rates = self.rates, {}

    def _expire(self, now: Micros) -> None:
        expired = []
        for reservation in self.reservations.values():
            if reservation.expires > now:
                break
            expired.append(reservation)
        for reservation in expired:
            del self.reservations[reservation.id]
            if reservation.open:
                reservation.drop_holds()
                reservation.expires = Micros(now + AFTERLIFE)
                self.reservations[reservation.id] = reservation


def apply(state: Counters, operation: Operation, now: Micros) -> Decision:
    """Perform one operation at an instant. Raises CountersFull."""
    state.tidy(now)
    return _PERFORM[type(operation)](state, operation, now)


def _reserve(state: Counters, operation: Reserve, now: Micros) -> Decision:
    reservation = state.reservations.get(operation.id)
    rules = operation.rules
    levels: list[tuple[Counter, int, int]] = []
    """Counter, and what others have used and hold of it, by rule."""
    for rule in rules:
        counter = state.counter(rule.counter, now)
        own = reservation.entries.get(rule.counter) if reservation is not None else None
        if own is None:
            levels.append((counter, counter.used, counter.held))
        else:
            levels.append((counter, counter.used - own.charged, counter.held - own.held))
    refused = _first_refusal(operation, levels)
    if refused is not None:
        return _refusal(state, operation, levels, refused, now)
    if reservation is None:
        reservation = Reservation(operation.id, now, operation.expires)
        state.reservations[operation.id] = reservation
    prompt = operation.prompt
    reservation.prompt = max(reservation.prompt, prompt)
    remaining = []
    for rule, (counter, used, held) in zip(rules, levels, strict=True):
        entry = reservation.entries.get(rule.counter)
        if entry is None:
            entry = reservation.entries[rule.counter] = Entry(rule.counter, counter)
            entry.charge(prompt)
            if operation.mode != "apim" and operation.hold:
                entry.hold(min(operation.hold, max(1, rule.limit - prompt)))
        entry.limit = rule.limit
        remaining.append(max(0, rule.limit - used - held - prompt))
    return Granted(tuple(remaining))


def _first_refusal(operation: Reserve, levels: list[tuple[Counter, int, int]]) -> int | None:
    """Return the index of the rule that refuses; quotas are asked first (apim.md 1.1)."""
    order = range(len(levels))
    if len(levels) > 1:
        order = sorted(order, key=lambda i: not isinstance(operation.rules[i], QuotaRule))  # type: ignore[assignment]  # any iterable of indexes
    for index in order:
        _, used, held = levels[index]
        limit = operation.rules[index].limit
        level = used if operation.mode == "apim" else used + held
        if level + operation.prompt > limit or level >= limit:
            return index
    return None


def _refusal(
    state: Counters,
    operation: Reserve,
    levels: list[tuple[Counter, int, int]],
    index: int,
    now: Micros,
) -> Refused:
    rule = operation.rules[index]
    counter, used, held = levels[index]
    if operation.mode == "apim":
        held = 0
    needed = max(1, operation.prompt)
    own = counter.used - used
    wait = counter.time_until(rule.limit - held - needed + own, now)
    waits_on_holds = False
    if needed > rule.limit and not operation.limit_may_change:
        wait = None
    elif wait is None:
        waits_on_holds = held > 0
        wait = _guess(state, rule, now)
    return Refused(
        rule=index,
        wait=wait,
        remaining=tuple(
            0 if place == index else max(0, rule.limit - used - held)
            for place, (rule, (_, used, held)) in enumerate(
                zip(operation.rules, levels, strict=True)
            )
        ),
        needed=operation.prompt,
        limit=rule.limit,
        waits_on_holds=waits_on_holds,
    )


def _guess(state: Counters, rule: Rule, now: Micros) -> int:
    """Return how long calls in flight may still take, within one second and the window."""
    longest = rule.window if not isinstance(rule, QuotaRule) else 60 * SECOND
    return min(max(state.mean_duration, SECOND), longest)


def _seen(state: Counters, operation: Seen, now: Micros) -> Decision:
    reservation = state.reservations.get(operation.id)
    if reservation is None or not reservation.open:
        return Settled({}, 0)
    more = operation.tokens - reservation.seen
    if more > 0:
        reservation.seen = operation.tokens
        for entry in reservation.entries.values():
            entry.counter.roll(now)
            entry.charge(more)
            entry.hold(max(0, entry.held - more))
    return _settled(reservation, more)


def _settle(state: Counters, operation: Settle, now: Micros) -> Decision:
    reservation = state.reservations.pop(operation.id, None)
    if reservation is None:
        return Settled({}, 0)
    if reservation.open:
        duration = now - reservation.began
        state.mean_duration += (duration - state.mean_duration) // 16
    actual = operation.prompt + operation.completion
    booked = 0
    for entry in reservation.entries.values():
        entry.counter.roll(now)
        booked = entry.adjust(actual)
    reservation.drop_holds()
    return _settled(reservation, booked)


def _settled(reservation: Reservation, booked: int) -> Settled:
    return Settled(
        {
            counter_id: max(0, entry.limit - entry.counter.used - entry.counter.held + entry.held)
            for counter_id, entry in reservation.entries.items()
        },
        booked,
    )


def _release(state: Counters, operation: Release, now: Micros) -> Decision:
    return _settle(state, Settle(operation.id, 0, 0), now)


def _count_calls(state: Counters, operation: CountCalls, now: Micros) -> Decision:
    rule = operation.rule
    counter = state.counter(rule.counter, now)
    amount = operation.amount
    needed = max(1, amount)
    if counter.used + needed > rule.limit:
        wait = counter.time_until(rule.limit - needed, now)
        return Refused(rule=0, wait=wait, remaining=(0,), needed=needed, limit=rule.limit)
    if amount > 0:
        counter.charge(amount)
    return Counted(rule.limit - counter.used)


def _add_calls(state: Counters, operation: AddCalls, now: Micros) -> Decision:
    rule = operation.rule
    counter = state.counter(rule.counter, now)
    if operation.amount > 0:
        counter.charge(operation.amount)
    return Counted(max(0, rule.limit - counter.used))


def _read(state: Counters, operation: Read, now: Micros) -> Decision:
    counter = state.counter(operation.counter, now)
    return Level(counter.used, counter.held)


def _reset(state: Counters, operation: Reset, now: Micros) -> Decision:
    counter = state.counter(operation.counter, now)
    counter.clear()
    for reservation in state.reservations.values():
        entry = reservation.entries.get(operation.counter)
        if entry is not None:
            entry.charges.clear()
            entry.charged = 0
    return Level(counter.used, counter.held)


_PERFORM: dict[type, Callable[[Counters, Any, Micros], Decision]] = {
    Reserve: _reserve,
    Seen: _seen,
    Settle: _settle,
    Release: _release,
    CountCalls: _count_calls,
    AddCalls: _add_calls,
    Read: _read,
    Reset: _reset,
}
