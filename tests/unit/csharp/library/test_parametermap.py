"""MatchedParameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(context.Request.MatchedParameters["deployment-id"])', "gpt-4o"),
        (
            '@(context.Request.MatchedParameters["nope"])',
            "System.Collections.Generic.KeyNotFoundException",
        ),
        ('@(context.Request.MatchedParameters.GetValueOrDefault("nope", "d"))', "d"),
        ('@(context.Request.MatchedParameters.ContainsKey("nope"))', False),
        (
            '@{ string v; return context.Request.MatchedParameters.TryGetValue("deplo'
            'yment-id", out v) + v; }',
            "Truegpt-4o",
        ),
    ],
)
def test_template_parameters(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
