"""Calendar periods in UTC: where they begin and end (apim.md 1.2, 1.4).

A period begins at the current UTC time truncated to its unit. Weeks begin on Monday, which the
sources leave open.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from headgate.model.clock import SECOND, Micros

Period = Literal["Hourly", "Daily", "Weekly", "Monthly", "Yearly"]
PERIODS: tuple[Period, ...] = get_args(Period)

_BY_NAME = {period.lower(): period for period in PERIODS}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_named(name: str) -> Period:
    """Return the period of a name in any case (apim.md 1.2). Raises ValueError for another."""
    try:
        return _BY_NAME[name.lower()]
    except KeyError:
        raise ValueError(f"not one of {', '.join(PERIODS)}: {name!r}") from None


def bounds(period: Period, now: Micros) -> tuple[Micros, Micros]:
    """Return when the period that holds `now` began and when it ends, the end excluded."""
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
