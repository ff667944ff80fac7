"""System.Int32: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(int.MinValue.ToString())", "-2147483648"),
        ("@(int.MaxValue.ToString())", "2147483647"),
    ],
)
def test_int32_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(int.Parse("2147483647") == int.MaxValue)', True),
        ('@(int.Parse("2147483648"))', "System.OverflowException"),
        ('@(int.Parse("-2147483649"))', "System.OverflowException"),
        ('@(int.Parse("x"))', "System.FormatException"),
        ("@(int.Parse(null))", "System.ArgumentNullException"),
        ('@{ int n; return int.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ int n; return int.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_int32_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = int.MaxValue; x++; return x == int.MinValue; }", True),
        ("@{ object o = int.MaxValue; return o.GetType().Name; }", "Int32"),
        ("@(int.MaxValue.CompareTo(int.MinValue))", 1),
        ("@(int.MaxValue.Equals(int.MinValue))", False),
    ],
)
def test_int32_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
