"""Calls: defaults, named arguments, params, out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@((string)context.Request.Body.As<JObject>(preserveContent: true)["model"])', "gpt-4o"),
        ('@(string.Format("{0}{1}", 1, 2))', "12"),
        ('@(string.Join("-", "a", "b"))', "a-b"),
        ('@(int.TryParse("5", out var n) ? n + 1 : 0)', 6),
        ('@{ int n; int.TryParse("x", out n); return n; }', 0),
        ('@(int.TryParse("5", out _))', True),
    ],
)
def test_arguments_reach_their_parameters(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@("a".Substring())', "HG203"),
        ('@("a".Substring("b"))', "HG203"),
        ('@("a".Substring(nope: 1))', "HG203"),
        ('@(int.TryParse("5", out n))', "HG206"),
        ('@{ string n; return int.TryParse("5", out n); }', "HG203"),
        ("@(5[0])", "HG201"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
