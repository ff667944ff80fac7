"""System.TimeSpan."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError
from headgate.csharp.library.datetime import ordered
from headgate.csharp.runtime.dateformats import span_text
from headgate.csharp.runtime.dates import (
    DAY,
    HOUR,
    MILLISECOND,
    MINUTE,
    SECOND,
    TimeSpan,
    span,
)
from headgate.csharp.runtime.spans import parse_span
from headgate.csharp.values import Int64

TYPE = DotNetType(
    "System.TimeSpan", kind="struct", python=TimeSpan, default=TimeSpan(0), bases=("IComparable",)
)
TYPE.constant("TimeSpan Zero", TimeSpan(0))
TYPE.constant("TimeSpan MaxValue", TimeSpan((1 << 63) - 1))
TYPE.constant("TimeSpan MinValue", TimeSpan(-(1 << 63)))

UNITS = (
    ("Days", DAY, 1 << 62),
    ("Hours", HOUR, 24),
    ("Minutes", MINUTE, 60),
    ("Seconds", SECOND, 60),
    ("Milliseconds", MILLISECOND, 1000),
)


def part(value: TimeSpan, unit: int, size: int) -> int:
    """Return one part of a span, with its sign."""
    found = abs(value.ticks) // unit % size
    return -found if value.ticks < 0 else found


for name, unit, size in UNITS:
    TYPE.constant(f"long TicksPer{name[:-1]}", Int64(unit))
    TYPE.static(f"TimeSpan From{name}(double value)")(lambda value, unit=unit: span(value, unit))
    TYPE.property(f"double Total{name}")(lambda value, unit=unit: value.ticks / unit)
    TYPE.property(f"int {name}")(lambda value, unit=unit, size=size: part(value, unit, size))
TYPE.static("TimeSpan FromTicks(long value)")(lambda ticks: TimeSpan(int(ticks)))
TYPE.property("long Ticks")(lambda value: Int64(value.ticks))


@TYPE.constructor("(long ticks)")
def of_ticks(ticks: int) -> TimeSpan:
    """Return the span of ticks."""
    return TimeSpan(int(ticks))


@TYPE.constructor("(int hours, int minutes, int seconds)")
def of_clock(hours: int, minutes: int, seconds: int) -> TimeSpan:
    """Return the span of hours, minutes and seconds."""
    return TimeSpan(hours * HOUR + minutes * MINUTE + seconds * SECOND)


@TYPE.constructor("(int days, int hours, int minutes, int seconds)")
@TYPE.constructor("(int days, int hours, int minutes, int seconds, int milliseconds)")
def of_parts(*parts: int) -> TimeSpan:
    """Return the span of days and smaller parts."""
    units = (DAY, HOUR, MINUTE, SECOND, MILLISECOND)
    return TimeSpan(sum(value * unit for value, unit in zip(parts, units, strict=False)))


def plus(left: TimeSpan, right: TimeSpan) -> TimeSpan:
    """Return left + right."""
    return TimeSpan(left.ticks + right.ticks)


def minus(left: TimeSpan, right: TimeSpan) -> TimeSpan:
    """Return left - right."""
    return TimeSpan(left.ticks - right.ticks)


def negated(value: TimeSpan) -> TimeSpan:
    """Return -value."""
    return TimeSpan(-value.ticks)


TYPE.operator("+", "TimeSpan (TimeSpan t1, TimeSpan t2)")(plus)
TYPE.operator("-", "TimeSpan (TimeSpan t1, TimeSpan t2)")(minus)
TYPE.operator("-", "TimeSpan (TimeSpan t)")(negated)
TYPE.method("TimeSpan Add(TimeSpan ts)")(plus)
TYPE.method("TimeSpan Subtract(TimeSpan ts)")(minus)
TYPE.method("TimeSpan Negate()")(negated)
TYPE.method("TimeSpan Duration()")(lambda value: TimeSpan(abs(value.ticks)))
ordered(TYPE, "TimeSpan")


def text(value: TimeSpan, form: str | None = None, _culture: Any = None) -> str:
    """Return the span in a format."""
    return span_text(value, form or "c")


TYPE.method("string! ToString()")(text)
TYPE.method("string! ToString(string format)")(text)
TYPE.method("string! ToString(string format, IFormatProvider provider)")(text)
TYPE.static("TimeSpan Parse(string s)")(parse_span)


@TYPE.static("bool TryParse(string s, out TimeSpan result)")
def try_parse(value: str | None) -> tuple[bool, TimeSpan]:
    """Return whether the text is a span, and the span."""
    try:
        return True, parse_span(value)
    except DotNetError:
        return False, TimeSpan(0)
