"""context."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(context.RequestId.ToString())", "11111111-2222-3333-4444-555555555555"),
        ('@(context.Timestamp.ToString("s"))', "2024-06-01T12:30:45"),
        ("@(context.Elapsed.TotalMilliseconds)", 250.0),
        ("@(context.Tracing)", False),
        ("@(context.LastError.Reason)", "RateLimitExceeded"),
        ("@(context.GraphQL == null && context.Workspace == null)", True),
        ('@{ context.Trace("x"); return context.Deployment.Region; }', "West Europe"),
    ],
)
def test_members_of_the_call(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
