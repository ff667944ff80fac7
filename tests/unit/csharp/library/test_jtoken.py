"""JToken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@((int)JObject.Parse("{\\"a\\":{\\"b\\":5}}")["a"]["b"])', 5),
        ('@(JObject.Parse("{}")["x"] == null)', True),
        ('@(JObject.Parse("{\\"a\\":\\"s\\"}")["a"]["x"])', "System.InvalidOperationException"),
        ('@(JObject.Parse("{\\"a\\":1}")["a"].Path)', "a"),
        ('@(JObject.Parse("{\\"a\\":1}")["a"].Parent.Type.ToString())', "Property"),
        ('@(JArray.Parse("[1,2]").First.Next.Previous.ToString())', "1"),
        ('@(JObject.Parse("{\\"a\\":1}")["a"].Root.Type.ToString())', "Object"),
        ('@(JToken.Parse("[1]").HasValues)', True),
    ],
)
def test_children(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(JObject.Parse("{}").Value<int>("x"))', 0),
        ('@(JObject.Parse("{\\"a\\":1}").Value<string>("a"))', "1"),
        ('@((int)JObject.Parse("{}")["a"])', "System.ArgumentNullException"),
        ('@((int?)JObject.Parse("{}")["a"] == null)', True),
        ('@((bool)JObject.Parse("{\\"a\\":\\"true\\"}")["a"])', True),
        ('@(JObject.Parse("{\\"a\\":[1,2]}")["a"].ToObject<List<int>>().Sum())', 3),
        ('@(JArray.Parse("[1,2]").Values<int>().Sum())', 3),
    ],
)
def test_values(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@((int)JObject.Parse("{\\"a\\":[0,{\\"b\\":7}]}").SelectToken("$.a[1].b"))', 7),
        ('@(JObject.Parse("{}").SelectToken("x"))', None),
        ('@(JObject.Parse("{}").SelectToken("x", true))', "Newtonsoft.Json.JsonException"),
        ('@(JObject.Parse("{\\"a\\":{\\"b\\":1},\\"b\\":2}").SelectTokens("$..b").Count())', 2),
    ],
)
def test_paths(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@{ var o = JObject.Parse("{\\"a\\":{\\"b\\":1}}"); o["a"]["b"] = 2; return '
            "o.ToString(Formatting.None); }",
            '{"a":{"b":2}}',
        ),
        (
            '@{ var o = JObject.Parse("{\\"a\\":1}"); o["a"].Replace(5); '
            'o["a"].Parent.Remove(); return o.Count; }',
            0,
        ),
        (
            '@(JToken.DeepEquals(JObject.Parse("{\\"a\\":1,\\"b\\":2}"), '
            'JObject.Parse("{\\"b\\":2,\\"a\\":1}")))',
            True,
        ),
        (
            '@{ var a = JObject.Parse("{\\"a\\":1}"); var b = a.DeepClone(); b["a"] = '
            '2; return (int)a["a"]; }',
            1,
        ),
    ],
)
def test_changes(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
