"""System.SByte: bounds, parsing, wrapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(sbyte.MinValue.ToString())", "-128"),
        ("@(sbyte.MaxValue.ToString())", "127"),
    ],
)
def test_sbyte_has_its_bounds(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(sbyte.Parse("127") == sbyte.MaxValue)', True),
        ('@(sbyte.Parse("128"))', "System.OverflowException"),
        ('@(sbyte.Parse("-129"))', "System.OverflowException"),
        ('@(sbyte.Parse("x"))', "System.FormatException"),
        ("@(sbyte.Parse(null))", "System.ArgumentNullException"),
        ('@{ sbyte n; return sbyte.TryParse("7", out n) + ":" + n; }', "True:7"),
        ('@{ sbyte n; return sbyte.TryParse("-", out n) + ":" + n; }', "False:0"),
    ],
)
def test_sbyte_parses_only_what_fits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = sbyte.MaxValue; x++; return x == sbyte.MinValue; }", True),
        ("@{ object o = sbyte.MaxValue; return o.GetType().Name; }", "SByte"),
        ("@(sbyte.MaxValue.CompareTo(sbyte.MinValue))", 1),
        ("@(sbyte.MaxValue.Equals(sbyte.MinValue))", False),
    ],
)
def test_sbyte_wraps_around_and_keeps_its_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
