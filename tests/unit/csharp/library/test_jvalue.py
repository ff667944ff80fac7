"""JValue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new JValue(5).Value.GetType().Name)", "Int64"),
        ("@(new JValue(1.0).ToString())", "1"),
        ("@(new JValue(5).Equals(new JValue(5)))", True),
        ("@(new JValue((object)null).Type == JTokenType.Null)", True),
        ('@(new JValue(5).ToString("D3"))', "005"),
        ("@(JValue.CreateNull().ToString())", ""),
        ("@(new JValue(2).CompareTo(new JValue(1)))", 1),
    ],
)
def test_values(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
