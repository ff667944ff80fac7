"""System.Double."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(double.NaN.ToString())", "NaN"),
        ("@(double.IsNaN(double.NaN))", True),
        ("@(double.IsInfinity(1 / 0.0))", True),
        ("@(double.IsPositiveInfinity(-1 / 0.0))", False),
        ("@(double.IsNegativeInfinity(-1 / 0.0))", True),
        ("@((1e17).ToString())", "1E+17"),
        ("@((0.1 + 0.2).ToString())", "0.30000000000000004"),
    ],
)
def test_double_constants_and_text(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(double.Parse("1,234.5"))', 1234.5),
        ('@(double.Parse("-Infinity"))', float("-inf")),
        ('@(double.Parse("1..2"))', "System.FormatException"),
        ('@(double.Parse("1e400"))', float("inf")),
    ],
)
def test_double_parsing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
