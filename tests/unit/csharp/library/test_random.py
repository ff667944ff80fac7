"""System.Random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new Random(42).Next())", 1434747710),
        ("@(new Random(42).Next(100))", 66),
        ("@(new Random(0).Next(5, 10))", 8),
        ("@(new Random(1).NextDouble() < 1)", True),
        ("@(new Random(1).Next(-1))", "System.ArgumentOutOfRangeException"),
        ("@{ var b = new byte[4]; new Random(1).NextBytes(b); return b.Length; }", 4),
    ],
)
def test_a_seed_gives_the_numbers_of_dotnet(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new Random().Next() == new Random().Next())", True),
        ("@(new Random().Next(5, 5))", 5),
    ],
)
def test_without_a_seed_the_call_gives_the_randomness(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
