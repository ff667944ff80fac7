"""System.Int64: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(long.MinValue.ToString())", "-9223372036854775808"),
        ("@(long.MaxValue.ToString())", "9223372036854775807"),
    ],
)
def test_int64_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(long.Parse("9223372036854775807") == long.MaxValue)', True),
        ('@(long.Parse("9223372036854775808"))', "System.OverflowException"),
        ('@(long.Parse("-9223372036854775809"))', "System.OverflowException"),
        ('@(long.Parse("x"))', "System.FormatException"),
        ("@(long.Parse(null))", "System.ArgumentNullException"),
        ('@{ long n; return long.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ long n; return long.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_int64_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = long.MaxValue; x++; return x == long.MinValue; }", True),
        ("@{ object o = long.MaxValue; return o.GetType().Name; }", "Int64"),
        ("@(long.MaxValue.CompareTo(long.MinValue))", 1),
        ("@(long.MaxValue.Equals(long.MinValue))", False),
    ],
)
def test_int64_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
