"""Times from text."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.dateparsing import json_date, parse_date, parse_iso, parse_offset


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02T03:04:05",
        "2024-01-02 03:04:05",
        "01/02/2024 03:04:05",
        "1/2/2024 3:04:05 AM",
        "2 January 2024 03:04:05",
        "Tue, 02 Jan 2024 03:04:05",
        "January 2, 2024 03:04:05",
    ],
)
def test_the_common_forms_are_read(text: str) -> None:
    assert parse_date(text).to_text() == "01/02/2024 03:04:05"


@pytest.mark.parametrize("text", ["", "x", "2024-02-30", "13/02/2024", "20240102", "25:00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DotNetError, match="Format"):
        parse_date(text)


def test_an_offset_makes_the_time_local_and_is_kept_by_datetimeoffset() -> None:
    assert parse_date("2024-01-02T03:04:05+02:00").kind == 2
    assert parse_offset("2024-01-02T03:04:05+02:00").offset == 72_000_000_000
    iso = parse_iso("2024-01-02T03:04:05+02:00")
    assert iso is not None
    assert iso.time[0] == 1


def test_json_takes_only_full_times_for_dates() -> None:
    assert json_date("2024-01-02T03:04:05Z") is not None
    assert json_date("/Date(0)/") is not None
    for text in ("2024-01-02", "2024-13-02T03:04:05Z", "2024-01-02Tea time", "/Date(x)/"):
        assert json_date(text) is None
