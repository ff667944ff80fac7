from __future__ import annotations

from headgate.limits.quota import Quota
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
HOUR = 3600 * SECOND


def at(offset: int) -> Micros:
    return Micros(T + offset)


def charged(amount: int, offset: int = 0) -> Quota:
    quota = Quota("Hourly", at(offset))
    quota.charge(amount)
    return quota


def test_a_charge_counts_until_the_period_ends() -> None:
    quota = charged(7, 59 * 60 * SECOND)
    quota.roll(at(HOUR - 1))
    assert quota.used == 7
    quota.roll(at(HOUR))
    assert quota.used == 0


def test_time_does_not_go_back_to_an_earlier_period() -> None:
    quota = charged(7)
    quota.roll(at(-1))
    assert (quota.used, quota.place) == (7, T)


def test_a_refund_counts_in_the_period_of_its_charge_only() -> None:
    quota = charged(7)
    quota.refund(T, 3, made=5)
    assert quota.used == 4
    quota.roll(at(HOUR))
    quota.charge(5)
    quota.refund(T, 4, made=5)
    assert quota.used == 5


def test_counted_tells_what_of_some_charges_was_made_in_this_period() -> None:
    assert charged(7).counted([(T - HOUR, 3), (T, 4)]) == 4


def test_time_until_is_the_end_of_the_period() -> None:
    quota = charged(7)
    now = at(HOUR - 3)
    assert quota.time_until(7, now, own=()) == 0
    assert quota.time_until(6, now, own=()) == 3
    assert quota.time_until(6, now, own=[(T, 1)]) == 0


def test_clear_forgets_what_was_charged() -> None:
    quota = charged(7)
    quota.clear()
    assert quota.used == 0
