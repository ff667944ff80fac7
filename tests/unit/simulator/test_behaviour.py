from __future__ import annotations

from random import Random

import pytest

from headgate.simulator.behaviour import Behaviour, Chance, behaviour_of, draw
from headgate.simulator.faults import Fault
from headgate.simulator.lengths import LENGTH_MAX
from headgate.simulator.options import SimulatorOptions

RATES = {Fault.STALL: 0.25, Fault.STATUS_500: 0.25}


def behaviour(failure: float = 0.9, **overrides: str) -> Behaviour:
    options = SimulatorOptions(first_token_latency_ms=5, token_pace_ms=2, failure_rates=RATES)
    chance = Chance(completion_tokens=10, failure=failure, start=0, request_id=0)
    headers = {f"x-simulator-{name.replace('_', '-')}": v for name, v in overrides.items()}
    return behaviour_of(options, chance, overrides=headers)


def test_options_and_chance_decide_where_no_header_does() -> None:
    assert behaviour() == Behaviour(
        completion_tokens=10, latency_ms=5, pace_ms=2, retry_after_ms=1000, faults=frozenset()
    )


@pytest.mark.parametrize(
    ("failure", "fault"),
    [(0.0, "stall"), (0.249, "stall"), (0.25, "500"), (0.499, "500"), (0.5, None)],
)
def test_rates_divide_the_calls(failure: float, fault: str | None) -> None:
    assert behaviour(failure).faults == frozenset([Fault(fault)] if fault else [])


def test_headers_override_everything() -> None:
    got = behaviour(
        completion_tokens="20", latency_ms="0", pace_ms="7", retry_after_ms="1500", tag="t"
    )
    assert got == Behaviour(completion_tokens=20, latency_ms=0, pace_ms=7, retry_after_ms=1500)


def test_faults_named_by_header_replace_those_by_chance() -> None:
    assert behaviour(0.0, fault="gzip, slow-head").faults == {Fault.GZIP, Fault.SLOW_HEAD}
    assert behaviour(0.0, fault="none").faults == frozenset()


@pytest.mark.parametrize("usage", ["none", "wrong", "always"])
def test_usage_header_names_a_fault(usage: str) -> None:
    assert behaviour(usage=usage).faults == {Fault(f"usage-{usage}")}


def test_usage_asked_is_the_ordinary_case() -> None:
    assert behaviour(usage="asked").faults == frozenset()


def test_completion_length_at_its_bound_is_accepted() -> None:
    assert behaviour(completion_tokens=str(LENGTH_MAX)).completion_tokens == LENGTH_MAX
    assert behaviour(completion_tokens="0").completion_tokens == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("completion_tokens", str(LENGTH_MAX + 1)),
        ("completion_tokens", "-1"),
        ("completion_tokens", "many"),
        ("completion_tokens", "²"),
        ("latency_ms", ""),
        ("latency_ms", "9" * 5000),
        ("usage", "twice"),
        ("fault", "404"),
        ("fault", ""),
        ("completion_token", "1"),
    ],
)
def test_header_without_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"x-simulator|no fault"):
        behaviour(0.9, **{name: value})


def test_same_seed_draws_the_same() -> None:
    options = SimulatorOptions(completion_tokens=(1, 1000))
    first, second = Random(3), Random(3)
    drawn = [draw(options, first) for _ in range(5)]
    assert drawn == [draw(options, second) for _ in range(5)]
    assert len({chance.completion_tokens for chance in drawn}) > 1
    assert all(1 <= chance.completion_tokens <= 1000 for chance in drawn)


def test_every_type_of_token_can_be_ordered() -> None:
    got = behaviour(
        reasoning_tokens="5", prompt_percent="120", cached_percent="60", cache_write_percent="40"
    )
    assert (got.reasoning_tokens, got.prompt_percent) == (5, 120)
    assert (got.cached_percent, got.cache_write_percent) == (60, 40)
    with pytest.raises(ValueError, match="exceed 100"):
        behaviour(cached_percent="61", cache_write_percent="40")


def test_options_vary_reasoning_and_prompt_by_chance() -> None:
    options = SimulatorOptions(reasoning_tokens=(1, 9), prompt_percent=(80, 120))
    drawn = [draw(options, Random(seed)) for seed in range(20)]
    assert {1 <= chance.reasoning_tokens <= 9 for chance in drawn} == {True}
    assert {80 <= chance.prompt_percent <= 120 for chance in drawn} == {True}
    assert len({chance.prompt_percent for chance in drawn}) > 1
    got = behaviour_of(options, drawn[0], overrides={})
    assert got.prompt_percent == drawn[0].prompt_percent
