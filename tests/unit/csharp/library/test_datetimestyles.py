"""DateTimeStyles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(DateTime.Parse("2024-01-02T03:04:05Z", null, '
            "DateTimeStyles.RoundtripKind).Kind.ToString())",
            "Utc",
        ),
        (
            '@(DateTime.Parse("2024-01-02", null, DateTimeStyles.AssumeUniversal | '
            "DateTimeStyles.AdjustToUniversal).Kind.ToString())",
            "Utc",
        ),
    ],
)
def test_styles_steer_parsing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
