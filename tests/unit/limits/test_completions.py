from __future__ import annotations

import pytest

from headgate.limits.completions import (
    HOLD_DEFAULT,
    ROUTES_MAX,
    SAMPLES_MAX,
    SAMPLES_MIN,
    Completions,
)


def learned(*tokens: int) -> Completions:
    completions = Completions()
    for number in tokens:
        completions.observe("route", number)
    return completions


@pytest.mark.parametrize(
    ("cap", "model_cap", "hold"),
    [(None, None, HOLD_DEFAULT), (5000, None, 5000), (None, 700, 700), (5000, 700, 700)],
)
def test_without_samples_the_caps_decide(cap: int | None, model_cap: int | None, hold: int) -> None:
    assert Completions().hold("route", cap=cap, model_cap=model_cap) == hold
    few = learned(*[10] * (SAMPLES_MIN - 1))
    assert few.hold("route", cap=cap, model_cap=model_cap) == hold


def test_from_twenty_samples_on_the_percentile_decides_below_the_caps() -> None:
    completions = learned(*range(1, SAMPLES_MIN + 1))
    assert completions.hold("route", cap=None) == 18
    assert completions.hold("route", cap=17) == 17
    assert completions.hold("route", cap=400, model_cap=3) == 3
    assert completions.hold("other", cap=None) == HOLD_DEFAULT


def test_the_latest_samples_count_and_older_ones_leave() -> None:
    completions = learned(*[9000] * SAMPLES_MAX, *[10] * SAMPLES_MAX)
    assert completions.hold("route", cap=None) == 10


def test_an_answer_that_was_cut_is_no_sample() -> None:
    completions = Completions()
    for _ in range(SAMPLES_MIN):
        completions.observe("route", 5, cut=True)
    assert completions.hold("route", cap=None) == HOLD_DEFAULT


def test_samples_are_of_one_choice_and_holds_of_all() -> None:
    completions = Completions()
    for _ in range(SAMPLES_MIN):
        completions.observe("route", 29, choices=3)
    assert completions.hold("route", cap=None, choices=2) == 20


def test_the_hold_of_a_route_without_completions_is_one() -> None:
    assert learned(*[0] * SAMPLES_MIN).hold("route", cap=None) == 1


def test_the_route_that_answered_longest_ago_makes_room() -> None:
    completions = Completions()
    for number in range(ROUTES_MAX):
        for _ in range(SAMPLES_MIN):
            completions.observe(number, 7)
    completions.observe(0, 7)
    completions.observe("new", 7)
    assert completions.hold(0, cap=None) == 7
    assert completions.hold(1, cap=None) == HOLD_DEFAULT
