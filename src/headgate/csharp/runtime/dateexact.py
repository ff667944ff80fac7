"""DateTime.ParseExact: a format turned into a regular expression."""

from __future__ import annotations

import re
from functools import lru_cache

from headgate.csharp.errors import DotNetError, bad_format, null_argument
from headgate.csharp.runtime.dateformats import DAYS, MONTHS, STANDARD, TOKEN
from headgate.csharp.runtime.dateparsing import Read, dated
from headgate.csharp.runtime.dates import DateTime, make_date, make_time

SHORT_MONTHS = [name[:3] for name in MONTHS]
PATTERNS = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<year>\d{2})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "MMM": f"(?P<name>{'|'.join(SHORT_MONTHS)})",
    "MMMM": f"(?P<name>{'|'.join(MONTHS)})",
    "dd": r"(?P<day>\d{2})",
    "d": r"(?P<day>\d{1,2})",
    "ddd": f"(?:{'|'.join(name[:3] for name in DAYS)})",
    "dddd": f"(?:{'|'.join(DAYS)})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<half>\d{2})",
    "h": r"(?P<half>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d{2})",
    "s": r"(?P<second>\d{1,2})",
    "tt": "(?P<noon>AM|PM)",
    "K": r"(?P<zone>Z|[+-]\d{2}:\d{2})?",
    "zzz": r"(?P<zone>[+-]\d{2}:\d{2})",
}


@lru_cache(128)
def shape(form: str) -> re.Pattern[str]:
    """Return the expression for a format. Raises FormatException."""
    parts: list[str] = []
    for token in TOKEN.findall(STANDARD.get(form, form)):
        if token in PATTERNS:
            parts.append(PATTERNS[token])
        elif token[0] in "fF" and len(token) <= 7:
            count = f"{{{len(token)}}}" if token[0] == "f" else f"{{0,{len(token)}}}"
            parts.append(rf"(?P<fraction>\d{count})")
        elif token[0] == "\\":
            parts.append(re.escape(token[1:]))
        elif token[0] in "'\"" and len(token) > 1:
            parts.append(re.escape(token[1:-1]))
        elif token != "%":
            parts.append(re.escape(token))
    try:
        return re.compile("".join(parts), re.IGNORECASE)
    except re.error as error:
        raise bad_format("The format is not supported.") from error


def parse_exact(text: str | None, form: str | None, styles: int = 0) -> DateTime:
    """Return the time in a text of one format. Raises ArgumentNull or Format."""
    if text is None or form is None:
        raise null_argument("s")
    found = shape(form).fullmatch(text)
    trouble = bad_format(f"String '{text}' was not recognized as a valid DateTime.")
    if found is None:
        raise trouble
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    hour = int(parts.get("hour", 0))
    if "half" in parts:
        hour = int(parts["half"]) % 12 + (12 if parts.get("noon", "").upper() == "PM" else 0)
    month = int(parts.get("month", 1))
    if "name" in parts:
        month = SHORT_MONTHS.index(parts["name"][:3].title()) + 1
    year = int(parts.get("year", 1))
    if len(parts.get("year", "0001")) == 2:
        year += 2000 if year < 30 else 1900
    try:
        ticks = make_date(year, month, int(parts.get("day", 1)))
        ticks += make_time(hour, int(parts.get("minute", 0)), int(parts.get("second", 0)))
    except DotNetError as error:
        raise trouble from error
    ticks += int((parts.get("fraction") or "0").ljust(7, "0"))
    return dated(Read(ticks, parts.get("zone")), styles)
