"""System.Boolean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(true.ToString())", "True"),
        ('@(bool.Parse(" FALSE "))', False),
        ('@(bool.Parse("1"))', "System.FormatException"),
        ("@(bool.Parse(null))", "System.ArgumentNullException"),
        ('@{ bool b; return bool.TryParse("yes", out b); }', False),
        ('@{ bool b; return bool.TryParse("true", out b) && b; }', True),
        ("@(true.Equals(true))", True),
        ("@(true.CompareTo(false))", 1),
        ("@(bool.TrueString)", "True"),
    ],
)
def test_boolean_text_and_parsing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
