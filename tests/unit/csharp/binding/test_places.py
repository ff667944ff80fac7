"""What can be assigned to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@{ if (int.TryParse("3", out var n)) { n++; } return n; }', 4),
        ('@{ Func<int> f = () => { int.TryParse("3", out var n); return n; }; return f(); }', 3),
        ('@{ int n; Func<bool> f = () => int.TryParse("3", out n); f(); n = 4; return n; }', 4),
    ],
)
def test_out_variables_are_places(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@(int.TryParse("3", out 5))', "HG211"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
