"""Numbers from text and text from numbers, in the invariant culture."""

from __future__ import annotations

import re
import struct
from decimal import Decimal

from headgate.csharp.budget import numeral, scanned
from headgate.csharp.errors import bad_format, null_argument, overflow
from headgate.csharp.types import INT32, INT64, RANGES, Type

SPACE = " \t\n\r\v\f"
SINGLE_MAX = 3.4028234663852886e38
INTEGER = re.compile(r"[+-]?[0-9]+")
GROUPED = re.compile(r"[+-]?[0-9][0-9,]*")
FLOAT = re.compile(r"[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NAMED = {
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "+Infinity": float("inf"),
    "-Infinity": float("-inf"),
}
FLOAT_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def single(value: float) -> float:
    """Return a double rounded to 32 bits."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _shortest(value: float, single_precision: bool) -> tuple[str, str, int]:
    """Return sign, digits and decimal exponent of the shortest text that reads back the same."""
    if single_precision:
        text = next(
            text
            for text in (f"{value:.{places}e}" for places in range(9))
            if single(float(text)) == value
        )
    else:
        text = repr(value)
    sign, digits, exponent = Decimal(text).as_tuple()
    plain = "".join(map(str, digits)).lstrip("0")
    kept = plain.rstrip("0")
    assert isinstance(exponent, int)
    return "-" if sign else "", kept, exponent + len(plain) - 1


def double_text(value: float, *, single_precision: bool = False) -> str:
    """Return `ToString()` of a double or float: shortest round trip, `1E+17`, `NaN`."""
    text = repr(value)
    if not single_precision and "e" not in text and "n" not in text:
        return text.removesuffix(".0")
    word = FLOAT_WORDS.get(float.__repr__(value))
    if word is not None:
        return word
    if not value:
        return "-0" if float.__repr__(value)[0] == "-" else "0"
    sign, digits, exponent = _shortest(value, single_precision)
    limit = max(len(digits), 9 if single_precision else 17)
    if exponent >= limit or exponent < -4:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        mark = "+" if exponent >= 0 else "-"
        return f"{sign}{digits[0]}{fraction}E{mark}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{sign}{whole}.{rest}" if rest else sign + whole


WIDE = (INT32, INT64)
"""Types that hold whatever nine digits say."""


def parse_integer(text: str | None, kind: Type, *, thousands: bool = False) -> int:
    """Return the integer in a text. Raises ArgumentNull, Format or Overflow."""
    if text is None:
        raise null_argument("s")
    if len(text) < 10 and text.isdecimal() and text.isascii() and kind in WIDE:
        return int(text)
    numeral(text)
    word = text.strip(SPACE)
    if not (GROUPED if thousands else INTEGER).fullmatch(word) or len(word) > 100:
        raise bad_format()
    value = int(word.replace(",", ""))
    low, high = RANGES[kind]
    if not low <= value <= high:
        name = kind.name.rpartition(".")[2]
        raise overflow(f"Value was either too large or too small for an {name}.")
    return value


def parse_hex(text: str | None, kind: Type) -> int:
    """Return the integer in hexadecimal digits, as two's complement."""
    if text is None:
        raise null_argument("s")
    numeral(text)
    word = text.strip(SPACE)
    if not re.fullmatch("[0-9a-fA-F]+", word):
        raise bad_format()
    value = int(word[:64], 16)
    low, high = RANGES[kind]
    if value > high - low:
        raise overflow("Value was either too large or too small.")
    return value if value <= high else value - (high - low + 1)


def parse_double(text: str | None) -> float:
    """Return the double in a text; group separators are skipped wherever they stand."""
    if text is None:
        raise null_argument("s")
    numeral(text)
    word = text.strip(SPACE)
    if word in NAMED:
        return NAMED[word]
    if not FLOAT.fullmatch(word):
        raise bad_format()
    return float(word.replace(",", ""))


def parse_decimal(text: str | None) -> Decimal:
    """Return the decimal in a text, which keeps its trailing zeros."""
    if text is None:
        raise null_argument("s")
    numeral(text)
    word = text.strip(SPACE)
    if not FLOAT.fullmatch(word) or "e" in word.lower() or len(word) > 200:
        raise bad_format()
    value = Decimal(word.replace(",", ""))
    if abs(value) >= Decimal(1 << 96):
        raise overflow("Value was either too large or too small for a Decimal.")
    return value


def parse_boolean(text: str | None) -> bool:
    """Return the boolean in a text, in any case and with blanks around."""
    if text is None:
        raise null_argument("value")
    scanned(text, 4)
    word = text.strip(SPACE + "\0").lower()
    if word not in ("true", "false"):
        raise bad_format(f"String '{text}' was not recognized as a valid Boolean.")
    return word == "true"
