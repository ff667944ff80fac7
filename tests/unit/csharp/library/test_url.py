"""IUrl."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(context.Request.Url.Scheme + "|" + context.Request.Url.Port + "|" + '
            "context.Request.Url.Path)",
            "https|8443|/openai/chat",
        ),
        ("@(context.Request.Url.QueryString)", "?api-version=1&tag=a&tag=b"),
        (
            "@(context.Request.Url.ToString())",
            "https://gw.example:8443/openai/chat?api-version=1&tag=a&tag=b",
        ),
        ("@(context.Request.Url.ToUri().Host)", "gw.example"),
    ],
)
def test_url_parts(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
