"""JContainer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@{ var o = JObject.Parse("{\\"a\\":1}"); o.AddFirst(new JProperty("z", '
            "0)); return o.ToString(Formatting.None); }",
            '{"z":0,"a":1}',
        ),
        ('@(JObject.Parse("{\\"a\\":{\\"b\\":1}}").Descendants().Count())', 4),
        ('@{ var o = JObject.Parse("{\\"a\\":1}"); o.RemoveAll(); return o.Count; }', 0),
        (
            '@{ var o = JObject.Parse("{\\"a\\":{\\"x\\":1}}"); '
            'o.Merge(JObject.Parse("{\\"a\\":{\\"y\\":2}}")); return '
            "o.ToString(Formatting.None); }",
            '{"a":{"x":1,"y":2}}',
        ),
        ("@{ var o = new JObject(); o.Add(5); return 0; }", "System.ArgumentException"),
    ],
)
def test_containers(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
