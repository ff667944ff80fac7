"""JSON text of a tree, as Json.NET writes it.

orjson writes what both write alike. Where its output shows something that Json.NET would write in
another way (exponents, dates, a few escapes), the slow exact writer starts over.
"""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

import orjson

from headgate.csharp.budget import made, scanned, spend
from headgate.csharp.numerals import double_text
from headgate.csharp.runtime.dateparsing import json_date
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset
from headgate.csharp.runtime.jsonbase import PROPERTY, RAW, UNDEFINED, Json, JToken
from headgate.csharp.runtime.texts import whole
from headgate.csharp.values import Char, Single, to_text

MARKS = (b"/Date", b"\x7f")
WIDE = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
FOLD = bytes.maketrans(b"123456789E", b"000000000e")
"""Digits become 0, so that searches for plain bytes find any, which is faster than by pattern."""
EXPONENT = b"0e"
DAY = b"-00T"
ESCAPED = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
CONTROL = re.compile('[\x00-\x1f"\\\\\x85\u2028\u2029]')
SCALAR = 500
"""Units of a value that is written by itself."""
EACH_PART = 100
"""Units of a member or element that is written."""
EACH = 4
"""Units of a character of it."""
SHORT = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


class NotPlain(Exception):
    """A value that orjson does not write as Json.NET does."""


def _plain(value: Any) -> Any:
    """Give orjson the inside of a token."""
    if isinstance(value, JToken) and value.token_type not in (PROPERTY, RAW):
        raw = value.raw()
        kind = type(raw)
        if kind in (dict, list, str, int, bool) or raw is None:
            return raw
        if kind is float and raw == raw and abs(raw) != float("inf"):
            return raw
    raise NotPlain


def write(token: JToken, indented: bool) -> str:
    """Return the JSON text of a token."""
    try:
        data = orjson.dumps(
            _plain(token), _plain, orjson.OPT_INDENT_2 if indented else orjson.OPT_NON_STR_KEYS
        )
    except (NotPlain, TypeError):
        # orjson reports an error of `default` as a TypeError; integers beyond 64 bits as well.
        return exact(token, indented)
    scanned(data, 2)
    spend(EACH_PART * data.count(b","))
    return exact(token, indented) if suspect(data) else data.decode()


def suspect(data: bytes) -> bool:
    """Tell whether text may hold something that Json.NET writes in another way. Several searches,
    each for something rare, take a third of the time of one."""
    if any(map(data.__contains__, MARKS)):
        return True
    if not data.isascii() and any(map(data.__contains__, WIDE)):
        return True
    folded = data.translate(FOLD)
    return DAY in folded or EXPONENT in folded


def compact(token: JToken) -> str:
    """Return the JSON text without blanks."""
    return write(token, False)


def exact(value: Json, indented: bool) -> str:
    """Return the JSON text, value by value."""
    out: list[str] = []
    _write(value, out, "\n" if indented else "")
    return made("".join(out))


def _write(value: Json, out: list[str], line: str) -> None:
    if isinstance(value, JToken):
        kind, value = value.token_type, value.raw()
        if kind == RAW:
            out.append(to_text(value))
            return
        if kind == PROPERTY:
            out.append(f"{string(value[0])}:{' ' if line else ''}")
            _write(value[1], out, line)
            return
    if isinstance(value, dict):
        _members(value, out, line)
    elif isinstance(value, list):
        _elements(value, out, line)
    else:
        out.append(scalar(value))
        spend(SCALAR + EACH * len(out[-1]))


def _members(items: dict[str, Json], out: list[str], line: str) -> None:
    if not items:
        out.append("{}")
        return
    inner = f"{line}  " if line else ""
    colon = ": " if line else ":"
    mark = "{"
    for name, item in items.items():
        out.append(f"{mark}{inner}{string(name)}{colon}")
        _write(item, out, inner)
        mark = ","
    out.append(f"{line}}}")


def _elements(items: list[Json], out: list[str], line: str) -> None:
    if not items:
        out.append("[]")
        return
    inner = f"{line}  " if line else ""
    mark = "["
    for item in items:
        out.append(f"{mark}{inner}")
        _write(item, out, inner)
        mark = ","
    out.append(f"{line}]")


def string(text: str) -> str:
    """Return a JSON string with the escapes of Json.NET."""
    if text.isascii() and "\x7f" not in text:
        return encode_basestring(text)
    return f'"{CONTROL.sub(_escape, whole(text))}"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return SHORT.get(char) or ESCAPED.get(char) or f"\\u{ord(char):04x}"


def scalar(value: Any) -> str:
    """Return the JSON text of a value that is no container."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        date = None if isinstance(value, Char) else json_date(value) if looks_dated(value) else None
        return string(value) if date is None else quoted_date(date)
    if isinstance(value, float):
        return real(value)
    if isinstance(value, Decimal):
        text = to_text(value)
        return text if "." in text else f"{text}.0"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, DateTime | DateTimeOffset):
        return quoted_date(value)
    if isinstance(value, bytes | bytearray):
        return f'"{base64.b64encode(value).decode()}"'
    if value is UNDEFINED:
        return "undefined"
    return string(to_text(value))


def looks_dated(text: str) -> bool:
    """Tell quickly whether a raw text of a parsed tree may be a date."""
    return len(text) >= 10 and (text[0] == "/" or text[10:11] == "T")


def real(value: float) -> str:
    """Return a double or float: always with a point or exponent."""
    text = double_text(value, single_precision=isinstance(value, Single))
    if text in ("NaN", "Infinity", "-Infinity"):
        return f'"{text}"'
    return text if "." in text or "E" in text else f"{text}.0"


def quoted_date(value: DateTime | DateTimeOffset) -> str:
    """Return an ISO 8601 date in quotes; the fraction only as far as it goes."""
    time = DateTime(value.ticks)
    day, (hour, minute, second, ticks) = time.date, time.time
    text = f"{day.year:04d}-{day.month:02d}-{day.day:02d}T{hour:02d}:{minute:02d}:{second:02d}"
    fraction = f".{ticks:07d}".rstrip("0") if ticks else ""
    return f'"{text}{fraction}{suffix(value)}"'


def suffix(value: DateTime | DateTimeOffset) -> str:
    """Return Z, an offset or nothing."""
    if isinstance(value, DateTimeOffset):
        minutes = value.offset // 600_000_000
        sign = "-" if minutes < 0 else "+"
        return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return ("", "Z", "+00:00")[value.kind]
