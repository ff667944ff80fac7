"""Dictionary<K, V>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(new Dictionary<string, int>{{"a", 1}}["a"])', 1),
        (
            '@(new Dictionary<string, int>()["a"])',
            "System.Collections.Generic.KeyNotFoundException",
        ),
        (
            '@{ var d = new Dictionary<string, int>(); d["a"] = 1; d["a"] = 2; '
            'return d["a"] + d.Count; }',
            3,
        ),
        ('@(new Dictionary<string, int>{{"a", 1}, {"a", 2}})', "System.ArgumentException"),
        (
            "@{ var d = new Dictionary<string, "
            'int>(StringComparer.OrdinalIgnoreCase) {{"a", 1}}; return d["A"]; }',
            1,
        ),
        (
            '@{ int v; return new Dictionary<string, int>().TryGetValue("a", out v) + ":" + v; }',
            "False:0",
        ),
        (
            '@{ var d = new Dictionary<string, int>{{"a", 1}}; return d.Remove("a") '
            '&& !d.ContainsKey("a"); }',
            True,
        ),
        ('@(new Dictionary<string, int>{{"a", 1}}.ContainsValue(1))', True),
        ("@(new Dictionary<string, int>().ContainsKey(null))", "System.ArgumentNullException"),
        ('@(string.Join(",", new Dictionary<string, int>{{"a", 1}}.Keys))', "a"),
        ('@(new Dictionary<string, int>(new Dictionary<string, int>{{"a", 1}}).Count)', 1),
    ],
)
def test_dictionary_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
