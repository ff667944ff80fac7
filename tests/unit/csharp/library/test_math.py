"""System.Math."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Math.Round(2.5))", 2.0),
        ("@(Math.Round(2.5, MidpointRounding.AwayFromZero))", 3.0),
        ("@(Math.Round(2.345m, 2).ToString())", "2.34"),
        ("@(Math.Round(1.0, 16))", "System.ArgumentOutOfRangeException"),
        ("@(Math.Floor(-1.5))", -2.0),
        ("@(Math.Ceiling(1.2))", 2.0),
        ("@(Math.Truncate(-1.9))", -1.0),
    ],
)
def test_rounding(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Math.Abs(-5))", 5),
        ("@{ var x = int.MinValue; return Math.Abs(x); }", "System.OverflowException"),
        ("@(Math.Max(1, 2L).GetType().Name)", "Int64"),
        ("@(Math.Min(1, 2))", 1),
        ("@(Math.Clamp(9, 1, 5))", 5),
        ("@(Math.Sqrt(-1).ToString())", "NaN"),
        ("@(Math.Pow(10, 400).ToString())", "Infinity"),
        ("@(Math.Log(0).ToString())", "-Infinity"),
        ("@(Math.Log10(1000))", 3.0),
        ("@(Math.Sign(-2.5))", -1),
    ],
)
def test_functions(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
