"""CultureInfo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(1.5.ToString(CultureInfo.InvariantCulture))", "1.5"),
        ("@(CultureInfo.CurrentCulture.Name)", ""),
    ],
)
def test_the_only_culture_is_the_invariant_one(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
