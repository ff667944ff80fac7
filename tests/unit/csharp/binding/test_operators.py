"""Operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(-7 / 2)", -3),
        ("@(-7 % 3)", -1),
        ("@(7 / 2.0)", 3.5),
        ("@{ int x = int.MaxValue; return x + 1; }", -2147483648),
        ("@{ int x = int.MaxValue; return checked(x + 1); }", "System.OverflowException"),
        ("@(unchecked(int.MaxValue + 1))", -2147483648),
        ("@('a' + 1)", 98),
        ('@("a" + 1 + 2)', "a12"),
        ("@('a' + 'b' + \"c\")", "195c"),
        ('@("a" + null + true + 1.0)', "aTrue1"),
        ("@(1 << 33)", 2),
        ("@(-8 >> 1)", -4),
        ("@(~5 & 0xF | 1 ^ 2)", 11),
        ("@{ int x = 0; return 1 / x; }", "System.DivideByZeroException"),
        ("@{ uint a = 5; return a - 6 > 0; }", True),
    ],
)
def test_arithmetic_follows_static_types(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ int? a = null; return a + 1; }", None),
        ("@{ int? a = null; return a > 1; }", False),
        ("@{ int? a = null; return a != 1; }", True),
        ("@{ bool? a = null; return a | true; }", True),
        ("@{ int? a = 3; return -a; }", -3),
    ],
)
def test_nullable_operators_are_lifted(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ object a = 1; object b = 1; return a == b; }", False),
        ('@(context.Variables["text"] == "t")', True),
        ("@(new[] {1} == new[] {1})", False),
        ("@(null == null)", True),
        ("@(DayOfWeek.Friday == (DayOfWeek)5)", True),
        ("@((DateTimeKind.Utc | DateTimeKind.Local).ToString())", "3"),
    ],
)
def test_equality(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@("a" - "b")', "HG212"),
        ('@("a" > "b")', "HG212"),
        ('@(context.Variables["x"] + 1)', "HG212"),
        ('@(!context.Variables["x"])', "HG212"),
        ("@(int.MaxValue + 1)", "HG213"),
        ("@(1 / 0)", "HG213"),
        ('@(1 == "a")', "HG212"),
        ('@(-"a")', "HG212"),
        ("@(1m + 1.0)", "HG212"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
