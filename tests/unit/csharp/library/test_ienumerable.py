"""IEnumerable<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ IEnumerable<int> e = new[] {1, 2}; return e.Sum(); }", 3),
        ('@{ object o = "ab"; return o is IEnumerable<char>; }', True),
    ],
)
def test_collections_are_sequences(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
