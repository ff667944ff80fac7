"""System.Int16: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(short.MinValue.ToString())", "-32768"),
        ("@(short.MaxValue.ToString())", "32767"),
    ],
)
def test_int16_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(short.Parse("32767") == short.MaxValue)', True),
        ('@(short.Parse("32768"))', "System.OverflowException"),
        ('@(short.Parse("-32769"))', "System.OverflowException"),
        ('@(short.Parse("x"))', "System.FormatException"),
        ("@(short.Parse(null))", "System.ArgumentNullException"),
        ('@{ short n; return short.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ short n; return short.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_int16_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = short.MaxValue; x++; return x == short.MinValue; }", True),
        ("@{ object o = short.MaxValue; return o.GetType().Name; }", "Int16"),
        ("@(short.MaxValue.CompareTo(short.MinValue))", 1),
        ("@(short.MaxValue.Equals(short.MinValue))", False),
    ],
)
def test_int16_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
