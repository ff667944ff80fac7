"""The collection interfaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ IList<int> l = new List<int>{1}; l.Add(2); return l.Count + l[1]; }", 4),
        ("@{ IList<int> l = new[] {1}; l.Add(2); return 0; }", "System.NotSupportedException"),
        (
            "@{ IList<int> l = new List<int>(); return l[0]; }",
            "System.ArgumentOutOfRangeException",
        ),
        ("@{ ICollection<int> c = new List<int>{1}; c.Clear(); return c.Contains(1); }", False),
        ("@{ IList<int> l = new List<int>{4}; l[0] = 6; return l.IndexOf(6); }", 0),
    ],
)
def test_lists_behind_their_interface(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@{ IReadOnlyDictionary<string, string[]> h = context.Request.Headers; "
            'return h["accept"].Length; }',
            2,
        ),
        (
            '@{ IReadOnlyDictionary<string, object> v = context.Variables; return v["nope"]; }',
            "System.Collections.Generic.KeyNotFoundException",
        ),
        (
            "@{ IReadOnlyDictionary<string, object> v = context.Variables; return "
            'v.ContainsKey("number"); }',
            True,
        ),
        (
            '@{ IDictionary<string, int> d = new Dictionary<string, int>(); d["a"] = '
            '1; d.Add("b", 2); return d.Keys.Count() + d.Values.Sum(); }',
            5,
        ),
        (
            '@("eyJhbGciOiJub25lIn0.eyJvaWQiOiJhYiJ9.".AsJwt().Claims'
            '.GetValueOrDefault("oid", new string[]{""})[0])',
            "ab",
        ),
        (
            '@("eyJhbGciOiJub25lIn0.eyJvaWQiOiJhYiJ9.".AsJwt().Claims'
            '.GetValueOrDefault("x", new string[]{"none"})[0])',
            "none",
        ),
        (
            '@("eyJhbGciOiJub25lIn0.eyJvaWQiOiJhYiJ9.".AsJwt().Claims'
            '.GetValueOrDefault("x", null))',
            None,
        ),
    ],
)
def test_dictionaries_behind_their_interface(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
