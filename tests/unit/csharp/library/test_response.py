"""context.Response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(context.Response.StatusCode)", 200),
        ("@(context.Response.StatusReason)", "OK"),
        ('@(context.Response.Headers.GetValueOrDefault("retry-after"))', "10"),
        ("@(context.Response.Body.As<JArray>(true).Count)", 2),
    ],
)
def test_response_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
