"""TimeSpan from text."""

from __future__ import annotations

import re

from headgate.csharp.budget import numeral
from headgate.csharp.errors import bad_format, null_argument, overflow
from headgate.csharp.runtime.dates import DAY, HOUR, MINUTE, SECOND, TimeSpan

SPAN = re.compile(r"(-)?(?:(\d+)|(?:(\d+)\.)?(\d+):(\d+)(?::(\d+)(?:\.(\d{1,7}))?)?)")


def parse_span(text: str | None) -> TimeSpan:
    """Return `TimeSpan.Parse`: `[-][d.]hh:mm[:ss[.fffffff]]` or days. Raises Format, Overflow."""
    if text is None:
        raise null_argument("s")
    numeral(text)
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise bad_format(f"String '{text}' was not recognized as a valid TimeSpan.")
    sign, only, days, hours, minutes, seconds, fraction = found.groups()
    if only is not None:
        return TimeSpan(int(only) * DAY * (-1 if sign else 1))
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        raise overflow("The TimeSpan could not be parsed because a component is out of range.")
    ticks = int(days or 0) * DAY + int(hours) * HOUR + int(minutes) * MINUTE
    ticks += int(seconds or 0) * SECOND + int((fraction or "0").ljust(7, "0"))
    return TimeSpan(-ticks if sign else ticks)
