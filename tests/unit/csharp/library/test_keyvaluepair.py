"""KeyValuePair<K, V>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(new KeyValuePair<string, int>("a", 1).Value)', 1),
        ('@(new KeyValuePair<string, int>("a", 1).ToString())', "[a, 1]"),
        ('@(new Dictionary<string, int>{{"a", 1}}.First().Key)', "a"),
    ],
)
def test_pair_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
