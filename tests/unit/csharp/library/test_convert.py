"""System.Convert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Convert.ToInt32(2.5))", 2),
        ("@(Convert.ToInt32(3.5))", 4),
        ("@(Convert.ToInt32((object)null))", 0),
        ('@(Convert.ToInt32("x"))', "System.FormatException"),
        ("@(Convert.ToInt32(3e9))", "System.OverflowException"),
        ('@(Convert.ToInt32("ff", 16))', 255),
        ("@(Convert.ToString(5, 2))", "101"),
        ('@(Convert.ToBoolean("True"))', True),
        ('@(Convert.ToDouble("1.5"))', 1.5),
        ("@(Convert.ToChar(65))", "A"),
        ('@(Convert.ToDateTime("2024-01-02").Day)', 2),
        ('@((int)Convert.ChangeType("5", typeof(int)))', 5),
    ],
)
def test_conversions_round_and_accept_null(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Convert.ToBase64String(new byte[] {1, 2}))", "AQI="),
        ('@(Convert.FromBase64String("AQ==")[0])', 1),
        ('@(Convert.FromBase64String("A"))', "System.FormatException"),
        ("@(Convert.FromBase64String(null))", "System.ArgumentNullException"),
    ],
)
def test_base64(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
