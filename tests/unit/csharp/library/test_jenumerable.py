"""Sequences of tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(JObject.Parse("{\\"a\\":[{\\"b\\":1},{\\"b\\":2}]}")["a"].Children()["b"].Se'
            "lect(x => (int)x).Sum())",
            3,
        ),
        ('@(JArray.Parse("[1,2]").Children().Values<int>().Sum())', 3),
        ('@(JToken.Parse("5").Value<int>())', 5),
    ],
)
def test_children_of_many(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
