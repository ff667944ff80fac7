"""WebUtility and HttpUtility."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(WebUtility.UrlEncode("a b/é"))', "a+b%2F%C3%A9"),
        ('@(HttpUtility.UrlEncode("a/b"))', "a%2fb"),
        ('@(WebUtility.UrlDecode("a+b%zz"))', "a b%zz"),
        ('@(WebUtility.HtmlEncode("<é>"))', "&lt;&#233;&gt;"),
        ('@(WebUtility.HtmlDecode("&lt;&nope;"))', "<&nope;"),
        ("@(WebUtility.UrlEncode(null))", None),
    ],
)
def test_encoding(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
