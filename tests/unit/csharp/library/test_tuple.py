"""System.Tuple."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(Tuple.Create(1, "a").Item2)', "a"),
        ('@(new Tuple<int, string>(1, "a").Item1)', 1),
        ('@(Tuple.Create(1, "a").ToString())', "(1, a)"),
        ("@(Tuple.Create(1).Equals(Tuple.Create(1)))", True),
    ],
)
def test_tuples(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
