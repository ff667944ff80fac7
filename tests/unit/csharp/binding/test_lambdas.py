"""Lambdas capture variables; local functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var k = 1; Func<int, int> f = x => x * k; k = 10; return f(2); }", 20),
        ("@{ int n = 0; Action a = () => n++; a(); a(); return n; }", 2),
        (
            "@{ var fs = new List<Func<int>>(); for (int i = 0; i < 3; i++) "
            "fs.Add(() => i); return fs.Select(f => f()).Sum(); }",
            9,
        ),
        (
            "@{ var fs = new List<Func<int>>(); foreach (var i in new[] {0, 1, 2}) "
            "fs.Add(() => i); return fs.Select(f => f()).Sum(); }",
            3,
        ),
        (
            "@{ var fs = new List<Func<int>>(); for (int i = 0; i < 3; i++) { int j "
            "= i; fs.Add(() => j); j += 10; } return fs.Select(f => f()).Sum(); }",
            33,
        ),
        ("@{ Func<int, Func<int, int>> add = a => b => a + b; return add(3)(4); }", 7),
        ("@(new[] {1, 2}.Select(x => { var y = x * 2; return y; }).Sum())", 6),
    ],
)
def test_lambdas_capture_variables_not_values(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ return Fib(10); int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2); }", 55),
        ("@{ int Twice(int v) => v * 2; return new[] {1, 2}.Select(Twice).Sum(); }", 6),
        (
            '@{ string J(string a, string b = "z") { return a + b; } return J("a") + '
            'J("a", "b"); }',
            "azab",
        ),
        (
            "@{ int F(int n) => F(n + 1); return F(0); }",
            "System.InsufficientExecutionStackException",
        ),
        ('@("1,2".Split((char)44).Select(int.Parse).Sum())', 3),
    ],
)
def test_local_functions(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@{ var f = x => x; return 1; }", "HG207"),
        ("@{ Func<int, int> f = () => 1; return f(1); }", "HG203"),
        ("@{ Func<int, int> f = x => { if (x > 1) return 1; }; return f(1); }", "HG209"),
        ("@{ int F(int a) => a; return F(); }", "HG203"),
        ("@(new[] {1}.Select(x => y))", "HG206"),
        ("@(new[] {1}.Where(x => x))", "HG207"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
