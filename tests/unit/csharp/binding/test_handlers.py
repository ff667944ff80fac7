"""Every kind of node has a handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ ; { } if (true) ; while (false) ; return 1; }", 1),
    ],
)
def test_all_kinds_of_statements_are_bound(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@(string)", "HG200"),
        ("@(typeof(int) + string.Empty.Nope)", "HG201"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
