"""System.Single."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@((0.1f).ToString())", "0.1"),
        ("@((0.1f + 0.2f).ToString())", "0.3"),
        ("@((1f / 3).ToString())", "0.33333334"),
        ("@((1e9f).ToString())", "1E+09"),
        ("@(float.IsNaN(float.NaN))", True),
        ("@(float.MaxValue.ToString())", "3.4028235E+38"),
    ],
)
def test_single_is_rounded_to_32_bits(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
