"""Which overload is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Math.Max(1, 2).GetType().Name)", "Int32"),
        ("@(Math.Max(1, 2.5).GetType().Name)", "Double"),
        ('@(string.Concat("a", "b"))', "ab"),
        ("@(Convert.ToString((string)null) == null)", True),
        ("@(new[] {1, 2}.Sum(x => (long)x).GetType().Name)", "Int64"),
        ("@(new[] {1, 2}.Select((x, i) => i).Last())", 1),
        ('@(string.Join(",", new List<int> {1, 2}))', "1,2"),
        ("@(Enumerable.Repeat(1, 2).Sum())", 2),
        ("@(new JArray(1, 2).Select(t => (int)t).Max())", 2),
    ],
)
def test_the_better_overload_wins(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@(context.Request.Headers.GetValueOrDefault("X", 5))', "HG203"),
        ('@(new[] {"a"}.Sum())', "HG203"),
        ('@("a".Split(1, 2, 3))', "HG203"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
