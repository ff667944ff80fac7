"""Formatting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new JArray(1).ToString(Formatting.Indented))", "[\n  1\n]"),
        ("@((int)Formatting.Indented)", 1),
    ],
)
def test_formatting_steers_text(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
