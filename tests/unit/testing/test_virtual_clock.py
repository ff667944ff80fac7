from __future__ import annotations

from headgate.testing.virtual_clock import START, VirtualClock


def test_time_stands_until_it_is_told_to_pass() -> None:
    clock = VirtualClock()
    assert (clock.now(), clock.monotonic()) == (START, 0)
    assert clock.now() == START
    clock.advance(5)
    assert (clock.now(), clock.monotonic()) == (START + 5, 5)


def test_a_step_of_the_wall_clock_is_no_time_that_passes() -> None:
    clock = VirtualClock()
    clock.step(-7)
    assert (clock.now(), clock.monotonic()) == (START - 7, 0)
