"""Formats of dates and time spans in the invariant culture."""

from __future__ import annotations

import re
from collections.abc import Callable

from headgate.csharp.budget import spend
from headgate.csharp.errors import bad_format
from headgate.csharp.runtime.dates import (
    DAY,
    HOUR,
    LOCAL,
    MINUTE,
    SECOND,
    UTC,
    DateTime,
    DateTimeOffset,
    TimeSpan,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
    "O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
    "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
TOKEN = re.compile(r"""d+|M+|y+|h+|H+|m+|s+|f+|F+|t+|z+|g+|K|\\.|%|'[^']*'|"[^"]*"|.""", re.DOTALL)


class Moment:
    """A time with the offset that its format may show; None: there is none."""

    def __init__(self, time: DateTime, offset: int | None) -> None:
        self.day = time.date
        self.hour, self.minute, self.second, self.ticks = time.time
        self.kind = time.kind
        self.offset = offset


def date_text(time: DateTime, form: str) -> str:
    """Return `DateTime.ToString(form)`."""
    return laid_out(Moment(time, None), form)


def offset_text(time: DateTimeOffset, form: str) -> str:
    """Return `DateTimeOffset.ToString(form)`."""
    if form in ("r", "R", "u"):
        return laid_out(Moment(DateTime(time.utc), 0), form)
    return laid_out(Moment(DateTime(time.ticks), time.offset), form)


FIELDS = 2_000
"""Units of a time that is written."""
EACH = 300
"""Units of a character of its format."""


def laid_out(moment: Moment, form: str) -> str:
    """Fill a format with a time."""
    spend(FIELDS + EACH * len(form))
    if len(form) == 1:
        if form not in STANDARD:
            raise bad_format("Input string was not in a correct format.")
        form = STANDARD[form]
    out: list[str] = []
    for token in TOKEN.findall(form):
        part = PARTS.get(token[0])
        if part is not None:
            out.append(part(moment, len(token)))
        elif token[0] == "\\":
            out.append(token[1:])
        elif token[0] in "'\"" and len(token) > 1:
            out.append(token[1:-1])
        elif token != "%":
            out.append(token)
        if token[0] == "F" and out[-1] == "" and len(out) > 1 and out[-2].endswith("."):
            out[-2] = out[-2][:-1]
    return "".join(out)


def year(moment: Moment, count: int) -> str:
    """Return the year in some digits."""
    if count <= 2:
        return f"{moment.day.year % 100:0{count}d}"
    return f"{moment.day.year:0{count}d}"


def month(moment: Moment, count: int) -> str:
    """Return the month as digits or name."""
    if count <= 2:
        return f"{moment.day.month:0{count}d}"
    name = MONTHS[moment.day.month - 1]
    return name[:3] if count == 3 else name


def day(moment: Moment, count: int) -> str:
    """Return the day of the month as digits, or of the week as a name."""
    if count <= 2:
        return f"{moment.day.day:0{count}d}"
    name = DAYS[moment.day.weekday()]
    return name[:3] if count == 3 else name


def fraction(moment: Moment, count: int) -> str:
    """Return digits of the fraction of a second."""
    if count > 7:
        raise bad_format()
    return f"{moment.ticks:07d}"[:count]


def zone(moment: Moment, count: int) -> str:
    """Return the offset from UTC."""
    minutes = (moment.offset or 0) // MINUTE
    sign = "-" if minutes < 0 else "+"
    hours = abs(minutes) // 60
    if count < 3:
        return f"{sign}{hours:0{count}d}"
    return f"{sign}{hours:02d}:{abs(minutes) % 60:02d}"


def kind(moment: Moment, _count: int) -> str:
    """Return Z, an offset or nothing, by the kind."""
    if moment.offset is not None or moment.kind == LOCAL:
        return zone(moment, 3)
    return "Z" if moment.kind == UTC else ""


PARTS: dict[str, Callable[[Moment, int], str]] = {
    "y": year,
    "M": month,
    "d": day,
    "H": lambda moment, count: f"{moment.hour:0{min(count, 2)}d}",
    "h": lambda moment, count: f"{moment.hour % 12 or 12:0{min(count, 2)}d}",
    "m": lambda moment, count: f"{moment.minute:0{min(count, 2)}d}",
    "s": lambda moment, count: f"{moment.second:0{min(count, 2)}d}",
    "f": fraction,
    "F": lambda moment, count: fraction(moment, count).rstrip("0"),
    "t": lambda moment, count: ("AM", "PM")[moment.hour >= 12][:count],
    "z": zone,
    "K": kind,
    "g": lambda moment, count: "A.D.",
}

SPAN_TOKEN = re.compile(r"""d+|h+|m+|s+|f+|F+|\\.|%|'[^']*'|"[^"]*"|.""", re.DOTALL)


def span_text(value: TimeSpan, form: str) -> str:
    """Return `TimeSpan.ToString(form)`."""
    if form in ("c", "t", "T"):
        return value.to_text()
    ticks = abs(value.ticks)
    days, hours, minutes = ticks // DAY, ticks // HOUR % 24, ticks // MINUTE % 60
    seconds, rest = ticks // SECOND % 60, ticks % SECOND
    sign = "-" if value.ticks < 0 else ""
    if form == "G":
        return f"{sign}{days}:{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:07d}"
    if form == "g":
        tail = f".{rest:07d}".rstrip("0") if rest else ""
        front = f"{days}:" if days else ""
        return f"{sign}{front}{hours}:{minutes:02d}:{seconds:02d}{tail}"
    if len(form) < 2:
        raise bad_format()
    numbers = {"d": days, "h": hours, "m": minutes, "s": seconds}
    out: list[str] = []
    for token in SPAN_TOKEN.findall(form):
        if token[0] in numbers:
            out.append(f"{numbers[token[0]]:0{len(token)}d}")
        elif token[0] in "fF":
            digits = f"{rest:07d}"[: len(token)]
            out.append(digits.rstrip("0") if token[0] == "F" else digits)
        elif token[0] == "\\":
            out.append(token[1:])
        elif token[0] in "'\"" and len(token) > 1:
            out.append(token[1:-1])
        elif token != "%":
            raise bad_format("Input string was not in a correct format.")
    return "".join(out)
