"""Dates from text: ISO 8601 first, then the common forms that `DateTime.Parse` takes."""

from __future__ import annotations

import re

from headgate.csharp.budget import numeral
from headgate.csharp.errors import DotNetError, bad_format, null_argument
from headgate.csharp.runtime.dateformats import MONTHS
from headgate.csharp.runtime.dates import (
    HOUR,
    LOCAL,
    MINUTE,
    UNSPECIFIED,
    UTC,
    DateTime,
    DateTimeOffset,
    make_date,
    make_time,
)

ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
CLOCK = (
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(AM|PM)?)?"
    r"\s*(GMT|Z|[+-]\d{2}:?\d{2})?"
)
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + CLOCK, re.IGNORECASE)
NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS)
WORDED = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(\d{{1,2}})[\s-]+({NAMES}),?[\s-]+(\d{{4}}){CLOCK}", re.IGNORECASE
)
WORDED_FIRST = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?({NAMES})\s+(\d{{1,2}}),?\s+(\d{{4}}){CLOCK}", re.IGNORECASE
)


class Read:
    """Ticks as written, and the offset that was written with them; None: there was none."""

    __slots__ = ("offset", "ticks", "zulu")

    def __init__(self, ticks: int, zone: str | None) -> None:
        self.ticks = ticks
        self.zulu = zone is not None and zone.upper() in ("Z", "GMT")
        self.offset: int | None = None
        if zone:
            self.offset = 0 if self.zulu else _offset(zone)


def _offset(zone: str) -> int:
    digits = zone[1:].replace(":", "")
    ticks = int(digits[:2]) * HOUR + int(digits[2:]) * MINUTE
    return -ticks if zone[0] == "-" else ticks


def _fraction(digits: str | None) -> int:
    if not digits:
        return 0
    ticks = int(digits[:7].ljust(7, "0"))
    return ticks + (len(digits) > 7 and digits[7] >= "5")


def _clock(hour: str | None, minute: str | None, second: str | None, half: str | None) -> int:
    if hour is None:
        return 0
    value = int(hour)
    if half:
        if not 1 <= value <= 12:
            raise bad_format()
        value = value % 12 + (12 if half.upper() == "PM" else 0)
    return make_time(value, int(minute or 0), int(second or 0))


def read(text: str) -> Read | None:
    """Return the time in a text, or None."""
    numeral(text)
    word = text.strip()
    found = ISO.fullmatch(word)
    if found:
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        clock = _clock(hour, minute, second, None) + _fraction(fraction)
        return Read(make_date(int(year), int(month), int(day)) + clock, zone)
    for shape, order in ((SLASHED, "mdy"), (WORDED, "dny"), (WORDED_FIRST, "ndy")):
        found = shape.fullmatch(word)
        if found:
            named = dict(zip(order, found.groups()[:3], strict=True))
            month_number = (
                int(named["m"])
                if "m" in named
                else next(i for i, m in enumerate(MONTHS, 1) if m[:3] == named["n"][:3].title())
            )
            hour, minute, second, fraction, half, zone = found.groups()[3:]
            clock = _clock(hour, minute, second, half) + _fraction(fraction)
            return Read(make_date(int(named["y"]), month_number, int(named["d"])) + clock, zone)
    return None


def needed(text: str | None) -> Read:
    """Return the time in a text. Raises ArgumentNull or Format."""
    if text is None:
        raise null_argument("s")
    try:
        found = read(text)
    except DotNetError as error:
        raise bad_format("The DateTime represented by the string is not supported.") from error
    if found is None:
        raise bad_format(f"String '{text}' was not recognized as a valid DateTime.")
    return found


ADJUST_TO_UTC, ASSUME_LOCAL, ASSUME_UTC, ROUNDTRIP = 16, 32, 64, 128


def parse_date(text: str | None, styles: int = 0) -> DateTime:
    """Return `DateTime.Parse`: with an offset in the text, local time, which is UTC here."""
    return dated(needed(text), styles)


def dated(found: Read, styles: int) -> DateTime:
    """Return what was read as a DateTime under DateTimeStyles."""
    if found.offset is None:
        if styles & ASSUME_UTC:
            return DateTime(found.ticks, UTC if styles & ADJUST_TO_UTC else LOCAL)
        if styles & ASSUME_LOCAL:
            return DateTime(found.ticks, UTC if styles & ADJUST_TO_UTC else LOCAL)
        return DateTime(found.ticks, UNSPECIFIED)
    ticks = found.ticks - found.offset
    utc = styles & ADJUST_TO_UTC or (styles & ROUNDTRIP and found.zulu)
    return DateTime(ticks, UTC if utc else LOCAL)


def parse_offset(text: str | None, styles: int = 0) -> DateTimeOffset:
    """Return `DateTimeOffset.Parse`."""
    found = needed(text)
    offset = found.offset or 0
    if styles & ADJUST_TO_UTC:
        return DateTimeOffset(found.ticks - offset)
    return DateTimeOffset(found.ticks, offset)


def parse_iso(text: str) -> DateTime | None:
    """Return the UTC time of an ISO 8601 text, or None."""
    found = read(text)
    return None if found is None else DateTime(found.ticks - (found.offset or 0), UTC)


JSON_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7})\d*)?(Z|[+-]\d{2}:?\d{2})?"
)
MICROSOFT = re.compile(r"/Date\((-?\d{1,18})([+-]\d{4})?\)/")


def json_date(text: str) -> DateTime | None:
    """Return the date that Json.NET makes of a string, or None where it stays a string."""
    if text.startswith("/Date("):
        found = MICROSOFT.fullmatch(text)
        if found is None:
            return None
        return DateTime(
            621_355_968_000_000_000 + int(found[1]) * 10_000, LOCAL if found[2] else UTC
        )
    found = JSON_DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        ticks = make_date(int(year), int(month), int(day))
        ticks += make_time(int(hour), int(minute), int(second)) + _fraction(fraction)
    except DotNetError:
        return None
    if zone is None:
        return DateTime(ticks, UNSPECIFIED)
    if zone == "Z":
        return DateTime(ticks, UTC)
    return DateTime(ticks - _offset(zone), LOCAL)
