"""System.Object: what every value has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(5.GetType().FullName)", "System.Int32"),
        ('@{ object o = "x"; return o.ToString(); }', "x"),
        ("@{ object o = 1; return o.Equals(1); }", True),
        ("@(object.Equals(1, 1L))", False),
        ("@(object.ReferenceEquals(null, null))", True),
        ('@("a".GetHashCode() == "a".GetHashCode())', True),
        ("@{ object o = null; return o.GetType(); }", "System.NullReferenceException"),
    ],
)
def test_every_value_has_these(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
