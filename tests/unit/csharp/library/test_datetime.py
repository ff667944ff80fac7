"""System.DateTime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(new DateTime(2024, 2, 29).AddYears(1).ToString("yyyy-MM-dd"))', "2025-02-28"),
        ("@(new DateTime(2024, 1, 31).AddMonths(1).Day)", 29),
        ("@((new DateTime(2024, 3, 1) - new DateTime(2024, 2, 1)).TotalDays)", 29.0),
        ("@(new DateTime(2024, 1, 1).AddDays(1.5).Hour)", 12),
        ("@(new DateTime(2023, 2, 29))", "System.ArgumentOutOfRangeException"),
        ("@(DateTime.MaxValue.AddTicks(1))", "System.ArgumentOutOfRangeException"),
        ("@(new DateTime(2024, 3, 3).DayOfWeek.ToString())", "Sunday"),
        ("@(new DateTime(2024, 3, 1).DayOfYear)", 61),
        ("@(DateTime.DaysInMonth(2024, 2) + (DateTime.IsLeapYear(2023) ? 1 : 0))", 29),
    ],
)
def test_parts_and_arithmetic(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new DateTime(2024, 1, 2, 3, 4, 5).ToString())", "01/02/2024 03:04:05"),
        (
            '@(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc).ToString("o"))',
            "2024-01-02T03:04:05.0000000Z",
        ),
        ('@(DateTime.Parse("2024-01-02T03:04:05+02:00").ToUniversalTime().Hour)', 1),
        ('@(DateTime.ParseExact("20240102", "yyyyMMdd", null).Month)', 1),
        ('@(DateTime.ParseExact("x", "yyyyMMdd", null))', "System.FormatException"),
        ('@{ DateTime d; return DateTime.TryParse("2024-02-30", out d); }', False),
        ("@(new DateTime(2024, 1, 2).ToShortDateString())", "01/02/2024"),
    ],
)
def test_text(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(DateTime.UtcNow.ToString("o"))', "2024-06-01T12:30:45.1234560Z"),
        ('@(DateTime.Today.ToString("s"))', "2024-06-01T00:00:00"),
        ("@(DateTime.Now.Kind.ToString())", "Local"),
    ],
)
def test_the_clock_is_that_of_the_call(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new DateTime(2024, 1, 1) < new DateTime(2024, 1, 2))", True),
        ("@(DateTime.Compare(new DateTime(1), new DateTime(1)))", 0),
        ("@(new DateTime(2024, 1, 2) == null)", False),
    ],
)
def test_comparing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
