"""System.UInt64: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(ulong.MinValue.ToString())", "0"),
        ("@(ulong.MaxValue.ToString())", "18446744073709551615"),
    ],
)
def test_uint64_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(ulong.Parse("18446744073709551615") == ulong.MaxValue)', True),
        ('@(ulong.Parse("18446744073709551616"))', "System.OverflowException"),
        ('@(ulong.Parse("-1"))', "System.OverflowException"),
        ('@(ulong.Parse("x"))', "System.FormatException"),
        ("@(ulong.Parse(null))", "System.ArgumentNullException"),
        ('@{ ulong n; return ulong.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ ulong n; return ulong.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_uint64_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = ulong.MaxValue; x++; return x == ulong.MinValue; }", True),
        ("@{ object o = ulong.MaxValue; return o.GetType().Name; }", "UInt64"),
        ("@(ulong.MaxValue.CompareTo(ulong.MinValue))", 1),
        ("@(ulong.MaxValue.Equals(ulong.MinValue))", False),
    ],
)
def test_uint64_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
