"""Durations as Azure Resource Manager writes them: ISO 8601, such as `PT1M30S` or `P1D`."""

from __future__ import annotations

import re

from headgate.model.clock import SECOND

_DURATION = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def iso_duration(text: str) -> int | None:
    """Return the microseconds of a duration; None for what is none, or not longer than nothing.

    Years, months and weeks, which are of no fixed length or that nobody writes, are not read.
    """
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None:
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups()[:3])
    seconds = float(match[4] or 0)
    whole = days * _DAY + hours * _HOUR + minutes * _MINUTE
    return whole * SECOND + round(seconds * SECOND) or None
