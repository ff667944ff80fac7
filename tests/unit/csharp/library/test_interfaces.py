"""Interfaces that are only names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ IComparable c = 5; return c.ToString(); }", "5"),
        ('@{ object o = "x"; return o is IComparable; }', True),
    ],
)
def test_values_are_of_their_interfaces(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
