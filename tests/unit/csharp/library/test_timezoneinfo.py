"""TimeZoneInfo; expected values follow from the zones' rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.values import to_text

Run = Callable[[str], Any]
BERLIN = 'TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time")'
JULY = "new DateTime(2024, 7, 1, 12, 0, 0, DateTimeKind.Utc)"
NOON = "new DateTime(2024, 1, 1, 12, 0, 0)"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"TimeZoneInfo.ConvertTimeFromUtc({JULY}, {BERLIN})", "07/01/2024 14:00:00"),
        (f"TimeZoneInfo.ConvertTimeFromUtc({NOON}, {BERLIN})", "01/01/2024 13:00:00"),
        (f"TimeZoneInfo.ConvertTimeFromUtc({JULY}, {BERLIN}).Kind", "Unspecified"),
        (f"TimeZoneInfo.ConvertTime({JULY}, TimeZoneInfo.Utc).Kind", "Utc"),
        (f"TimeZoneInfo.ConvertTimeToUtc({NOON}, {BERLIN})", "01/01/2024 11:00:00"),
        (f"TimeZoneInfo.ConvertTimeToUtc({JULY})", "07/01/2024 12:00:00"),
        (
            f'TimeZoneInfo.ConvertTimeBySystemTimeZoneId({JULY}, "eastern standard time")',
            "07/01/2024 08:00:00",
        ),
        (
            f'TimeZoneInfo.ConvertTimeBySystemTimeZoneId(new DateTimeOffset({JULY}), "Asia/Tokyo")',
            "07/01/2024 21:00:00 +09:00",
        ),
        (
            f"TimeZoneInfo.ConvertTime({NOON}, {BERLIN}, "
            'TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"))',
            "01/01/2024 20:00:00",
        ),
        (f"{BERLIN}.Id", "W. Europe Standard Time"),
        (f"{BERLIN}.BaseUtcOffset", "01:00:00"),
        (f"{BERLIN}.GetUtcOffset({JULY})", "02:00:00"),
        (f"{BERLIN}.IsDaylightSavingTime({JULY})", "True"),
        (f"{BERLIN}.IsDaylightSavingTime({NOON})", "False"),
        ("TimeZoneInfo.Local.BaseUtcOffset", "00:00:00"),
        # The clock shows 02:30 twice that night; .NET takes standard time.
        (f"{BERLIN}.GetUtcOffset(new DateTime(2024, 10, 27, 2, 30, 0))", "01:00:00"),
    ],
)
def test_times_are_converted(run: Run, source: str, text: str) -> None:
    assert to_text(run(f"@({source})")) == text


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('TimeZoneInfo.FindSystemTimeZoneById("Nowhere")', "System.TimeZoneNotFoundException"),
        ('TimeZoneInfo.FindSystemTimeZoneById("../passwd")', "System.TimeZoneNotFoundException"),
        ("TimeZoneInfo.FindSystemTimeZoneById(null)", "System.ArgumentNullException"),
        (f"TimeZoneInfo.ConvertTimeFromUtc({NOON}, null)", "System.ArgumentNullException"),
        (
            f"TimeZoneInfo.ConvertTimeFromUtc(DateTime.Now, {BERLIN})",
            "System.ArgumentException",
        ),
        (
            f"TimeZoneInfo.ConvertTimeFromUtc(DateTime.MaxValue, {BERLIN})",
            "System.ArgumentOutOfRangeException",
        ),
    ],
)
def test_what_cannot_be_converted_has_a_net_name(run: Run, source: str, name: str) -> None:
    assert run(f"@({source})") == name
