from __future__ import annotations

from headgate.limits.operations import (
    AddCalls,
    CountCalls,
    Counted,
    Full,
    Level,
    QuotaRule,
    RateRule,
    Read,
    Refused,
)
from headgate.limits.quota import QuotaUsage
from headgate.model.clock import SECOND
from headgate.stores.counters import CounterStore
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.virtual_clock import START, VirtualClock

HOUR = 3600 * SECOND
CALLS = RateRule("k", 10, kind="calls")
QUOTA = QuotaRule("k", 10, "Hourly", "calls")


def used(store: CounterStore, rule: RateRule | QuotaRule = CALLS) -> int:
    level = store.apply(Read(rule.counter))
    assert isinstance(level, Level)
    return level.used


def test_operations_are_performed_at_the_time_of_the_clock() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    store.apply(AddCalls(CALLS, 3))
    clock.advance(61 * SECOND - 1)
    assert used(store) == 3
    clock.advance(1)
    assert used(store) == 0


def test_it_is_a_counter_store() -> None:
    store: CounterStore = MemoryCounterStore(VirtualClock())
    assert store.apply(CountCalls(CALLS)) == Counted(9)
    store.close()


def test_a_clock_set_back_closes_no_window_early_and_stops_none() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    store.apply(AddCalls(CALLS, 3))
    clock.step(-HOUR)
    assert used(store) == 3
    clock.advance(2 * 61 * SECOND - 2)
    assert used(store) == 3
    clock.advance(2)
    assert used(store) == 0


def test_a_clock_set_back_twice_goes_on_from_where_it_was() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    store.apply(AddCalls(CALLS, 3))
    clock.step(-HOUR)
    used(store)
    clock.advance(61 * SECOND)
    used(store)
    clock.step(-HOUR)
    clock.advance(61 * SECOND - 2)
    assert used(store) == 3
    clock.advance(2)
    assert used(store) == 0


def test_time_is_the_wall_clock_again_once_that_has_caught_up() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    clock.step(-10 * SECOND)
    used(store)
    clock.advance(20 * SECOND)
    store.apply(AddCalls(CALLS, 3))
    clock.advance(61 * SECOND - 1)
    assert used(store) == 3
    clock.advance(1)
    assert used(store) == 0


def test_a_clock_set_forward_is_followed_at_once() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    store.apply(AddCalls(QUOTA, 3))
    clock.step(HOUR)
    assert used(store, QUOTA) == 0


def test_the_number_of_keys_is_bounded_with_a_clear_error() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock, keys_max=5)
    for number in range(5):
        store.apply(CountCalls(RateRule(str(number), 10, kind="calls")))
    full = store.apply(CountCalls(RateRule("more", 10, kind="calls")))
    assert isinstance(full, Full)
    assert full.of_keys
    assert "a counter-key takes too many values" in full.message
    assert used(store, RateRule("0", 10, kind="calls")) == 1
    clock.advance(61 * SECOND)
    assert store.apply(CountCalls(RateRule("more", 10, kind="calls"))) == Counted(9)


def test_a_full_store_goes_on_serving_the_keys_it_has() -> None:
    store = MemoryCounterStore(VirtualClock(), keys_max=1)
    assert store.apply(CountCalls(CALLS, 9)) == Counted(1)
    assert store.apply(CountCalls(CALLS)) == Counted(0)
    assert isinstance(store.apply(CountCalls(CALLS)), Refused)


def test_quotas_outlive_the_process_and_rates_do_not() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    store.apply(AddCalls(QUOTA, 3))
    store.apply(AddCalls(CALLS, 4))
    exported = store.export_quotas()
    assert exported == (QuotaUsage(QUOTA.counter, START, 3),)
    clock.advance(HOUR - 1)
    heir = MemoryCounterStore(clock)
    heir.import_quotas(exported)
    assert (used(heir, QUOTA), used(heir)) == (3, 0)


def test_a_quota_of_a_period_that_is_over_is_passed_by() -> None:
    clock = VirtualClock()
    store = MemoryCounterStore(clock)
    store.apply(AddCalls(QUOTA, 3))
    clock.advance(HOUR)
    heir = MemoryCounterStore(clock)
    heir.import_quotas(store.export_quotas())
    assert used(heir, QUOTA) == 0
