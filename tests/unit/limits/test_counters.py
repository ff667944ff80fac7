from __future__ import annotations

import pytest

from headgate.limits.bucket import Bucket
from headgate.limits.counters import AFTERLIFE, Counters, CountersFull
from headgate.limits.operations import CounterId
from headgate.limits.quota import Quota, QuotaUsage
from headgate.limits.reservation import Entry
from headgate.limits.window import Window
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND


def at(offset: int) -> Micros:
    return Micros(T + offset)


def rate(key: str) -> CounterId:
    return ("tokens", MINUTE, key)


def quota(key: str) -> CounterId:
    return ("tokens", "Hourly", key)


def test_a_counter_is_made_by_its_extent() -> None:
    state = Counters()
    assert isinstance(state.counter(rate("k"), T), Window)
    assert isinstance(state.counter(quota("k"), T), Quota)
    assert len(state.kept) == 2


def test_the_same_counter_is_returned_rolled_to_now() -> None:
    state = Counters()
    counter = state.counter(rate("k"), T)
    counter.charge(5)
    assert state.counter(rate("k"), at(61 * SECOND)) is counter
    assert counter.used == 0


def test_looking_for_a_counter_does_not_make_it() -> None:
    state = Counters()
    assert state.find(rate("k"), T) is None
    assert state.kept == {}
    state.counter(rate("k"), T).charge(5)
    found = state.find(rate("k"), at(61 * SECOND))
    assert found is not None
    assert found.used == 0


def test_as_many_counters_as_the_bound_are_kept_and_one_more_is_refused() -> None:
    state = Counters(keys_max=3)
    for number in range(3):
        state.counter(rate(str(number)), T).charge(1)
    with pytest.raises(CountersFull, match="3 counters are in use"):
        state.counter(rate("more"), T)
    state.tidy(at(61 * SECOND))
    state.counter(rate("more"), at(61 * SECOND))


def test_counters_in_use_are_not_forgotten_for_others() -> None:
    state = Counters(keys_max=3)
    state.counter(rate("charged"), T).charge(1)
    Entry(state.counter(rate("named"), T), T)
    state.counter(quota("charged"), T).charge(1)
    for _ in range(10):
        state.tidy(T)
    assert set(state.kept) == {rate("charged"), rate("named"), quota("charged")}


def test_memory_follows_what_is_in_use_and_not_what_was_ever_named() -> None:
    state = Counters()
    most = 0
    for number in range(20_000):
        now = at(number * SECOND)
        if now >= state.due:
            state.tidy(now)
        state.counter(rate(str(number)), now).charge(1)
        most = max(most, len(state.kept))
    # 61 are in use at any time.
    assert most <= 2 * 61 + 2


def test_a_hold_ends_in_the_second_in_which_it_expires() -> None:
    state = Counters()
    for expires, ends in ((30 * SECOND, 30), (30 * SECOND + 1, 31)):
        reservation = state.open(str(expires), T, expires=at(expires))
        entry = Entry(state.counter(rate(str(expires)), T), T)
        reservation.entries[rate(str(expires))] = entry
        entry.hold(5)
        state.tidy(at(ends * SECOND - 1))
        assert entry.held == 5
        state.tidy(at(ends * SECOND))
        assert (entry.held, reservation.expired) == (0, True)


def test_holds_expire_in_the_order_of_their_time_not_of_their_making() -> None:
    state = Counters()
    long = state.open("long", T, expires=at(900 * SECOND))
    short = state.open("short", T, expires=at(10 * SECOND))
    state.tidy(at(10 * SECOND))
    assert (long.expired, short.expired) == (False, True)
    assert state.due <= at(900 * SECOND)


def test_an_expired_reservation_is_kept_for_a_late_settlement_and_then_forgotten() -> None:
    state = Counters()
    reservation = state.open("id", T, expires=at(SECOND))
    counter = state.counter(rate("k"), T)
    reservation.entries[rate("k")] = Entry(counter, T)
    state.tidy(at(SECOND))
    state.tidy(at(SECOND + AFTERLIFE - 1))
    assert "id" in state.reservations
    state.tidy(at(SECOND + AFTERLIFE))
    assert state.reservations == {}
    assert counter.reservations == 0


def test_an_ended_reservation_leaves_nothing_to_expire() -> None:
    state = Counters()
    reservation = state.open("id", T, expires=at(SECOND))
    assert state.close("id") is reservation
    assert state.close("id") is None
    state.tidy(at(SECOND))
    assert not reservation.expired


def test_due_is_never_later_than_the_next_expiry() -> None:
    state = Counters()
    state.tidy(T)
    state.open("long", T, expires=at(900 * SECOND))
    assert state.due == at(900 * SECOND)
    state.open("short", T, expires=at(10 * SECOND))
    assert state.due == at(10 * SECOND)


def test_reservations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headgate.limits.counters.RESERVATIONS_MAX", 2)
    state = Counters()
    state.open("1", T, expires=at(SECOND))
    state.open("2", T, expires=at(SECOND))
    with pytest.raises(CountersFull, match="2 reservations"):
        state.open("3", T, expires=at(SECOND))
    state.close("1")
    state.open("3", T, expires=at(SECOND))


def test_quotas_are_told_while_their_period_lasts() -> None:
    state = Counters()
    state.now = T
    state.counter(quota("used"), T).charge(5)
    state.counter(quota("empty"), T)
    state.counter(rate("rate"), T).charge(5)
    assert state.quotas() == (QuotaUsage(quota("used"), T, 5),)
    state.now = at(HOUR - 1)
    assert len(state.quotas()) == 1
    state.now = at(HOUR)
    assert state.quotas() == ()


def test_a_quota_is_restored_in_its_own_period_only() -> None:
    usages = (QuotaUsage(quota("k"), T, 5),)
    for offset, used in ((HOUR - 1, 5), (HOUR, 0)):
        state = Counters()
        state.restore(usages, at(offset))
        state.restore(usages, at(offset))
        assert state.counter(quota("k"), at(offset)).used == used


def test_quotas_that_changed_are_told_once_and_kept_until_then() -> None:
    state = Counters(archived=True)
    state.now = T
    counter = state.counter(quota("k"), T)
    assert state.quotas_changed() == ()
    counter.charge(5)
    counter.charge(2)
    state.counter(rate("k"), T).charge(1)
    assert state.quotas_changed() == (QuotaUsage(quota("k"), T, 7),)
    assert state.quotas_changed() == ()
    counter.refund(T, 3, made=7)
    assert state.quotas_changed() == (QuotaUsage(quota("k"), T, 4),)
    counter.clear()
    for number in range(3):
        state.counter(rate(str(number)), T)
        state.tidy(T)
    # Empty, and yet not forgotten before somebody was told.
    assert state.quotas_changed() == (QuotaUsage(quota("k"), T, 0),)
    for number in range(3):
        state.counter(rate(str(number)), T)
        state.tidy(T)
    assert quota("k") not in state.kept


def test_what_changed_is_not_noted_where_nobody_asks() -> None:
    state = Counters()
    state.counter(quota("k"), T).charge(5)
    assert state.quotas_changed() == ()


def test_a_rate_is_counted_by_what_the_service_chose() -> None:
    state = Counters(throttling="token-bucket")
    assert isinstance(state.counter(rate("k"), T), Bucket)
    assert isinstance(state.counter(quota("k"), T), Quota)


def test_the_limit_last_asked_about_is_remembered() -> None:
    state = Counters()
    for counter_id in (rate("k"), quota("k")):
        assert state.counter(counter_id, T).limit is None
        assert state.counter(counter_id, T, limit=0).limit == 0
        assert state.counter(counter_id, T).limit == 0
