"""NumberStyles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(int.Parse("1F", NumberStyles.HexNumber))', 31),
        ('@(int.Parse("1,000", NumberStyles.AllowThousands))', 1000),
        ('@(int.Parse("1,000"))', "System.FormatException"),
    ],
)
def test_styles_steer_parsing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
