from __future__ import annotations

from headgate.model.clock import SECOND, Clock
from headgate.testing.virtual_clock import START, VirtualClock


def test_a_second_has_a_million_microseconds() -> None:
    assert SECOND == 1_000_000


def test_a_clock_tells_wall_and_monotonic_time() -> None:
    clock: Clock = VirtualClock()
    assert (clock.now(), clock.monotonic()) == (START, 0)
