"""System.BitConverter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(BitConverter.ToString(BitConverter.GetBytes(1)))", "01-00-00-00"),
        ("@(BitConverter.ToInt32(new byte[] {1, 0, 0, 0}, 0))", 1),
        ("@(BitConverter.ToInt32(new byte[] {1}, 0))", "System.ArgumentException"),
        ("@(BitConverter.ToString(new byte[0]))", ""),
    ],
)
def test_bytes_both_ways(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
