"""System.Text.Encoding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(Encoding.UTF8.GetBytes("é").Length)', 2),
        ("@(Encoding.UTF8.GetString(new byte[] {255}))", "�"),
        ('@(Encoding.ASCII.GetString(Encoding.ASCII.GetBytes("é")))', "?"),
        ('@(Encoding.Unicode.GetBytes("a").Length)', 2),
        ('@(Encoding.GetEncoding("iso-8859-1").GetBytes("é")[0])', 233),
        ('@(Encoding.GetEncoding("klingon"))', "System.ArgumentOutOfRangeException"),
        ("@(Encoding.UTF8.GetString(new byte[] {65, 66}, 1, 1))", "B"),
        ("@(Encoding.UTF8.GetBytes((string)null))", "System.ArgumentNullException"),
    ],
)
def test_encodings(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
