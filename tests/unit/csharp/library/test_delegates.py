"""Delegate types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ Func<int, int> f = x => x + 1; return f(2); }", 3),
        ("@{ Predicate<int> p = x => x > 1; return p(2); }", True),
        ("@{ Action a = null; a(); return 1; }", "System.NullReferenceException"),
        ("@{ Comparison<int> c = (a, b) => b - a; return c(1, 3); }", 2),
    ],
)
def test_delegates_are_called(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
