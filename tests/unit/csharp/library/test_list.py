"""List<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@{ var l = new List<int>{3, 1}; l.Add(2); l.Insert(0, 9); l.Remove(3); "
            'l.RemoveAt(0); l.Sort(); return string.Join(",", l); }',
            "1,2",
        ),
        ("@(new List<int>{1}[1])", "System.ArgumentOutOfRangeException"),
        (
            '@{ var l = new List<int>{1, 2, 3}; return l.RemoveAll(x => x > 1) + ":" + l.Count; }',
            "2:1",
        ),
        (
            "@{ var l = new List<int>(new[] {1}); l.AddRange(new[] {2, 3}); "
            "l.Reverse(); return l[0]; }",
            3,
        ),
        (
            "@{ var l = new List<int>{1}; l.Insert(5, 1); return 0; }",
            "System.ArgumentOutOfRangeException",
        ),
        (
            "@{ var l = new List<int>{1}; foreach (var x in l) { l.Add(2); } return 0; }",
            "System.InvalidOperationException",
        ),
    ],
)
def test_list_changes(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new List<int>{1, 2}.Find(x => x > 1))", 2),
        ("@(new List<int>{1, 2}.FindIndex(x => x > 5))", -1),
        ("@(new List<int>{1, 2}.FindAll(x => x > 1).Count)", 1),
        ("@(new List<int>{1, 2}.Exists(x => x > 1))", True),
        ("@(new List<int>{1, 2}.TrueForAll(x => x > 1))", False),
        ('@(new List<string>{"a"}.Contains("a"))', True),
        ("@(new List<int>{1, 2, 3}.GetRange(1, 2).Count)", 2),
        ("@(new List<int>{1}.GetRange(0, 2))", "System.ArgumentException"),
    ],
)
def test_list_searches(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
