"""System.TimeSpan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(TimeSpan.FromMinutes(90).ToString())", "01:30:00"),
        ("@(TimeSpan.FromMinutes(90).TotalHours)", 1.5),
        ("@(TimeSpan.FromMinutes(90).Minutes)", 30),
        ('@(new TimeSpan(1, 2, 3, 4, 5).ToString("G"))', "1:02:03:04.0050000"),
        ('@(TimeSpan.Parse("1.02:03:04").Days)', 1),
        ('@(TimeSpan.Parse("25:00"))', "System.OverflowException"),
        ('@(TimeSpan.Parse("x"))', "System.FormatException"),
        (
            "@((TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(60)).Hours)",
            1,
        ),
        ("@((-TimeSpan.FromHours(1)).ToString())", "-01:00:00"),
        ("@(TimeSpan.FromDays(1e300))", "System.OverflowException"),
        ("@(TimeSpan.Zero < TimeSpan.FromTicks(1))", True),
    ],
)
def test_spans(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
