"""JProperty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(new JProperty("a", 1).Name)', "a"),
        ('@(new JProperty("a", 1).ToString())', '"a": 1'),
        (
            '@{ var o = JObject.Parse("{\\"a\\":1}"); o.Property("a").Value = 9; '
            'return (int)o["a"]; }',
            9,
        ),
        ("@(new JProperty(null, 1))", "System.ArgumentNullException"),
    ],
)
def test_properties(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
