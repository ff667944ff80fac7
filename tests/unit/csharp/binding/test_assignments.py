"""Assignments, compound assignments, steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.expression import compile_expression

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ int[] a = {1, 2}; int i = 0; a[i++] += 10; return a[0] * 10 + i; }", 111),
        ('@{ var d = new Dictionary<string, int>{{"a", 1}}; d["a"]++; return d["a"]; }', 2),
        ("@{ byte b = 250; b += 10; return (int)b; }", 4),
        ("@{ string s = null; s += 1; return s; }", "1"),
        ("@{ int x = 7; x <<= 2; x |= 1; x ^= 3; return x; }", 30),
    ],
)
def test_compound_assignment_evaluates_its_place_once(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ int i = 5; int j = i++ + ++i; return j * 100 + i; }", 1207),
        ("@{ int? n = null; n++; return n == null; }", True),
        ("@{ var c = (char)97; c++; return c; }", "b"),
        ("@{ int i = 3; i--; --i; return i; }", 1),
    ],
)
def test_steps_give_the_value_before_or_after(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@{ context.Variables["x"] = 1; return 1; }', "HG211"),
        ('@{ context.Request.Method = "x"; return 1; }', "HG211"),
        ("@{ foreach (var x in new[] {1}) { x = 2; } return 1; }", "HG211"),
        ("@{ const int K = 1; K = 2; return K; }", "HG211"),
        ('@{ "a".Length = 2; return 1; }', "HG211"),
        ('@{ string s = "a"; s++; return s; }', "HG212"),
        ('@{ int i = 1; i += "x"; return i; }', "HG207"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "good"),
    [
        ("@{ int x = 1; x += 2.7; return x; }", False),
        ("@{ byte x = 1; x += 2; return x; }", True),
        ("@{ byte x = 1; int y = 2; x += y; return x; }", False),
        ("@{ byte x = 1; int y = 2; x <<= y; x++; return x; }", True),
    ],
)
def test_a_compound_assignment_narrows_only_what_could_be_assigned(source: str, good: bool) -> None:
    found, _ = compile_expression(source)
    assert (found is not None) == good
