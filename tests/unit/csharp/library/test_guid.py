"""System.Guid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(Guid.Parse("11111111-2222-3333-4444-555555555555").ToString("N"))',
            "11111111222233334444555555555555",
        ),
        ('@(new Guid("x"))', "System.FormatException"),
        (
            '@{ Guid g; return Guid.TryParse("x", out g) + g.ToString(); }',
            "False00000000-0000-0000-0000-000000000000",
        ),
        ("@(Guid.Empty == new Guid())", True),
        ("@(Guid.NewGuid().ToString())", "01234567-89ab-4def-8123-456789abcdef"),
        ('@(new Guid("03020100-0504-0706-0809-0a0b0c0d0e0f").ToByteArray()[1])', 1),
        ("@(Guid.Empty.Equals(Guid.Empty))", True),
        (
            "@(new Guid(new byte[] {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15})"
            ".ToString())",
            "00010203-0405-0607-0809-0a0b0c0d0e0f",
        ),
        ("@(new Guid(new byte[15]))", "System.ArgumentException"),
        ("@(new Guid((byte[])null))", "System.ArgumentNullException"),
    ],
)
def test_guid_text_and_parsing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
