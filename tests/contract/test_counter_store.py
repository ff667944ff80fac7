"""What every counter store promises, whatever keeps its counters.

The bodies know a store and its clock only. A store joins by a line in `STORES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from headgate.limits.operations import (
    AddCalls,
    CountCalls,
    Counted,
    Done,
    Granted,
    Level,
    ListCounters,
    Listed,
    Look,
    Looked,
    Progress,
    QuotaRule,
    RateRule,
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
)
from headgate.model.clock import SECOND
from headgate.stores.counters import CounterStore
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.virtual_clock import VirtualClock

STORES: dict[str, Callable[[VirtualClock], CounterStore]] = {"memory": MemoryCounterStore}

HOUR = 3600 * SECOND
RATE = RateRule("k", 100)
QUOTA = QuotaRule("k", 1000, "Hourly")


class Subject:
    """A store under test and the clock that it reads."""

    def __init__(self, store: CounterStore, clock: VirtualClock) -> None:
        self.store = store
        self.clock = clock

    def reserve(self, call: str, *rules: Rule, prompt: int = 0, hold: int = 0) -> Granted | Refused:
        decision = self.store.apply(Reserve(call, rules, prompt, hold, "bounded", 900 * SECOND))
        assert isinstance(decision, Granted | Refused)
        return decision

    def admit(self, call: str, *rules: Rule, prompt: int = 0, hold: int = 0) -> Granted:
        decision = self.reserve(call, *rules, prompt=prompt, hold=hold)
        assert isinstance(decision, Granted)
        return decision

    def level(self, rule: Rule = RATE) -> tuple[int, int]:
        level = self.store.apply(Read(rule.counter))
        assert isinstance(level, Level)
        return level.used, level.held


@pytest.fixture(params=STORES)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    clock = VirtualClock()
    store = STORES[request.param](clock)
    yield Subject(store, clock)
    store.close()


def test_a_reservation_is_charged_held_and_settled(subject: Subject) -> None:
    assert subject.admit("a", RATE, QUOTA, prompt=10, hold=50).remaining == (90, 990)
    assert (subject.level(), subject.level(QUOTA)) == ((10, 50), (10, 50))
    settled = subject.store.apply(Settle("a", 12, 30))
    assert settled == Settled({RATE.counter: 58, QUOTA.counter: 958}, 42)
    assert (subject.level(), subject.level(QUOTA)) == ((42, 0), (42, 0))


def test_all_rules_admit_or_nothing_is_written(subject: Subject) -> None:
    tight = RateRule("tight", 5)
    refused = subject.reserve("a", RATE, QUOTA, tight, prompt=10, hold=50)
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.remaining, refused.retry_after) == (2, (100, 1000, 0), None)
    for rule in (RATE, QUOTA, tight):
        assert subject.level(rule) == (0, 0)


def test_concurrent_calls_cannot_pile_in(subject: Subject) -> None:
    admitted = [
        isinstance(subject.reserve(str(call), RATE, prompt=10, hold=30), Granted)
        for call in range(10)
    ]
    assert admitted == [True, True, True] + [False] * 7


def test_settling_twice_is_settling_once(subject: Subject) -> None:
    subject.reserve("a", RATE, prompt=10, hold=50)
    subject.store.apply(Settle("a", 10, 20))
    subject.store.apply(Settle("a", 10, 20))
    subject.store.apply(Release("a"))
    assert subject.level() == (30, 0)


def test_a_release_takes_everything_back(subject: Subject) -> None:
    subject.reserve("a", RATE, prompt=10, hold=50)
    subject.reserve("a", QUOTA, prompt=10, hold=50)
    subject.store.apply(Release("a"))
    assert (subject.level(), subject.level(QUOTA)) == ((0, 0), (0, 0))


def test_a_counter_is_charged_once_per_reservation(subject: Subject) -> None:
    subject.reserve("a", RATE, prompt=10, hold=50)
    assert subject.admit("a", RateRule("k", 20), prompt=10, hold=50).remaining == (10,)
    assert subject.level() == (10, 50)


def test_streams_report_in_batches(subject: Subject) -> None:
    subject.reserve("a", RATE, prompt=10, hold=30)
    subject.reserve("b", RATE, prompt=10, hold=30)
    assert subject.store.apply(Progress((Seen("a", 5), Seen("b", 40)))) == Done()
    assert subject.level() == (65, 25)
    assert subject.store.apply(Seen("a", 6)) == Done()
    assert subject.level() == (66, 24)


def test_a_charge_leaves_a_window_and_a_slot_after_it_was_made(subject: Subject) -> None:
    subject.reserve("a", RATE, prompt=100)
    refused = subject.reserve("b", RATE, prompt=1)
    assert isinstance(refused, Refused)
    assert refused.retry_after == 61
    subject.clock.advance(60 * SECOND)
    assert isinstance(subject.reserve("b", RATE, prompt=1), Refused)
    subject.clock.advance(SECOND)
    assert isinstance(subject.reserve("b", RATE, prompt=1), Granted)


def test_a_quota_starts_again_with_its_period(subject: Subject) -> None:
    subject.clock.advance(HOUR - 10 * SECOND)
    subject.reserve("a", QUOTA, prompt=1000)
    refused = subject.reserve("b", QUOTA, prompt=1)
    assert isinstance(refused, Refused)
    assert refused.retry_after == 10
    subject.clock.advance(10 * SECOND)
    assert subject.admit("b", QUOTA, prompt=1).remaining == (999,)


def test_a_hold_expires_and_a_late_settlement_books_the_difference(subject: Subject) -> None:
    daily = QuotaRule("k", 1000, "Daily")
    subject.reserve("a", daily, prompt=10, hold=50)
    subject.store.apply(Seen("a", 20))
    subject.clock.advance(900 * SECOND)
    assert subject.level(daily) == (30, 0)
    subject.store.apply(Settle("a", 10, 25))
    assert subject.level(daily) == (35, 0)


def test_calls_are_counted_checked_or_unchecked(subject: Subject) -> None:
    calls = RateRule("k", 2, kind="calls")
    assert subject.store.apply(CountCalls(calls)) == Counted(1)
    assert subject.store.apply(AddCalls(calls, 2)) == Counted(0)
    refused = subject.store.apply(CountCalls(calls, 0))
    assert isinstance(refused, Refused)
    assert refused.retry_after == 61
    assert subject.level(calls) == (3, 0)
    assert subject.level() == (0, 0)


def test_a_counter_can_be_read_and_reset(subject: Subject) -> None:
    assert subject.store.apply(Read(RATE.counter)) == Level(0, 0)
    subject.reserve("a", RATE, prompt=10, hold=50)
    assert subject.store.apply(Reset(RATE.counter)) == Level(0, 50)
    subject.store.apply(Settle("a", 10, 20))
    assert subject.level() == (20, 0)


def test_counters_can_be_listed_and_looked_at(subject: Subject) -> None:
    assert subject.store.apply(ListCounters()) == Listed(())
    subject.reserve("a", RATE, QUOTA, prompt=10, hold=50)
    subject.clock.advance(10 * SECOND)
    subject.reserve("b", RATE, prompt=5)
    listed = subject.store.apply(ListCounters())
    assert isinstance(listed, Listed)
    assert sorted(listed.counters, key=repr) == sorted((RATE.counter, QUOTA.counter), key=repr)
    unknown = RateRule("unknown", 1).counter
    looked = subject.store.apply(Look((QUOTA.counter, unknown, RATE.counter)))
    assert isinstance(looked, Looked)
    quota, rate = looked.standings
    assert quota == Standing(QUOTA.counter, 10, 50, 1000, 3590 * SECOND, 3590 * SECOND)
    assert rate == Standing(RATE.counter, 15, 50, 100, 51 * SECOND, 61 * SECOND)
    assert (quota.remaining, rate.remaining) == (940, 35)


def test_a_clock_set_back_loses_no_charge(subject: Subject) -> None:
    subject.reserve("a", RATE, prompt=100)
    subject.clock.step(-HOUR)
    refused = subject.reserve("b", RATE, prompt=1)
    assert isinstance(refused, Refused)
    assert refused.retry_after == 61
