"""System.Enum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(Enum.IsDefined(typeof(DayOfWeek), "Monday"))', True),
        ("@(Enum.IsDefined(typeof(DayOfWeek), 9))", False),
        ('@((DayOfWeek)Enum.Parse(typeof(DayOfWeek), "friday", true) == DayOfWeek.Friday)', True),
        ('@(Enum.Parse(typeof(DayOfWeek), "x"))', "System.ArgumentException"),
        ("@(Enum.GetNames(typeof(DateTimeKind)).Length)", 3),
        ("@(Enum.GetNames(typeof(int)))", "System.ArgumentException"),
        (
            '@{ DayOfWeek d; return Enum.TryParse("Monday", out d) && d == DayOfWeek.Monday; }',
            True,
        ),
    ],
)
def test_enums_by_name_and_number(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
