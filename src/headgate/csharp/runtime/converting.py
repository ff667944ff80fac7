"""The conversions of System.Convert: they round, accept null and look into boxes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from headgate.csharp.budget import scanned
from headgate.csharp.errors import (
    bad_argument,
    bad_cast,
    bad_format,
    null_argument,
    out_of_range,
    overflow,
)
from headgate.csharp.numerals import (
    parse_boolean,
    parse_decimal,
    parse_double,
    parse_hex,
    parse_integer,
)
from headgate.csharp.runtime.casts import CLASSES, make, numeric_cast, wrap
from headgate.csharp.runtime.dateparsing import parse_date
from headgate.csharp.runtime.dates import DateTime
from headgate.csharp.types import (
    BOOLEAN,
    CHAR,
    DECIMAL,
    DOUBLE,
    NUMERIC,
    RANGES,
    SINGLE,
    STRING,
    Type,
)
from headgate.csharp.values import Boxed, Char, EnumValue, Int64, to_text, type_name_of, type_of

BASE64_CHAR = 6
"""Units of a character of base64 that is read."""
SPACE = re.compile("[ \t\r\n]")
BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")
HEX, THOUSANDS = 512, 64
"""Of NumberStyles."""


def parse(kind: Type, text: str | None, styles: int = 0) -> Any:
    """Return the number in a text as a value of a type."""
    if kind == DECIMAL:
        return parse_decimal(text)
    if kind in (DOUBLE, SINGLE):
        return CLASSES[kind](parse_double(text))
    if styles & HEX:
        return CLASSES[kind](parse_hex(text, kind))
    return CLASSES[kind](parse_integer(text, kind, thousands=bool(styles & THOUSANDS)))


def unwrapped(value: Any) -> Any:
    """Return what a JValue or enum holds."""
    if isinstance(value, EnumValue):
        return int(value)
    if isinstance(value, Boxed):
        found = value.net_value()
        if found is None:
            raise bad_argument("Can not convert Null.")
        return found
    return value


def to_number(kind: Type) -> Callable[[Any], Any]:
    """Return `ToInt32` and the like."""
    name = str(kind)

    def convert(value: Any, _provider: Any = None) -> Any:
        value = unwrapped(value)
        if value is None:
            return numeric_cast(kind, True)(0)
        if isinstance(value, bool):
            return numeric_cast(kind, True)(int(value))
        if isinstance(value, str) and not isinstance(value, Char):
            return parse(kind, value)
        if isinstance(value, Char) and kind in (DOUBLE, SINGLE, DECIMAL):
            raise bad_cast("Char", name)
        if not isinstance(value, int | float | Decimal | Char):
            raise bad_cast(type_name_of(value), name)
        return rounded(value, kind)

    return convert


def rounded(value: Any, kind: Type) -> Any:
    """Return a number of another type; fractions round to even."""
    if kind in RANGES and isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise overflow()
        value = round(value)
    elif kind in RANGES and isinstance(value, Decimal):
        value = int(value.to_integral_value(ROUND_HALF_EVEN))
    return numeric_cast(kind, True)(value)


def from_base(kind: Type) -> Callable[[str | None, int], Any]:
    """Return the conversion of digits in another base."""

    def convert(text: str | None, base: int) -> Any:
        if base not in (2, 8, 10, 16):
            raise out_of_range("fromBase", "Invalid Base.")
        if text is None:
            return numeric_cast(kind, True)(0)
        try:
            value = int(text, base)
        except ValueError as error:
            raise bad_format("Could not find any recognizable digits.") from error
        low, high = RANGES[kind]
        if base != 10 and 0 <= value <= high - low:
            value = wrap(value, kind)
        if not low <= value <= high:
            raise overflow()
        return make(kind, value)

    return convert


def to_boolean(value: Any) -> bool:
    """Return a boolean: numbers are true unless zero, null is false."""
    value = unwrapped(value)
    if value is None:
        return False
    if isinstance(value, str) and not isinstance(value, Char):
        return parse_boolean(value)
    if not isinstance(value, bool | int | float | Decimal):
        raise bad_cast(type_name_of(value), str(BOOLEAN))
    return bool(value)


def to_char(value: Any) -> Char:
    """Return a character from its code or a text of one."""
    value = unwrapped(value)
    if isinstance(value, str):
        if len(value) != 1:
            raise bad_format("String must be exactly one character long.")
        return Char(value)
    if isinstance(value, bool | float | None):
        raise bad_cast(type_name_of(value), str(CHAR))
    return make(CHAR, rounded(value, Type("System.UInt16")))  # type: ignore[no-any-return]  # Char


def digits(value: int, base: int) -> str:
    """Return an integer in another base, as two's complement."""
    if base == 10:
        return str(value)
    if base not in (2, 8, 16):
        raise out_of_range("toBase", "Invalid Base.")
    width = 64 if isinstance(value, Int64) else 32
    return format(value & ((1 << width) - 1), {2: "b", 8: "o", 16: "x"}[base])


def to_base64(data: bytes | None) -> str:
    """Return base64."""
    if data is None:
        raise null_argument("inArray")
    scanned(data, 2)
    return base64.b64encode(data).decode()


def from_base64(text: str | None) -> bytearray:
    """Return the bytes behind base64; blanks do not count."""
    if text is None:
        raise null_argument("s")
    scanned(text, BASE64_CHAR)
    text = SPACE.sub("", text)
    if len(text) % 4 or not BASE64.fullmatch(text):
        raise bad_format("The input is not a valid Base-64 string.")
    try:
        return bytearray(base64.b64decode(text))
    except binascii.Error as error:
        raise bad_format("The input is not a valid Base-64 string.") from error


def change_type(value: Any, wanted: Any) -> Any:
    """Return a value converted to a type known at run time."""
    kind = wanted.kind
    if type_of(value) == kind:
        return value
    if kind == STRING:
        return to_text(value)
    if kind == BOOLEAN:
        return to_boolean(value)
    if kind in CLASSES and kind in NUMERIC:
        return to_number(kind)(value)
    raise bad_cast(type_name_of(value), str(kind))


def to_date(value: Any) -> DateTime:
    """Return a DateTime from a text or a boxed one; null is the first moment."""
    value = unwrapped(value)
    if value is None:
        return DateTime(0)
    if isinstance(value, str) and not isinstance(value, Char):
        return parse_date(value)
    if not isinstance(value, DateTime):
        raise bad_cast(type_name_of(value), "System.DateTime")
    return value
