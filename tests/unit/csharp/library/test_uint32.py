"""System.UInt32: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(uint.MinValue.ToString())", "0"),
        ("@(uint.MaxValue.ToString())", "4294967295"),
    ],
)
def test_uint32_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(uint.Parse("4294967295") == uint.MaxValue)', True),
        ('@(uint.Parse("4294967296"))', "System.OverflowException"),
        ('@(uint.Parse("-1"))', "System.OverflowException"),
        ('@(uint.Parse("x"))', "System.FormatException"),
        ("@(uint.Parse(null))", "System.ArgumentNullException"),
        ('@{ uint n; return uint.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ uint n; return uint.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_uint32_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = uint.MaxValue; x++; return x == uint.MinValue; }", True),
        ("@{ object o = uint.MaxValue; return o.GetType().Name; }", "UInt32"),
        ("@(uint.MaxValue.CompareTo(uint.MinValue))", 1),
        ("@(uint.MaxValue.Equals(uint.MinValue))", False),
    ],
)
def test_uint32_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
