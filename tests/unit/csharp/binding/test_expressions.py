"""Literals, conditions, patterns, interpolation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@((2147483648).GetType().Name)", "UInt32"),
        ("@((4294967296).GetType().Name)", "Int64"),
        ("@((10UL).GetType().Name)", "UInt64"),
        ("@((1.5f).GetType().Name)", "Single"),
        ("@(0x1F + 0b11)", 34),
        ("@(-2147483648)", -2147483648),
        ("@('\\u0041')", "A"),
        ('@(@"a\\b""c")', 'a\\b"c'),
    ],
)
def test_literals_have_their_types(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(true ? 1 : 2.0)", 1.0),
        ('@(null ?? "a")', "a"),
        ("@{ int? n = null; return n ?? 3; }", 3),
        ("@{ string s = null; return s?.Length == null; }", True),
        ('@{ object o = "abc"; return o is string s && s.Length == 3; }', True),
        ("@{ object o = 5; return o is int i ? i + 1 : 0; }", 6),
        ("@{ object o = 5; return o is null; }", False),
        ("@{ object o = 5; return (o as string) == null; }", True),
        ("@(default(int) + (default(string) == null ? 1 : 0))", 1),
        ("@(nameof(context.Request))", "Request"),
        (
            "@{ string s = null; return s ?? throw new FormatException(); }",
            "System.FormatException",
        ),
    ],
)
def test_conditions_and_null(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@($"{1,4}|{2.5:F2}|{{}}|{(true ? "y" : "n")}")', "   1|2.50|{}|y"),
        ('@($"{null}")', ""),
    ],
)
def test_interpolation(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@(true ? 1 : "a")', "HG207"),
        ("@(1 && true)", "HG212"),
        ("@{ int x = 1; return x ?? 2; }", "HG212"),
        ("@{ object o = 1; return o as int; }", "HG207"),
        ('@("a" is context)', "HG207"),
        ("@(5 is var x && y)", "HG206"),
        ("@(default)", "HG207"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
