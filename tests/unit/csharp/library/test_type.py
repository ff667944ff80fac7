"""System.Type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@("x".GetType().Name)', "String"),
        ("@(new List<int>().GetType().Name)", "List`1"),
        ("@(typeof(int) == 5.GetType())", True),
        ("@(typeof(int) != typeof(long))", True),
    ],
)
def test_types_have_names_and_compare(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
