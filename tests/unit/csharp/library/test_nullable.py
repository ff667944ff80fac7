"""System.Nullable<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ int? n = null; return n.HasValue; }", False),
        ("@{ int? n = 3; return n.Value; }", 3),
        ("@{ int? n = null; return n.Value; }", "System.InvalidOperationException"),
        ("@{ int? n = null; return n.GetValueOrDefault(); }", 0),
        ("@{ int? n = null; return n.GetValueOrDefault(9); }", 9),
        ("@{ int? n = null; return n.ToString(); }", ""),
        ("@{ int? n = 3; return n.Equals(3); }", True),
    ],
)
def test_nullable_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
