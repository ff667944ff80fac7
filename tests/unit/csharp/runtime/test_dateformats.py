"""Formats of times."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.dateformats import date_text, offset_text, span_text
from headgate.csharp.runtime.dates import (
    HOUR,
    UTC,
    DateTime,
    DateTimeOffset,
    TimeSpan,
    make_date,
    make_time,
)

TIME = DateTime(make_date(2024, 1, 2) + make_time(15, 4, 5, 120), UTC)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("o", "2024-01-02T15:04:05.1200000Z"),
        ("s", "2024-01-02T15:04:05"),
        ("u", "2024-01-02 15:04:05Z"),
        ("r", "Tue, 02 Jan 2024 15:04:05 GMT"),
        ("D", "Tuesday, 02 January 2024"),
        ("hh:mm tt", "03:04 PM"),
        ("ss.FFF", "05.12"),
        ("yyyy'year'\\d", "2024yeard"),
        ("%d", "2"),
        ("K", ""),
    ],
)
def test_standard_and_custom_formats(form: str, text: str) -> None:
    if form == "K":
        with pytest.raises(DotNetError, match="Format"):
            date_text(TIME, form)
    else:
        assert date_text(TIME, form) == text


def test_offsets_and_spans() -> None:
    assert offset_text(DateTimeOffset(TIME.ticks, 2 * HOUR), "HH:mm zzz") == "15:04 +02:00"
    assert span_text(TimeSpan(90 * 10_000_000), "c") == "00:01:30"
    assert span_text(TimeSpan(90 * 10_000_000), "mm\\:ss") == "01:30"
    with pytest.raises(DotNetError, match="Format"):
        span_text(TimeSpan(0), "mm:ss")
