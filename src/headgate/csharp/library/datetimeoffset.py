"""System.DateTimeOffset."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, bad_argument
from headgate.csharp.library.datetime import CLOCK, ordered
from headgate.csharp.runtime import dates
from headgate.csharp.runtime.dateformats import offset_text
from headgate.csharp.runtime.dateparsing import parse_offset
from headgate.csharp.runtime.dates import (
    DAY,
    HOUR,
    MILLISECOND,
    MINUTE,
    SECOND,
    UNIX_TICKS,
    UTC,
    DateTime,
    DateTimeOffset,
    TimeSpan,
    make_date,
    make_time,
)
from headgate.csharp.values import Int64
from headgate.model.context import Context

TYPE = DotNetType(
    "System.DateTimeOffset",
    kind="struct",
    python=DateTimeOffset,
    default=DateTimeOffset(0),
    bases=("IComparable",),
)
TYPE.constant("DateTimeOffset MinValue", DateTimeOffset(0))
TYPE.constant("DateTimeOffset MaxValue", DateTimeOffset(dates.MAX_TICKS))


@TYPE.static_property("DateTimeOffset UtcNow", context=True)
@TYPE.static_property("DateTimeOffset Now", context=True)
def now(context: Context) -> DateTimeOffset:
    """Return the time; the gateway's time zone is UTC."""
    return DateTimeOffset(dates.from_micros(context.clock.now()).ticks)


@TYPE.constructor("(DateTime dateTime)")
@TYPE.implicit("DateTimeOffset of(DateTime dateTime)")
def of_date(time: DateTime) -> DateTimeOffset:
    """Return a DateTime with the offset zero."""
    return DateTimeOffset(time.ticks)


@TYPE.constructor("(DateTime dateTime, TimeSpan offset)")
def of_date_offset(time: DateTime, offset: TimeSpan) -> DateTimeOffset:
    """Return a DateTime with an offset; a UTC time allows only zero."""
    if time.kind and offset.ticks:
        raise bad_argument("The UTC Offset for Utc DateTime instances must be 0.")
    return DateTimeOffset(time.ticks, offset.ticks)


@TYPE.constructor(f"({CLOCK}, TimeSpan offset)")
@TYPE.constructor(f"({CLOCK}, int millisecond, TimeSpan offset)")
def of_clock(*parts: Any) -> DateTimeOffset:
    """Return a time of a day with an offset."""
    return DateTimeOffset(make_date(*parts[:3]) + make_time(*parts[3:-1]), parts[-1].ticks)


TYPE.property("DateTime DateTime")(lambda time: DateTime(time.ticks))
TYPE.property("DateTime UtcDateTime")(lambda time: DateTime(time.utc, UTC))
TYPE.property("DateTime LocalDateTime")(lambda time: DateTime(time.utc, dates.LOCAL))
TYPE.property("DateTime Date")(lambda time: DateTime(time.ticks - time.ticks % DAY))
TYPE.property("TimeSpan Offset")(lambda time: TimeSpan(time.offset))
TYPE.property("TimeSpan TimeOfDay")(lambda time: TimeSpan(time.ticks % DAY))
TYPE.property("long Ticks")(lambda time: Int64(time.ticks))
TYPE.property("long UtcTicks")(lambda time: Int64(time.utc))
TYPE.property("int Year")(lambda time: DateTime(time.ticks).date.year)
TYPE.property("int Month")(lambda time: DateTime(time.ticks).date.month)
TYPE.property("int Day")(lambda time: DateTime(time.ticks).date.day)
for place, name in enumerate(("Hour", "Minute", "Second")):
    TYPE.property(f"int {name}")(lambda time, place=place: DateTime(time.ticks).time[place])
TYPE.property("int Millisecond")(lambda time: time.ticks % SECOND // MILLISECOND)
TYPE.property("DayOfWeek DayOfWeek")(
    lambda time: dates.DayOfWeek(DateTime(time.ticks).date.isoweekday() % 7)
)


def moved(time: DateTimeOffset, ticks: int) -> DateTimeOffset:
    """Return a time some ticks later."""
    return DateTimeOffset(time.ticks + ticks, time.offset)


for name, unit in (
    ("Days", DAY),
    ("Hours", HOUR),
    ("Minutes", MINUTE),
    ("Seconds", SECOND),
    ("Milliseconds", MILLISECOND),
):
    TYPE.method(f"DateTimeOffset Add{name}(double value)")(
        lambda time, value, unit=unit: moved(time, dates.scaled(value, unit))
    )


@TYPE.method("DateTimeOffset AddMonths(int months)")
def add_months(time: DateTimeOffset, months: int) -> DateTimeOffset:
    """Return a time some months later."""
    return DateTimeOffset(dates.add_months(DateTime(time.ticks), months).ticks, time.offset)


TYPE.method("DateTimeOffset AddYears(int years)")(lambda time, years: add_months(time, years * 12))
TYPE.method("DateTimeOffset AddTicks(long ticks)")(lambda time, ticks: moved(time, int(ticks)))
TYPE.method("DateTimeOffset Add(TimeSpan value)")(lambda time, span: moved(time, span.ticks))
TYPE.method("DateTimeOffset Subtract(TimeSpan value)")(lambda time, span: moved(time, -span.ticks))
TYPE.method("TimeSpan Subtract(DateTimeOffset value)")(
    lambda left, right: TimeSpan(left.utc - right.utc)
)
TYPE.operator("+", "DateTimeOffset (DateTimeOffset d, TimeSpan t)")(
    lambda time, span: moved(time, span.ticks)
)
TYPE.operator("-", "DateTimeOffset (DateTimeOffset d, TimeSpan t)")(
    lambda time, span: moved(time, -span.ticks)
)
TYPE.operator("-", "TimeSpan (DateTimeOffset a, DateTimeOffset b)")(
    lambda left, right: TimeSpan(left.utc - right.utc)
)
ordered(TYPE, "DateTimeOffset")


@TYPE.static("DateTimeOffset FromUnixTimeSeconds(long seconds)")
def from_seconds(seconds: int) -> DateTimeOffset:
    """Return the time of seconds since 1970."""
    return DateTimeOffset(UNIX_TICKS + int(seconds) * SECOND)


@TYPE.static("DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)")
def from_milliseconds(millis: int) -> DateTimeOffset:
    """Return the time of milliseconds since 1970."""
    return DateTimeOffset(UNIX_TICKS + int(millis) * MILLISECOND)


TYPE.method("long ToUnixTimeSeconds()")(lambda time: Int64((time.utc - UNIX_TICKS) // SECOND))
TYPE.method("long ToUnixTimeMilliseconds()")(
    lambda time: Int64((time.utc - UNIX_TICKS) // MILLISECOND)
)
TYPE.method("DateTimeOffset ToOffset(TimeSpan offset)")(
    lambda time, span: DateTimeOffset(time.utc + span.ticks, span.ticks)
)
TYPE.method("DateTimeOffset ToUniversalTime()")(lambda time: DateTimeOffset(time.utc))
TYPE.method("DateTimeOffset ToLocalTime()")(lambda time: DateTimeOffset(time.utc))


def text(time: DateTimeOffset, form: str | None = None, _culture: Any = None) -> str:
    """Return the time in a format."""
    return offset_text(time, form) if form else time.to_text()


TYPE.method("string! ToString()")(text)
TYPE.method("string! ToString(string format)")(text)
TYPE.method("string! ToString(string format, IFormatProvider provider)")(text)


@TYPE.static("DateTimeOffset Parse(string input)")
@TYPE.static("DateTimeOffset Parse(string input, IFormatProvider provider)")
@TYPE.static("DateTimeOffset Parse(string input, IFormatProvider provider, DateTimeStyles styles)")
def parse(value: str | None, _culture: Any = None, styles: int = 0) -> DateTimeOffset:
    """Return the time in a text."""
    return parse_offset(value, styles)


@TYPE.static("bool TryParse(string input, out DateTimeOffset result)")
def try_parse(value: str | None) -> tuple[bool, DateTimeOffset]:
    """Return whether the text is a time, and the time."""
    try:
        return True, parse_offset(value)
    except DotNetError:
        return False, DateTimeOffset(0)
