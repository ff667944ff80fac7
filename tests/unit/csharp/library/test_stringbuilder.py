"""System.Text.StringBuilder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new StringBuilder(\"a\").Append(1).Append('c').ToString())", "a1c"),
        ('@(new StringBuilder().AppendLine("a").AppendFormat("{0:D2}", 7).ToString())', "a\n07"),
        (
            '@(new StringBuilder("abc").Insert(1, "x").Remove(0, 1).Replace("c", "d").ToString())',
            "xbd",
        ),
        ('@(new StringBuilder("abc").Length)', 3),
        ('@(new StringBuilder("abc")[1])', "b"),
        ('@(new StringBuilder("abc")[3])', "System.ArgumentOutOfRangeException"),
        ("@(new StringBuilder(\"abc\").Clear().Append('x', 3).ToString())", "xxx"),
        ("@(new StringBuilder().Append('x', 2000000000).Length)", "System.OutOfMemoryException"),
    ],
)
def test_builder_grows_and_changes(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
