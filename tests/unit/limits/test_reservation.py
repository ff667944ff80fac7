from __future__ import annotations

from headgate.limits.reservation import Entry, Reservation
from headgate.limits.window import SLOTS, Window
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)


def entry_of_window() -> tuple[Entry, Window]:
    window = Window(60 * SECOND, T)
    return Entry(window, T), window


def roll(window: Window, seconds: int) -> None:
    window.roll(Micros(T + seconds * SECOND))


def test_charges_of_one_slot_are_one_record() -> None:
    entry, window = entry_of_window()
    entry.charge(3)
    entry.charge(4)
    assert entry.charges == [(T // SECOND, 7)]
    assert (entry.charged, window.used) == (7, 7)


def test_a_long_stream_keeps_no_more_records_than_a_window_has_slots() -> None:
    entry, window = entry_of_window()
    for second in range(900):
        roll(window, second)
        entry.charge(1)
    assert len(entry.charges) == SLOTS
    assert (entry.charged, window.used) == (900, SLOTS)


def test_a_refund_takes_the_newest_charges_first() -> None:
    entry, window = entry_of_window()
    entry.charge(10)
    roll(window, 1)
    entry.charge(5)
    entry.refund(7)
    assert entry.charges == [(T // SECOND, 8)]
    roll(window, 61)
    assert window.used == 0


def test_a_refund_of_what_has_left_gives_nothing_back() -> None:
    entry, window = entry_of_window()
    entry.charge(10)
    roll(window, 61)
    entry.charge(5)
    entry.refund(12)
    assert (entry.charged, window.used) == (3, 0)


def test_a_refund_of_more_than_is_on_record_ends() -> None:
    entry, window = entry_of_window()
    entry.charge(10)
    entry.charges.clear()
    entry.refund(10)
    assert (entry.charged, window.used) == (0, 10)


def test_a_hold_is_set_not_added() -> None:
    entry, window = entry_of_window()
    other = Entry(window, T)
    entry.hold(5)
    other.hold(7)
    entry.hold(3)
    assert window.held == 10


def test_the_end_books_debt_drops_the_hold_and_lets_the_counter_go() -> None:
    entry, window = entry_of_window()
    entry.charge(10)
    entry.hold(5)
    assert window.reservations == 1
    entry.end(12)
    assert (window.used, window.held, window.reservations) == (12, 0, 0)


def test_the_end_refunds_what_was_charged_too_much() -> None:
    entry, window = entry_of_window()
    entry.charge(10)
    entry.end(4)
    assert window.used == 4


def test_letting_go_keeps_what_was_charged() -> None:
    entry, window = entry_of_window()
    entry.charge(10)
    entry.hold(5)
    entry.let_go()
    assert (window.used, window.held, window.reservations) == (10, 0, 0)


def test_a_reservation_begins_open_and_empty() -> None:
    reservation = Reservation(T, T // SECOND + 900)
    assert (reservation.entries, reservation.seen, reservation.expired) == ({}, 0, False)
