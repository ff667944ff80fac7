"""JsonConvert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@(JsonConvert.SerializeObject(new { a = 1, b = new[] {1.0}, c = (string)null }))",
            '{"a":1,"b":[1.0],"c":null}',
        ),
        ("@(JsonConvert.SerializeObject(new { a = 1 }, Formatting.Indented))", '{\n  "a": 1\n}'),
        ('@(JsonConvert.ToString("a\\"b"))', '"a\\"b"'),
        ("@(JsonConvert.SerializeObject(context))", "Newtonsoft.Json.JsonSerializationException"),
    ],
)
def test_serializing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(JsonConvert.DeserializeObject<Dictionary<string, int>>("{\\"a\\":1}")["a"])', 1),
        ('@(JsonConvert.DeserializeObject<JObject>("{\\"a\\":1}").Count)', 1),
        (
            '@(JsonConvert.DeserializeObject<int>("\\"x\\""))',
            "Newtonsoft.Json.JsonReaderException",
        ),
        ('@(JsonConvert.DeserializeObject(""))', None),
        ('@(JsonConvert.DeserializeObject("5").GetType().Name)', "Int64"),
        (
            '@(JsonConvert.DeserializeObject<dynamic>("{\\"a\\":{\\"b\\":3}}").a.b.ToString())',
            "3",
        ),
    ],
)
def test_deserializing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
