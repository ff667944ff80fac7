from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.simulator.faults import Fault
from headgate.simulator.lengths import LENGTH_MAX, Lognormal
from headgate.simulator.options import DELAY_MAX_MS, SimulatorOptions


def test_defaults_are_within_bounds() -> None:
    assert SimulatorOptions().completion_tokens == 64


@pytest.mark.parametrize(
    "given",
    [
        {"port": 0},
        {"port": 65535},
        {"completion_tokens": 0},
        {"completion_tokens": (0, LENGTH_MAX)},
        {"completion_tokens": (5, 5)},
        {"first_token_latency_ms": DELAY_MAX_MS},
        {"token_pace_ms": 0.5},
        {"failure_rates": {Fault.STALL: 0.5, Fault.GZIP: 0.5}},
        {"failure_rates": {Fault.STALL: 0.0}},
        {"tokens_per_minute": 1},
        {"requests_per_minute": 1},
        {"ledger_calls": 0},
        {"completion_tokens": Lognormal(300, 0.8, 10, 8000)},
        {"reasoning_tokens": (0, LENGTH_MAX)},
        {"prompt_percent": (80, 120)},
        {"cached_percent": 60, "cache_write_percent": 40},
    ],
)
def test_value_at_its_bound_is_accepted(given: dict[str, Any]) -> None:
    SimulatorOptions(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"port": -1},
        {"port": 65536},
        {"completion_tokens": -1},
        {"completion_tokens": LENGTH_MAX + 1},
        {"completion_tokens": (6, 5)},
        {"first_token_latency_ms": -1.0},
        {"token_pace_ms": DELAY_MAX_MS + 1},
        {"slow_head_ms": -0.1},
        {"retry_after_ms": -1},
        {"failure_rates": {Fault.STALL: 0.6, Fault.GZIP: 0.5}},
        {"failure_rates": {Fault.STALL: -0.1}},
        {"tokens_per_minute": 0},
        {"requests_per_minute": -5},
        {"ledger_calls": -1},
        {"reasoning_tokens": -1},
        {"prompt_percent": -1},
        {"cached_percent": 61, "cache_write_percent": 40},
        {"cached_percent": -1},
        {"region": "a\r\nb"},
        {"region": "Zürich"},
    ],
)
def test_value_out_of_bounds_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        SimulatorOptions(**given)


def test_options_can_be_read_from_json() -> None:
    text = b'{"completion_tokens": [3, 9], "failure_rates": {"stall": 0.1}, "keys": ["k"]}'
    options = msgspec.json.decode(text, type=SimulatorOptions)
    assert options.completion_tokens == (3, 9)
    assert options.failure_rates == {Fault.STALL: 0.1}
