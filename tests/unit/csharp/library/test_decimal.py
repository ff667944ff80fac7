"""System.Decimal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@((1.10m).ToString())", "1.10"),
        ("@((1.0m * 1.00m).ToString())", "1.000"),
        ("@((1m / 3m).ToString())", "0.3333333333333333333333333333"),
        ("@{ var x = decimal.MaxValue; return x + 1; }", "System.OverflowException"),
        ("@{ var x = 0m; return 1m / x; }", "System.DivideByZeroException"),
        ('@(decimal.Parse("1.50").ToString())', "1.50"),
        ('@(decimal.Parse("79228162514264337593543950336"))', "System.OverflowException"),
    ],
)
def test_decimal_keeps_its_zeros(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(decimal.Truncate(-1.9m).ToString())", "-1"),
        ("@(decimal.Floor(-1.1m).ToString())", "-2"),
        ("@(decimal.Ceiling(1.1m).ToString())", "2"),
    ],
)
def test_decimal_rounding(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
