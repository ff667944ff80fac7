"""The periods of quotas in UTC: where they begin and end (apim.md 1.2, 1.4, 2.4, 2.5).

A calendar period begins at the current UTC time truncated to its unit. Weeks begin on Monday, which
the sources leave open. A cycle is a period of so many seconds, counted from an instant.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args

from headgate.model.clock import SECOND, Micros

Period = Literal["Hourly", "Daily", "Weekly", "Monthly", "Yearly"]
PERIODS: tuple[Period, ...] = get_args(Period)

PeriodName = str
"""A calendar period, `Lifetime`, or a cycle such as `every 3600 s from 1970-01-01T00:00:00Z`."""

LIFETIME: PeriodName = "Lifetime"
"""The period that began with the epoch and ends with the year 9999: what is used is never free."""

_CYCLE = re.compile(r"every ([1-9][0-9]{0,9}) s from ([0-9-]{10}T[0-9:]{8}Z)")

_CALENDAR = frozenset(PERIODS)
_BY_NAME = {period.lower(): period for period in PERIODS}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_named(name: str) -> Period:
    """Return the period of a name in any case (apim.md 1.2). Raises ValueError for another."""
    try:
        return _BY_NAME[name.lower()]
    except KeyError:
        raise ValueError(f"not one of {', '.join(PERIODS)}: {name!r}") from None


def cycle(seconds: int, start: Micros) -> PeriodName:
    """Return the name of the period of so many seconds that begins, among others, at `start`.

    Starts that are whole periods apart make the same name.
    """
    first = datetime.fromtimestamp(start // SECOND % seconds, UTC)
    return f"every {seconds} s from {first:%Y-%m-%dT%H:%M:%SZ}"


@lru_cache(maxsize=4096)
def _cycle_named(name: PeriodName) -> tuple[int, int]:
    """Return the first begin and the length, in microseconds. Raises ValueError."""
    match = _CYCLE.fullmatch(name)
    if match is None:
        raise ValueError(f"no period: {name!r}")
    return _micros(datetime.fromisoformat(match[2])), int(match[1]) * SECOND


def checked_period(name: str) -> PeriodName:
    """Return the name of a period. Raises ValueError for another text."""
    if name not in PERIODS and name != LIFETIME:
        _cycle_named(name)
    return name


def bounds(period: PeriodName, now: Micros) -> tuple[Micros, Micros]:
    """Return when the period that holds `now` began and when it ends, the end excluded.

    Raises ValueError for a name that is none.
    """
    if period == LIFETIME:
        return Micros(0), _END
    if period not in _CALENDAR:
        first, length = _cycle_named(period)
        begin_at = now - (now - first) % length
        return Micros(begin_at), Micros(begin_at + length)
    instant = _EPOCH + timedelta(microseconds=now)
    today = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "Hourly":
        begin = today.replace(hour=instant.hour)
        end = begin + timedelta(hours=1)
    elif period == "Daily":
        begin = today
        end = begin + timedelta(days=1)
    elif period == "Weekly":
        begin = today - timedelta(days=today.weekday())
        end = begin + timedelta(days=7)
    elif period == "Monthly":
        begin = today.replace(day=1)
        end = (begin + timedelta(days=31)).replace(day=1)
    else:
        begin = today.replace(month=1, day=1)
        end = begin.replace(year=begin.year + 1)
    return _micros(begin), _micros(end)


def _micros(instant: datetime) -> Micros:
    since = instant - _EPOCH
    return Micros((since.days * 86_400 + since.seconds) * SECOND + since.microseconds)


_END = _micros(datetime(9999, 12, 31, tzinfo=UTC))
