"""JTokenType."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@((int)JTokenType.Null)", 10),
        ("@(JTokenType.Date.ToString())", "Date"),
    ],
)
def test_members_have_their_numbers(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
