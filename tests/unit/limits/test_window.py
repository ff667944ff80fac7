from __future__ import annotations

import pytest

from headgate.limits.window import SLOTS, Window
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
MINUTE = 60 * SECOND


def at(offset: int) -> Micros:
    return Micros(T + offset)


def charged(amount: int, offset: int = 0, length: int = MINUTE) -> Window:
    window = Window(length, at(offset))
    window.charge(amount)
    return window


@pytest.mark.parametrize("offset", [0, 1, SECOND - 1])
def test_a_charge_leaves_between_a_window_and_a_slot_more_after_it_was_made(offset: int) -> None:
    window = charged(7, offset)
    window.roll(at(MINUTE + SECOND - 1))
    assert window.used == 7
    window.roll(at(MINUTE + SECOND))
    assert window.used == 0


@pytest.mark.parametrize("length", [1, 59, 60, 61, 119, SECOND, MINUTE, 300 * SECOND])
def test_no_charge_leaves_before_a_whole_window_has_passed(length: int) -> None:
    for offset in range(0, 5 * length, max(1, length // 7)):
        window = charged(1, offset, length)
        window.roll(at(offset + length - 1))
        assert window.used == 1
        window.roll(at(offset + length))
        assert window.used <= 1
        window.roll(at(offset + SLOTS * window.slot))
        assert window.used == 0


def test_charges_leave_one_by_one_in_the_order_in_which_they_were_made() -> None:
    window = charged(5)
    window.roll(at(10 * SECOND))
    window.charge(6)
    window.roll(at(61 * SECOND))
    assert window.used == 6
    window.roll(at(71 * SECOND - 1))
    assert window.used == 6
    window.roll(at(71 * SECOND))
    assert window.used == 0


def test_a_slot_that_is_used_again_a_round_later_starts_empty() -> None:
    window = charged(5)
    window.roll(at(SLOTS * SECOND))
    window.charge(2)
    assert window.used == 2
    assert sum(window.slots) == 2


def test_a_long_pause_empties_the_window() -> None:
    window = charged(5)
    window.roll(at(10_000 * SECOND))
    assert window.used == 0
    assert window.slots == [0] * SLOTS


def test_an_earlier_instant_changes_nothing() -> None:
    window = charged(5)
    window.roll(at(-3600 * SECOND))
    window.charge(1)
    assert (window.used, window.place) == (6, T // SECOND)


def test_a_refund_reaches_the_slot_while_it_is_counted() -> None:
    window = charged(5)
    window.roll(at(61 * SECOND - 1))
    window.refund(T // SECOND, 2, made=5)
    assert window.used == 3


def test_a_refund_to_a_slot_that_has_left_opens_nothing() -> None:
    window = charged(5)
    window.roll(at(61 * SECOND))
    window.charge(4)
    window.refund(T // SECOND, 5, made=5)
    assert window.used == 4


def test_counted_tells_what_of_some_charges_is_still_in_the_window() -> None:
    window = Window(MINUTE, at(61 * SECOND))
    first = T // SECOND
    assert window.counted([(first, 5), (first + 1, 7), (first + 61, 9)]) == 16


def test_time_until_names_the_first_instant_at_which_enough_has_left() -> None:
    window = charged(5)
    window.roll(at(10 * SECOND))
    window.charge(6)
    now = at(20 * SECOND + 300)
    window.roll(now)
    assert window.time_until(11, now, own=()) == 0
    assert window.time_until(10, now, own=()) == 41 * SECOND - 300
    assert window.time_until(6, now, own=()) == 41 * SECOND - 300
    assert window.time_until(5, now, own=()) == 51 * SECOND - 300
    assert window.time_until(0, now, own=()) == 51 * SECOND - 300


def test_own_charges_do_not_stand_in_their_own_way() -> None:
    window = charged(5)
    window.roll(at(10 * SECOND))
    window.charge(6)
    first = T // SECOND
    now = at(10 * SECOND)
    assert window.time_until(5, now, own=[(first + 10, 6)]) == 0
    assert window.time_until(4, now, own=[(first + 10, 6)]) == 51 * SECOND
    assert window.time_until(5, now, own=[(first, 5)]) == 61 * SECOND
    assert window.time_until(0, now, own=[(first - 100, 5), (first, 5)]) == 61 * SECOND


def test_clear_forgets_what_was_charged() -> None:
    window = charged(5)
    window.clear()
    assert (window.used, sum(window.slots)) == (0, 0)
