"""System.Char."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(char.IsDigit('7') && !char.IsDigit('x'))", True),
        ("@(char.IsLetter('é'))", True),
        ("@(char.IsLetterOrDigit('-'))", False),
        ("@(char.IsWhiteSpace('\\t'))", True),
        ("@(char.IsPunctuation('!'))", True),
        ("@(char.IsUpper('A') && char.IsLower('a'))", True),
        (
            "@(char.IsNumber('½') && char.IsControl('\\n') && char.IsSeparator(' ') "
            "&& char.IsSymbol('+'))",
            True,
        ),
    ],
)
def test_character_classes(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(char.ToUpper('a'))", "A"),
        ("@(char.ToLowerInvariant('A'))", "a"),
        ("@('a' + 1)", 98),
        ("@((char)98)", "b"),
        ('@(char.Parse("ab"))', "System.FormatException"),
        ("@('a'.ToString() + 'b')", "ab"),
        ("@('b'.CompareTo('a'))", 1),
        ("@(char.GetNumericValue('7'))", 7.0),
        ("@('a'.Equals('a'))", True),
    ],
)
def test_character_conversions(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
