"""Authorization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.library.authorization import Authorization
from headgate.model.context import Context


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("AccessToken", "t"),
        ('Claims["exp"]', 5),
        ('Claims["roles"].ToString()', '[\n  "a"\n]'),
        ("Claims.Count", 2),
    ],
)
def test_members(run: Callable[[str], Any], context: Context, member: str, value: Any) -> None:
    context.variables["x"] = Authorization("t", {"exp": 5, "roles": ["a"]})
    assert run(f'@(((Authorization)context.Variables["x"]).{member})') == value
