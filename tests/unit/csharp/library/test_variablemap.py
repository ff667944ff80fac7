"""context.Variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@((int)context.Variables["number"])', 5),
        ('@((long)context.Variables["number"])', "System.InvalidCastException"),
        ('@((string)context.Variables["number"])', "System.InvalidCastException"),
        ('@(context.Variables["nope"])', "System.Collections.Generic.KeyNotFoundException"),
        ('@(context.Variables.GetValueOrDefault<int>("nope"))', 0),
        ('@(context.Variables.GetValueOrDefault<int>("nope", 7))', 7),
        ('@(context.Variables.GetValueOrDefault<int?>("nope") == null)', True),
        ('@(context.Variables.GetValueOrDefault<int>("text"))', "System.InvalidCastException"),
        ('@(context.Variables.GetValueOrDefault("text"))', "t"),
        ('@(context.Variables.ContainsKey("Number"))', False),
        (
            '@{ object o; return context.Variables.TryGetValue("text", out o) + (string)o; }',
            "Truet",
        ),
        ('@(context.Variables["text"] == "t")', True),
    ],
)
def test_variables_are_cast_not_converted(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
