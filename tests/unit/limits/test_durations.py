from __future__ import annotations

from headgate.limits.durations import GUESS, SAMPLES_MAX, Durations


def test_it_is_guessed_until_a_call_has_ended() -> None:
    durations = Durations()
    assert durations.remaining(0) == GUESS
    assert durations.remaining(GUESS - 1) == 1
    assert durations.remaining(GUESS + 1) == 0


def test_it_is_the_median_of_those_that_took_longer() -> None:
    durations = Durations()
    for duration in (50, 10, 30, 20, 40):
        durations.add(duration)
    assert durations.remaining(0) == 30
    assert durations.remaining(9) == 21
    assert durations.remaining(10) == 30
    assert durations.remaining(49) == 1


def test_one_that_outlasts_all_may_take_as_long_again() -> None:
    durations = Durations()
    durations.add(50)
    assert durations.remaining(50) == 50
    assert durations.remaining(70) == 70


def test_only_the_latest_count_and_each_at_once() -> None:
    durations = Durations()
    for _ in range(SAMPLES_MAX):
        durations.add(5)
    assert durations.remaining(0) == 5
    for _ in range(SAMPLES_MAX):
        durations.add(7)
    assert durations.remaining(5) == 2
