"""The ledger: every operation on the counters, as one function of state, operation and time.

The state is owned by one store and changed in place behind `apply`, which is the whole interface:
no clock, no randomness, the same operations at the same instants give the same decisions. Rules
that hold (design: limits, section 2):

* A refusal writes nothing. All rules of an operation are tested before any is charged.
* A counter is charged once per reservation, however many elements of a document name it.
* A reservation ends once. What comes later books at most a difference.
* Debt goes to the current slot, refunds go to the slots that were charged, newest first, and only
  where those still count: no debt is lost, no refund opens a later window.

A call fits when `used + held + prompt <= limit` and `used + held < limit`, where used and held are
those of other calls. In integers that is one comparison: `max(prompt, 1) <= limit - used - held`.
In mode `strict` the least completion that the call goes on with is added to the prompt.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from headgate.limits.counters import Counters, CountersFull
from headgate.limits.operations import (
    LOOK_MAX,
    AddCalls,
    CountCalls,
    Counted,
    CounterId,
    Decision,
    Done,
    Full,
    Granted,
    Level,
    ListCounters,
    Listed,
    Look,
    Looked,
    Operation,
    Progress,
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
    Standing,
    Weighed,
)
from headgate.limits.reservation import Counter, Entry, Reservation
from headgate.limits.waits import Question, time_until_fits
from headgate.model.clock import Micros

_DONE = Done()


def apply(state: Counters, operation: Operation, *, now: Micros) -> Decision:
    """Perform one operation at an instant; `Full` where that would need too many counters."""
    if now < state.now:
        now = state.now
    else:
        state.now = now
    if now >= state.due:
        state.tidy(now)
    try:
        return _perform(state, operation)
    except CountersFull as error:
        # Nothing is charged before everything that it needs is there.
        return Full(str(error), error.of_keys)


def _perform(state: Counters, operation: Operation) -> Decision:
    # The most frequent first.
    if isinstance(operation, Reserve):
        return _reserve(state, operation)
    if isinstance(operation, Settle):
        return _settle(state, operation)
    if isinstance(operation, CountCalls):
        return _count_calls(state, operation)
    if isinstance(operation, AddCalls):
        return _add_calls(state, operation)
    if isinstance(operation, Seen):
        return _seen(state, operation)
    if isinstance(operation, Progress):
        for seen in operation.seen:
            _seen(state, seen)
        return _DONE
    if isinstance(operation, Release):
        return _end(state, state.close(operation.id), actual=0)
    if isinstance(operation, Read):
        return _level(state.find(operation.counter, state.now))
    if isinstance(operation, Reset):
        return _reset(state, operation)
    if isinstance(operation, ListCounters):
        return Listed(tuple(state.kept))
    if isinstance(operation, Look):
        return _look(state, operation)
    assert_never(operation)


class _Asked(msgspec.Struct, gc=False):
    """A rule beside what its counter tells of all other calls."""

    rule: Rule
    counter_id: CounterId
    counter: Counter
    own: Entry | None
    """What the asking call did to the counter before."""
    left: int
    """What the other calls leave of the limit; negative where they are over it."""
    tested: Weighed


def _ask(state: Counters, rule: Rule, *, operation: Reserve, own: Reservation | None) -> _Asked:
    counter_id = rule.counter
    limit = rule.limit
    counter = state.counter(counter_id, state.now, limit=limit)
    mode = operation.mode
    used = counter.used
    held = 0 if mode == "apim" else counter.held
    in_money = rule.kind == "cost"
    if in_money:
        prompt, hold = operation.cost_prompt, operation.cost_hold
    else:
        prompt, hold = operation.prompt, operation.hold
    strict = mode == "strict" and hold > 0
    least = 0
    if hold:
        least = operation.choices
        if in_money:
            least = _share(least, cost=hold, tokens=operation.hold)
        # Conditions, because this is on the path of every call and min and max are calls.
        most = limit - prompt
        if most < least:
            most = least
        if hold > most:
            hold = most
    entry = None
    if own is not None:
        entry = own.entries.get(counter_id)
        if strict and own.granted:
            cap = own.granted
            if in_money:
                cap = _share(cap, cost=operation.cost_hold, tokens=operation.hold)
            hold = min(hold, cap)
        hold = max(0, hold - (own.seen_cost if in_money else own.seen))
        if entry is not None:
            charged = counter.counted(entry.charges)
            used -= charged
            held = max(0, held - entry.held)
            prompt = max(prompt, charged)
    needed = prompt or 1
    if strict:
        wanted = operation.hold_least
        if in_money:
            wanted = _share(wanted, cost=operation.cost_hold, tokens=operation.hold)
        needed = prompt + min(hold, max(least, wanted))
    tested = Weighed(used, held, prompt, hold, needed, limit)
    return _Asked(rule, counter_id, counter, entry, limit - used - held, tested)


def _share(part: int, *, cost: int, tokens: int) -> int:
    """Return what a part of some tokens costs, rounded up."""
    return -(-part * cost // tokens) if tokens else cost


def _reserve(state: Counters, operation: Reserve) -> Granted | Refused:
    assert operation.prompt >= 0 <= operation.hold, "amounts are never negative"
    reservation = state.reservations.get(operation.id)
    asked = []
    tested = []
    remaining = []
    fits = True
    for rule in operation.rules:
        one = _ask(state, rule, operation=operation, own=reservation)
        weighed = one.tested
        if weighed.needed > one.left:
            fits = False
        asked.append(one)
        tested.append(weighed)
        remaining.append(one.left - weighed.prompt)
    if not fits:
        return _refusal(state, operation, asked=asked)
    granted = _granted(operation, asked) if operation.hold else 0
    if reservation is None:
        reservation = state.open(
            operation.id, state.now, expires=Micros(state.now + operation.lifetime)
        )
        reservation.granted = granted
    elif operation.hold:
        granted = min(granted + reservation.seen, reservation.granted or operation.hold)
        reservation.granted = granted
    for one in asked:
        _book(reservation, operation, asked=one)
    if operation.mode == "strict":
        _hold_no_more(reservation, operation)
    return Granted(tuple(remaining), granted, tuple(tested))


def _granted(operation: Reserve, asked: list[_Asked]) -> int:
    """Return the completion tokens for which all rules have room."""
    if operation.mode == "apim":
        return operation.hold
    strict = operation.mode == "strict"
    granted = operation.hold
    for one in asked:
        tested = one.tested
        room = tested.hold
        if strict:
            room = min(room, one.left - tested.prompt)
        # A rule in money that has no price for a completion does not bound it.
        if one.rule.kind == "cost" and operation.cost_hold:
            room = operation.hold * room // operation.cost_hold
        elif one.rule.kind == "cost":
            continue
        if room < granted:
            granted = room
    # Every choice gets the same cap.
    return granted - granted % operation.choices if strict else granted


def _book(reservation: Reservation, operation: Reserve, *, asked: _Asked) -> None:
    """Charge and hold what the reservation has not charged and held on this counter yet."""
    tested = asked.tested
    entry = asked.own or reservation.entries.get(asked.counter_id)
    if entry is None:
        entry = reservation.entries[asked.counter_id] = Entry(asked.counter, reservation.began)
    entry.limit = tested.limit
    prompt = operation.cost_prompt if asked.rule.kind == "cost" else operation.prompt
    if prompt > entry.charged:
        entry.charge(prompt - entry.charged)
    if tested.hold > entry.held and operation.mode != "apim" and not reservation.expired:
        entry.hold(tested.hold)
    entry.reserved = entry.charged + entry.held


def _hold_no_more(reservation: Reservation, operation: Reserve) -> None:
    """Bring what is held under every rule down to the completion that all of them granted."""
    tokens = max(0, reservation.granted - reservation.seen)
    for counter_id, entry in reservation.entries.items():
        most = tokens
        if counter_id[0] == "cost":
            most = _share(tokens, cost=operation.cost_hold, tokens=operation.hold)
        if entry.held > most:
            entry.hold(most)
            entry.reserved = entry.charged + most


def _refusal(state: Counters, operation: Reserve, *, asked: list[_Asked]) -> Refused:
    """Return why the call is refused, and when all rules would let it pass.

    Quotas are asked first (apim.md 1.1), whatever the order of the rules.
    """
    refusing = [index for index, one in enumerate(asked) if one.tested.needed > one.left]
    decider = min(refusing, key=lambda index: not isinstance(asked[index].rule, QuotaRule))
    wait: int | None = 0
    waits_on_holds = False
    for index in refusing:
        one = asked[index]
        own_wait, on_holds = time_until_fits(
            Question(one.rule, one.counter, one.own, one.tested),
            state.now,
            durations=state.durations,
            may_change=operation.limit_may_change,
        )
        wait = None if wait is None or own_wait is None else max(wait, own_wait)
        waits_on_holds = waits_on_holds or on_holds
    return Refused(
        rule=decider,
        wait=wait,
        remaining=tuple(0 if one.tested.needed > one.left else one.left for one in asked),
        needed=asked[decider].tested.needed,
        limit=asked[decider].rule.limit,
        waits_on_holds=waits_on_holds,
        tested=tuple([one.tested for one in asked]),
    )


def _seen(state: Counters, operation: Seen) -> Done:
    reservation = state.reservations.get(operation.id)
    if reservation is None:
        return _DONE
    tokens = max(0, operation.tokens - reservation.seen)
    cost = max(0, operation.cost - reservation.seen_cost)
    reservation.seen += tokens
    reservation.seen_cost += cost
    for counter_id, entry in reservation.entries.items():
        more = cost if counter_id[0] == "cost" else tokens
        if more:
            entry.counter.roll(state.now, entry.limit)
            entry.charge(more)
            entry.hold(max(0, entry.held - more))
    return _DONE


def _settle(state: Counters, operation: Settle) -> Settled:
    assert operation.prompt >= 0 <= operation.completion, "amounts are never negative"
    reservation = state.close(operation.id)
    if reservation is not None:
        state.durations.add(state.now - reservation.began)
    actual = operation.prompt + operation.completion
    return _end(state, reservation, actual=actual, cost=operation.cost)


def _end(
    state: Counters, reservation: Reservation | None, *, actual: int, cost: int = 0
) -> Settled:
    """Book what the call used beyond, or short of, what it was charged, and drop its holds."""
    remaining: dict[CounterId, int] = {}
    if reservation is None:
        return Settled(remaining, 0)
    debt = 0
    for counter_id, entry in reservation.entries.items():
        counter = entry.counter
        counter.roll(state.now, entry.limit)
        if counter_id[0] == "cost":
            entry.end(cost)
        else:
            if actual - entry.reserved > debt:
                debt = actual - entry.reserved
            entry.end(actual)
        left = entry.limit - counter.used - counter.held
        remaining[counter_id] = left if left > 0 else 0
    return Settled(remaining, actual, debt, reservation.expired)


def _count_calls(state: Counters, operation: CountCalls) -> Counted | Refused:
    rule = operation.rule
    amount = operation.amount
    assert amount >= 0, "amounts are never negative"
    counter = state.counter(rule.counter, state.now, limit=rule.limit)
    needed = amount or 1
    if counter.used + needed > rule.limit:
        fits_ever = needed <= rule.limit
        wait = counter.time_until(rule.limit - needed, state.now, own=()) if fits_ever else None
        return Refused(rule=0, wait=wait, remaining=(0,), needed=needed, limit=rule.limit)
    counter.charge(amount)
    return Counted(rule.limit - counter.used)


def _add_calls(state: Counters, operation: AddCalls) -> Counted:
    assert operation.amount >= 0, "amounts are never negative"
    counter = state.counter(operation.rule.counter, state.now, limit=operation.rule.limit)
    counter.charge(operation.amount)
    return Counted(max(0, operation.rule.limit - counter.used))


def _look(state: Counters, operation: Look) -> Looked:
    assert len(operation.counters) <= LOOK_MAX, "a look is bounded"
    now = state.now
    standings = []
    for counter_id in operation.counters:
        counter = state.find(counter_id, now)
        if counter is not None:
            used = counter.used
            frees_in = counter.time_until(used - 1, now, own=()) if used else 0
            empties_in = counter.time_until(0, now, own=())
            one = Standing(counter_id, used, counter.held, counter.limit, frees_in, empties_in)
            standings.append(one)
    return Looked(tuple(standings))


def _level(counter: Counter | None) -> Level:
    return Level(0, 0) if counter is None else Level(counter.used, counter.held)


def _reset(state: Counters, operation: Reset) -> Level:
    counter = state.find(operation.counter, state.now)
    if counter is not None:
        counter.clear()
        for reservation in state.reservations.values():
            entry = reservation.entries.get(operation.counter)
            if entry is not None:
                # What was wiped out cannot be given back, and was charged all the same.
                entry.charges.clear()
    return _level(counter)
