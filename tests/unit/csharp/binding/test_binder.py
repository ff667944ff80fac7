"""Types by name and constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new System.Collections.Generic.List<int>().Count)", 0),
        ("@(System.Math.Max(1, 2))", 2),
        ("@(global::System.Math.Abs(-1))", 1),
        ("@{ int?[] a = {1, null}; return a.Length; }", 2),
        ("@(long.MaxValue.GetType().Name)", "Int64"),
    ],
)
def test_types_are_found_by_short_and_full_name(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@(new Nope())", "HG202"),
        ("@((Nope)1)", "HG202"),
        ("@{ List x = null; return x; }", "HG202"),
        ("@{ string? s = null; return s; }", "HG207"),
        ("@(new List<int, int>())", "HG202"),
        ("@(new Func<>(null))", "HG202"),
        ("@{ var d = new List<int>(); [null] = 1; return d; }", "HG200"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
