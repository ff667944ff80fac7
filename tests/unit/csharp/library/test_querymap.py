"""Url.Query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(context.Request.Url.Query.GetValueOrDefault("TAG"))', "a,b"),
        ('@(context.Request.Url.Query.GetValueOrDefault("nope", "d"))', "d"),
        ('@(context.Request.Url.Query["tag"].Length)', 2),
        (
            '@(context.Request.Url.Query["nope"])',
            "System.Collections.Generic.KeyNotFoundException",
        ),
        ('@(context.Request.Url.Query.ContainsKey("tag"))', True),
        (
            '@{ string[] v; return context.Request.Url.Query.TryGetValue("tag", out '
            'v) && v[0] == "a"; }',
            True,
        ),
    ],
)
def test_query_parameters(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
