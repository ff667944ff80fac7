"""System.StringComparer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(StringComparer.OrdinalIgnoreCase.Equals("a", "A"))', True),
        ('@(StringComparer.Ordinal.Equals("a", null))', False),
        ('@(StringComparer.Ordinal.Compare("a", "B"))', 1),
        ('@(StringComparer.InvariantCulture.Compare("a", "B"))', -1),
    ],
)
def test_comparers_fold_and_order(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
