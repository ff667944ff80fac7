from __future__ import annotations

from datetime import UTC, datetime

import pytest

from headgate.limits.calendar import PERIODS, Period, bounds, period_named
from headgate.model.clock import SECOND, Micros


def instant(text: str) -> Micros:
    return Micros(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND)


CASES: list[tuple[Period, str, str, str]] = [
    ("Hourly", "2026-11-23T01:44:59", "2026-11-23T01:00:00", "2026-11-23T02:00:00"),
    ("Daily", "2026-11-23T23:59:59", "2026-11-23T00:00:00", "2026-11-24T00:00:00"),
    ("Weekly", "2026-11-22T23:59:59", "2026-11-16T00:00:00", "2026-11-23T00:00:00"),
    ("Weekly", "2026-11-23T00:00:00", "2026-11-23T00:00:00", "2026-11-30T00:00:00"),
    ("Weekly", "2026-12-31T12:00:00", "2026-12-28T00:00:00", "2027-01-04T00:00:00"),
    ("Monthly", "2026-11-30T23:59:59", "2026-11-01T00:00:00", "2026-12-01T00:00:00"),
    ("Monthly", "2026-12-31T23:59:59", "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
    ("Monthly", "2028-02-29T00:00:00", "2028-02-01T00:00:00", "2028-03-01T00:00:00"),
    ("Yearly", "2028-02-29T00:00:00", "2028-01-01T00:00:00", "2029-01-01T00:00:00"),
    ("Yearly", "2026-12-31T23:59:59", "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
]


@pytest.mark.parametrize(("period", "now", "begin", "end"), CASES)
def test_a_period_is_the_time_truncated_to_its_unit(
    period: Period, now: str, begin: str, end: str
) -> None:
    assert bounds(period, instant(now)) == (instant(begin), instant(end))


@pytest.mark.parametrize("period", PERIODS)
def test_periods_join_without_a_gap(period: Period) -> None:
    begin, end = bounds(period, instant("2026-11-23T01:44:59"))
    for _ in range(60):
        assert bounds(period, begin) == (begin, end)
        assert bounds(period, Micros(end - 1)) == (begin, end)
        begin, end = bounds(period, end)[0], bounds(period, end)[1]
    assert bounds(period, Micros(begin - 1))[1] == begin


def test_a_name_is_read_in_any_case() -> None:
    assert period_named("monthly") == "Monthly"
    assert period_named("HOURLY") == "Hourly"


def test_another_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="Hourly, Daily, Weekly, Monthly, Yearly: 'Minutely'"):
        period_named("Minutely")
