"""JArray."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(new JArray(1, "a", null).ToString(Formatting.None))', '[1,"a",null]'),
        ("@(new JArray(new[] {1, 2}).Count)", 2),
        ('@(JArray.Parse("[1]")[1])', "System.ArgumentOutOfRangeException"),
        (
            "@{ var a = new JArray(1); a.Add(2); a.Insert(0, 0); a.RemoveAt(1); a[0] "
            "= 9; return a.ToString(Formatting.None); }",
            "[9,2]",
        ),
        ("@{ var a = new JArray(1); return a.IndexOf(a[0]); }", 0),
        (
            "@{ var a = new JArray(1); return a.Remove(a[0]) && !a.Contains(new JValue(1)); }",
            True,
        ),
        ("@(JArray.FromObject(new[] {1}).Count)", 1),
        ('@(JArray.Parse("{}"))', "Newtonsoft.Json.JsonReaderException"),
        ("@{ var a = new JArray(1); a.Clear(); return a.Count; }", 0),
    ],
)
def test_elements(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
