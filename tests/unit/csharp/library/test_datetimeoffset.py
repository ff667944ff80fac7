"""System.DateTimeOffset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(DateTimeOffset.FromUnixTimeSeconds(0).ToString("o"))',
            "1970-01-01T00:00:00.0000000+00:00",
        ),
        ('@(DateTimeOffset.Parse("2024-01-02T03:04:05+02:00").ToUnixTimeSeconds())', 1704157445),
        ('@(DateTimeOffset.Parse("2024-01-02T03:04:05+02:00").UtcDateTime.Hour)', 1),
        (
            "@(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).ToString())",
            "01/02/2024 03:04:05 +02:00",
        ),
        (
            "@(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(15)))",
            "System.ArgumentOutOfRangeException",
        ),
        ("@(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())", 1717245045123),
        ("@(new DateTimeOffset(new DateTime(2024, 1, 2)).AddDays(1).Day)", 3),
        (
            "@((DateTimeOffset.FromUnixTimeSeconds(5) - "
            "DateTimeOffset.FromUnixTimeSeconds(2)).Seconds)",
            3,
        ),
        ("@{ DateTimeOffset d = new DateTime(2024, 1, 2); return d.Year; }", 2024),
    ],
)
def test_offsets(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
