"""Headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(context.Request.Headers.GetValueOrDefault("accept"))', "a,b"),
        ('@(context.Request.Headers.GetValueOrDefault("nope"))', None),
        ('@(context.Request.Headers.GetValueOrDefault("nope", "d"))', "d"),
        ('@(context.Request.Headers["x-tenant"][0])', "contoso"),
        ('@(context.Request.Headers["nope"])', "System.Collections.Generic.KeyNotFoundException"),
        ("@(context.Request.Headers[null])", "System.ArgumentNullException"),
        ('@(context.Request.Headers.ContainsKey("X-TENANT"))', True),
        ("@(context.Request.Headers.Count)", 2),
        ('@{ string[] v; return context.Request.Headers.TryGetValue("nope", out v); }', False),
        ("@(context.Request.Headers.Select(h => h.Key).First())", "X-Tenant"),
    ],
)
def test_headers_ignore_case_and_join_values(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
