from __future__ import annotations

from headgate.model.clock import SECOND, Micros
from headgate.simulator.allowance import UNLIMITED, Allowance

START = Micros(0)


def test_one_minutes_worth_is_there_at_once_and_not_a_unit_more() -> None:
    allowance = Allowance(60, START)
    assert allowance.wait(60, START) == 0
    assert allowance.wait(61, START) == SECOND
    allowance.take(60)
    assert allowance.remaining == 0


def test_wait_is_exact() -> None:
    allowance = Allowance(60, START)
    allowance.take(60)
    wait = allowance.wait(5, START)
    assert wait == 5 * SECOND
    assert allowance.wait(5, Micros(wait - 1)) == 1
    assert allowance.wait(5, Micros(wait)) == 0


def test_refill_stops_at_the_limit() -> None:
    allowance = Allowance(60, START)
    assert allowance.wait(61, Micros(3600 * SECOND)) > 0
    assert allowance.remaining == 60


def test_clock_that_steps_back_takes_nothing() -> None:
    allowance = Allowance(60, Micros(10 * SECOND))
    allowance.wait(1, START)
    assert allowance.remaining == 60


def test_without_a_limit_nothing_waits_but_headers_have_numbers() -> None:
    allowance = Allowance(None, START)
    assert allowance.wait(10 * UNLIMITED, START) == 0
    allowance.take(10)
    assert (allowance.limit, allowance.remaining) == (UNLIMITED, UNLIMITED - 10)
    allowance.take(10 * UNLIMITED)
    assert allowance.remaining == 0


def test_time_until_all_is_there_is_known() -> None:
    allowance = Allowance(60, Micros(0))
    assert allowance.until_full == 0
    allowance.wait(20, Micros(0))
    allowance.take(20)
    assert allowance.until_full == 20 * SECOND
