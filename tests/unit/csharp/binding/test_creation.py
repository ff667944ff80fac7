"""Objects, arrays and anonymous objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new { a = 1, context.Request.Method }.Method)", "POST"),
        ("@(new { a = 1 }.ToString())", "{ a = 1 }"),
        ("@(new { a = 1 }.Equals(new { a = 1 }))", True),
        ("@(new[] {1, 2.5}[0])", 1.0),
        ('@(new[] {null, "a"}.Length)', 2),
        ("@{ int[] a = {}; return a.Length; }", 0),
        ("@(new List<List<int>> { new List<int> {1} }[0][0])", 1),
        ('@(new Dictionary<string, List<int>> { ["a"] = new List<int> {7} }["a"][0])', 7),
        ("@(new Func<int, int>(x => x + 1)(2))", 3),
    ],
)
def test_new_objects(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@(new[] {1, "a"})', "HG207"),
        ("@(new { a = null })", "HG207"),
        ("@(new int[2, 2])", "HG204"),
        ('@(new List<int> {"a"})', "HG203"),
        ("@(new JObject { Nope = 1 })", "HG201"),
        ("@(new Math())", "HG201"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
