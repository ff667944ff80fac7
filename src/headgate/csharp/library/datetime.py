"""System.DateTime."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import dates
from headgate.csharp.runtime.dateexact import parse_exact
from headgate.csharp.runtime.dateformats import date_text
from headgate.csharp.runtime.dateparsing import parse_date
from headgate.csharp.runtime.dates import (
    DAY,
    HOUR,
    LOCAL,
    MAX_TICKS,
    MILLISECOND,
    MINUTE,
    SECOND,
    UTC,
    DateTime,
    TimeSpan,
    make_date,
    make_time,
)
from headgate.csharp.runtime.equality import compare
from headgate.csharp.values import Int64
from headgate.model.context import Context

TYPE = DotNetType(
    "System.DateTime", kind="struct", python=DateTime, default=DateTime(0), bases=("IComparable",)
)

TYPE.constant("DateTime MinValue", DateTime(0))
TYPE.constant("DateTime MaxValue", DateTime(MAX_TICKS))


@TYPE.static_property("DateTime UtcNow", context=True)
def utc_now(context: Context) -> DateTime:
    """Return the time in UTC."""
    return dates.from_micros(context.clock.now())


@TYPE.static_property("DateTime Now", context=True)
def now(context: Context) -> DateTime:
    """Return the local time; the gateway's time zone is UTC."""
    return DateTime(utc_now(context).ticks, LOCAL)


@TYPE.static_property("DateTime Today", context=True)
def today(context: Context) -> DateTime:
    """Return the day."""
    ticks = utc_now(context).ticks
    return DateTime(ticks - ticks % DAY, LOCAL)


# -- construction -------------------------------------------------------------------------------


@TYPE.constructor("(long ticks)")
@TYPE.constructor("(long ticks, DateTimeKind kind)")
def of_ticks(ticks: int, kind: int = 0) -> DateTime:
    """Return the time of ticks."""
    return DateTime(int(ticks), kind)


@TYPE.constructor("(int year, int month, int day)")
def of_day(year: int, month: int, day: int) -> DateTime:
    """Return midnight of a day."""
    return DateTime(make_date(year, month, day))


CLOCK = "int year, int month, int day, int hour, int minute, int second"


@TYPE.constructor(f"({CLOCK})")
@TYPE.constructor(f"({CLOCK}, int millisecond)")
def of_clock(*parts: int) -> DateTime:
    """Return a time of a day."""
    return DateTime(make_date(*parts[:3]) + make_time(*parts[3:]))


@TYPE.constructor(f"({CLOCK}, DateTimeKind kind)")
@TYPE.constructor(f"({CLOCK}, int millisecond, DateTimeKind kind)")
def of_clock_kind(*parts: int) -> DateTime:
    """Return a time of a day of a kind."""
    return DateTime(make_date(*parts[:3]) + make_time(*parts[3:-1]), parts[-1])


# -- parts --------------------------------------------------------------------------------------

TYPE.property("int Year", code="{0}.date.year")
TYPE.property("int Month", code="{0}.date.month")
TYPE.property("int Day", code="{0}.date.day")
TYPE.property("int Hour", code="{0}.time[0]")
TYPE.property("int Minute", code="{0}.time[1]")
TYPE.property("int Second", code="{0}.time[2]")
TYPE.property("int Millisecond")(lambda time: time.time[3] // MILLISECOND)
TYPE.property("long Ticks")(lambda time: Int64(time.ticks))
TYPE.property("DateTimeKind Kind")(lambda time: dates.Kind(time.kind))
TYPE.property("DateTime Date")(lambda time: DateTime(time.ticks - time.ticks % DAY, time.kind))
TYPE.property("TimeSpan TimeOfDay")(lambda time: TimeSpan(time.ticks % DAY))
TYPE.property("DayOfWeek DayOfWeek")(lambda time: dates.DayOfWeek(time.date.isoweekday() % 7))
TYPE.property("int DayOfYear")(lambda time: time.date.timetuple().tm_yday)

# -- arithmetic ---------------------------------------------------------------------------------


def moved(time: DateTime, ticks: int) -> DateTime:
    """Return a time some ticks later."""
    return DateTime(time.ticks + ticks, time.kind)


for name, unit in (
    ("Days", DAY),
    ("Hours", HOUR),
    ("Minutes", MINUTE),
    ("Seconds", SECOND),
    ("Milliseconds", MILLISECOND),
):
    TYPE.method(f"DateTime Add{name}(double value)")(
        lambda time, value, unit=unit: moved(time, dates.scaled(value, unit))
    )
TYPE.method("DateTime AddTicks(long value)")(lambda time, value: moved(time, int(value)))
TYPE.method("DateTime AddMonths(int months)")(dates.add_months)
TYPE.method("DateTime AddYears(int value)")(lambda time, years: dates.add_months(time, years * 12))
TYPE.method("DateTime Add(TimeSpan value)")(lambda time, span: moved(time, span.ticks))


def later(time: DateTime, span: TimeSpan) -> DateTime:
    """Return time + span."""
    return moved(time, span.ticks)


def earlier(time: DateTime, span: TimeSpan) -> DateTime:
    """Return time - span."""
    return moved(time, -span.ticks)


def between(left: DateTime, right: DateTime) -> TimeSpan:
    """Return left - right."""
    return TimeSpan(left.ticks - right.ticks)


TYPE.method("DateTime Subtract(TimeSpan value)")(earlier)
TYPE.method("TimeSpan Subtract(DateTime value)")(between)
TYPE.operator("+", "DateTime (DateTime d, TimeSpan t)")(later)
TYPE.operator("-", "DateTime (DateTime d, TimeSpan t)")(earlier)
TYPE.operator("-", "TimeSpan (DateTime d1, DateTime d2)")(between)


def ordered(declared: DotNetType, word: str) -> None:
    """Declare comparison operators, CompareTo, Compare and Equals of a type of time."""
    tests: dict[str, Any] = {
        "==": lambda left, right: left == right,
        "!=": lambda left, right: left != right,
        "<": lambda left, right: left < right,
        ">": lambda left, right: left > right,
        "<=": lambda left, right: not left > right,
        ">=": lambda left, right: not left < right,
    }
    for op, test in tests.items():
        declared.operator(op, f"bool ({word} a, {word} b)")(test)
    declared.method(f"int CompareTo({word} value)")(compare)
    declared.static(f"int Compare({word} t1, {word} t2)")(compare)
    declared.method(f"bool Equals({word} value)", code="{0} == {1}")
    declared.static(f"bool Equals({word} t1, {word} t2)")(tests["=="])


ordered(TYPE, "DateTime")

# -- kinds and text -----------------------------------------------------------------------------

TYPE.method("DateTime ToUniversalTime()")(lambda time: DateTime(time.ticks, UTC))
TYPE.method("DateTime ToLocalTime()")(lambda time: DateTime(time.ticks, LOCAL))
TYPE.method("bool IsDaylightSavingTime()", code="False")
TYPE.static("DateTime SpecifyKind(DateTime value, DateTimeKind kind)")(
    lambda time, kind: DateTime(time.ticks, kind)
)
TYPE.static("int DaysInMonth(int year, int month)")(dates.days_in_month)
TYPE.static("bool IsLeapYear(int year)")(lambda year: dates.days_in_month(year, 2) == 29)


def text(time: DateTime, form: str | None = None, _culture: Any = None) -> str:
    """Return the time in a format."""
    return date_text(time, form) if form else time.to_text()


TYPE.method("string! ToString()")(text)
TYPE.method("string! ToString(string format)")(text)
TYPE.method("string! ToString(string format, IFormatProvider provider)")(text)
TYPE.method("string! ToString(IFormatProvider provider)")(lambda time, _: time.to_text())
for name, form in (
    ("ShortDate", "d"),
    ("LongDate", "D"),
    ("ShortTime", "t"),
    ("LongTime", "T"),
):
    TYPE.method(f"string! To{name}String()")(lambda time, form=form: date_text(time, form))


@TYPE.static("DateTime Parse(string s)")
@TYPE.static("DateTime Parse(string s, IFormatProvider provider)")
@TYPE.static("DateTime Parse(string s, IFormatProvider provider, DateTimeStyles styles)")
def parse(value: str | None, _culture: Any = None, styles: int = 0) -> DateTime:
    """Return the time in a text."""
    return parse_date(value, styles)


@TYPE.static("bool TryParse(string s, out DateTime result)")
@TYPE.static(
    "bool TryParse(string s, IFormatProvider provider, DateTimeStyles styles, out DateTime result)"
)
def try_parse(value: str | None, _culture: Any = None, styles: int = 0) -> tuple[bool, DateTime]:
    """Return whether the text is a time, and the time."""
    try:
        return True, parse_date(value, styles)
    except DotNetError:
        return False, DateTime(0)


@TYPE.static("DateTime ParseExact(string s, string format, IFormatProvider provider)")
@TYPE.static(
    "DateTime ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style)"
)
def exactly(value: str | None, form: str | None, _culture: Any, styles: int = 0) -> DateTime:
    """Return the time in a text of one format."""
    return parse_exact(value, form, styles)


@TYPE.static(
    "bool TryParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style, "
    "out DateTime result)"
)
def try_exactly(
    value: str | None, form: str | None, _culture: Any, styles: int
) -> tuple[bool, DateTime]:
    """Return whether the text has the format, and the time."""
    try:
        return True, parse_exact(value, form, styles)
    except DotNetError:
        return False, DateTime(0)
