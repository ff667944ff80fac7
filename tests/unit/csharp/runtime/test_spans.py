"""TimeSpan from text."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.spans import parse_span


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1:30", "01:30:00"),
        ("1.2:3:4", "1.02:03:04"),
        ("-0:0:1.5", "-00:00:01.5000000"),
        ("3", "3.00:00:00"),
    ],
)
def test_spans_are_read(text: str, shown: str) -> None:
    assert parse_span(text).to_text() == shown


@pytest.mark.parametrize(
    ("text", "name"), [("24:00", "Overflow"), ("0:60", "Overflow"), ("x", "Format")]
)
def test_anything_else_is_refused(text: str, name: str) -> None:
    with pytest.raises(DotNetError, match=name):
        parse_span(text)
