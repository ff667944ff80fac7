"""System.Byte: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(byte.MinValue.ToString())", "0"),
        ("@(byte.MaxValue.ToString())", "255"),
    ],
)
def test_byte_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(byte.Parse("255") == byte.MaxValue)', True),
        ('@(byte.Parse("256"))', "System.OverflowException"),
        ('@(byte.Parse("-1"))', "System.OverflowException"),
        ('@(byte.Parse("x"))', "System.FormatException"),
        ("@(byte.Parse(null))", "System.ArgumentNullException"),
        ('@{ byte n; return byte.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ byte n; return byte.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_byte_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = byte.MaxValue; x++; return x == byte.MinValue; }", True),
        ("@{ object o = byte.MaxValue; return o.GetType().Name; }", "Byte"),
        ("@(byte.MaxValue.CompareTo(byte.MinValue))", 1),
        ("@(byte.MaxValue.Equals(byte.MinValue))", False),
    ],
)
def test_byte_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
