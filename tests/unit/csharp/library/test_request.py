"""context.Request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(context.Request.Method + context.Request.IpAddress)", "POST203.0.113.7"),
        ("@(context.Request.OriginalUrl.Host)", "gw.example"),
        ("@(context.Request.Certificate == null)", True),
        ("@(context.Request.Body != null)", True),
    ],
)
def test_request_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
