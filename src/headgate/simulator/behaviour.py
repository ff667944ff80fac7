"""How one call is answered: by the options, by chance, and by the request's own headers."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

import msgspec

from headgate.simulator.faults import Fault, fault_named
from headgate.simulator.lengths import LENGTH_MAX
from headgate.simulator.lengths import draw as draw_length
from headgate.simulator.options import DELAY_MAX_MS, PERCENT_MAX, SimulatorOptions

PREFIX = "x-simulator-"
TAG = f"{PREFIX}tag"
FAULT = f"{PREFIX}fault"
USAGE = f"{PREFIX}usage"
NUMBERS = {
    f"{PREFIX}completion-tokens": ("completion_tokens", LENGTH_MAX),
    f"{PREFIX}reasoning-tokens": ("reasoning_tokens", LENGTH_MAX),
    f"{PREFIX}prompt-percent": ("prompt_percent", PERCENT_MAX),
    f"{PREFIX}cached-percent": ("cached_percent", 100),
    f"{PREFIX}cache-write-percent": ("cache_write_percent", 100),
    f"{PREFIX}latency-ms": ("latency_ms", DELAY_MAX_MS),
    f"{PREFIX}pace-ms": ("pace_ms", DELAY_MAX_MS),
    f"{PREFIX}retry-after-ms": ("retry_after_ms", DELAY_MAX_MS),
}
"""Header, the member of Behaviour that it sets, its greatest value."""


class Behaviour(msgspec.Struct):
    """What one call will meet with."""

    completion_tokens: int
    latency_ms: float
    pace_ms: float
    retry_after_ms: int
    reasoning_tokens: int = 0
    prompt_percent: int = 100
    cached_percent: int = 0
    cache_write_percent: int = 0
    faults: frozenset[Fault] = frozenset()


class Chance(NamedTuple):
    """The random numbers of one call: always all drawn, so that calls do not shift each other."""

    completion_tokens: int
    failure: float
    start: int
    request_id: int
    reasoning_tokens: int = 0
    prompt_percent: int = 100


def draw(options: SimulatorOptions, rng: Random) -> Chance:
    """Return the random numbers of the next call."""
    return Chance(
        draw_length(options.completion_tokens, rng),
        rng.random(),
        rng.getrandbits(16),
        rng.getrandbits(128),
        draw_length(options.reasoning_tokens, rng),
        draw_length(options.prompt_percent, rng),
    )


def behaviour_of(
    options: SimulatorOptions, chance: Chance, *, overrides: Mapping[str, str]
) -> Behaviour:
    """Return how to answer a call whose `x-simulator-` headers are `overrides`.

    Raises ValueError for a header that does not exist or whose value makes no sense.
    """
    behaviour = Behaviour(
        completion_tokens=chance.completion_tokens,
        latency_ms=options.first_token_latency_ms,
        pace_ms=options.token_pace_ms,
        retry_after_ms=options.retry_after_ms,
        reasoning_tokens=chance.reasoning_tokens,
        prompt_percent=chance.prompt_percent,
        cached_percent=options.cached_percent,
        cache_write_percent=options.cache_write_percent,
        faults=_by_chance(options.failure_rates, chance.failure),
    )
    if FAULT in overrides:
        behaviour.faults = _faults(overrides[FAULT])
    for name, value in overrides.items():
        if name in NUMBERS:
            member, most = NUMBERS[name]
            setattr(behaviour, member, _number(name, value, most=most))
        elif name == USAGE:
            behaviour.faults |= _usage(value)
        elif name not in (TAG, FAULT):
            known = ", ".join((TAG, FAULT, USAGE, *NUMBERS))
            raise ValueError(f"no header {name}; there are {known}")
    if behaviour.cached_percent + behaviour.cache_write_percent > 100:
        raise ValueError(f"{PREFIX}cached-percent and -cache-write-percent exceed 100 together")
    return behaviour


def _by_chance(rates: Mapping[Fault, float], failure: float) -> frozenset[Fault]:
    for fault, rate in rates.items():
        failure -= rate
        if failure < 0:
            return frozenset((fault,))
    return frozenset()


def _faults(value: str) -> frozenset[Fault]:
    names = [name.strip() for name in value.split(",")]
    return frozenset(fault_named(name) for name in names if name != "none")


def _usage(value: str) -> frozenset[Fault]:
    if value == "asked":
        return frozenset()
    if value not in ("none", "wrong", "always"):
        raise ValueError(f"{USAGE} is asked, none, wrong or always, not {value!r}")
    return frozenset((Fault(f"usage-{value}"),))


def _number(name: str, value: str, *, most: float) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value) <= most):
        raise ValueError(f"{name} is a whole number from 0 to {most:.0f}, not {value!r}")
    return int(value)
