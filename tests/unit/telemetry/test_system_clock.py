from __future__ import annotations

from datetime import UTC, datetime

from headgate.model.clock import SECOND
from headgate.telemetry.system_clock import SystemClock


def test_wall_time_counts_microseconds_since_the_epoch() -> None:
    told = SystemClock().now() / SECOND
    assert abs(told - datetime.now(UTC).timestamp()) < 60


def test_monotonic_time_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()
