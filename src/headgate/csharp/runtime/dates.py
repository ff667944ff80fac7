"""DateTime, DateTimeOffset and TimeSpan: 100 ns ticks, and a kind."""

from __future__ import annotations

import datetime as calendar

from headgate.csharp.errors import bad_argument, out_of_range, overflow
from headgate.csharp.types import simple
from headgate.csharp.values import NetObject, enum_class

TICKS_PER_MICRO = 10
MILLISECOND = 10_000
SECOND = 10_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_TICKS = 3_155_378_975_999_999_999
UNIX_TICKS = 621_355_968_000_000_000
"""Ticks of 1970-01-01."""

Kind = enum_class("System.DateTimeKind", {"Unspecified": 0, "Utc": 1, "Local": 2})
DayOfWeek = enum_class(
    "System.DayOfWeek",
    {
        name: place
        for place, name in enumerate(
            ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
        )
    },
)
UNSPECIFIED, UTC, LOCAL = Kind(0), Kind(1), Kind(2)


class TimeSpan(NetObject):
    """System.TimeSpan."""

    __slots__ = ("ticks",)
    NET = simple("TimeSpan")

    def __init__(self, ticks: int) -> None:
        if not -(1 << 63) <= ticks < 1 << 63:
            raise overflow("TimeSpan overflowed because the duration is too long.")
        self.ticks = ticks

    def net_equals(self, other: object) -> bool:
        """Compare the ticks."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeSpan) and self.ticks == other.ticks

    def __lt__(self, other: TimeSpan) -> bool:
        return self.ticks < other.ticks

    def __gt__(self, other: TimeSpan) -> bool:
        return self.ticks > other.ticks

    def __hash__(self) -> int:
        return hash(self.ticks)

    def to_text(self) -> str:
        """Return `[-][d.]hh:mm:ss[.fffffff]`."""
        ticks = abs(self.ticks)
        days, rest = divmod(ticks, DAY)
        seconds, fraction = divmod(rest, SECOND)
        text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        sign = "-" if self.ticks < 0 else ""
        tail = f".{fraction:07d}" if fraction else ""
        return f"{sign}{f'{days}.' if days else ''}{text}{tail}"


class DateTime(NetObject):
    """System.DateTime."""

    __slots__ = ("kind", "ticks")
    NET = simple("DateTime")

    def __init__(self, ticks: int, kind: int = 0) -> None:
        if not 0 <= ticks <= MAX_TICKS:
            raise out_of_range("ticks", "The added or subtracted value is not a DateTime.")
        self.ticks = ticks
        self.kind = kind

    def net_equals(self, other: object) -> bool:
        """Compare the ticks; the kind does not count."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTime) and self.ticks == other.ticks

    def __lt__(self, other: DateTime) -> bool:
        return self.ticks < other.ticks

    def __gt__(self, other: DateTime) -> bool:
        return self.ticks > other.ticks

    def __hash__(self) -> int:
        return hash(self.ticks)

    @property
    def date(self) -> calendar.date:
        """Return the day."""
        return calendar.date.fromordinal(self.ticks // DAY + 1)

    @property
    def time(self) -> tuple[int, int, int, int]:
        """Return hour, minute, second and ticks of the second."""
        seconds, ticks = divmod(self.ticks % DAY, SECOND)
        minutes, second = divmod(seconds, 60)
        return minutes // 60, minutes % 60, second, ticks

    def to_text(self) -> str:
        """Return `MM/dd/yyyy HH:mm:ss`."""
        day, (hour, minute, second, _) = self.date, self.time
        return f"{day.month:02d}/{day.day:02d}/{day.year:04d} {hour:02d}:{minute:02d}:{second:02d}"


class DateTimeOffset(NetObject):
    """System.DateTimeOffset: `ticks` are local, `offset` is in ticks."""

    __slots__ = ("offset", "ticks")
    NET = simple("DateTimeOffset")

    def __init__(self, ticks: int, offset: int = 0) -> None:
        if abs(offset) > 14 * HOUR:
            raise out_of_range("offset", "Offset must be within plus or minus 14 hours.")
        if not 0 <= ticks <= MAX_TICKS or not 0 <= ticks - offset <= MAX_TICKS:
            raise out_of_range("ticks", "The UTC time is not a DateTimeOffset.")
        self.ticks = ticks
        self.offset = offset

    @property
    def utc(self) -> int:
        """Return the ticks in UTC."""
        return self.ticks - self.offset

    def net_equals(self, other: object) -> bool:
        """Compare the instants."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTimeOffset) and self.utc == other.utc

    def __lt__(self, other: DateTimeOffset) -> bool:
        return self.utc < other.utc

    def __gt__(self, other: DateTimeOffset) -> bool:
        return self.utc > other.utc

    def __hash__(self) -> int:
        return hash(self.utc)

    def to_text(self) -> str:
        """Return `MM/dd/yyyy HH:mm:ss +hh:mm`."""
        minutes = abs(self.offset) // MINUTE
        sign = "-" if self.offset < 0 else "+"
        zone = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
        return f"{DateTime(self.ticks).to_text()} {zone}"


def from_micros(micros: int) -> DateTime:
    """Return the UTC time of microseconds since 1970."""
    return DateTime(UNIX_TICKS + micros * TICKS_PER_MICRO, UTC)


def make_date(year: int, month: int, day: int) -> int:
    """Return the ticks of a day. Raises ArgumentOutOfRangeException."""
    try:
        return (calendar.date(year, month, day).toordinal() - 1) * DAY
    except ValueError as error:
        raise out_of_range(
            "day", "Year, Month, and Day parameters describe an un-representable DateTime."
        ) from error


def make_time(hour: int, minute: int, second: int, millisecond: int = 0) -> int:
    """Return the ticks of a time of day. Raises ArgumentOutOfRangeException."""
    fits = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= millisecond < 1000
    if not fits:
        raise out_of_range("second", "Hour, Minute, and Second parameters describe no time of day.")
    return hour * HOUR + minute * MINUTE + second * SECOND + millisecond * MILLISECOND


def scaled(value: float, unit: int) -> int:
    """Return ticks of a fraction of a unit, rounded to a millisecond as DateTime.Add* does."""
    if value != value:
        raise bad_argument("TimeSpan does not accept floating point Not-a-Number values.")
    millis = value * (unit / MILLISECOND)
    if abs(millis) >= 2.0**62 / MILLISECOND:
        raise out_of_range("value", "Value to add was out of range.")
    return int(millis + (0.5 if value >= 0 else -0.5)) * MILLISECOND


def span(value: float, unit: int) -> TimeSpan:
    """Return a TimeSpan of a fraction of a unit, exact to the tick (TimeSpan.From*)."""
    if value != value:
        raise bad_argument("TimeSpan does not accept floating point Not-a-Number values.")
    ticks = value * unit
    if abs(ticks) >= 2.0**63:
        raise overflow("TimeSpan overflowed because the duration is too long.")
    return TimeSpan(int(ticks))


def add_months(time: DateTime, months: int) -> DateTime:
    """Return a time some months later; a day that the month lacks becomes its last."""
    if abs(months) > 120_000:
        raise out_of_range("months")
    day = time.date
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    if not 1 <= year <= 9999:
        raise out_of_range("months")
    last = days_in_month(year, month + 1)
    return DateTime(make_date(year, month + 1, min(day.day, last)) + time.ticks % DAY, time.kind)


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        raise out_of_range("month")
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31
