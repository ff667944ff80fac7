"""Ticks."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import dates


def test_times_have_bounds() -> None:
    assert dates.DateTime(dates.MAX_TICKS).to_text() == "12/31/9999 23:59:59"
    for ticks in (-1, dates.MAX_TICKS + 1):
        with pytest.raises(DotNetError, match="ArgumentOutOfRange"):
            dates.DateTime(ticks)
    with pytest.raises(DotNetError, match="ArgumentOutOfRange"):
        dates.DateTimeOffset(0, dates.HOUR)


def test_months_end_where_they_end() -> None:
    day = dates.DateTime(dates.make_date(2024, 1, 31))
    assert dates.add_months(day, 1).date.isoformat() == "2024-02-29"
    assert dates.add_months(day, -2).date.isoformat() == "2023-11-30"
    with pytest.raises(DotNetError):
        dates.add_months(day, 12 * 9000)


def test_microseconds_become_ticks() -> None:
    assert dates.from_micros(0).ticks == dates.UNIX_TICKS
    assert dates.from_micros(1).ticks == dates.UNIX_TICKS + 10


def test_spans_print_days_and_fractions_only_where_there_are_some() -> None:
    assert dates.TimeSpan(0).to_text() == "00:00:00"
    assert dates.TimeSpan(-dates.DAY - 1).to_text() == "-1.00:00:00.0000001"
