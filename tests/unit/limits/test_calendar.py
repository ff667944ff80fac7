from __future__ import annotations

from datetime import UTC, datetime

import pytest

from headgate.limits.calendar import (
    LIFETIME,
    PERIODS,
    Period,
    bounds,
    checked_period,
    cycle,
    period_named,
)
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


def test_a_cycle_is_counted_from_its_start_and_has_one_name_for_all_its_begins() -> None:
    name = cycle(3600, instant("2026-11-23T01:10:00"))
    assert name == "every 3600 s from 1970-01-01T00:10:00Z"
    assert cycle(3600, instant("2026-11-23T05:10:00")) == name
    assert cycle(3600, instant("1900-01-01T00:10:00")) == name


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        ("2026-11-23T01:09:59", "2026-11-23T00:10:00", "2026-11-23T01:10:00"),
        ("2026-11-23T01:10:00", "2026-11-23T01:10:00", "2026-11-23T02:10:00"),
        ("2026-11-23T02:09:59", "2026-11-23T01:10:00", "2026-11-23T02:10:00"),
    ],
)
def test_cycles_join_without_a_gap(now: str, begin: str, end: str) -> None:
    name = cycle(3600, instant("2026-11-23T01:10:00"))
    assert bounds(name, instant(now)) == (instant(begin), instant(end))


def test_a_lifetime_does_not_end() -> None:
    begin, end = bounds(LIFETIME, instant("2026-11-23T01:10:00"))
    assert begin == 0
    assert end == instant("9999-12-31T00:00:00")


@pytest.mark.parametrize("name", [*PERIODS, LIFETIME, cycle(300, Micros(0))])
def test_a_name_that_is_one_is_checked(name: str) -> None:
    assert checked_period(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "daily", "every 0 s from 1970-01-01T00:00:00Z", "every 5 s from 1970-13-01T00:00:00Z"],
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"period|month"):
        checked_period(name)
