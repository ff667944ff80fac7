"""HashSet<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new HashSet<int>{1, 1}.Count)", 1),
        ("@(new HashSet<int>{1}.Add(1))", False),
        ('@(new HashSet<string>(StringComparer.OrdinalIgnoreCase){"a"}.Contains("A"))', True),
        (
            "@{ var h = new HashSet<int>{1, 2}; h.UnionWith(new[] {3}); "
            "h.ExceptWith(new[] {1}); h.IntersectWith(new[] {2, 3}); return h.Count; "
            "}",
            2,
        ),
        ("@(new HashSet<int>{1}.SetEquals(new[] {1, 1}))", True),
        ("@(new HashSet<int>{1}.IsSubsetOf(new[] {1, 2}))", True),
        ("@(new HashSet<int>{1, 2}.IsSupersetOf(new[] {1}))", True),
        ("@(new HashSet<int>{1}.Overlaps(new[] {2}))", False),
        ("@{ var h = new HashSet<int>{1}; return h.Remove(1) && h.Count == 0; }", True),
    ],
)
def test_set_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
