"""Plain values in XML and back, as System.Xml.XmlConvert does it (XML Schema's forms)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from headgate.csharp.errors import bad_argument, bad_format
from headgate.csharp.numerals import parse_double, parse_integer
from headgate.csharp.runtime import guids
from headgate.csharp.runtime.casts import CLASSES
from headgate.csharp.runtime.converting import parse
from headgate.csharp.runtime.dateformats import date_text, offset_text
from headgate.csharp.runtime.dateparsing import parse_date, parse_offset
from headgate.csharp.runtime.dates import DAY, HOUR, MINUTE, SECOND, DateTime, DateTimeOffset
from headgate.csharp.runtime.dates import TimeSpan as Span
from headgate.csharp.runtime.xmlnames import BLANKS
from headgate.csharp.types import (
    BOOLEAN,
    DECIMAL,
    DOUBLE,
    INT32,
    INT64,
    SINGLE,
    STRING,
    UINT32,
    UINT64,
    Type,
    simple,
)
from headgate.csharp.values import Single, to_text

ROUNDTRIP = 128
"""DateTimeStyles.RoundtripKind."""
MOMENT_FORM = "yyyy-MM-ddTHH:mm:ss.FFFFFFF"
INFINITE = {"INF": float("inf"), "-INF": float("-inf")}
DURATION = re.compile(
    r"(-?)P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,12}))?S)?)?"
)
"""xs:duration."""
MOMENT = re.compile(r"\d{4}-\d\d(-\d\d)?(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
WHOLE = re.compile(r"[+-]?\d+")


def duration(value: Span) -> str:
    """Return `P1DT2H3M4.5S`."""
    ticks = abs(value.ticks)
    days, rest = divmod(ticks, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    clock = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    if seconds or fraction or not ticks:
        tail = f".{fraction:07d}".rstrip("0") if fraction else ""
        clock.append(f"{seconds}{tail}S")
    time = "".join(clock)
    return (
        f"{'-' if value.ticks < 0 else ''}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"
    )


def parse_duration(text: str) -> Span:
    """Return the duration in a text; a year counts 365 days and a month 30. Raises Format."""
    found = DURATION.fullmatch(text)
    if not found:
        raise bad_format(f"The string '{text}' is not a valid TimeSpan value.")
    years, months, days, hours, minutes, seconds = [int(one or 0) for one in found.groups()[1:7]]
    ticks = (years * 365 + months * 30 + days) * DAY + hours * HOUR + minutes * MINUTE
    ticks += seconds * SECOND + int((found[8] or "").ljust(7, "0")[:7])
    return Span(-ticks if found[1] else ticks)


def text_of(value: Any) -> str:
    """Return a value as content of XML. Raises ArgumentException for null."""
    if value is None:
        raise bad_argument("The argument cannot be converted to a string.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return to_text(value).replace("Infinity", "INF")
    if isinstance(value, DateTime):
        return date_text(value, MOMENT_FORM + "K")
    if isinstance(value, DateTimeOffset):
        return offset_text(value, MOMENT_FORM + ("zzz" if value.offset else "'Z'"))
    return duration(value) if isinstance(value, Span) else to_text(value)


def to_boolean(text: str) -> bool:
    """Return xs:boolean, whatever its case. Raises FormatException."""
    word = text.strip(BLANKS).lower()
    if word not in ("true", "false", "1", "0"):
        raise bad_format(f"The string '{text}' is not a valid Boolean value.")
    return word in ("true", "1")


def to_double(text: str) -> float:
    """Return xs:double."""
    word = text.strip(BLANKS)
    return INFINITE[word] if word in INFINITE else parse_double(word)


def to_decimal(text: str) -> Any:
    """Return xs:decimal: no exponent and no separators of thousands."""
    word = text.strip(BLANKS)
    if not NUMBER.fullmatch(word):
        raise bad_format()
    return parse(DECIMAL, word)


def to_moment(text: str) -> DateTimeOffset:
    """Return xs:dateTime, xs:date or xs:gYearMonth with its offset."""
    word = text.strip(BLANKS)
    if not MOMENT.fullmatch(word):
        raise bad_format(f"The string '{text}' is not a valid AllXsd value.")
    return parse_offset(word)


def integer(kind: Type) -> Callable[[str], Any]:
    """Return the reader of an integral type."""

    def read(text: str) -> Any:
        word = text.strip(BLANKS)
        if not WHOLE.fullmatch(word) or (word[0] == "-" and kind in (UINT32, UINT64)):
            raise bad_format()
        found = parse_integer(word, kind)
        return found if kind == INT32 else CLASSES[kind](found)

    return read


READERS: dict[Type, Callable[[str], Any]] = {
    STRING: str,
    BOOLEAN: to_boolean,
    **{kind: integer(kind) for kind in (INT32, UINT32, INT64, UINT64)},
    SINGLE: lambda text: Single(to_double(text)),
    DOUBLE: to_double,
    DECIMAL: to_decimal,
    simple("DateTime"): lambda text: parse_date(text, ROUNDTRIP),
    simple("DateTimeOffset"): to_moment,
    simple("TimeSpan"): lambda text: parse_duration(text.strip(BLANKS)),
    simple("Guid"): lambda text: guids.parse(text.strip(BLANKS)),
}
"""What `(T)element` reads, by T."""
