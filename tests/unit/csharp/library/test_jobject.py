"""JObject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(new JObject { {"a", 1}, {"b", null} }.ToString(Formatting.None))',
            '{"a":1,"b":null}',
        ),
        ('@(new JObject { ["a"] = 1, ["a"] = 2 }.ToString(Formatting.None))', '{"a":2}'),
        (
            '@{ var o = new JObject(); o.Add("a", 1); o.Add("a", 1); return 0; }',
            "System.ArgumentException",
        ),
        ('@(JObject.Parse("{}").Remove("a"))', False),
        ('@(JObject.Parse("{\\"a\\":null}").ContainsKey("a"))', True),
        (
            '@(JObject.Parse("{\\"a\\":1}").GetValue("A", '
            "StringComparison.OrdinalIgnoreCase).ToString())",
            "1",
        ),
        ('@{ JToken t; return JObject.Parse("{\\"a\\":1}").TryGetValue("b", out t); }', False),
        (
            '@(JObject.Parse("{\\"b\\":1,\\"a\\":2}").Properties().Select(p => p.Name).Last())',
            "a",
        ),
        (
            '@{ var r = ""; foreach (var p in JObject.Parse("{\\"b\\":1,\\"a\\":2}")) r '
            "+= p.Key + p.Value; return r; }",
            "b1a2",
        ),
        ("@(JObject.FromObject(new { a = 1 }).ToString(Formatting.None))", '{"a":1}'),
        ("@(JObject.FromObject(new[] {1}))", "System.ArgumentException"),
        ('@(JObject.Parse("[1]"))', "Newtonsoft.Json.JsonReaderException"),
        ("@(JObject.Parse(null))", "System.ArgumentNullException"),
        ('@(JObject.Parse("{}").Property("x") == null)', True),
        ('@(JObject.Parse("{\\"a\\":1}").PropertyValues().Count())', 1),
    ],
)
def test_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
