"""System.UInt16: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(ushort.MinValue.ToString())", "0"),
        ("@(ushort.MaxValue.ToString())", "65535"),
    ],
)
def test_uint16_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(ushort.Parse("65535") == ushort.MaxValue)', True),
        ('@(ushort.Parse("65536"))', "System.OverflowException"),
        ('@(ushort.Parse("-1"))', "System.OverflowException"),
        ('@(ushort.Parse("x"))', "System.FormatException"),
        ("@(ushort.Parse(null))", "System.ArgumentNullException"),
        ('@{ ushort n; return ushort.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ ushort n; return ushort.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_uint16_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = ushort.MaxValue; x++; return x == ushort.MinValue; }", True),
        ("@{ object o = ushort.MaxValue; return o.GetType().Name; }", "UInt16"),
        ("@(ushort.MaxValue.CompareTo(ushort.MinValue))", 1),
        ("@(ushort.MaxValue.Equals(ushort.MinValue))", False),
    ],
)
def test_uint16_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
