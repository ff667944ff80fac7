"""Bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@((string)context.Request.Body.As<JObject>(true)["model"])', "gpt-4o"),
        ("@(context.Request.Body.As<string>(true).Length)", 41),
        ("@(context.Request.Body.As<byte[]>(true).Length)", 41),
        ("@(context.Request.Body.As<JArray>(true))", "Newtonsoft.Json.JsonReaderException"),
        ("@(context.Response.Body.As<JToken>(true)[1].ToString())", "2"),
        (
            "@{ context.Request.Body.As<JObject>(); return context.Request.Body.As<string>(); }",
            "",
        ),
        (
            "@{ var f = context.Request.Body.AsFormUrlEncodedContent(true); return "
            "f.ToFormUrlEncodedContent().Length > 0; }",
            True,
        ),
    ],
)
def test_bodies_are_read_as_types(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
